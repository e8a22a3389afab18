import type { DecodedRecord } from '../rmgr/decoded-record.js';
import type { WalRecord } from '../wal/record.js';
import { INFOMASK, TUPLE } from './heap-tuple.js';

/** What a record does to the row versions of a page, by line pointer. */
export type PageChange = (items: Map<number, Uint8Array>) => void;

/** The changes that a record makes to a block, in order; `isInit` where the page is built anew with them. */
export interface BlockChange {
  readonly block: number;
  readonly isInit: boolean;
  readonly change: PageChange;
}

// As redo does it: heap_xlog_insert, heap_xlog_delete and so on in src/backend/access/heap/heapam_xlog.c, in
// heapam.c up to 17. What pruning and freezing do is left out: what they take away was dead before, and what they
// freeze was committed.

/** `xl_heap_header` (`src/include/access/heapam_xlog.h`): `t_infomask2`, `t_infomask`, `t_hoff`. */
const ROW_HEADER_BYTES = 5;

/** Where a new row begins in the main data of a record up to 9.4; from 9.5 on it is the data of block 0. */
const OLD_INSERT_BYTES = 21;

/** `XLOG_HEAP_PREFIX_FROM_OLD`, `XLH_UPDATE_PREFIX_FROM_OLD` from 9.5: what begins like the old row is left out. */
const PREFIX_FROM_OLD = 0x20;
const SUFFIX_FROM_OLD = 0x40;

/** `XLHL_…`, as bits of `t_infomask`. */
const LOCK_BITS: readonly (readonly [number, number])[] = [
  [0x01, INFOMASK.xmaxIsMulti],
  [0x02, INFOMASK.xmaxLockOnly],
  [0x04, INFOMASK.xmaxExclusiveLock],
  [0x08, INFOMASK.xmaxKeyShareLock],
];
const XMAX_BITS =
  INFOMASK.xmaxCommitted |
  INFOMASK.xmaxInvalid |
  INFOMASK.xmaxIsMulti |
  INFOMASK.xmaxLockOnly |
  INFOMASK.xmaxExclusiveLock |
  INFOMASK.xmaxKeyShareLock;

/** How the new row of an update is stored up to 9.4. */
interface OldUpdateLayout {
  /** Bytes of `xl_heap_update`. */
  readonly bytes: number;
  /** Whether the length of the row is told (`xl_heap_header_len`): the old row's key may follow it. */
  readonly hasLength: boolean;
  /** Whether flags tell of parts that are left out. */
  readonly hasFlags: boolean;
}
const UPDATE_9_3: OldUpdateLayout = { bytes: 37, hasLength: false, hasFlags: false };
const UPDATE_9_4: OldUpdateLayout = { bytes: 36, hasLength: true, hasFlags: true };
const UPDATE_9_5: OldUpdateLayout = { bytes: 0, hasLength: false, hasFlags: true };

/**
 * What a record of the resource manager `Heap` does to the rows of the blocks that it names, whether an image of
 * them comes with it or not. What it does is kept without the record's bytes.
 */
export function heapChanges(record: WalRecord, decoded: DecodedRecord): BlockChange[] {
  if (decoded.resourceManager !== 'Heap' || decoded.malformed !== undefined) return [];
  const [target, old] = blocksOf(record, decoded);
  const isInit = decoded.type.endsWith('+INIT');
  switch (decoded.type) {
    case 'INSERT':
    case 'INSERT+INIT': {
      const row = newRow(rowData(record, OLD_INSERT_BYTES), record.xid, 0);
      return [{ block: target, isInit, change: (items) => put(items, decoded.offnum, row) }];
    }
    case 'DELETE':
    case 'LOCK': {
      const { offnum, xmax, infobitsSet } = decoded;
      return [{ block: target, isInit, change: (items) => mark(items, offnum, xmax, infobitsSet) }];
    }
    case 'UPDATE':
    case 'UPDATE+INIT':
    case 'HOT_UPDATE':
    case 'HOT_UPDATE+INIT': {
      const { oldOffnum, oldXmax, oldInfobitsSet, newOffnum, newXmax, flags } = decoded;
      const layout = updateLayoutOf(record);
      const stored = rowData(record, layout.bytes).slice();
      const { xid } = record;
      return [
        {
          block: old,
          isInit: false,
          change: (items) => mark(items, oldOffnum, oldXmax, oldInfobitsSet),
        },
        {
          block: target,
          isInit,
          change: (items) => {
            const whole = wholeRow(stored, layout, flags, items.get(oldOffnum));
            put(items, newOffnum, newRow(whole, xid, newXmax));
          },
        },
      ];
    }
    default:
      return [];
  }
}

