import { formatLsn, segmentNumberOf, segmentOffsetOf } from '../lsn.js';
import { segmentFileName } from '../wal-file-name.js';
import type { Claim, Pair } from './pair.js';
import { standbySteps } from './steps.js';
import type { Reason } from './verdict.js';

/**
 * Judges a standby whose WAL goes past the fork point but whose data files do not: WAL that it received and
 * never replayed can be taken away.
 *
 * @returns null unless all that speaks for it is known to hold
 */
export function assessDiscard(pair: Pair, past: readonly Reason[]): Claim | null {
  const { node, upstream, fork, comparison } = pair;
  const { control, wal } = node;
  if (control === null || wal === null || fork.lsn === null || node.segmentSize === null) return null;
  const isStandby = control.state === 'shut down in recovery' || control.state === 'in archive recovery';
  if (!isStandby || pair.wasPrimary || pair.isSplit) return null;
  if (node.timeline !== fork.timeline) return null;
  if (control.minRecoveryPoint === 0n || control.minRecoveryPoint > fork.lsn) return null;
  if (control.minRecoveryPointTLI > fork.timeline) return null;
  if (control.backupStartPoint !== 0n || control.backupEndPoint !== 0n || control.backupEndRequired)
    return null;
  if (
    node.backupLabel !== null ||
    node.newerHistories.some(({ timeline }) => timeline > (upstream.timeline ?? 0))
  ) {
    return null;
  }
  const checkpoint = wal.checkpoints.find(({ lsn }) => lsn === control.checkPoint);
  if (checkpoint === undefined || checkpoint.end > fork.lsn) return null;
  if (wal.hasControlCheckpoint !== true || wal.minRecoveryPointIsRecordEnd === false) return null;
  if (upstream.systemIdentifier === null) return null;
  // redo to fork has been walked, as the walk ended past it; that a record ends at the fork needs the comparison
  if (comparison?.forkIsRecordEnd !== true || comparison.hasPreparedPastFork !== false) return null;
  if (comparison.compared === null && upstream.segments.length > 0) return null;
  const surplus: Reason = {
    code: 'surplus-wal-only',
    message:
      `the node replayed up to ${formatLsn(control.minRecoveryPoint)} at the most, at or before the fork point ` +
      `${formatLsn(fork.lsn)}: what lies past it is WAL that never reached the data files`,
  };
  return {
    verdict: 'discard-wal',
    reasons: [surplus, ...past],
    blockers: [
      {
        code: 'rewind-sees-nothing',
        message: 'pg_rewind would say "no rewind required" and leave the surplus WAL where it is',
      },
    ],
    steps: [
      'unless the node was started again since it last was a primary, check that no data page has an LSN past the fork point',
      ...cutSteps(
        node.segmentSize,
        fork.timeline,
        fork.lsn,
        node.version?.walDirectory ?? 'pg_wal',
        wal.end.lsn,
      ),
      ...standbySteps(node, upstream),
    ],
  };
}

/** Commands that take everything past a position away from a WAL directory. */
function cutSteps(size: number, timeline: number, fork: bigint, directory: string, end: bigint): string[] {
  const first = segmentNumberOf(fork, size);
  const offset = segmentOffsetOf(fork, size);
  const steps = [`copy ${directory} first: what follows cannot be undone`];
  if (offset > 0) {
    const file = `${directory}/${segmentFileName(timeline, first, size)}`;
    steps.push(`truncate -s ${offset} ${file} && truncate -s ${size} ${file}`);
  }
  const removed = offset > 0 ? first + 1 : first;
  if (BigInt(removed) * BigInt(size) < end || offset === 0) {
    steps.push(
      `remove ${directory}/${segmentFileName(timeline, removed, size)} and every later segment of timeline ${timeline}`,
    );
  }
  return steps;
}
