import type { WalComparison } from '../evidence/comparison.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import type { Lsn } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import type { MajorVersion } from '../version.js';
import type { WalEnd } from '../wal/wal-end.js';

/** Where the node's WAL lets it get to, and along which history. */
export interface StartUp {
  readonly node: NodeEvidence;
  readonly upstream: NodeEvidence;
  readonly comparison: WalComparison | null;
  /** The history that the node aims along: `expectedTLEs`. */
  readonly expected: TimelineHistory;
  /** Where its own WAL ends. */
  readonly end: Lsn;
  /** Where the page begins that it could not read; null where it read the page and not the record on it. */
  readonly unreadPage: Lsn | null;
  /** Whether the first record to replay is still to come. */
  readonly isRedoPending: boolean;
  readonly major: MajorVersion;
  readonly segmentSize: number;
  readonly blockSize: number;
}

/** Where the page begins that was not to be had, whether it is missing or no page of this place. */
export function unreadPageOf(end: WalEnd, segmentSize: number, blockSize: number): Lsn | null {
  const isAboutPage = / (?:log|WAL) segment /.test(end.message);
  if (!isAboutPage && end.code !== 'missing-segment' && end.code !== 'truncated-segment') return null;
  const ownPage = end.lsn - (end.lsn % BigInt(blockSize));
  const name = /[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})$/.exec(end.file);
  if (name === null) return ownPage;
  const segment = (BigInt(`0x${name[1]}`) << 32n) + BigInt(`0x${name[2]}`) * BigInt(segmentSize);
  const offset = isAboutPage ? / offset (\d+)/.exec(end.message) : null;
  if (offset !== null) return segment + BigInt(offset[1] ?? 0);
  return segment > end.lsn ? segment : ownPage;
}

/** Headers of WAL pages, the first of a segment and all others (`SizeOfXLogLongPHD`, `SizeOfXLogShortPHD`). */
const LONG_HEADER = 40n;
const SHORT_HEADER = 24n;

/** Where a record begins that follows one which ends here: behind the page header, if there is one. */
export function recordStart(
  { segmentSize, blockSize }: Pick<StartUp, 'segmentSize' | 'blockSize'>,
  lsn: Lsn,
): Lsn {
  if (lsn % BigInt(blockSize) !== 0n) return lsn;
  return lsn + (lsn % BigInt(segmentSize) === 0n ? LONG_HEADER : SHORT_HEADER);
}
