import type { CheckPoint } from '../../control/control-file.js';
import type { Lsn } from '../../lsn.js';
import type { RelationFile } from '../description-writer.js';
import type { RecordFields } from '../record-fields.js';

/**
 * A checkpoint (`CheckPoint`, `src/include/catalog/pg_control.h`): one at shutdown, or the end of one that was
 * made while the server ran.
 *
 * @category Records as data
 */
export interface XlogCheckpoint extends RecordFields<'XLOG', 'CHECKPOINT_SHUTDOWN' | 'CHECKPOINT_ONLINE'> {
  /** What the control file keeps of it as well. */
  readonly checkPoint: CheckPoint;
}

/**
 * A record without meaning.
 *
 * @category Records as data
 */
export type XlogNoop = RecordFields<'XLOG', 'NOOP'>;

/**
 * The rest of the segment is not used.
 *
 * @category Records as data
 */
export type XlogSwitch = RecordFields<'XLOG', 'SWITCH'>;

/**
 * OIDs were set aside.
 *
 * @category Records as data
 */
export interface XlogNextOid extends RecordFields<'XLOG', 'NEXTOID'> {
  /** The first OID that is not set aside. */
  readonly nextOid: number;
}

/**
 * A backup ended.
 *
 * @category Records as data
 */
export interface XlogBackupEnd extends RecordFields<'XLOG', 'BACKUP_END'> {
  /** Where replay of the backup begins. */
  readonly startpoint: Lsn;
}

/**
 * Settings that a standby must match (`xl_parameter_change`, `src/include/access/xlog_internal.h`).
 *
 * @category Records as data
 */
export interface XlogParameterChange extends RecordFields<'XLOG', 'PARAMETER_CHANGE'> {
  /** The setting `max_connections`. */
  readonly maxConnections: number;
  /** The setting `max_worker_processes` (from 9.4). */
  readonly maxWorkerProcesses?: number;
  /** The setting `max_wal_senders` (from 12). */
  readonly maxWalSenders?: number;
  /** The setting `max_prepared_transactions`. */
  readonly maxPreparedXacts: number;
  /** The setting `max_locks_per_transaction`. */
  readonly maxLocksPerXact: number;
  /** The number of `wal_level`: what it means depends on the version, see `WalLevel`. */
  readonly walLevel: number;
  /** The setting `wal_log_hints` (from 9.4). */
  readonly walLogHints?: boolean;
  /** The setting `track_commit_timestamp` (from 9.5). */
  readonly trackCommitTimestamp?: boolean;
}

/**
 * A place that recovery can be told to end at (`xl_restore_point`, `src/include/access/xlog_internal.h`).
 *
 * @category Records as data
 */
export interface XlogRestorePoint extends RecordFields<'XLOG', 'RESTORE_POINT'> {
  /** When it was made, in microseconds since 2000-01-01 UTC. */
  readonly rpTime: bigint;
  /** Its name, up to 63 bytes. */
  readonly rpName: string;
}

/**
 * The setting `full_page_writes` changed.
 *
 * @category Records as data
 */
export interface XlogFullPageWritesChange extends RecordFields<'XLOG', 'FPW_CHANGE'> {
  /** What it is from here on. */
  readonly fullPageWrites: boolean;
}

/**
 * A standby was promoted without a checkpoint (`xl_end_of_recovery`, `src/include/access/xlog_internal.h`).
 *
 * @category Records as data
 */
export interface XlogEndOfRecovery extends RecordFields<'XLOG', 'END_OF_RECOVERY'> {
  /** When, in microseconds since 2000-01-01 UTC. */
  readonly endTime: bigint;
  /** The new timeline. */
  readonly thisTimeLineID: number;
  /** The timeline that it comes from. */
  readonly prevTimeLineID: number;
  /** The number of `wal_level` (from 17): 0 minimal, 1 replica, 2 logical. */
  readonly walLevel?: number;
}

/**
 * Pages in full: from 9.5 on, those of the record's blocks. `FPI_MULTI` was up to 11, `FPI_FOR_HINT` is from 9.5.
 *
 * @category Records as data
 */
export interface XlogFullPageImage extends RecordFields<'XLOG', 'FPI' | 'FPI_FOR_HINT' | 'FPI_MULTI'> {
  /** The one page that the record's own data holds (up to 9.4). */
  readonly backupBlock?: XlogBackupBlock;
}

/**
 * A page in a record's own data, up to 9.4 (`BkpBlock`, `src/include/access/xlog_internal.h`).
 *
 * @category Records as data
 */
export interface XlogBackupBlock {
  /** The relation. */
  readonly node: RelationFile;
  /** 0 main, 1 free space map, 2 visibility map, 3 init. */
  readonly fork: number;
  /** The block's number in that fork. */
  readonly block: number;
  /** Where zeros were left out of the page, in bytes from its start. */
  readonly holeOffset: number;
  /** How many were left out. */
  readonly holeLength: number;
  /** The page without its hole. */
  readonly image: Uint8Array;
}

/**
 * A record before this one was never finished, and recovery went past it (`xl_overwrite_contrecord`,
 * `src/include/access/xlog_internal.h`), in the last releases of 9.6 to 14 and from 15 on.
 *
 * @category Records as data
 */
export interface XlogOverwriteContrecord extends RecordFields<'XLOG', 'OVERWRITE_CONTRECORD'> {
  /** Where the unfinished record begins. */
  readonly overwrittenLsn: Lsn;
  /** When, in microseconds since 2000-01-01 UTC. */
  readonly overwriteTime: bigint;
}

/**
 * A checkpoint begins here (from 17).
 *
 * @category Records as data
 */
export interface XlogCheckpointRedo extends RecordFields<'XLOG', 'CHECKPOINT_REDO'> {
  /** The number of `wal_level`: 0 minimal, 1 replica, 2 logical. */
  readonly walLevel: number;
}

/**
 * Records of the WAL itself.
 *
 * @category Records as data
 */
export type XlogRecord =
  | XlogCheckpoint
  | XlogNoop
  | XlogSwitch
  | XlogNextOid
  | XlogBackupEnd
  | XlogParameterChange
  | XlogRestorePoint
  | XlogFullPageWritesChange
  | XlogEndOfRecovery
  | XlogFullPageImage
  | XlogOverwriteContrecord
  | XlogCheckpointRedo;
