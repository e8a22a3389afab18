import { type Lsn, lsnFromWords } from '../lsn.js';
import { BLOCK, BlockTable, FORK_MASK, ROW } from './block-references.js';
import type { RecordHeaderLayout } from './record-header.js';
import { RESOURCE_MANAGER_INFO, RM_XLOG_ID, XLOG_SWITCH } from './record-header.js';
import type { WalFormat } from './wal-format.js';

/**
 * A block of a relation that a record refers to (`DecodedBkpBlock`, or `BkpBlock` up to 9.4).
 *
 * @category WAL
 */
export interface BlockReference {
  /** The reference's number in the record, 0 to 32. */
  readonly id: number;
  /** The tablespace's OID. */
  readonly tablespace: number;
  /** The database's OID; 0 for shared relations. */
  readonly database: number;
  /** The relation's file number. */
  readonly relation: number;
  /** 0 main, 1 free space map, 2 visibility map, 3 init. */
  readonly fork: number;
  /** The block's number in that fork. */
  readonly block: number;
  /** The full-page image that comes with the reference, or null. */
  readonly image: PageImage | null;
  /** Data of the resource manager about this block; empty up to 9.4. Valid as long as the record. */
  readonly data: Uint8Array;
}

/**
 * A full-page image as stored: compressed, and without its hole.
 *
 * @category WAL
 */
export interface PageImage {
  /** Bits that say how it is stored, see `pageImageFlags` of the version. */
  readonly info: number;
  /** Where zeros were left out of the page, in bytes from its start. */
  readonly holeOffset: number;
  /** How many were left out. */
  readonly holeLength: number;
  /** Valid as long as the record. */
  readonly bytes: Uint8Array;
}

/**
 * A WAL record (`XLogRecord`, `src/include/access/xlogrecord.h`): a view of bytes that the reader writes
 * over. It is valid until the reader's next step; {@link WalRecord.copy} gives one to keep.
 *
 * @category WAL
 */
export class WalRecord {
  /** What the WAL that it comes from has in common. */
  readonly format: WalFormat;
  readonly #layout: RecordHeaderLayout;
  /** The blocks as rows of numbers, for hot loops; {@link WalRecord.blocks} has them as objects. */
  readonly blockTable = new BlockTable();

  /** The bytes that hold the record from {@link WalRecord.start} on. */
  bytes: Uint8Array;
  /** The same bytes as little-endian words; `start` is a multiple of 8. */
  words: Int32Array;
  /** Where in {@link WalRecord.bytes} the record starts. */
  start = 0;
  /** The upper 32 bits of {@link WalRecord.lsn}. */
  lsnHigh = 0;
  /** The lower 32 bits of {@link WalRecord.lsn}. */
  lsnLow = 0;
  /** The upper 32 bits of {@link WalRecord.endLsn}. */
  endHigh = 0;
  /** The lower 32 bits of {@link WalRecord.endLsn}. */
  endLow = 0;
  /** The timeline of the page that the record begins on. */
  timeline = 0;

  constructor(format: WalFormat, layout: RecordHeaderLayout) {
    this.format = format;
    this.#layout = layout;
    this.bytes = new Uint8Array(0);
    this.words = new Int32Array(0);
  }

  /** Where the record begins. */
  get lsn(): Lsn {
    return lsnFromWords(this.lsnHigh, this.lsnLow);
  }

  /**
   * Where reading goes on behind the record: its end, aligned to 8 bytes; behind a switch record, the next
   * segment (`EndRecPtr`). At a page's end this is the next page's start, before its header.
   */
  get endLsn(): Lsn {
    return lsnFromWords(this.endHigh, this.endLow);
  }

  /** Where the record before it begins (`xl_prev`); 0 for the first of a cluster. */
  get previousLsn(): Lsn {
    return lsnFromWords(this.previousHigh, this.previousLow);
  }

  /** The upper 32 bits of {@link WalRecord.previousLsn}. */
  get previousHigh(): number {
    return this.#unsigned(this.#layout.previousHigh);
  }

  /** The lower 32 bits of {@link WalRecord.previousLsn}. */
  get previousLow(): number {
    return this.#unsigned(this.#layout.previousLow);
  }

  /** The transaction that wrote it, or 0 (`xl_xid`). */
  get xid(): number {
    return this.#unsigned(this.#layout.xid);
  }

