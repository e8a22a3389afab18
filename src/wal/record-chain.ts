import { CRC32C_INITIAL, crc32cBytes, crc32cWords } from '../bytes/crc32c.js';
import { LEGACY_CRC32_INITIAL, legacyCrc32Bytes, legacyCrc32Words } from '../bytes/legacy-crc32.js';
import { formatLsn, formatLsnWords, type Lsn, lsnFromWords, lsnHigh, lsnLow } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import type { PageImageFlags } from '../version.js';
import { readBackupBlocks, readBlockReferences } from './block-references.js';
import {
  ALL_FLAGS,
  FIRST_IS_CONTRECORD,
  FIRST_IS_OVERWRITE_CONTRECORD,
  LONG_HEADER,
  LONG_HEADER_BYTES,
  PAGE_FIELD,
  SHORT_HEADER_BYTES,
} from './page-header.js';
import { contrecordIsRequested, incorrectLink, outOfSequence, pagePlace } from './reader-messages.js';
import { WalRecord } from './record.js';
import {
  isResourceManager,
  RESOURCE_MANAGER_INFO,
  type RecordHeaderLayout,
  RM_XLOG_ID,
  recordHeaderLayout,
  XLOG_SWITCH,
} from './record-header.js';
import type {
  FirstRecord,
  PageStart,
  RecordRest,
  RecordRestBuilder,
  UnfinishedRecord,
} from './record-parts.js';
import {
  NOTHING_SKIMMED,
  type PassOptions,
  type Skimmed,
  Skimmer,
  type SkimPosition,
} from './skim/skimmer.js';
import type { WalEnd, WalEndCode } from './wal-end.js';
import type { WalFormat } from './wal-format.js';

/** What a {@link RecordChain} is to know of the WAL that it walks. */
export interface RecordChainOptions {
  /** The timelines that the pages are to belong to; without it, any whose IDs do not decrease. */
  readonly history: TimelineHistory | null;
  /** `BLCKSZ` of the cluster's data pages, in bytes. */
  readonly pageSize: number;
  /** Takes what is passed over of a record from before the walk's beginning. */
  readonly rest?: RecordRestBuilder;
}

/** A stretch of a segment in memory: whole pages, in a buffer that starts at a multiple of 8. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** Where in the segment it starts and ends, in bytes. */
  readonly start: number;
  readonly end: number;
}

const WAITING_FOR_RECORD = 0;
const REASSEMBLING = 1;
const SKIPPING_CONTRECORD = 2;

/** The longest part of a record that is set aside before more of it has been seen. */
const INITIAL_ASSEMBLY_BYTES = 64 * 1024;

/**
 * The record chain: a state machine that steps from record to record as the server's reader does
 * (`XLogReadRecord` in `src/backend/access/transam/xlogreader.c`), checking page headers, prev-links,
 * checksums and block references on the way. It reads no files: whoever drives it gives it windows of
 * successive pages. Its three states are those that a page boundary can be met in.
 */
export class RecordChain {
  /** The record that the last step came to. */
  readonly record: WalRecord;
  /** Set once the walk has ended. */
  end: WalEnd | null = null;
  /** The segment that is being walked, and where in it the next page or record is. */
  segment = 0;
  offset = 0;
  /** The first record that was met, once its header has been read; nothing is known yet that it should link to. */
  first: FirstRecord | null = null;

  readonly #format: WalFormat;
  readonly #layout: RecordHeaderLayout;
  readonly #history: TimelineHistory | null;
  readonly #pageSize: number;
  readonly #rest: RecordRestBuilder | null;
  readonly #imageFlags: PageImageFlags | null;
  readonly #isCrc32c: boolean;
  readonly #pageMask: number;

  #state = WAITING_FOR_RECORD;
  #window: Window = { bytes: new Uint8Array(0), words: new Int32Array(0), start: 0, end: 0 };
  #segmentHigh = 0;
  #segmentLow = 0;
  #segmentFile = '';
  #pageTimeline = 0;

