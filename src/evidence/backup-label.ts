import { type Lsn, parseLsn } from '../lsn.js';

/**
 * The part of a `backup_label` that says where replay begins (`read_backup_label` in
 * `src/backend/access/transam/xlogrecovery.c`).
 *
 * @category Evidence
 */
export interface BackupLabel {
  /** The redo point that replay begins at; null where the label does not say. */
  readonly startWalLocation: Lsn | null;
  /** Where the checkpoint record begins; null where the label does not say. */
  readonly checkpointLocation: Lsn | null;
  /** `pg_start_backup` for an exclusive backup, else `streamed`. */
  readonly method: string | null;
  /** `primary` (`master` in old versions) or `standby`. */
  readonly from: string | null;
}

/** Reads a `backup_label`; what cannot be read in it is null. */
export function parseBackupLabel(text: string): BackupLabel {
  const field = (name: string) => new RegExp(`^${name}: *(\\S+)`, 'm').exec(text)?.[1] ?? null;
  return {
    startWalLocation: lsnOrNull(field('START WAL LOCATION')),
    checkpointLocation: lsnOrNull(field('CHECKPOINT LOCATION')),
    method: field('BACKUP METHOD'),
    from: field('BACKUP FROM'),
  };
}

function lsnOrNull(text: string | null): Lsn | null {
  return text !== null && /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i.test(text) ? parseLsn(text) : null;
}
