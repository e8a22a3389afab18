/**
 * The header of a row version (`HeapTupleHeaderData`, `src/include/access/htup_details.h`), as far as it says who
 * sees it.
 */
export interface TupleHeader {
  /** The transaction that wrote it. */
  readonly xmin: number;
  /** The transaction that deleted, replaced or locked it, or a MultiXactId; 0 for none. */
  readonly xmax: number;
  /** Flag bits, `HEAP_…`. */
  readonly infomask: number;
}

/** Bits of `t_infomask`. */
export const INFOMASK = {
  hasNull: 0x0001,
  /** An OID stands before the data; up to 11. */
  hasOid: 0x0008,
  xmaxKeyShareLock: 0x0010,
  xmaxExclusiveLock: 0x0040,
  xmaxLockOnly: 0x0080,
  xminCommitted: 0x0100,
  xminInvalid: 0x0200,
  xmaxCommitted: 0x0400,
  xmaxInvalid: 0x0800,
  xmaxIsMulti: 0x1000,
} as const;

/** Where the fields of the header are. */
export const TUPLE = {
  xmin: 0,
  xmax: 4,
  infomask2: 18,
  infomask: 20,
  headerLength: 22,
  /** The bitmap of nulls, if there is one; then padding, an OID up to 11, and the data. */
  bitmap: 23,
} as const;

/** `HEAP_NATTS_MASK`: the number of columns in `t_infomask2`. */
const COLUMNS_MASK = 0x07ff;

/** Reads the header; the row version is at least {@link TUPLE}`.bitmap` bytes long. */
export function readTupleHeader(tuple: DataView): TupleHeader {
  return {
    xmin: tuple.getUint32(TUPLE.xmin, true),
    xmax: tuple.getUint32(TUPLE.xmax, true),
    infomask: tuple.getUint16(TUPLE.infomask, true),
  };
}

/**
 * Where the data of a row version begins, if its first columns are all there, none of them null.
 *
 * @param columns - how many columns are to be read
 * @param length - how many bytes they take
 * @returns null where the row version cannot be right
 */
export function tupleDataStart(tuple: DataView, columns: number, length: number): number | null {
  if (tuple.byteLength < TUPLE.bitmap) return null;
  const start = tuple.getUint8(TUPLE.headerLength);
  const infomask = tuple.getUint16(TUPLE.infomask, true);
  const columnCount = tuple.getUint16(TUPLE.infomask2, true) & COLUMNS_MASK;
  const hasNull = (infomask & INFOMASK.hasNull) !== 0;
  const oidBytes = (infomask & INFOMASK.hasOid) === 0 ? 0 : 4;
  const headerBytes = TUPLE.bitmap + (hasNull ? (columnCount + 7) >> 3 : 0) + oidBytes;
  if (columnCount < columns || start % 8 !== 0 || start < headerBytes) return null;
  if (start + length > tuple.byteLength) return null;
  for (let column = 0; hasNull && column < columns; column++) {
    if ((tuple.getUint8(TUPLE.bitmap + (column >> 3)) & (1 << (column & 7))) === 0) return null;
  }
  return start;
}
