import { type Lsn, parseLsn } from '../lsn.js';

/**
 * What a `backup_label` says, which a base backup is marked with until recovery from it is over
 * (`build_backup_content` in `src/backend/access/transam/xlogbackup.c`, `read_backup_label` in
 * `src/backend/access/transam/xlogrecovery.c`). What it does not say is null.
 *
 * @category Backups
 */
export interface BackupLabel {
  /** The redo point that replay begins at. */
  readonly startWalLocation: Lsn | null;
  /** The name of the segment that holds it; its first eight digits are the timeline that counts. */
  readonly startSegment: string | null;
  /** Where the checkpoint record begins. */
  readonly checkpointLocation: Lsn | null;
  /** `pg_start_backup` for an exclusive backup, `pg_rewind` after a rewind, else `streamed`. */
  readonly method: string | null;
  /** `primary` (`master` in old versions) or `standby`. */
  readonly from: string | null;
  /** When it was begun, in the server's `log_timezone`, as in `2026-11-23 15:05:25 UTC`. */
  readonly startTime: string | null;
  /** The name that whoever made the backup gave it. */
  readonly label: string | null;
  /** The timeline that it was begun on (from 11). */
  readonly startTimeline: number | null;
  /** Where the backup that an incremental one builds on was begun (from 17). Servers do not start from such a one. */
  readonly incrementalFromLsn: Lsn | null;
  /** The timeline of that backup (from 17). */
  readonly incrementalFromTimeline: number | null;
  /** Why a server would not start with this label; null where it would. */
  readonly problem: string | null;
}

/**
 * What a backup history file says, `000000010000000000000084.00000028.backup`: the label of a backup and where
 * it ended. The server archives it when a backup is done.
 *
 * @category Backups
 */
export interface BackupHistory extends Omit<BackupLabel, 'problem'> {
  /** Where the backup ended: replay is consistent from here on. */
  readonly stopWalLocation: Lsn | null;
  /** The name of the last segment that the backup needs. */
  readonly stopSegment: string | null;
  /** When it ended, in the server's `log_timezone`. */
  readonly stopTime: string | null;
  /** The timeline that it ended on (from 11). */
  readonly stopTimeline: number | null;
}

/** The lines that a server insists on, to the byte; it reads white space as C's `fscanf` does. */
const AS_SERVER_READS =
  /^START WAL LOCATION:\s*[0-9A-F]+\/[0-9A-F]+\s*\(file\s+([0-9A-F]{8})\S{16}\)\nCHECKPOINT LOCATION:\s*[0-9A-F]+\/[0-9A-F]+\n/i;

/**
 * Reads a `backup_label`. What cannot be read in it is null, and `problem` says whether a server could.
 *
 * @param content - the file's bytes, or its text
 * @category Backups
 */
export function parseBackupLabel(content: Uint8Array | string): BackupLabel {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  const fields = labelFields(text);
  return { ...fields, problem: problemOf(text, fields) };
}

/**
 * Reads a backup history file. What cannot be read in it is null.
 *
 * @param content - the file's bytes, or its text
 * @category Backups
 */
export function parseBackupHistory(content: Uint8Array | string): BackupHistory {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  return {
    ...labelFields(text),
    stopWalLocation: lsnField(text, 'STOP WAL LOCATION'),
    stopSegment: segmentField(text, 'STOP WAL LOCATION'),
    stopTime: field(text, 'STOP TIME'),
    stopTimeline: numberField(text, 'STOP TIMELINE'),
  };
}

/** The timeline that replay begins on, as a server takes it: of the segment's name, not of the field beside it. */
export function startTimelineOf(label: Omit<BackupLabel, 'problem'>): number | null {
  const digits = label.startSegment?.slice(0, 8) ?? null;
  return digits === null ? label.startTimeline : Number.parseInt(digits, 16);
}

function labelFields(text: string): Omit<BackupLabel, 'problem'> {
  return {
    startWalLocation: lsnField(text, 'START WAL LOCATION'),
    startSegment: segmentField(text, 'START WAL LOCATION'),
    checkpointLocation: lsnField(text, 'CHECKPOINT LOCATION'),
    method: field(text, 'BACKUP METHOD'),
    from: field(text, 'BACKUP FROM'),
    startTime: field(text, 'START TIME'),
    label: field(text, 'LABEL'),
    startTimeline: numberField(text, 'START TIMELINE'),
    incrementalFromLsn: lsnField(text, 'INCREMENTAL FROM LSN'),
    incrementalFromTimeline: numberField(text, 'INCREMENTAL FROM TLI'),
  };
}

function problemOf(text: string, fields: Omit<BackupLabel, 'problem'>): string | null {
  const lines = AS_SERVER_READS.exec(text);
  if (lines === null) {
    const why = text.includes('\r') ? ': its lines end as on Windows' : '';
    return `invalid data in file "backup_label"${why}`;
  }
  if (fields.startTimeline !== null && fields.startTimeline !== Number.parseInt(lines[1] ?? '', 16)) {
    return `invalid data in file "backup_label": timeline ID parsed is ${fields.startTimeline}, but the segment is ${fields.startSegment}`;
  }
  if (fields.incrementalFromLsn !== null) return 'this is an incremental backup, not a data directory';
  return null;
}

/** The rest of the line that begins with a name. The label itself is free text, and may begin with spaces. */
function field(text: string, name: string): string | null {
  const value = new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)`, 'm').exec(text)?.[1];
  return value === undefined || value === '' ? null : value;
}

function lsnField(text: string, name: string): Lsn | null {
  const lsn = /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}(?![0-9A-F])/i.exec(field(text, name) ?? '');
  return lsn === null ? null : parseLsn(lsn[0]);
}

function segmentField(text: string, name: string): string | null {
  return /\(file ([0-9A-F]{24})\)/.exec(field(text, name) ?? '')?.[1] ?? null;
}

function numberField(text: string, name: string): number | null {
  const digits = /^\d{1,10}$/.exec(field(text, name) ?? '');
  return digits === null ? null : Number(digits[0]);
}
