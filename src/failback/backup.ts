import { formatLsn } from '../lsn.js';
import type { Claim, Pair } from './pair.js';

/**
 * A backup that never reached its end is consistent only behind its end-of-backup record: that has to lie at or
 * before the fork point.
 *
 * @returns null where the node is no such backup, or one whose end is in order
 */
export function assessBackup({ node, fork }: Pair): Claim | null {
  const { control, wal, backupLabel } = node;
  if (control === null || wal === null) return null;
  const isInBackup =
    control.backupStartPoint !== 0n ||
    control.backupEndPoint !== 0n ||
    control.backupEndRequired ||
    backupLabel !== null;
  if (!isInBackup) return null;
  if (backupLabel !== null && backupLabel.method !== 'streamed') {
    return {
      verdict: 'undetermined',
      reasons: [
        {
          code: 'backup-label',
          message:
            'backup_label says that an exclusive backup was under way: the node is the primary that crashed then, ' +
            'or a backup that was never started',
        },
      ],
      steps: [
        'if this is the crashed primary itself and no restored backup, remove backup_label before anything else, and ask again',
      ],
    };
  }
  const start = control.backupStartPoint || backupLabel?.startWalLocation || null;
  const end =
    control.backupEndPoint ||
    wal.backupEnds.find((candidate) => start === null || candidate.start === start)?.end;
  if (end === undefined) {
    return {
      verdict: 'undetermined',
      reasons: [
        {
          code: 'backup-incomplete',
          message: 'the node is a base backup whose end-of-backup record is not in the WAL at hand',
        },
      ],
      missing: ['the WAL up to the end of the backup'],
    };
  }
  if (fork.lsn === null || end <= fork.lsn) return null;
  return {
    verdict: 'rebuild',
    reasons: [
      {
        code: 'backup-end-past-fork',
        message: `the backup that the node is ends at ${formatLsn(end)}, past the fork point ${formatLsn(fork.lsn)}`,
      },
    ],
    steps: ['take a fresh base backup of the upstream: pg_basebackup'],
  };
}
