import type { Lsn } from '../lsn.js';
import type { PostgresVersion } from '../version.js';
import type { WalEnd } from '../wal/wal-end.js';
import type { AuditFinding } from './audit-finding.js';

/**
 * What an audit is to look at.
 *
 * @category Audit
 */
export interface AuditOptions {
  /** Look at the segments from the one that holds this position on. */
  readonly from?: Lsn;
  /** Look at the segments before this position only. */
  readonly to?: Lsn;
  /** Look at what this timeline consists of only: its own segments, and those of its ancestors up to where it left them. */
  readonly timeline?: number;
  /** Read no more of a segment than its first page: nothing is said of records then. */
  readonly fast?: boolean;
  /** How many findings to keep; all of them are counted. 1000 if not given. */
  readonly maxFindings?: number;
}

/**
 * What an audit of WAL has found.
 *
 * @category Audit
 */
export interface WalAudit {
  /** What messages call the places that were looked at. */
  readonly places: readonly string[];
  /** Identifies the cluster; null where no segment tells, nor `pg_control`. */
  readonly systemIdentifier: bigint | null;
  /** The release that wrote the WAL; null where no segment tells. */
  readonly version: PostgresVersion | null;
  /** In bytes; null where no segment tells. */
  readonly segmentSize: number | null;
  /** How many files with the names of segments were looked at. */
  readonly segments: number;
  /** The timelines, by ID. */
  readonly timelines: readonly TimelineAudit[];
  /** How far the archiver is; null where there is no `archive_status`. */
  readonly archiveStatus: ArchiverAudit | null;
  /** What was found, the first of it. */
  readonly findings: readonly AuditFinding[];
  /** How much was found in all. */
  readonly findingCount: number;
  /** How much of it is damage. 0 says that the WAL is whole. */
  readonly damageCount: number;
}

/**
 * What an audit has found of a timeline.
 *
 * @category Audit
 */
export interface TimelineAudit {
  /** Its ID. */
  readonly timeline: number;
  /** Its parent and where it left it; null for the first timeline, and where no history tells. */
  readonly forkPoint: {
    /** The parent's ID. */
    readonly timeline: number;
    /** Where it left it. */
    readonly lsn: Lsn;
  } | null;
  /** The timelines that left it. */
  readonly children: readonly number[];
  /** Whether its own history file is there. Timeline 1 needs none. */
  readonly history: 'file' | 'missing' | 'invalid' | 'none-needed';
  /** How many of its segments are there, whatever is in them. */
  readonly segments: number;
  /** The name of the first of them; null where there are none. */
  readonly first: string | null;
  /** The name of the last of them with WAL of this timeline in it; null where there are none. */
  readonly last: string | null;
  /** Segments behind the end of WAL that wait for their use: recycled ones, with old contents, or zeroed ones. */
  readonly spare: number;
  /** How many records its segments hold; null where they were not read. */
  readonly records: number | null;
  /** How long these are together, in bytes; null where they were not read. */
  readonly recordBytes: number | null;
  /** Where the first of them begins; null where there is none, or where they were not read. */
  readonly start: Lsn | null;
  /**
   * Where its WAL really ends, and why: `missing-segment` where it goes on in a segment that is not there, which
   * is not archived yet, say. Null where there is none, or where it was not read.
   */
  readonly end: WalEnd | null;
  /** The `.partial` segment that holds more of it, which no server reads; null where there is none. */
  readonly partial: {
    /** The file's name. */
    readonly file: string;
    /** Where WAL ends in it; null where none could be read. */
    readonly end: Lsn | null;
  } | null;
}

/**
 * What `archive_status` says of the segments and history files.
 *
 * @category Audit
 */
export interface ArchiverAudit {
  /** How many files wait to be archived. */
  readonly ready: number;
  /** The first of them, by name; null where there is none. */
  readonly firstReady: string | null;
  /** How many are archived. */
  readonly done: number;
}
