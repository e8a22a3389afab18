/**
 * Codes of all errors that this library throws. They are stable: programs may switch over them.
 *
 * @category Errors
 */
export type PgWalErrorCode =
  | 'LSN_SYNTAX'
  | 'LSN_RANGE'
  | 'SEGMENT_SIZE'
  | 'TIMELINE_ID'
  | 'HISTORY_SYNTAX'
  | 'CONTROL_FILE_TOO_SHORT'
  | 'CONTROL_FILE_BIG_ENDIAN'
  | 'CONTROL_FILE_VERSION'
  | 'WAL_NOT_FOUND'
  | 'WAL_FORMAT'
  | 'PAGE_IMAGE'
  | 'SCAN_ORDER'
  | 'TABLESPACE_MAP'
  | 'BACKUP_MANIFEST'
  | 'WAL_SUMMARY'
  | 'NAMES_SYNTAX'
  | 'SOURCE_NOT_FOUND'
  | 'SOURCE_UNREADABLE'
  | 'SOURCE_NOT_A_NODE';

/**
 * The class of every error that this library throws on purpose. What it says fits one line and names
 * the file or the value at fault, what was expected, and what to do.
 *
 * @category Errors
 */
export class PgWalError extends Error {
  /** Tells the kind of error; stable across releases, unlike the message. */
  readonly code: PgWalErrorCode;

  /** @param code - the kind of error
   *  @param message - one line for people
   *  @param options - `cause`, where another error led to this one */
  constructor(code: PgWalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * A log sequence number, a segment size or a timeline ID that is out of range or not well formed:
 * codes `LSN_SYNTAX`, `LSN_RANGE`, `SEGMENT_SIZE`, `TIMELINE_ID`.
 *
 * @category Errors
 */
export class WalPositionError extends PgWalError {}

/**
 * A timeline history file that the server would refuse: code `HISTORY_SYNTAX`.
 *
 * @category Errors
 */
export class TimelineHistoryError extends PgWalError {}

/**
 * A control file that cannot be read at all: codes `CONTROL_FILE_TOO_SHORT`, `CONTROL_FILE_BIG_ENDIAN`,
 * `CONTROL_FILE_VERSION`. A wrong checksum is not an error but a finding.
 *
 * @category Errors
 */
export class ControlFileError extends PgWalError {}

/**
 * WAL that a walk cannot begin on: codes `WAL_NOT_FOUND`, `WAL_FORMAT`. Where a walk has begun, broken WAL
 * is not an error: the walk ends and says why. And a full-page image that is asked for and cannot be
 * restored: code `PAGE_IMAGE`.
 *
 * @category Errors
 */
export class WalError extends PgWalError {}

/**
 * A file of names that is not as it should be: code `NAMES_SYNTAX`.
 *
 * @category Errors
 */
export class NamesError extends PgWalError {}

/**
 * Files that are not there or cannot be read: codes `SOURCE_NOT_FOUND`, `SOURCE_UNREADABLE`,
 * `SOURCE_NOT_A_NODE`.
 *
 * @category Errors
 */
export class SourceError extends PgWalError {}

/**
 * A file that belongs to a backup and cannot be read: codes `TABLESPACE_MAP`, `BACKUP_MANIFEST`, `WAL_SUMMARY`.
 * A wrong checksum of a manifest is not an error but a finding.
 *
 * @category Errors
 */
export class BackupFileError extends PgWalError {}
