import { CRC32C_INITIAL, crc32cBytes, crc32cWords } from '../bytes/crc32c.js';
import { LEGACY_CRC32_INITIAL, legacyCrc32Bytes, legacyCrc32Words } from '../bytes/legacy-crc32.js';
import { formatLsn, formatLsnWords, type Lsn, lsnFromWords, lsnHigh, lsnLow } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import type { PageImageFlags } from '../version.js';
import { readBackupBlocks, readBlockReferences } from './block-references.js';
import { PageChecks } from './page-checks.js';
import { FIRST_IS_CONTRECORD, FIRST_IS_OVERWRITE_CONTRECORD, PAGE_FIELD } from './page-header.js';
import { contrecordIsRequested, incorrectLink } from './reader-messages.js';
import { WalRecord } from './record.js';
import { RecordAssembly } from './record-assembly.js';
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
import type { Window } from './window.js';

/** What a {@link RecordChain} is to know of the WAL that it walks. */
export interface RecordChainOptions {
  /** The timelines that the pages are to belong to; without it, any whose IDs do not decrease. */
  readonly history: TimelineHistory | null;
  /** `BLCKSZ` of the cluster's data pages, in bytes. */
  readonly pageSize: number;
  /** Takes what is passed over of a record from before the walk's beginning. */
  readonly rest?: RecordRestBuilder;
}

const NO_WINDOW: Window = { bytes: new Uint8Array(0), words: new Int32Array(0), start: 0, end: 0 };

