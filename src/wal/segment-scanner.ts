import { segmentStart } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import { RecordChain } from './record-chain.js';
import { type FirstRecord, RecordRestBuilder } from './record-parts.js';
import type { ScannedSegment, SegmentScan } from './segment-scan.js';
import type { WalEndCode } from './wal-end.js';
import type { WalFormat } from './wal-format.js';
import type { Window } from './window.js';

/** What a segment is scanned against. */
export interface SegmentScannerOptions {
  /** What it should have in common with the others. */
  readonly format: WalFormat;
  /** The history of its timeline; without it, pages may belong to any timelines whose IDs do not decrease. */
  readonly history: TimelineHistory | null;
  /** `BLCKSZ`, in bytes. */
  readonly pageSize: number;
}

/** Scans one segment, window by window, on its own: what it has to do with its neighbours is for `mergeScans`. */
export class SegmentScanner {
  readonly #segment: ScannedSegment;
  readonly #format: WalFormat;
  readonly #pageSize: number;
  readonly #chain: RecordChain;
  readonly #rest = new RecordRestBuilder();
  #records = 0;
  #recordBytes = 0;

  constructor(segment: ScannedSegment, { format, history, pageSize }: SegmentScannerOptions) {
    this.#segment = segment;
    this.#format = format;
    this.#pageSize = pageSize;
    this.#chain = new RecordChain(format, { history, pageSize, rest: this.#rest });
    this.#chain.begin(segmentStart(segment.number, format.segmentSize), true);
    this.#chain.enterFile(segment.name, null);
  }

  /** The position in the segment that the next window has to hold, in bytes; null once the scan is over. */
  get offset(): number | null {
    const { end, offset } = this.#chain;
    return end !== null || offset >= this.#format.segmentSize ? null : offset;
  }

  /** Scans a window. */
  supply(window: Window): void {
    const chain = this.#chain;
    const { record } = chain;
    chain.supply(window);
    for (;;) {
      const passed = chain.pass(this.#format.segmentSize);
      this.#records += passed.records;
      this.#recordBytes += passed.recordBytes;
      if (!chain.next()) break;
      this.#records++;
      this.#recordBytes += record.totalLength;
    }
  }

  /** Ends the scan where it is: because the file ends there, say. */
  stop(code: WalEndCode, message: string): void {
    this.#chain.stop(code, message);
  }

  /** What was found. */
  finish(): SegmentScan {
    const { end, endLsn, lastRecord, unfinished, pageTimeline } = this.#chain;
    const segment = this.#segment;
    const stretch = {
      head: { segment, page: this.#rest.first, rest: this.#rest.rest },
      firstRecord: this.#firstRecord(),
      lastRecord,
      endLsn,
      timeline: pageTimeline,
      records: this.#records,
      recordBytes: this.#recordBytes,
      unfinished: end === null ? unfinished : null,
      end,
    };
    return {
      format: this.#format,
      pageSize: this.#pageSize,
      first: segment,
      last: segment,
      stretches: [stretch],
    };
  }

  /** Of a record whose header goes on in the next segment, only the place is known. */
  #firstRecord(): FirstRecord | null {
    const { first, unfinished } = this.#chain;
    if (first !== null || unfinished === null) return first;
    return {
      lsn: unfinished.lsn,
      previous: null,
      timeline: unfinished.timeline,
      file: this.#segment.name,
    };
  }
}
