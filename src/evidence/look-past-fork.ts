import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import { normalizePosition } from '../wal/page-header.js';
import type { WalRecord } from '../wal/record.js';
import type { WalDirectory } from '../wal/wal-directory.js';
import { WalReader } from '../wal/wal-reader.js';
import type { WalComparison } from './comparison.js';

/** What a node has from the fork point on. */
export type PastFork = Pick<
  WalComparison,
  'forkIsRecordEnd' | 'hasPreparedPastFork' | 'hasLoneCommitPastFork'
>;

/** Where its WAL does not reach there, or is not looked at. */
export const UNKNOWN_PAST: PastFork = {
  forkIsRecordEnd: null,
  hasPreparedPastFork: null,
  hasLoneCommitPastFork: null,
};

/** `src/include/access/rmgrlist.h`. */
const RM_XACT_ID = 1;
const RM_HEAP2_ID = 9;

/** Operations of `RM_XACT_ID` (`src/include/access/xact.h`). */
const XLOG_XACT_COMMIT = 0x00;
const XLOG_XACT_PREPARE = 0x10;
const XLOG_XACT_COMMIT_PREPARED = 0x30;
/** Up to 9.4 a short kind of commit; later no commit. */
const XLOG_XACT_COMMIT_COMPACT = 0x60;
const XLOG_XACT_OPMASK = 0x70;

/**
 * Looks at a node's WAL from the fork point on: whether a record begins or ends right there, whether transactions
 * were prepared, and whether one was committed before any page was changed.
 *
 * @param briefly - to look no further than the fork point
 */
export async function lookPastFork(
  directory: WalDirectory,
  history: TimelineHistory,
  fork: Lsn,
  pageSize: number,
  briefly: boolean,
): Promise<PastFork> {
  const { format } = directory;
  if (format === null) return UNKNOWN_PAST;
  const boundary = normalizePosition(fork, format.segmentSize, format.blockSize);
  const reader = await openBefore(directory, history, boundary, format.segmentSize, pageSize);
  if (reader === null) return UNKNOWN_PAST;
  let forkIsRecordEnd: boolean | null = null;
  let isPast = false;
  let hasPreparedPastFork = false;
  let hasLoneCommitPastFork = false;
  let isPageChanged = false;
  for await (const window of reader) {
    for (const record of window) {
      if (!isPast) {
        const begin = normalizePosition(record.lsn, format.segmentSize, format.blockSize);
        if (record.endLsn === boundary || begin === boundary) forkIsRecordEnd = true;
        else if (begin > boundary) forkIsRecordEnd ??= false;
        isPast = begin >= boundary;
      }
      if (!isPast) continue;
      if (briefly) return { ...UNKNOWN_PAST, forkIsRecordEnd };
      isPageChanged ||= changesPage(record);
      if (record.resourceManager !== RM_XACT_ID) continue;
      if (operationOf(record) === XLOG_XACT_PREPARE) hasPreparedPastFork = true;
      else if (!isPageChanged && isCommit(record)) hasLoneCommitPastFork = true;
    }
  }
  return { forkIsRecordEnd, hasPreparedPastFork, hasLoneCommitPastFork };
}

/** Up to 9.4 records name blocks only with an image; the managers of heaps and of all that came after change pages. */
function changesPage(record: WalRecord): boolean {
  if (record.blockTable.count > 0) return true;
  return record.format.version.recordFormat === 'backup-blocks' && record.resourceManager >= RM_HEAP2_ID;
}

function operationOf(record: WalRecord): number {
  return record.resourceManagerInfo & XLOG_XACT_OPMASK;
}

function isCommit(record: WalRecord): boolean {
  const operation = operationOf(record);
  return (
    operation === XLOG_XACT_COMMIT ||
    operation === XLOG_XACT_COMMIT_PREPARED ||
    (operation === XLOG_XACT_COMMIT_COMPACT && record.format.version.recordFormat === 'backup-blocks')
  );
}

/** Opens the segment that holds a position, or the next one; at a segment's start, the one before, whose last record ends there. */
async function openBefore(
  directory: WalDirectory,
  history: TimelineHistory,
  boundary: Lsn,
  segmentSize: number,
  pageSize: number,
): Promise<WalReader | null> {
  const isSegmentStart = boundary === segmentStart(segmentNumberOf(boundary, segmentSize), segmentSize);
  const number = segmentNumberOf(isSegmentStart ? boundary - 1n : boundary, segmentSize);
  const from = directory.segmentOfHistory(history, number) === null ? number + 1 : number;
  if (directory.segmentOfHistory(history, from) === null) return null;
  return WalReader.open(directory, { history, start: segmentStart(from, segmentSize), pageSize });
}
