import type { Lsn } from '../lsn.js';
import type { FirstRecord, PageStart, RecordRest, UnfinishedRecord } from './record-parts.js';
import type { WalEnd } from './wal-end.js';
import type { WalFormat } from './wal-format.js';

/**
 * A segment that was scanned.
 *
 * @category Scans of WAL
 */
export interface ScannedSegment {
  /** The file's name, for messages. */
  readonly name: string;
  /** The timeline in its name; its pages may belong to an earlier one. */
  readonly timeline: number;
  /** Counted from 0 over the whole stream. */
  readonly number: number;
}

/**
 * How a stretch of WAL begins, as far as WAL before it is concerned.
 *
 * @category Scans of WAL
 */
export interface StretchHead {
  /** The segment that it begins with. */
  readonly segment: ScannedSegment;
  /** What that one's first page says; null where it is not valid. */
  readonly page: PageStart | null;
  /** The rest of a record from before; null where the first page does not begin with one. */
  readonly rest: RecordRest | null;
}

/**
 * WAL without a break: records that follow one another, all of them valid.
 *
 * @category Scans of WAL
 */
export interface WalStretch {
  /** What joins it to WAL before it; null where something is known to be wrong between them. */
  readonly head: StretchHead | null;
  /** The first record that begins in it, valid in whole or not; null where none does. */
  readonly firstRecord: FirstRecord | null;
  /** Where the last record begins that is valid in whole; null where there is none. */
  readonly lastRecord: Lsn | null;
  /** Where that one ends; where there is none, where the first would begin. */
  readonly endLsn: Lsn;
  /** The timeline of its last page; 0 where no page is valid. */
  readonly timeline: number;
  /** How many records are valid in whole. */
  readonly records: number;
  /** How long these are together, in bytes, without page headers and padding. */
  readonly recordBytes: number;
  /** The record that goes on behind it; null where none does. */
  readonly unfinished: UnfinishedRecord | null;
  /** Where and why it ends; null where it may go on in the segment behind the last. */
  readonly end: WalEnd | null;
}

/**
 * What a scan of successive segments found: `scanSegment` makes it of one segment, `mergeScans` of two neighbours.
 * Plain data, that can be handed from one thread to another.
 *
 * @category Scans of WAL
 */
export interface SegmentScan {
  /** What the segments have in common. */
  readonly format: WalFormat;
  /** `BLCKSZ`: the size of the cluster's data pages, in bytes. */
  readonly pageSize: number;
  /** The first segment. */
  readonly first: ScannedSegment;
  /** The last segment. */
  readonly last: ScannedSegment;
  /** At least one. Behind each break, the next begins with the next segment, or with the record that is out of place. */
  readonly stretches: readonly WalStretch[];
}