const WAITING_FOR_RECORD = 0;
const REASSEMBLING = 1;
const SKIPPING_CONTRECORD = 2;

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
  readonly #pages: PageChecks;
  readonly #pageSize: number;
  readonly #rest: RecordRestBuilder | null;
  readonly #imageFlags: PageImageFlags | null;
  readonly #isCrc32c: boolean;
  readonly #pageMask: number;

  #state = WAITING_FOR_RECORD;
  #window: Window = NO_WINDOW;
  #segmentHigh = 0;
  #segmentLow = 0;
  #segmentFile = '';

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
  readonly #assembly = new RecordAssembly();

  constructor(format: WalFormat, options: RecordChainOptions) {
    this.#format = format;
    this.#layout = recordHeaderLayout(format.version);
    this.#pages = new PageChecks(format, options.history);
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
    this.#pages.timeline = 0;
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
      record.timeline = this.#pages.timeline;
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

  /**
   * Puts the walk behind a record that another walk has found valid, where it waits for a window.
   *
   * @param end - where that record ends
   */
  skipTo(record: Lsn, end: Lsn): void {
    this.segment = Number(end / BigInt(this.#format.segmentSize));
    this.#locateSegment();
    this.#window = NO_WINDOW;
    this.#skimmedUntil = 0;
    this.#passTo(Number(end % BigInt(this.#format.segmentSize)), lsnHigh(record), lsnLow(record));
  }

  /** Ends the walk from outside: for want of files, or because the caller has seen enough. */
  stop(code: WalEndCode, message: string): void {
    if (this.end === null) this.#stop(code, message);
  }

  /** The timeline of the last page that was read; 0 where there was none. */
  get pageTimeline(): number {
    return this.#pages.timeline;
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
    return this.#state === REASSEMBLING ? this.#assembly.unfinished : null;
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
    this.#pages.timeline = record.timeline;
    this.#hasPrevious = previous !== null;
    this.#previousHigh = lsnHigh(previous ?? 0n);
    this.#previousLow = lsnLow(previous ?? 0n);
    this.#endHigh = lsnHigh(end);
    this.#endLow = lsnLow(end);
    this.#assembly.resume(record);
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
    const hadHeader = this.#assembly.length >= this.#layout.bytes;
    for (const part of rest.parts) this.#assembly.append(part);
    if (!hadHeader && !this.#checkAssembledHeader()) return false;
    if (rest.end === null) {
      if (rest.after !== null) this.#isContinued(rest.after);
      return false;
    }
    this.segment = Number((rest.end - 1n) / BigInt(this.#format.segmentSize));
    this.#locateSegment();
    this.#pages.timeline = rest.timeline;
    this.#segmentFile = rest.file;
    return this.#finishAssembly(Number(rest.end - BigInt(this.segment) * BigInt(this.#format.segmentSize)));
  }

  /** Whether a page that another walk has read goes on with the record at hand. */
  #isContinued(page: PageStart): boolean {
    this.#segmentFile = page.file;
    this.#pages.timeline = page.timeline;
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
    this.#assembly.begin(total, this.#segmentHigh, this.#segmentLow + at, this.#pages.timeline);
    this.#assembly.append(this.#window.bytes.subarray(start, start + left));
    this.#state = REASSEMBLING;
    this.offset = at + left;
  }

  #continueAssembly(at: number, headerBytes: number, flags: number, remaining: number): boolean {
    if (!this.#checkContinuation(flags, remaining)) return false;
    const length = Math.min(remaining, this.#format.blockSize - headerBytes);
    const start = at - this.#window.start + headerBytes;
    const hadHeader = this.#assembly.length >= this.#layout.bytes;
    this.#assembly.append(this.#window.bytes.subarray(start, start + length));
    if (!hadHeader && !this.#checkAssembledHeader()) return false;
    this.offset = at + headerBytes + length;
    return this.#finishAssembly(at + headerBytes + alignRecord(length));
  }

  /** Whether a page says of itself that it goes on with the record at hand. */
  #checkContinuation(flags: number, remaining: number): boolean {
    const place = formatLsnWords(this.#assembly.lsnHigh, this.#assembly.lsnLow);
    if ((flags & FIRST_IS_CONTRECORD) === 0) {
      this.#stop('broken-record', `there is no contrecord flag at ${place}`);
      return false;
    }
    const expected = this.#assembly.totalLength - this.#assembly.length;
    if (remaining !== 0 && remaining === expected) return true;
    const detail = this.#format.version.shortRecordMessage === 'zero-length' ? '' : ` (expected ${expected})`;
    this.#stop('broken-record', `invalid contrecord length ${remaining}${detail} at ${place}`);
    return false;
  }

  #checkAssembledHeader(): boolean {
    const { words, lsnHigh: high, lsnLow: low } = this.#assembly;
    return this.#checkRecordHeader(words, 0, high, low);
  }

  /** True where the record at hand is whole and valid. */
  #finishAssembly(next: number): boolean {
    const { record } = this;
    const assembly = this.#assembly;
    if (assembly.length < assembly.totalLength) return false;
    record.bytes = assembly.bytes;
    record.words = assembly.words;
    record.start = 0;
    record.lsnHigh = assembly.lsnHigh;
    record.lsnLow = assembly.lsnLow;
    record.timeline = assembly.timeline;
    this.#state = WAITING_FOR_RECORD;
    return this.#finishRecord(assembly.totalLength, next);
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
      timeline: this.#pages.timeline,
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
        timeline: this.#pages.timeline,
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

  /** Gives the header's length, or 0 where the walk ends before this page. */
  #checkPageHeader(at: number): number {
    const segment = { high: this.#segmentHigh, low: this.#segmentLow, file: this.#segmentFile };
    const headerBytes = this.#pages.check(this.#window, at, segment);
    const { problem } = this.#pages;
    if (headerBytes === 0 && problem !== null) this.#stop(problem.code, problem.message);
    return headerBytes;
  }

  #pageFlags(at: number): number {
    const { bytes, start } = this.#window;
    return bytes[at - start + PAGE_FIELD.info] | (bytes[at - start + PAGE_FIELD.info + 1] << 8);
  }

  #pageStart(behindHeader: number, flags: number, remaining: number): PageStart {
    return {
      lsn: lsnFromWords(this.#segmentHigh, this.#segmentLow + behindHeader),
      timeline: this.#pages.timeline,
      file: this.#segmentFile,
      flags,
      remaining,
    };
  }

  #place(at: number): string {
    return formatLsnWords(this.#segmentHigh, this.#segmentLow + at);
  }

  #stop(code: WalEndCode, message: string): void {
    this.end = {
      lsn: this.endLsn,
      timeline: this.#pages.timeline,
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
