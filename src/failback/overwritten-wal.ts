import { formatLsn } from '../lsn.js';
import { rebuild } from './claim.js';
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
  return null;
}
