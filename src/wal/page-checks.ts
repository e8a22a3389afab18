import { formatLsnWords, lsnFromWords } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import { ALL_FLAGS, LONG_HEADER, LONG_HEADER_BYTES, PAGE_FIELD, SHORT_HEADER_BYTES } from './page-header.js';
import { outOfSequence, pagePlace } from './reader-messages.js';
import type { WalEndCode } from './wal-end.js';
import type { WalFormat } from './wal-format.js';
import type { Window } from './window.js';

/** Which segment a page is in. */
export interface PageSegment {
  /** Where it begins: the upper and lower 32 bits of the LSN. */
  readonly high: number;
  readonly low: number;
  /** What its file is called. */
  readonly file: string;
}

/** Holds the headers of successive pages against what they should be (`XLogReaderValidatePageHeader`). */
export class PageChecks {
  /** The timeline of the last page; 0 where there was none. */
  timeline = 0;
  /** What is wrong with the last page, as the server says it; null where nothing is. */
  problem: { readonly code: WalEndCode; readonly message: string } | null = null;
  readonly #format: WalFormat;
  readonly #history: TimelineHistory | null;

  /** @param history - the timelines that the pages are to belong to; null for any whose IDs do not decrease */
  constructor(format: WalFormat, history: TimelineHistory | null) {
    this.#format = format;
    this.#history = history;
  }

  /** Checks the page at an offset of its segment. Gives its header's length, or 0 where there is a problem. */
  check({ bytes, words, start }: Window, at: number, segment: PageSegment): number {
    const page = at - start;
    const magic = bytes[page] | (bytes[page + 1] << 8);
    const flags = bytes[page + PAGE_FIELD.info] | (bytes[page + PAGE_FIELD.info + 1] << 8);
    if (magic !== this.#format.pageMagic) {
      const isZeroed = words.subarray(page >> 2, (page + LONG_HEADER_BYTES) >> 2).every((word) => word === 0);
      const what = `invalid magic number ${fourHexDigits(magic)}`;
      return this.#refuse(isZeroed ? 'zeroed-tail' : 'broken-page', what, at, segment);
    }
    if ((flags & ~ALL_FLAGS) !== 0 || (at === 0 && (flags & LONG_HEADER) === 0)) {
      return this.#refuse('broken-page', `invalid info bits ${fourHexDigits(flags)}`, at, segment);
    }
    if ((flags & LONG_HEADER) !== 0 && !this.#hasFormatOf(words, page)) return 0;
    const addressHigh = words[(page + PAGE_FIELD.addressHigh) >> 2] >>> 0;
    const addressLow = words[(page + PAGE_FIELD.addressLow) >> 2] >>> 0;
    if (addressLow !== segment.low + at || addressHigh !== segment.high) {
      const address = formatLsnWords(addressHigh, addressLow);
      return this.#refuse('recycled-segment', `unexpected pageaddr ${address}`, at, segment);
    }
    const timeline = words[(page + PAGE_FIELD.timeline) >> 2] >>> 0;
    if (timeline !== this.timeline && !this.#enterTimeline(timeline, at, segment)) return 0;
    return (flags & LONG_HEADER) !== 0 ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
  }

  #hasFormatOf(words: Int32Array, page: number): boolean {
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
    if (difference === null) return true;
    const message = `WAL file is from different database system: ${difference}`;
    this.problem = { code: 'other-format', message };
    return false;
  }

  /** Whether a page may belong to this timeline, which is not the one of the page before. */
  #enterTimeline(timeline: number, at: number, segment: PageSegment): boolean {
    const address = lsnFromWords(segment.high, segment.low + at);
    const isRight =
      this.#history === null
        ? timeline > this.timeline
        : timeline === timelineAt(this.#history, address).timeline;
    if (isRight) {
      this.timeline = timeline;
      return true;
    }
    const what =
      timeline < this.timeline
        ? outOfSequence(timeline, this.timeline)
        : `unexpected timeline ID ${timeline}`;
    this.#refuse('other-timeline', what, at, segment);
    return false;
  }

  #refuse(code: WalEndCode, what: string, at: number, { high, low, file }: PageSegment): 0 {
    const place = pagePlace(this.#format.version, file, formatLsnWords(high, low + at), at);
    this.problem = { code, message: `${what} in ${place}` };
    return 0;
  }
}

/** `%04X` */
function fourHexDigits(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}
