import type { Lsn } from '../lsn.js';

/**
 * Why a walk over WAL ended. A closed list:
 *
 * - `zeroed-tail`: nothing was written yet where the next record or page would be. The ordinary end.
 * - `recycled-segment`: the next page is left from an older use of the segment file. Ordinary, too.
 * - `missing-segment`: the segment that goes on is not there.
 * - `truncated-segment`: the segment file is shorter than a segment.
 * - `broken-record`: a record that is not valid: a prev-link, a checksum, a length that cannot be.
 * - `broken-page`: a page whose header is not valid.
 * - `other-timeline`: a page of a timeline that does not own this stretch of WAL.
 * - `other-format`: a segment of another cluster, version, segment size or block size.
 * - `unreadable`: the file could not be read or decompressed.
 * - `requested-end`: the caller wanted no more.
 *
 * @category WAL
 */
export type WalEndCode =
  | 'zeroed-tail'
  | 'recycled-segment'
  | 'missing-segment'
  | 'truncated-segment'
  | 'broken-record'
  | 'broken-page'
  | 'other-timeline'
  | 'other-format'
  | 'unreadable'
  | 'requested-end';

/**
 * Where a walk over WAL ended and why.
 *
 * @category WAL
 */
export interface WalEnd {
  /** Where the last valid record ends: a server would write the next one here. */
  readonly lsn: Lsn;
  /** The timeline of the last page that was read. */
  readonly timeline: number;
  /** Stable. */
  readonly code: WalEndCode;
  /** The server's own words for it, where it has some. */
  readonly message: string;
  /** The segment file where the walk ended, as messages name it. */
  readonly file: string;
  /** Where the last valid record begins; null where there was none. */
  readonly lastRecord: Lsn | null;
}
