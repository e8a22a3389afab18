import { decodeText } from '../bytes/text-writer.js';
import { type Lsn, lsnFromWords } from '../lsn.js';
import { BLOCK, ROW } from '../wal/block-references.js';
import type { WalRecord } from '../wal/record.js';
import { RESOURCE_MANAGER_INFO } from '../wal/record-header.js';

/** What a record's contents say that cannot be, in the order found; only the first is kept. */
interface Complaint {
  problem: string | null;
}

/**
 * A part of a record, read at offsets as the C structs have them (little-endian, on x86-64). What lies past
 * the part's end reads as 0 and is noted as the record's problem: a record whose checksum is right may still
 * lie, and is described as far as it goes.
 */
export class RecordData {
  readonly #complaint: Complaint;
  readonly #what: string;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  /** The part's length in bytes. */
  length = 0;

  constructor(complaint: Complaint, what: string) {
    this.#complaint = complaint;
    this.#what = what;
  }

  /** Points at other bytes. */
  reset(bytes: Uint8Array, start: number, length: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.length = length;
  }

  uint8(at: number): number {
    return this.#has(at, 1) ? this.#bytes[this.#start + at] : 0;
  }

  uint16(at: number): number {
    if (!this.#has(at, 2)) return 0;
    const from = this.#start + at;
    return this.#bytes[from] | (this.#bytes[from + 1] << 8);
  }

  int16(at: number): number {
    return (this.uint16(at) << 16) >> 16;
  }

  int32(at: number): number {
    if (!this.#has(at, 4)) return 0;
    const from = this.#start + at;
    const bytes = this.#bytes;
    return bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24);
  }

  uint32(at: number): number {
    return this.int32(at) >>> 0;
  }

  uint64(at: number): bigint {
    return this.#has(at, 8) ? lsnFromWords(this.uint32(at + 4), this.uint32(at)) : 0n;
  }

  int64(at: number): bigint {
    return BigInt.asIntN(64, this.uint64(at));
  }

  lsn(at: number): Lsn {
    return this.uint64(at);
  }

  bool(at: number): boolean {
    return this.uint8(at) !== 0;
  }

  /** A C string of at most so many bytes, up to its NUL. */
  text(at: number, limit = this.length - at): string {
    const end = Math.min(this.length, at + limit);
    let to = at;
    while (to < end && this.#bytes[this.#start + to] !== 0) to++;
    if (to === end && end === this.length) this.complain(`the text at byte ${at} has no end`);
    return decodeText(this.#bytes.subarray(this.#start + at, this.#start + Math.max(at, to)));
  }

  /** Bytes of the record, valid as long as it is; fewer than asked for where it has no more. */
  slice(at: number, length: number): Uint8Array {
    const held = Math.max(0, Math.min(length, this.length - at));
    if (held < length) this.#isShort(at, length);
    return this.#bytes.subarray(this.#start + at, this.#start + at + held);
  }

  /**
   * How many of `count` elements of `size` bytes, the first at `at`, there really are. Ask before every
   * loop: a count that lies must not be believed.
   */
  fit(count: number, at: number, size: number): number {
    const held = Math.max(0, Math.floor((this.length - at) / size));
    if (count >= 0 && count <= held) return count;
    this.complain(`${this.#what} has room for ${held} elements at byte ${at}, not for ${count}`);
    return count < 0 ? 0 : held;
  }

  /** Notes that the record cannot be right; the first such reason is kept. */
  complain(problem: string): void {
    this.#complaint.problem ??= problem;
  }

  #has(at: number, length: number): boolean {
    return (at >= 0 && at + length <= this.length) || this.#isShort(at, length);
  }

  #isShort(at: number, length: number): false {
    this.complain(`${this.#what} has ${this.length} bytes, ${length} are wanted at byte ${at}`);
    return false;
  }
}

/** What a record carries besides its header, as resource managers read it. */
export class RecordBody {
  readonly #complaint: Complaint = { problem: null };
  /** The resource manager's own data. */
  readonly main = new RecordData(this.#complaint, 'the data');
  readonly #block = new RecordData(this.#complaint, "the block's data");
  #record: WalRecord | null = null;
  /** The upper four bits of `xl_info`. */
  info = 0;

  /** Why the record cannot be right, or null. */
  get problem(): string | null {
    return this.#complaint.problem;
  }

  /** The record at hand. */
  get record(): WalRecord {
    if (this.#record === null) throw new TypeError('no record was given yet');
    return this.#record;
  }

  /** Points at another record. */
  reset(record: WalRecord): void {
    const { mainDataStart, mainDataLength } = record.blockTable;
    this.#record = record;
    this.#complaint.problem = null;
    this.info = record.info & RESOURCE_MANAGER_INFO;
    this.main.reset(record.bytes, record.start + mainDataStart, mainDataLength);
  }

  /** Whether the record refers to a block under this number (`XLogRecHasBlockRef`). */
  hasBlock(id: number): boolean {
    return this.#rowOf(id) >= 0;
  }

  /** Whether a full-page image comes with a block (`XLogRecHasBlockImage`). */
  hasImage(id: number): boolean {
    const row = this.#rowOf(id);
    return row >= 0 && this.record.blockTable.rows[row + BLOCK.imageLength] > 0;
  }

  /** A block's number in its fork (`XLogRecGetBlockTag`); 0 where there is no such block. */
  blockNumber(id: number): number {
    const row = this.#rowOf(id);
    return row < 0 ? 0 : this.record.blockTable.rows[row + BLOCK.block] >>> 0;
  }

  /**
   * The data about a block (`XLogRecGetBlockData`), or null where there is none. It is read before the data
   * of another block is asked for.
   */
  blockData(id: number): RecordData | null {
    const row = this.#rowOf(id);
    if (row < 0) return null;
    const { rows } = this.record.blockTable;
    const length = rows[row + BLOCK.dataLength];
    if (length === 0) return null;
    this.#block.reset(this.record.bytes, this.record.start + rows[row + BLOCK.dataStart], length);
    return this.#block;
  }

  #rowOf(id: number): number {
    const { rows, count } = this.record.blockTable;
    for (let row = 0; row < count * ROW; row += ROW) if (rows[row + BLOCK.id] === id) return row;
    return -1;
  }
}