  /** The record's whole length in bytes, header and page images included (`xl_tot_len`). */
  get totalLength(): number {
    return this.#unsigned(this.#layout.totalLength);
  }

  /** The ID of the resource manager that the record belongs to (`xl_rmid`). */
  get resourceManager(): number {
    return (this.words[(this.start >> 2) + this.#layout.infoAndResourceManager] >>> 8) & 0xff;
  }

  /** The name of the resource manager, as `pg_waldump` prints it: `custom128` for one of an extension. */
  get resourceManagerName(): string {
    const id = this.resourceManager;
    return this.format.version.resourceManagers[id] ?? `custom${id.toString().padStart(3, '0')}`;
  }

  /** Flag bits (`xl_info`): the upper four tell the resource manager what record it is. */
  get info(): number {
    return this.words[(this.start >> 2) + this.#layout.infoAndResourceManager] & 0xff;
  }

  /** The upper four bits of {@link WalRecord.info}. */
  get resourceManagerInfo(): number {
    return this.info & RESOURCE_MANAGER_INFO;
  }

  /** Whether the rest of the segment behind the record is not used (`XLOG_SWITCH`). */
  get isSegmentSwitch(): boolean {
    return this.resourceManager === RM_XLOG_ID && this.resourceManagerInfo === XLOG_SWITCH;
  }

  /** Bytes of the record that are full-page images. */
  get imageLength(): number {
    const { rows, count } = this.blockTable;
    let length = 0;
    for (let row = 0; row < count * ROW; row += ROW) length += rows[row + BLOCK.imageLength];
    return length;
  }

  /** The resource manager's own data, without what belongs to blocks. Valid as long as the record. */
  get mainData(): Uint8Array {
    const { mainDataStart, mainDataLength } = this.blockTable;
    return this.#part(mainDataStart, mainDataLength);
  }

  /** The replication origin that the record came in by, 0 for none. */
  get origin(): number {
    return this.blockTable.origin;
  }

  /** The transaction that the record's subtransaction belongs to, where the record says so, else 0. */
  get topLevelXid(): number {
    return this.blockTable.topLevelXid >>> 0;
  }

  /** The blocks that the record refers to; up to 9.4, those that it has an image of. */
  get blocks(): BlockReference[] {
    return Array.from({ length: this.blockTable.count }, (_, index) => this.#block(index * ROW));
  }

  /** The same record in bytes of its own, valid for good. */
  copy(): WalRecord {
    const copied = new WalRecord(this.format, this.#layout);
    const padded = new Uint8Array((this.totalLength + 7) & ~7);
    padded.set(this.#part(0, this.totalLength));
    copied.bytes = padded;
    copied.words = new Int32Array(padded.buffer);
    copied.lsnHigh = this.lsnHigh;
    copied.lsnLow = this.lsnLow;
    copied.endHigh = this.endHigh;
    copied.endLow = this.endLow;
    copied.timeline = this.timeline;
    copied.blockTable.copyFrom(this.blockTable);
    return copied;
  }

  #block(row: number): BlockReference {
    const { rows } = this.blockTable;
    const imageLength = rows[row + BLOCK.imageLength];
    return {
      id: rows[row + BLOCK.id],
      tablespace: rows[row + BLOCK.tablespace] >>> 0,
      database: rows[row + BLOCK.database] >>> 0,
      relation: rows[row + BLOCK.relation] >>> 0,
      fork: rows[row + BLOCK.forkAndFlags] & FORK_MASK,
      block: rows[row + BLOCK.block] >>> 0,
      image:
        imageLength === 0
          ? null
          : {
              info: rows[row + BLOCK.imageInfo],
              holeOffset: rows[row + BLOCK.holeOffset],
              holeLength: rows[row + BLOCK.holeLength],
              bytes: this.#part(rows[row + BLOCK.imageStart], imageLength),
            },
      data: this.#part(rows[row + BLOCK.dataStart], rows[row + BLOCK.dataLength]),
    };
  }

  #part(start: number, length: number): Uint8Array {
    return this.bytes.subarray(this.start + start, this.start + start + length);
  }

  #unsigned(word: number): number {
    return this.words[(this.start >> 2) + word] >>> 0;
  }
}
