import { WalError } from '../errors.js';
import { formatLsn, segmentStart } from '../lsn.js';
import { segmentFileName } from '../wal-file-name.js';
import { FIRST_IS_CONTRECORD, FIRST_IS_OVERWRITE_CONTRECORD } from './page-header.js';
import {
  contrecordIsRequested,
  incorrectLink,
  outOfSequence,
  pagePlace,
  segmentIsMissing,
} from './reader-messages.js';
import { RecordChain } from './record-chain.js';
import { recordHeaderLayout } from './record-header.js';
import { joinedRest, type PageStart, type RecordRest, type UnfinishedRecord } from './record-parts.js';
import type { ScannedSegment, SegmentScan, StretchHead, WalStretch } from './segment-scan.js';
import type { WalEnd } from './wal-end.js';
import { isSameFormat, type WalFormat } from './wal-format.js';

/**
 * Joins what two scans found, of which the second is of segments behind those of the first: the record that goes
 * over from one to the other, and the link of the first record behind it. Where a segment between them is missing,
 * the chain of records breaks.
 *
 * Merging is associative: the scans of neighbours can be merged in any grouping, on any thread. Of all scans of
 * some WAL, the first of the merged {@link SegmentScan.stretches} is what a {@link WalReader} walks over from the
 * beginning, and its `end` where and why that ends.
 *
 * @throws {@link WalError} `SCAN_ORDER` where the second does not begin behind the first, or is of WAL that has
 * another format
 * @category Scans of WAL
 */
export function mergeScans(a: SegmentScan, b: SegmentScan): SegmentScan {
  if (b.first.number <= a.last.number) {
    throw new WalError(
      'SCAN_ORDER',
      `${b.first.name} is to be merged behind ${a.last.name}, but lies before it`,
    );
  }
  if (!isSameFormat(a.format, b.format)) {
    throw new WalError('SCAN_ORDER', `${b.first.name} is of another cluster or format than ${a.last.name}`);
  }
  const seam = new Seam(a.format, a.pageSize);
  const stretches = [...a.stretches];
  let { last } = a;
  // a stretch that turns out to go on is joined to the next one, too
  for (const stretch of b.stretches) {
    const before = stretches.pop();
    stretches.push(...(before === undefined ? [stretch] : seam.join(before, last, stretch)));
    last = stretch.head?.segment ?? last;
  }
  return { ...a, last: b.last, stretches };
}

/** Joins stretches of WAL of one format. */
class Seam {
  readonly #format: WalFormat;
  readonly #pageSize: number;

  constructor(format: WalFormat, pageSize: number) {
    this.#format = format;
    this.#pageSize = pageSize;
  }

