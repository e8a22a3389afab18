import type { NameDecoder } from './encodings.js';
import { INFOMASK, readTupleHeader, TUPLE, type TupleHeader, tupleDataStart } from './heap-tuple.js';
import { type CatalogColumns, type ColumnOffsets, columnOffsets } from './layouts.js';

const NO_TUPLE: DataView = new DataView(new ArrayBuffer(0));

/** Reads a catalog's rows: a view that is moved from one to the next. */
export class CatalogRow {
  readonly #columns: ColumnOffsets;
  readonly #nameBytes: number;
  readonly #decode: NameDecoder;
  #tuple = NO_TUPLE;
  #start = 0;

  /**
   * @param columns - the catalog's
   * @param nameBytes - `NAMEDATALEN`
   * @param decode - turns names into text
   */
  constructor(columns: CatalogColumns, nameBytes: number, decode: NameDecoder) {
    this.#columns = columnOffsets(columns, nameBytes);
    this.#nameBytes = nameBytes;
    this.#decode = decode;
  }

  /** Moves on to a row version; false where it cannot be one of this catalog. */
  moveTo(tuple: Uint8Array): boolean {
    this.#tuple = new DataView(tuple.buffer, tuple.byteOffset, tuple.byteLength);
    const start = tupleDataStart(this.#tuple, this.#columns.count, this.#columns.length);
    if (start === null) return false;
    this.#start = start;
    return this.#columns.at.has('oid') || (this.#infomask & INFOMASK.hasOid) !== 0;
  }

  /** Who wrote it, who deleted it. */
  get header(): TupleHeader {
    return readTupleHeader(this.#tuple);
  }

  /** Its OID: a column of its own from 12 on, before that hidden before the data. */
  get oid(): number {
    return this.#columns.at.has('oid') ? this.number('oid') : this.#tuple.getUint32(this.#start - 4, true);
  }

  /** A column of 4 bytes. */
  number(column: string): number {
    return this.#tuple.getUint32(this.#at(column), true);
  }

  /** A column of one character. */
  character(column: string): string {
    return String.fromCharCode(this.#tuple.getUint8(this.#at(column)));
  }

  /** A column of the type `name`. */
  name(column: string): string {
    const at = this.#at(column);
    const bytes = new Uint8Array(this.#tuple.buffer, this.#tuple.byteOffset + at, this.#nameBytes);
    const end = bytes.indexOf(0);
    return this.#decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  get #infomask(): number {
    return this.#tuple.getUint16(TUPLE.infomask, true);
  }

  #at(column: string): number {
    const at = this.#columns.at.get(column);
    if (at === undefined) throw new TypeError(`no column ${column}`);
    return this.#start + at;
  }
}
