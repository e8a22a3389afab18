import type { WalEvidence } from '../evidence/node-evidence.js';
import { rebuild, undetermined } from './claim.js';
import { type Claim, isInBackup, type Pair } from './pair.js';
import { printLsn } from './print-lsn.js';

/**
 * A backup that never reached its end is consistent only behind its end-of-backup record: that has to lie at or
 * before the fork point.
 *
 * @returns null where the node is no such backup, or one whose end is in order
 */
export function assessBackup(pair: Pair, wal: WalEvidence): Claim | null {
  if (!isInBackup(pair)) return null;
  const { control, fork } = pair;
  const { backupLabel } = pair.node;
  if (backupLabel !== null && backupLabel.method !== 'streamed') {
    return undetermined(
      'backup-label',
      'backup_label says that an exclusive backup was under way: the node is the primary that crashed then, ' +
        'or a backup that was never started',
      [],
      [
        'if this is the crashed primary itself and no restored backup, remove backup_label before anything else, and ask again',
      ],
    );
  }
  const start = control.backupStartPoint || backupLabel?.startWalLocation || null;
  const end =
    control.backupEndPoint ||
    wal.backupEnds.find((candidate) => start === null || candidate.start === start)?.end;
  if (end === undefined) {
    return undetermined(
      'backup-incomplete',
      'the node is a base backup whose end-of-backup record is not in the WAL at hand',
      ['the WAL up to the end of the backup'],
    );
  }
  if (fork.lsn === null || end <= fork.lsn) return null;
  return rebuild(
    'backup-end-past-fork',
    `the backup that the node is ends at ${printLsn(end)}, past the fork point ${pair.at}`,
  );
}