  /** The last valid record: the next one's prev-link leads here. */
  #hasPrevious = false;
  #previousHigh = 0;
  #previousLow = 0;
  /** Where that record ends, which is where WAL ends if nothing valid follows. */
  #endHigh = 0;
  #endLow = 0;

  readonly #skimmer: Skimmer | null;
  /** Where in the segment the skimmer is to be asked next. */
  #skimFrom = 0;
  /** Records that begin between these places in the segment have been found valid by the skimmer. */
  #skimmedFrom = 0;
  #skimmedUntil = 0;

  /** A record that began on an earlier page. */
  #assembly = new Uint8Array(INITIAL_ASSEMBLY_BYTES);
  #assemblyWords = new Int32Array(this.#assembly.buffer);
  #assembled = 0;
  #assemblyTotal = 0;
  #assemblyHigh = 0;
  #assemblyLow = 0;
  #assemblyTimeline = 0;

  constructor(format: WalFormat, options: RecordChainOptions) {
    this.#format = format;
    this.#layout = recordHeaderLayout(format.version);
    this.#history = options.history;
    this.#pageSize = options.pageSize;
    this.#rest = options.rest ?? null;
    this.#imageFlags = format.version.pageImageFlags;
    this.#isCrc32c = format.version.crc === 'crc32c';
    this.#pageMask = format.blockSize - 1;
    this.#skimmer = Skimmer.for(format, options.pageSize);
    this.record = new WalRecord(format, this.#layout);
  }

  /**
   * Puts the walk at a position: the start of a page, or where a record begins. `search` says to look for the
   * first record that begins on that page or later, passing over the rest of one from before.
   */
  begin(lsn: Lsn, search: boolean): void {
    this.segment = Number(lsn / BigInt(this.#format.segmentSize));
    this.offset = lsnLow(lsn) & (this.#format.segmentSize - 1);
    this.#state = search ? SKIPPING_CONTRECORD : WAITING_FOR_RECORD;
    this.#hasPrevious = false;
    this.#pageTimeline = 0;
    this.first = null;
    this.#endHigh = lsnHigh(lsn);
    this.#endLow = lsnLow(lsn);
    this.#locateSegment();
    this.#skimmedUntil = 0;
    this.end = null;
  }

  /**
   * Names the file that the following windows are from. Where the walk does not begin at its start, its
   * first page comes along, so that what it says of the file is checked first.
   */
  enterFile(name: string, firstPage: Window | null): void {
    this.#segmentFile = name;
    if (firstPage === null) return;
    this.#window = firstPage;
    this.#checkPageHeader(0);
  }

  /**
   * Gives the walk the window that holds its position. Where the position lies within a page, that page's
   * header is checked before anything in it is read.
   */
  supply(window: Window): void {
    this.#window = window;
    this.#skimmedUntil = 0;
    // who wants but a record or two is not kept waiting for the rest
    this.#skimFrom = this.#nextPage(this.offset);
    const inPage = this.offset & this.#pageMask;
    if (inPage === 0 || this.offset >= window.end) return;
    const pageStart = this.offset - inPage;
    if (pageStart < window.start) return;
    const headerBytes = this.#checkPageHeader(pageStart);
    if (headerBytes === 0) return;
    const flags = this.#pageFlags(pageStart);
    if (inPage < headerBytes) {
      this.#stop('broken-record', `invalid record offset at ${this.#place(this.offset)}`);
    } else if (inPage === headerBytes && (flags & FIRST_IS_CONTRECORD) !== 0 && !this.#hasPrevious) {
      this.#stop('broken-record', contrecordIsRequested(this.#place(this.offset)));
    }
  }

  /**
   * Steps to the next record. The hot loop: one turn a record that lies within a page, a few more at page
   * boundaries; every other case leaves it.
   *
   * @returns whether {@link RecordChain.record} is one; where not, the walk has ended or wants a window
   */
  next(): boolean {
    while (this.end === null && this.offset < this.#window.end) {
      const at = this.offset;
      if ((at & this.#pageMask) === 0) {
        if (this.#enterPage(at)) return true;
        continue;
      }
      if (at >= this.#skimFrom && this.#hasPrevious) this.#skimAhead(at);
      const headerBytes = this.#layout.bytes;
      const left = (at | this.#pageMask) + 1 - at;
      const start = at - this.#window.start;
      const total = this.#window.words[start >> 2] >>> 0;
      if (left < headerBytes) {
        if (total < headerBytes) {
          this.#stopAtShortRecord(at, total, true);
          break;
        }
      } else if (
        !this.#checkRecordHeader(this.#window.words, start >> 2, this.#segmentHigh, this.#segmentLow + at)
      ) {
        break;
      }
      if (total > left) {
        this.#beginAssembly(at, left, total);
        continue;
      }
      const record = this.record;
      record.bytes = this.#window.bytes;
      record.words = this.#window.words;
      record.start = start;
      record.lsnHigh = this.#segmentHigh;
      record.lsnLow = this.#segmentLow + at;
      record.timeline = this.#pageTimeline;
      return this.#finishRecord(total, at + ((total + 7) & ~7));
    }
    return false;
  }

  /**
   * Passes over records of the window that are valid, without a look at each: the quick way to where something
   * is. {@link RecordChain.next} then steps to the first that was not passed over.
   *
   * @param bound - no record that ends behind this offset in the segment is passed over
   */
  pass(bound: number, { counts = null, watched }: PassOptions = {}): Skimmed {
    const isReady = this.end === null && this.#state === WAITING_FOR_RECORD && this.#hasPrevious;
    if (this.#skimmer === null || !isReady || this.offset >= Math.min(bound, this.#window.end)) {
      return NOTHING_SKIMMED;
    }
    const position = this.#skimPosition(bound);
    const skimmed = this.#skimmer.skim(this.#window, position, counts, watched);
    this.#skimFrom = this.#nextPage(position.at);
    if (skimmed.records > 0) this.#passTo(position.at, position.previousHigh, position.previousLow);
    return skimmed;
  }

  /** Ends the walk from outside: for want of files, or because the caller has seen enough. */
  stop(code: WalEndCode, message: string): void {
    if (this.end === null) this.#stop(code, message);
  }

  /** The timeline of the last page that was read; 0 where there was none. */
  get pageTimeline(): number {
    return this.#pageTimeline;
  }

  /** Where the last valid record begins; null where there was none. */
  get lastRecord(): Lsn | null {
    return this.#hasPrevious ? lsnFromWords(this.#previousHigh, this.#previousLow) : null;
  }

  /** Where the last valid record ends; where there is none, where the walk began. */
  get endLsn(): Lsn {
    return lsnFromWords(this.#endHigh, this.#endLow);
  }

  /** Whether the walk is in the middle of a record that began on an earlier page. */
  get isReassembling(): boolean {
    return this.#state === REASSEMBLING;
  }

  /** The record that the walk is in the middle of, which began on an earlier page; else null. */
  get unfinished(): UnfinishedRecord | null {
    if (this.#state !== REASSEMBLING) return null;
    return {
      lsn: lsnFromWords(this.#assemblyHigh, this.#assemblyLow),
      timeline: this.#assemblyTimeline,
      totalLength: this.#assemblyTotal,
      length: this.#assembled,
      parts: [this.#assembly.slice(0, this.#assembled)],
    };
  }

  /**
   * Puts the walk into the middle of a record, as if it had come to the end of a segment in it.
   *
   * @param previous - where the record before it begins, and `end` where that ends
   */
  resume(record: UnfinishedRecord, previous: Lsn | null, end: Lsn): void {
    this.end = null;
    this.first = null;
    this.#skimmedUntil = 0;
    this.#state = REASSEMBLING;
    this.#pageTimeline = record.timeline;
    this.#hasPrevious = previous !== null;
    this.#previousHigh = lsnHigh(previous ?? 0n);
    this.#previousLow = lsnLow(previous ?? 0n);
    this.#endHigh = lsnHigh(end);
    this.#endLow = lsnLow(end);
    this.#assemblyHigh = lsnHigh(record.lsn);
    this.#assemblyLow = lsnLow(record.lsn);
    this.#assemblyTimeline = record.timeline;
    this.#assemblyTotal = record.totalLength;
    this.#assembled = 0;
    for (const part of record.parts) this.#append(part);
  }

  /**
   * Takes the rest of the record at hand, as a walk that began behind it has passed over it.
   *
   * @param page - the page that it begins on
   * @returns whether {@link RecordChain.record} is whole; where not, the walk has ended or the record goes on,
   * or is given up
   */
  join(page: PageStart, rest: RecordRest): boolean {
    if (!this.#isContinued(page)) return false;
    const hadHeader = this.#assembled >= this.#layout.bytes;
    for (const part of rest.parts) this.#append(part);
    if (!hadHeader && !this.#checkAssembledHeader()) return false;
    if (rest.end === null) {
      if (rest.after !== null) this.#isContinued(rest.after);
      return false;
    }
    this.segment = Number((rest.end - 1n) / BigInt(this.#format.segmentSize));
    this.#locateSegment();
    this.#pageTimeline = rest.timeline;
    this.#segmentFile = rest.file;
    return this.#finishAssembly(Number(rest.end - BigInt(this.segment) * BigInt(this.#format.segmentSize)));
  }

  /** Whether a page that another walk has read goes on with the record at hand. */
  #isContinued(page: PageStart): boolean {
    this.#segmentFile = page.file;
    this.#pageTimeline = page.timeline;
    if ((page.flags & FIRST_IS_OVERWRITE_CONTRECORD) === 0) {
      return this.#checkContinuation(page.flags, page.remaining);
    }
    this.#state = WAITING_FOR_RECORD;
    if ((page.flags & FIRST_IS_CONTRECORD) !== 0) {
      this.#stop('broken-record', contrecordIsRequested(formatLsn(page.lsn)));
    }
    return false;
  }

  /** Goes on with the next segment once this one is used up. */
  advanceSegment(): void {
    this.segment++;
    this.offset = 0;
    this.#locateSegment();
  }

  #locateSegment(): void {
    const start = this.segment * this.#format.segmentSize;
    this.#segmentHigh = Math.floor(start / 0x1_0000_0000);
    this.#segmentLow = start % 0x1_0000_0000;
  }

  /** Passes over a page's header, minding what the state asks of it. True where this finishes a record. */
  #enterPage(at: number): boolean {
    const headerBytes = this.#checkPageHeader(at);
    if (headerBytes === 0) return false;
    const flags = this.#pageFlags(at);
    const remaining = this.#window.words[(at - this.#window.start + PAGE_FIELD.remainingLength) >> 2] >>> 0;
    if (this.#rest !== null && this.#state === SKIPPING_CONTRECORD) {
      const { bytes, start } = this.#window;
      const room = bytes.subarray(at - start + headerBytes, at - start + this.#format.blockSize);
      this.#rest.addPage(this.#pageStart(at + headerBytes, flags, remaining), room);
    }
    if (this.#state === REASSEMBLING) {
      if ((flags & FIRST_IS_OVERWRITE_CONTRECORD) === 0) {
        return this.#continueAssembly(at, headerBytes, flags, remaining);
      }
      // the server gave the unfinished record up and wrote on from here
      this.#state = WAITING_FOR_RECORD;
    }
    this.offset = at + headerBytes;
    if ((flags & FIRST_IS_CONTRECORD) !== 0) {
      if (this.#state === WAITING_FOR_RECORD) {
        this.#stop('broken-record', contrecordIsRequested(this.#place(this.offset)));
        return false;
      }
      const length = alignRecord(remaining);
      if (length >= this.#format.blockSize - headerBytes) {
        this.offset = at + this.#format.blockSize;
        return false;
      }
      this.offset += length;
    }
    if (this.#state === SKIPPING_CONTRECORD) {
      this.#state = WAITING_FOR_RECORD;
      this.#endHigh = this.#segmentHigh;
      this.#endLow = this.#segmentLow + this.offset;
    }
    return false;
  }

  #beginAssembly(at: number, left: number, total: number): void {
    const start = at - this.#window.start;
    this.#assembly.set(this.#window.bytes.subarray(start, start + left));
    this.#assembled = left;
    this.#assemblyTotal = total;
    this.#assemblyHigh = this.#segmentHigh;
    this.#assemblyLow = this.#segmentLow + at;
    this.#assemblyTimeline = this.#pageTimeline;
    this.#state = REASSEMBLING;
    this.offset = at + left;
  }

  #continueAssembly(at: number, headerBytes: number, flags: number, remaining: number): boolean {
    if (!this.#checkContinuation(flags, remaining)) return false;
    const length = Math.min(remaining, this.#format.blockSize - headerBytes);
    const start = at - this.#window.start + headerBytes;
    const hadHeader = this.#assembled >= this.#layout.bytes;
    this.#append(this.#window.bytes.subarray(start, start + length));
    if (!hadHeader && !this.#checkAssembledHeader()) return false;
    this.offset = at + headerBytes + length;
    return this.#finishAssembly(at + headerBytes + alignRecord(length));
  }

  /** Whether a page says of itself that it goes on with the record at hand. */
  #checkContinuation(flags: number, remaining: number): boolean {
    const place = formatLsnWords(this.#assemblyHigh, this.#assemblyLow);
    if ((flags & FIRST_IS_CONTRECORD) === 0) {
      this.#stop('broken-record', `there is no contrecord flag at ${place}`);
      return false;
    }
    const expected = this.#assemblyTotal - this.#assembled;
    if (remaining !== 0 && remaining === expected) return true;
    const detail = this.#format.version.shortRecordMessage === 'zero-length' ? '' : ` (expected ${expected})`;
    this.#stop('broken-record', `invalid contrecord length ${remaining}${detail} at ${place}`);
    return false;
  }

  #append(part: Uint8Array): void {
    this.#growAssembly(this.#assembled + part.length);
    this.#assembly.set(part, this.#assembled);
    this.#assembled += part.length;
  }

  #checkAssembledHeader(): boolean {
    return this.#checkRecordHeader(this.#assemblyWords, 0, this.#assemblyHigh, this.#assemblyLow);
  }

  /** True where the record at hand is whole and valid. */
  #finishAssembly(next: number): boolean {
    if (this.#assembled < this.#assemblyTotal) return false;
    const record = this.record;
    record.bytes = this.#assembly;
    record.words = this.#assemblyWords;
    record.start = 0;
    record.lsnHigh = this.#assemblyHigh;
    record.lsnLow = this.#assemblyLow;
    record.timeline = this.#assemblyTimeline;
    this.#state = WAITING_FOR_RECORD;
    return this.#finishRecord(this.#assemblyTotal, next);
  }

  /** Makes room only for what has been seen of a record, so that a length made up costs no memory. */
  #growAssembly(bytes: number): void {
    if (bytes <= this.#assembly.length) return;
    const larger = new Uint8Array(alignRecord(Math.min(this.#assemblyTotal, bytes * 2)));
    larger.set(this.#assembly.subarray(0, this.#assembled));
    this.#assembly = larger;
    this.#assemblyWords = new Int32Array(larger.buffer);
  }

  /** Checks what can be known only of the whole record. False where the walk ends before it. */
  #finishRecord(total: number, next: number): boolean {
    const record = this.record;
    const problem = this.#readBlocks(record, total);
    const hasChecksum = this.#wasSkimmed(record) || this.#hasRightChecksum(record, total);
    if (!hasChecksum || problem !== null) {
      const place = formatLsnWords(record.lsnHigh, record.lsnLow);
      this.#stop(
        'broken-record',
        hasChecksum
          ? `${problem} at ${place}`
          : `incorrect resource manager data checksum in record at ${place}`,
      );
      return false;
    }
    const info = record.words[(record.start >> 2) + this.#layout.infoAndResourceManager];
    const isSwitch = (info & 0xff00) === RM_XLOG_ID << 8 && (info & RESOURCE_MANAGER_INFO) === XLOG_SWITCH;
    const offset = isSwitch && next < this.#format.segmentSize ? this.#format.segmentSize : next;
    this.#passTo(offset, record.lsnHigh, record.lsnLow);
    record.endHigh = this.#endHigh;
    record.endLow = this.#endLow;
    return true;
  }

  /** Puts the walk behind a valid record. */
  #passTo(offset: number, recordHigh: number, recordLow: number): void {
    this.offset = offset;
    this.#hasPrevious = true;
    this.#previousHigh = recordHigh;
    this.#previousLow = recordLow;
    const low = this.#segmentLow + offset;
    this.#endHigh = low < 0x1_0000_0000 ? this.#segmentHigh : this.#segmentHigh + 1;
    this.#endLow = low < 0x1_0000_0000 ? low : low - 0x1_0000_0000;
  }

  /** Has the checksums of the following records verified, as far as that goes without a hitch. */
  #skimAhead(at: number): void {
    const position = this.#skimPosition(this.#format.segmentSize);
    this.#skimmer?.skim(this.#window, position, null);
    this.#skimmedFrom = at;
    this.#skimmedUntil = position.at;
    this.#skimFrom = this.#nextPage(position.at);
  }

  #skimPosition(bound: number): SkimPosition {
    return {
      at: this.offset,
      bound,
      segmentHigh: this.#segmentHigh,
      segmentLow: this.#segmentLow,
      timeline: this.#pageTimeline,
      previousHigh: this.#previousHigh,
      previousLow: this.#previousLow,
    };
  }

  #nextPage(offset: number): number {
    return (offset & -this.#format.blockSize) + this.#format.blockSize;
  }

  #wasSkimmed(record: WalRecord): boolean {
    const at = record.lsnLow - this.#segmentLow;
    return record.lsnHigh === this.#segmentHigh && at >= this.#skimmedFrom && at < this.#skimmedUntil;
  }

  #readBlocks(record: WalRecord, total: number): string | null {
    if (this.#imageFlags === null) {
      const header = record.start >> 2;
      const dataLength = record.words[header + this.#layout.dataLength] >>> 0;
      const info = record.words[header + this.#layout.infoAndResourceManager] & 0xff;
      return readBackupBlocks(
        record.blockTable,
        record.bytes,
        record.start,
        total,
        dataLength,
        info,
        this.#pageSize,
      );
    }
    return readBlockReferences(
      record.blockTable,
      record.bytes,
      record.start,
      total,
      this.#format.version,
      this.#imageFlags,
      this.#pageSize,
    );
  }

  /** The checksum covers the data first and the header up to its own field last. */
  #hasRightChecksum(record: WalRecord, total: number): boolean {
    const { bytes, words, start } = record;
    const header = start >> 2;
    const dataStart = start + this.#layout.bytes;
    const end = start + total;
    const crcWord = header + this.#layout.crc;
    let state: number;
    if (this.#isCrc32c) {
      state = crc32cWords(CRC32C_INITIAL, words, dataStart >> 2, end >> 2);
      state = crc32cBytes(state, bytes, end & ~3, end);
      state = crc32cWords(state, words, header, crcWord);
    } else {
      state = legacyCrc32Words(LEGACY_CRC32_INITIAL, words, dataStart >> 2, end >> 2);
      state = legacyCrc32Bytes(state, bytes, end & ~3, end);
      state = legacyCrc32Words(state, words, header, crcWord);
    }
    return ~state === words[crcWord];
  }

  /** `ValidXLogRecordHeader`: false where the walk ends before this record. */
  #checkRecordHeader(words: Int32Array, header: number, high: number, low: number): boolean {
    const layout = this.#layout;
    const total = words[header] >>> 0;
    const info = words[header + layout.infoAndResourceManager];
    if (layout.dataLength >= 0) {
      if (
        !this.#checkDataLength(words[header + layout.dataLength] >>> 0, total, info, low - this.#segmentLow)
      )
        return false;
    } else if (total < layout.bytes) {
      this.#stopAtShortRecord(low - this.#segmentLow, total, false);
      return false;
    }
    const resourceManager = (info >>> 8) & 0xff;
    if (!isResourceManager(this.#format.version, resourceManager)) {
      this.#stop(
        'broken-record',
        `invalid resource manager ID ${resourceManager} at ${formatLsnWords(high, low)}`,
      );
      return false;
    }
    const previousHigh = words[header + layout.previousHigh] >>> 0;
    const previousLow = words[header + layout.previousLow] >>> 0;
    const isRight = this.#hasPrevious
      ? previousLow === this.#previousLow && previousHigh === this.#previousHigh
      : previousHigh < high || (previousHigh === high && previousLow < low);
    if (!isRight) {
      const link = formatLsnWords(previousHigh, previousLow);
      this.#stop('broken-record', incorrectLink(link, formatLsnWords(high, low)));
    } else if (!this.#hasPrevious) {
      this.first = {
        lsn: lsnFromWords(high, low),
        previous: lsnFromWords(previousHigh, previousLow),
        timeline: this.#pageTimeline,
        file: this.#segmentFile,
      };
    }
    return isRight;
  }

  /** Up to 9.4 the data's length has a field of its own, which only a switch record leaves 0. */
  #checkDataLength(dataLength: number, total: number, info: number, at: number): boolean {
    const isSwitch = (info & 0xffff) === ((RM_XLOG_ID << 8) | XLOG_SWITCH);
    if (isSwitch && dataLength !== 0) {
      this.#stop('broken-record', `invalid xlog switch record at ${this.#place(at)}`);
      return false;
    }
    if (!isSwitch && dataLength === 0) {
      this.#stop(
        total === 0 ? 'zeroed-tail' : 'broken-record',
        `record with zero length at ${this.#place(at)}`,
      );
      return false;
    }
    const least = this.#layout.bytes + dataLength;
    if (total < least || total > least + 4 * (24 + this.#pageSize)) {
      this.#stop('broken-record', `invalid record length at ${this.#place(at)}`);
      return false;
    }
    return true;
  }

  #stopAtShortRecord(at: number, total: number, isSplit: boolean): void {
    const style = this.#format.version.shortRecordMessage;
    const least = this.#layout.bytes;
    const tail = {
      'zero-length': '',
      bare: '',
      wanted: `: wanted ${least}, got ${total}`,
      expected: `: expected at least ${least}, got ${total}`,
    };
    const what = style === 'zero-length' && !isSplit ? 'record with zero length' : 'invalid record length';
    this.#stop(total === 0 ? 'zeroed-tail' : 'broken-record', `${what} at ${this.#place(at)}${tail[style]}`);
  }

  /** `XLogReaderValidatePageHeader`. Gives the header's length, or 0 where the walk ends before this page. */
  #checkPageHeader(at: number): number {
    const { bytes, words, start } = this.#window;
    const page = at - start;
    const magic = bytes[page] | (bytes[page + 1] << 8);
    const flags = this.#pageFlags(at);
    if (magic !== this.#format.pageMagic) {
      const isZeroed = words.subarray(page >> 2, (page + LONG_HEADER_BYTES) >> 2).every((word) => word === 0);
      const hex = magic.toString(16).toUpperCase().padStart(4, '0');
      return this.#stopAtPage(isZeroed ? 'zeroed-tail' : 'broken-page', `invalid magic number ${hex}`, at);
    }
    if ((flags & ~ALL_FLAGS) !== 0 || (at === 0 && (flags & LONG_HEADER) === 0)) {
      const hex = flags.toString(16).toUpperCase().padStart(4, '0');
      return this.#stopAtPage('broken-page', `invalid info bits ${hex}`, at);
    }
    if ((flags & LONG_HEADER) !== 0 && !this.#hasFormatOf(page)) return 0;
    const addressHigh = words[(page + PAGE_FIELD.addressHigh) >> 2] >>> 0;
    const addressLow = words[(page + PAGE_FIELD.addressLow) >> 2] >>> 0;
    if (addressLow !== this.#segmentLow + at || addressHigh !== this.#segmentHigh) {
      const address = formatLsnWords(addressHigh, addressLow);
      return this.#stopAtPage('recycled-segment', `unexpected pageaddr ${address}`, at);
    }
    const timeline = words[(page + PAGE_FIELD.timeline) >> 2] >>> 0;
    if (timeline !== this.#pageTimeline && !this.#enterTimeline(timeline, at)) return 0;
    return (flags & LONG_HEADER) !== 0 ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
  }

  #hasFormatOf(page: number): boolean {
    const { words } = this.#window;
    const field = (offset: number) => words[(page + offset) >> 2] >>> 0;
    const identifier =
      (BigInt(field(PAGE_FIELD.systemIdentifier + 4)) << 32n) | BigInt(field(PAGE_FIELD.systemIdentifier));
    let difference: string | null = null;
    if (identifier !== this.#format.systemIdentifier) {
      difference = `WAL file database system identifier is ${identifier}, expected ${this.#format.systemIdentifier}`;
    } else if (field(PAGE_FIELD.segmentSize) !== this.#format.segmentSize) {
      difference = 'incorrect segment size in page header';
    } else if (field(PAGE_FIELD.blockSize) !== this.#format.blockSize) {
      difference = 'incorrect XLOG_BLCKSZ in page header';
    }
    if (difference !== null)
      this.#stop('other-format', `WAL file is from different database system: ${difference}`);
    return difference === null;
  }

  /** Whether a page may belong to this timeline, which is not the one of the page before. */
  #enterTimeline(timeline: number, at: number): boolean {
    const address = lsnFromWords(this.#segmentHigh, this.#segmentLow + at);
    const isRight =
      this.#history === null
        ? timeline > this.#pageTimeline
        : timeline === timelineAt(this.#history, address).timeline;
    if (isRight) {
      this.#pageTimeline = timeline;
      return true;
    }
    const message =
      timeline < this.#pageTimeline
        ? outOfSequence(timeline, this.#pageTimeline)
        : `unexpected timeline ID ${timeline}`;
    this.#stopAtPage('other-timeline', message, at);
    return false;
  }

  #pageFlags(at: number): number {
    const { bytes, start } = this.#window;
    return bytes[at - start + PAGE_FIELD.info] | (bytes[at - start + PAGE_FIELD.info + 1] << 8);
  }

  #pageStart(behindHeader: number, flags: number, remaining: number): PageStart {
    return {
      lsn: lsnFromWords(this.#segmentHigh, this.#segmentLow + behindHeader),
      timeline: this.#pageTimeline,
      file: this.#segmentFile,
      flags,
      remaining,
    };
  }

  #place(at: number): string {
    return formatLsnWords(this.#segmentHigh, this.#segmentLow + at);
  }

  #stopAtPage(code: WalEndCode, what: string, at: number): 0 {
    this.#stop(code, `${what} in ${pagePlace(this.#format.version, this.#segmentFile, this.#place(at), at)}`);
    return 0;
  }

  #stop(code: WalEndCode, message: string): void {
    this.end = {
      lsn: this.endLsn,
      timeline: this.#pageTimeline,
      code,
      message,
      file: this.#segmentFile,
      lastRecord: this.lastRecord,
    };
  }
}

function alignRecord(length: number): number {
  return Math.ceil(length / 8) * 8;
}
