import type { Lsn } from '../lsn.js';
import type { MajorVersion, PostgresVersion } from '../version.js';

/**
 * What the server was doing when it last wrote its control file, in `pg_controldata`'s words (`DBState` in
 * `src/include/catalog/pg_control.h`). The last one stands for any number that no version knows.
 *
 * @category Control file
 */
export type DatabaseState =
  | 'starting up'
  | 'shut down'
  | 'shut down in recovery'
  | 'shutting down'
  | 'in crash recovery'
  | 'in archive recovery'
  | 'in production'
  | 'unrecognized status code';

/**
 * How much a server writes to its WAL (`WalLevel` in `src/include/access/xlog.h`). `archive` and `hot_standby`
 * exist up to 9.5, `logical` from 9.4, `replica` from 9.6.
 *
 * @category Control file
 */
export type WalLevel = 'minimal' | 'archive' | 'hot_standby' | 'replica' | 'logical';

/**
 * The body of the latest checkpoint record, as the control file keeps it (`CheckPoint` in
 * `src/include/catalog/pg_control.h`). What a version does not have is null.
 *
 * @category Control file
 */
export interface CheckPoint {
  /** Where replay must begin. */
  readonly redo: Lsn;
  /** The timeline that the checkpoint was written on. */
  readonly thisTimeLineID: number;
  /** The timeline before, where this checkpoint begins a new one; otherwise `thisTimeLineID`. */
  readonly prevTimeLineID: number;
  /** Whether pages were written to WAL in full after a checkpoint. */
  readonly fullPageWrites: boolean;
  /** The number of `wal_level` (from 17); see {@link ControlFile.walLevelName} for what it means. */
  readonly walLevel: number | null;
  /** Whether WAL could be decoded logically (from 19). */
  readonly logicalDecodingEnabled: boolean | null;
  /** The next transaction ID, with its epoch in the upper 32 bits. */
  readonly nextXid: bigint;
  /** The next object ID. */
  readonly nextOid: number;
  /** The next multixact ID. */
  readonly nextMulti: number;
  /** 32 bits wide up to 18, 64 from 19. */
  readonly nextMultiOffset: bigint;
  /** The oldest `datfrozenxid` of all databases. */
  readonly oldestXid: number;
  /** The OID of a database that has it. */
  readonly oldestXidDB: number;
  /** The oldest `datminmxid` of all databases. */
  readonly oldestMulti: number;
  /** The OID of a database that has it. */
  readonly oldestMultiDB: number;
  /** When the checkpoint was made, in seconds since 1970 UTC. */
  readonly time: bigint;
  /** The oldest transaction with a commit timestamp (from 9.5). */
  readonly oldestCommitTsXid: number | null;
  /** The newest transaction with a commit timestamp (from 9.5). */
  readonly newestCommitTsXid: number | null;
  /** The oldest transaction still running; 0 in checkpoints at shutdown. */
  readonly oldestActiveXid: number;
  /** The state of data checksums at the checkpoint (from 19). */
  readonly dataChecksumState: number | null;
}

/**
 * What a control file (`global/pg_control`) says. Fields are named after those of `ControlFileData` in
 * `src/include/catalog/pg_control.h`; what a version does not have is null.
 *
 * @category Control file
 */
export interface ControlFile {
  /** The release whose layout the file has. */
  readonly version: PostgresVersion;
  /** Set where a development snapshot wrote the file: the major that it was to become. */
  readonly development: MajorVersion | null;

  /** Identifies the cluster: the same in a primary and all its standbys, different everywhere else. */
  readonly systemIdentifier: bigint;
  /** `PG_CONTROL_VERSION` of the server that wrote the file: the version of this layout. */
  readonly pgControlVersion: number;
  /** `CATALOG_VERSION_NO` of the server that made the cluster. */
  readonly catalogVersionNo: number;
  /** What the server was doing when it last wrote the file. */
  readonly state: DatabaseState;
  /** When the file was last written, in seconds since 1970 UTC. */
  readonly time: bigint;
  /** Where the latest checkpoint record begins. */
  readonly checkPoint: Lsn;
  /** Where the checkpoint record before it begins (up to 10). */
  readonly prevCheckPoint: Lsn | null;
  /** What the latest checkpoint record says. */
  readonly checkPointCopy: CheckPoint;

  /** The made-up LSN that unlogged relations count with. */
  readonly unloggedLSN: Lsn;
  /** A standby must have replayed up to here to be consistent; 0 where there is no such point. */
  readonly minRecoveryPoint: Lsn;
  /** The timeline that `minRecoveryPoint` lies on; 0 where there is no such point. */
  readonly minRecoveryPointTLI: number;
  /** Where replay of the backup that is being restored began; 0 when its end has been reached. */
  readonly backupStartPoint: Lsn;
  /** Where the backup of a standby that is being restored ends; 0 when it has been reached. */
  readonly backupEndPoint: Lsn;
  /** Whether replay must come across an end-of-backup record before the server may start. */
  readonly backupEndRequired: boolean;

  /** The number of `wal_level`. */
  readonly walLevel: number;
  /** What that number means in this version, or null where it means nothing. */
  readonly walLevelName: WalLevel | null;
  /** From 9.4. */
  readonly walLogHints: boolean | null;
  /** The setting `max_connections`. */
  readonly maxConnections: number;
  /** From 9.4. */
  readonly maxWorkerProcesses: number | null;
  /** From 12. */
  readonly maxWalSenders: number | null;
  /** The setting `max_prepared_transactions`. */
  readonly maxPreparedXacts: number;
  /** The setting `max_locks_per_transaction`. */
  readonly maxLocksPerXact: number;
  /** From 9.5. */
  readonly trackCommitTimestamp: boolean | null;

  /** How many bytes tuples are aligned to. */
  readonly maxAlign: number;
  /** 1234567 on any machine whose floating-point format is ours. */
  readonly floatFormat: number;
  /** The size of a data block in bytes. */
  readonly blcksz: number;
  /** The number of blocks in a segment of a large relation. */
  readonly relsegSize: number;
  /** The number of pages in an SLRU segment (from 19). */
  readonly slruPagesPerSegment: number | null;
  /** The size of a WAL page in bytes. */
  readonly xlogBlcksz: number;
  /** The size of a WAL segment in bytes, as stored: not checked, see `isValidSegmentSize`. */
  readonly xlogSegSize: number;
  /** The size of a name in system tables in bytes, its final zero byte included. */
  readonly nameDataLen: number;
  /** The largest number of columns in an index. */
  readonly indexMaxKeys: number;
  /** The size of a chunk in TOAST tables in bytes. */
  readonly toastMaxChunkSize: number;
  /** From 9.4. */
  readonly loblksize: number | null;
  /** Whether times are 64-bit integers (up to 9.6, always so from 10). */
  readonly enableIntTimes: boolean | null;
  /** Up to 12. */
  readonly float4ByVal: boolean | null;
  /** Whether `float8` and `int8` are passed by value. */
  readonly float8ByVal: boolean;
  /** 0 where data pages have no checksums. */
  readonly dataChecksumVersion: number;
  /** Whether `char` was signed where the cluster was made (from 18). */
  readonly defaultCharSignedness: boolean | null;
  /** 64 hexadecimal digits (from 10). */
  readonly mockAuthenticationNonce: string | null;

  /** The CRC that the file carries. */
  readonly crc: number;
  /** The CRC that its contents have. */
  readonly computedCrc: number;
  /** Whether the two are the same. Where not, nothing else here can be relied on. */
  readonly crcMatches: boolean;
}
