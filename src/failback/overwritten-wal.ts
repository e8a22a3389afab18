import { formatLsn, segmentNumberOf, segmentStart } from '../lsn.js';
import { rebuild, undetermined } from './claim.js';
import type { Claim, Pair } from './pair.js';

/**
 * Signs that the WAL of the node is not the WAL that its data files were written with: a node that was tried as
 * a standby has the upstream's in its place.
 */
export function findOverwrittenWal(pair: Pair): Claim | null {
  const { node } = pair;
  if (node.wal?.hasControlCheckpoint === false) {
    return rebuild(
      'overwritten-wal',
      `the checkpoint at ${formatLsn(node.control?.checkPoint ?? 0n)} that pg_control speaks of is not in the WAL: ` +
        "another server's WAL was written over it",
    );
  }
  if (node.wal?.minRecoveryPointIsRecordEnd === false) {
    return rebuild(
      'overwritten-wal',
      `the minimum recovery point ${formatLsn(node.control?.minRecoveryPoint ?? 0n)} is no end of a record in the WAL: ` +
        "another server's WAL was written over the node's own",
    );
  }
  return mayBeOverwritten(pair);
}

/**
 * A primary that crashed and was then tried as a standby has its own end of WAL as its minimum recovery point. The
 * upstream's WAL lies over its own from the start of that segment on, and may have a record's end in the same place
 * by chance. Where two servers wrote to one timeline, at least one of them began with a checkpoint as a shutdown
 * makes it, or right behind one: none between the node's checkpoint and its minimum recovery point, and there was
 * no such beginning in what may have been overwritten.
 */
function mayBeOverwritten({ node }: Pair): Claim | null {
  const { control, wal, segmentSize } = node;
  if (control === null || wal === null || segmentSize === null || control.minRecoveryPoint === 0n)
    return null;
  const isInRecovery = control.state === 'in archive recovery';
  if (!isInRecovery && control.state !== 'shut down in recovery') return null;
  const overwrittenFrom = segmentStart(segmentNumberOf(control.minRecoveryPoint, segmentSize), segmentSize);
  const beginning = wal.checkpoints.find(
    ({ lsn, end, isShutdown }) =>
      isShutdown &&
      // a standby that was stopped in order takes the last checkpoint that it replayed for its own
      (isInRecovery ? lsn >= control.checkPoint : lsn > control.checkPoint) &&
      end >= overwrittenFrom &&
      end < control.minRecoveryPoint,
  );
  if (beginning === undefined) return null;
  return undetermined(
    'overwritten-wal',
    `a server was started at ${formatLsn(beginning.lsn)}, in the segment of the node's minimum recovery point ` +
      `${formatLsn(control.minRecoveryPoint)} and past its last checkpoint: the node may be a crashed primary whose own WAL ` +
      "was written over with another server's",
  );
}