  /**
   * What two stretches are together: one, or two where something is wrong between them.
   *
   * @param last - the segment that the one before ends with
   */
  join(before: WalStretch, last: ScannedSegment, behind: WalStretch): WalStretch[] {
    const { head } = behind;
    if (before.end !== null || head === null) {
      return [before, this.#mayFollowSwitch(before) ? behind : apart(behind)];
    }
    if (head.segment.number !== last.number + 1) {
      const file = segmentFileName(last.timeline, last.number + 1, this.#format.segmentSize);
      return broken(before, behind, { code: 'missing-segment', message: segmentIsMissing(file), file });
    }
    const { page } = head;
    if (page === null) return [this.#extended(before, behind, head)];
    if (page.timeline < before.timeline) {
      const start = formatLsn(segmentStart(head.segment.number, this.#format.segmentSize));
      const place = pagePlace(this.#format.version, page.file, start, 0);
      const message = `${outOfSequence(page.timeline, before.timeline)} in ${place}`;
      return broken(before, behind, { code: 'other-timeline', message, file: page.file });
    }
    if (isPassedOver(before)) return [this.#passed(before, behind, head, page)];
    const isGivenUp = (page.flags & FIRST_IS_OVERWRITE_CONTRECORD) !== 0;
    if (before.unfinished !== null && !isGivenUp) {
      return this.#joinRecord(before, before.unfinished, behind, head, page);
    }
    if ((page.flags & FIRST_IS_CONTRECORD) !== 0) return unrequested(before, behind, page);
    return this.#linked({ ...before, unfinished: null }, behind, head);
  }

  /** The stretch before ends in the middle of a record. */
  #joinRecord(
    before: WalStretch,
    unfinished: UnfinishedRecord,
    behind: WalStretch,
    head: StretchHead,
    page: PageStart,
  ): WalStretch[] {
    const rest = head.rest ?? NO_REST;
    const chain = new RecordChain(this.#format, { history: null, pageSize: this.#pageSize });
    chain.resume(unfinished, before.lastRecord, before.endLsn);
    const isWhole = chain.join(page, rest);
    if (chain.end !== null) return broken(before, behind, chain.end);
    const firstRecord = chain.first?.lsn === before.firstRecord?.lsn ? chain.first : before.firstRecord;
    const grown = { ...before, firstRecord, unfinished: null };
    if (!isWhole && !chain.isReassembling) return this.#linked(grown, behind, head);
    if (!isWhole) {
      const length = unfinished.length + rest.length;
      const longer = { ...unfinished, length, parts: [...unfinished.parts, ...rest.parts] };
      return [this.#extended({ ...grown, unfinished: longer }, behind, head)];
    }
    const { record } = chain;
    const finished: WalStretch = {
      ...grown,
      lastRecord: record.lsn,
      endLsn: record.endLsn,
      records: before.records + 1,
      recordBytes: before.recordBytes + record.totalLength,
    };
    if (record.isSegmentSwitch && this.#mayFollowSwitch(behind)) {
      return [{ ...finished, timeline: behind.timeline }];
    }
    if (rest.after !== null) return unrequested(finished, behind, rest.after);
    return this.#linked(finished, behind, head);
  }

  /**
   * Whether a stretch may be a segment that is not used because of a switch record, of which it holds the last
   * bytes: only with the record's other bytes can it be told whether that is why nothing follows.
   */
  #mayFollowSwitch({ head, firstRecord, end }: WalStretch): boolean {
    const rest = head?.rest ?? NO_REST;
    if (end === null || firstRecord !== null || rest.end === null) return false;
    return rest.length < recordHeaderLayout(this.#format.version).bytes;
  }

  /** Nothing begins in the stretch before. */
  #passed(before: WalStretch, behind: WalStretch, head: StretchHead, page: PageStart): WalStretch {
    const joined = this.#extended(before, behind, head);
    const start = before.head;
    if (start === null || start.page === null || start.rest === null) return joined;
    return { ...joined, head: { ...start, rest: joinedRest(start.page, start.rest, page, head.rest) } };
  }

  /** The first record behind has to link to the last one before. */
  #linked(before: WalStretch, behind: WalStretch, head: StretchHead): WalStretch[] {
    const first = behind.firstRecord;
    const link = first?.previous ?? null;
    if (first === null || link === null || before.lastRecord === null || link === before.lastRecord) {
      return [this.#extended(before, behind, head)];
    }
    const { file, timeline } = first;
    const message = incorrectLink(formatLsn(link), formatLsn(first.lsn));
    return broken(before, behind, { code: 'broken-record', message, file, timeline });
  }

  /** The stretch before goes on with the one behind. */
  #extended(before: WalStretch, behind: WalStretch, head: StretchHead): WalStretch {
    const endLsn = this.#movesEnd(before, behind, head) ? behind.endLsn : before.endLsn;
    return {
      head: before.head,
      firstRecord: before.firstRecord ?? behind.firstRecord,
      lastRecord: behind.lastRecord ?? before.lastRecord,
      endLsn,
      timeline: behind.timeline || before.timeline,
      records: before.records + behind.records,
      recordBytes: before.recordBytes + behind.recordBytes,
      unfinished: behind.end === null ? (behind.unfinished ?? before.unfinished) : null,
      end: behind.end && {
        ...behind.end,
        lsn: endLsn,
        timeline: behind.end.timeline || before.timeline,
        lastRecord: behind.end.lastRecord ?? before.lastRecord,
      },
    };
  }

  /** Whether a record ends behind, or nothing begins before and it turns out behind where something could. */
  #movesEnd(before: WalStretch, { lastRecord, endLsn }: WalStretch, { segment }: StretchHead): boolean {
    if (lastRecord !== null || !isPassedOver(before)) return lastRecord !== null;
    return endLsn !== segmentStart(segment.number, this.#format.segmentSize);
  }
}

const NO_REST: RecordRest = { length: 0, parts: [], end: null, timeline: 0, file: '', after: null };

/** Whether nothing begins in a stretch: all of it may belong to a record from before. */
function isPassedOver({ firstRecord, lastRecord }: WalStretch): boolean {
  return firstRecord === null && lastRecord === null;
}

/** A page behind says that it goes on with a record, but there is none. */
function unrequested(before: WalStretch, behind: WalStretch, page: PageStart): WalStretch[] {
  const { file, timeline } = page;
  const message = contrecordIsRequested(formatLsn(page.lsn));
  return broken(before, behind, { code: 'broken-record', message, file, timeline });
}

/** What a {@link WalEnd} has to say that is not known from the stretch that ends. */
type Found = Pick<WalEnd, 'code' | 'message' | 'file'>;

/** The stretch before ends where it does, and another one begins. */
function broken(before: WalStretch, behind: WalStretch, end: Partial<WalEnd> & Found): WalStretch[] {
  const { endLsn: lsn, lastRecord, timeline } = before;
  return [{ ...before, unfinished: null, end: { lsn, timeline, lastRecord, ...end } }, apart(behind)];
}

/** A stretch that cannot be joined to anything before it. */
function apart(stretch: WalStretch): WalStretch {
  return { ...stretch, head: null };
}