/** The block that a row is put on, and the one that its old version is on. */
function blocksOf(record: WalRecord, decoded: object): [number, number] {
  if ('block' in decoded && typeof decoded.block === 'number') {
    const isMoved = 'newBlock' in decoded && typeof decoded.newBlock === 'number';
    return [isMoved ? Number(decoded.newBlock) : decoded.block, decoded.block];
  }
  const { blocks } = record;
  const target = blocks.find(({ id }) => id === 0)?.block ?? -1;
  return [target, blocks.find(({ id, fork }) => id === 1 && fork === 0)?.block ?? target];
}

function updateLayoutOf({ format }: WalRecord): OldUpdateLayout {
  if (format.version.recordFormat === 'block-references') return UPDATE_9_5;
  return format.version.major === '9.3' ? UPDATE_9_3 : UPDATE_9_4;
}

/** A row as it is stored: its header, then its bytes from the bitmap on. */
function rowData(record: WalRecord, oldStart: number): Uint8Array {
  if (record.format.version.recordFormat === 'backup-blocks') return record.mainData.subarray(oldStart);
  return record.blocks.find(({ id }) => id === 0)?.data ?? new Uint8Array(0);
}

/** The new row of an update, with what it has in common with the old row, whose length may be told before it. */
function wholeRow(
  stored: Uint8Array,
  layout: OldUpdateLayout,
  flags: number,
  oldRow: Uint8Array | undefined,
): Uint8Array | null {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const usesPrefix = layout.hasFlags && (flags & PREFIX_FROM_OLD) !== 0;
  const usesSuffix = layout.hasFlags && (flags & SUFFIX_FROM_OLD) !== 0;
  const lengths = (usesPrefix ? 2 : 0) + (usesSuffix ? 2 : 0);
  const headerAt = lengths + (layout.hasLength ? 2 : 0);
  if (stored.length < headerAt + ROW_HEADER_BYTES) return null;
  const prefix = usesPrefix ? view.getUint16(0, true) : 0;
  const suffix = usesSuffix ? view.getUint16(lengths - 2, true) : 0;
  const end = layout.hasLength ? headerAt + ROW_HEADER_BYTES + view.getUint16(lengths, true) : stored.length;
  const row = stored.subarray(headerAt, end);
  if (prefix === 0 && suffix === 0) return row;
  if (oldRow === undefined || oldRow.length < TUPLE.bitmap) return null;
  const oldData = oldRow.subarray(oldRow[TUPLE.headerLength]);
  // what stands before the data, a bitmap of nulls and padding, is the new row's own
  const dataAt = prefix === 0 ? row.length : ROW_HEADER_BYTES + row[4] - TUPLE.bitmap;
  if (prefix > oldData.length || suffix > oldData.length || dataAt > row.length) return null;
  return joined(
    row.subarray(0, dataAt),
    oldData.subarray(0, prefix),
    row.subarray(dataAt),
    oldData.subarray(oldData.length - suffix),
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A row version as it stands on the page, in bytes of its own. */
function newRow(stored: Uint8Array | null, xmin: number, xmax: number): Uint8Array | null {
  if (stored === null || stored.length < ROW_HEADER_BYTES) return null;
  const row = new Uint8Array(TUPLE.bitmap + stored.length - ROW_HEADER_BYTES);
  const view = new DataView(row.buffer);
  view.setUint32(TUPLE.xmin, xmin, true);
  view.setUint32(TUPLE.xmax, xmax, true);
  row.set(stored.subarray(0, ROW_HEADER_BYTES), TUPLE.infomask2);
  row.set(stored.subarray(ROW_HEADER_BYTES), TUPLE.bitmap);
  return row;
}

function put(items: Map<number, Uint8Array>, offnum: number, row: Uint8Array | null): void {
  // what was there is gone, even if what replaces it cannot be put together
  if (row === null) items.delete(offnum);
  else items.set(offnum, row);
}

/** Says in a row version's header who deleted, replaced or locked it. */
function mark(items: Map<number, Uint8Array>, offnum: number, xmax: number, infobits: number): void {
  const row = items.get(offnum);
  if (row === undefined || row.length < TUPLE.bitmap) return;
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  let infomask = view.getUint16(TUPLE.infomask, true) & ~XMAX_BITS;
  for (const [bit, flag] of LOCK_BITS) if ((infobits & bit) !== 0) infomask |= flag;
  view.setUint16(TUPLE.infomask, infomask, true);
  view.setUint32(TUPLE.xmax, xmax, true);
}
