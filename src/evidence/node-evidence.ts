import type { BackupLabel } from '../backup/backup-label.js';
import type { ControlFile } from '../control/control-file.js';
import type { Lsn } from '../lsn.js';
import type { SourceFindingCode } from '../source/source.js';
import type { TimelineHistory } from '../timeline/history.js';
import type { MajorVersion, PostgresVersion } from '../version.js';
import type { WalEnd } from '../wal/wal-end.js';
import type { NodeConfiguration } from './configuration.js';
import type { PageLsnScan } from './scan-page-lsns.js';

/**
 * The plain facts about one node, as its files tell them. What they do not tell is null, and
 * {@link NodeEvidence.missing} names the file that would.
 *
 * @category Evidence
 */
export interface NodeEvidence {
  /** What messages call the node: its path, say. */
  readonly name: string;
  /** What was there to look at: a lone history file says nothing of the cluster it is from. */
  readonly kind: 'data-directory' | 'wal-directory' | 'history-file' | 'none';
  /** Identifies the cluster. */
  readonly systemIdentifier: bigint | null;
  /** The release whose formats apply. */
  readonly version: PostgresVersion | null;
  /** Set where a development snapshot wrote the files: the major that it was to become. */
  readonly development: MajorVersion | null;
  /** In bytes. */
  readonly segmentSize: number | null;
  /** `XLOG_BLCKSZ`, in bytes. */
  readonly walBlockSize: number | null;
  /** What `pg_control` says; null where it is missing or cannot be relied on. */
  readonly control: ControlFile | null;
  /** The timeline that the node is on: of its control file, or a newer one that its WAL has gone over to. */
  readonly timeline: number | null;
  /** The history of that timeline; null where its history file is missing. */
  readonly history: TimelineHistory | null;
  /** Histories of newer timelines that lie in the WAL directory. A server adopts them when it starts. */
  readonly newerHistories: readonly TimelineHistory[];
  /** Whether a file says that the node is to start as a standby: `standby.signal` or `recovery.conf`. */
  readonly isSetUpAsStandby: boolean;
  /** What its configuration and signal files say; null where none are among the files. */
  readonly configuration: NodeConfiguration | null;
  /** What `backup_label` says, where there is one. */
  readonly backupLabel: BackupLabel | null;
  /** What replay would read, from the redo point to the end of WAL; null where it could not begin. */
  readonly wal: WalEvidence | null;
  /**
   * What the LSNs of its data pages say: what `scanPageLsns` found, for the caller to put here. Null where
   * the data files were not looked at: `readEvidence` does not.
   */
  readonly dataPages: PageLsnScan | null;
  /** The end that replay would reach if it read the archive's segments first; null without an archive. */
  readonly archiveEnd: WalEnd | null;
  /** The segments in the WAL directory, by timeline. */
  readonly segments: readonly SegmentRange[];
  /** The segments in the archive that the node restores from, by timeline. */
  readonly archiveSegments: readonly SegmentRange[];
  /** What is wrong with the files. */
  readonly findings: readonly Finding[];
  /** Files that were not there and would tell more. */
  readonly missing: readonly string[];
}

/**
 * A run of successive segments of a timeline.
 *
 * @category Evidence
 */
export interface SegmentRange {
  /** The timeline in the files' names. */
  readonly timeline: number;
  /** The first segment's number, counted from 0 over the whole stream. */
  readonly first: number;
  /** The last segment's number. */
  readonly last: number;
}

/**
 * A checkpoint record (`CheckPoint` in `src/include/catalog/pg_control.h`).
 *
 * @category Evidence
 */
export interface CheckpointEvidence {
  /** The timeline that it was written on. */
  readonly timeline: number;
  /** Where the record begins. */
  readonly lsn: Lsn;
  /** Where the record ends. */
  readonly end: Lsn;
  /** Where replay from it begins. */
  readonly redo: Lsn;
  /** Whether it was made at a shutdown, or at the end of recovery, and not while the server ran. */
  readonly isShutdown: boolean;
}

/**
 * What a walk over a node's WAL found.
 *
 * @category Evidence
 */
export interface WalEvidence {
  /** Where the walk began: the control file's redo point, or the oldest segment where there is none. */
  readonly start: Lsn;
  /** Where WAL ends and why. */
  readonly end: WalEnd;
  /** The checkpoint records passed, in order. */
  readonly checkpoints: readonly CheckpointEvidence[];
  /**
   * Whether the checkpoint record that the control file has a copy of is the one in WAL; null where the walk did
   * not come to its place, or there is no control file. False after another server's WAL was written over it.
   */
  readonly hasControlCheckpoint: boolean | null;
  /** Whether the minimum recovery point is the end of a record; null where the walk did not pass it. */
  readonly minRecoveryPointIsRecordEnd: boolean | null;
  /** Ends of recovery (promotions) that were passed. */
  readonly endsOfRecovery: readonly {
    /** The timeline that began. */
    readonly timeline: number;
    /** Where the record ends. */
    readonly end: Lsn;
  }[];
  /** Ends of backups that were passed. */
  readonly backupEnds: readonly {
    /** The redo point that the backup began at. */
    readonly start: Lsn;
    /** Where the record ends. */
    readonly end: Lsn;
  }[];
  /** A record or page further on, written on this timeline and in its place: WAL does not really end here. */
  readonly liveWalBehind: {
    /** The segment file that holds it. */
    readonly file: string;
    /** Where the record or page begins. */
    readonly lsn: Lsn;
  } | null;
}

/**
 * Codes of what can be wrong with a node's files. A closed list.
 *
 * @category Evidence
 */
export type FindingCode =
  | 'control-file-unreadable'
  | 'control-file-crc'
  | 'development-version'
  | 'history-file-invalid'
  | 'history-file-missing'
  | 'other-format-segment'
  | 'strange-file-name'
  | 'wal-unreadable'
  | 'configuration-unreadable'
  | 'version-mismatch'
  | SourceFindingCode;

/**
 * Something wrong with a node's files.
 *
 * @category Evidence
 */
export interface Finding {
  /** Stable. */
  readonly code: FindingCode;
  /** One sentence that names the file. */
  readonly message: string;
}

/**
 * A node of which no file is at hand, for a verdict on what logs tell.
 *
 * @param name - what messages call it
 * @category Evidence
 */
export function noEvidence(name: string): NodeEvidence {
  return {
    name,
    kind: 'none',
    systemIdentifier: null,
    version: null,
    development: null,
    segmentSize: null,
    walBlockSize: null,
    control: null,
    timeline: null,
    history: null,
    newerHistories: [],
    isSetUpAsStandby: false,
    configuration: null,
    backupLabel: null,
    wal: null,
    dataPages: null,
    archiveEnd: null,
    segments: [],
    archiveSegments: [],
    findings: [],
    missing: ['global/pg_control', 'the WAL and the history files'],
  };
}
