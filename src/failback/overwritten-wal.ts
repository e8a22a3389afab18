import { segmentNumberOf, segmentStart } from '../lsn.js';
import { rebuild, undetermined } from './claim.js';
import { type Claim, isInRecovery, type Pair } from './pair.js';
import { printLsn } from './print-lsn.js';

/**
 * Signs that the WAL of the node is not the WAL that its data files were written with: a node that was tried as
 * a standby has the upstream's in its place.
 */
export function findOverwrittenWal(pair: Pair): Claim | null {
  const { wal } = pair.node;
  const { checkPoint, minRecoveryPoint } = pair.control;
  if (wal?.hasControlCheckpoint === false) {
    return rebuild(
      'overwritten-wal',
      `the checkpoint at ${printLsn(checkPoint)} that pg_control speaks of is not in the WAL: ` +
        "another server's WAL was written over it",
    );
  }
  if (wal?.minRecoveryPointIsRecordEnd === false) {
    return rebuild(
      'overwritten-wal',
      `the minimum recovery point ${printLsn(minRecoveryPoint)} is no end of a record in the WAL: ` +
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
function mayBeOverwritten({ node: { wal, segmentSize }, control }: Pair): Claim | null {
  const { checkPoint, minRecoveryPoint } = control;
  if (wal === null || segmentSize === null || minRecoveryPoint === 0n || !isInRecovery(control)) return null;
  const overwrittenFrom = segmentStart(segmentNumberOf(minRecoveryPoint, segmentSize), segmentSize);
  const beginning = wal.checkpoints.find(
    ({ lsn, end, isShutdown }) =>
      isShutdown &&
      // a standby that was stopped in order takes the last checkpoint that it replayed for its own
      (control.state === 'in archive recovery' ? lsn >= checkPoint : lsn > checkPoint) &&
      end >= overwrittenFrom &&
      end < minRecoveryPoint,
  );
  if (beginning === undefined) return null;
  return undetermined(
    'overwritten-wal',
    `a server was started at ${printLsn(beginning.lsn)}, in the segment of the node's minimum recovery point ` +
      `${printLsn(minRecoveryPoint)} and past its last checkpoint: the node may be a crashed primary whose own WAL ` +
      "was written over with another server's",
  );
}
