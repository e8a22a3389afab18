import type { DatabaseState } from '../control/control-file.js';
import type { DifferingRecords } from '../evidence/comparison.js';
import type { ServerLogFact } from '../evidence/server-log-facts.js';
import type { Lsn } from '../lsn.js';
import type { ForkPoint } from '../timeline/fork-point.js';
import type { MajorVersion } from '../version.js';
import type { WalEndCode } from '../wal/wal-end.js';
import type { ConfigurationNote } from './configuration-notes.js';
import type { SettingsReport } from './settings.js';

/**
 * What can become of a node:
 *
 * - `follow`: start it as a standby, it will follow.
 * - `discard-wal`: its data files hold nothing past the fork point, only WAL does; that away, it follows.
 * - `rewind`: it holds changes that the upstream never had; `pg_rewind` can undo them.
 * - `rebuild`: only a fresh base backup will do.
 * - `undetermined`: the evidence does not settle it.
 *
 * @category Failback
 */
export type VerdictKind = 'follow' | 'discard-wal' | 'rewind' | 'rebuild' | 'undetermined';

/**
 * Why a verdict is what it is. A closed list; `docs/verdict.md` explains each.
 *
 * @category Failback
 */
export type ReasonCode =
  | 'different-system'
  | 'different-version'
  | 'different-segment-size'
  | 'wal-level-minimal'
  | 'no-common-timeline'
  | 'backup-end-past-fork'
  | 'backup-incomplete'
  | 'backup-label'
  | 'same-timeline'
  | 'twin-promotions'
  | 'overwritten-wal'
  | 'wal-before-fork'
  | 'wal-past-fork'
  | 'timeline-past-fork'
  | 'control-file-past-fork'
  | 'surplus-wal-only'
  | 'data-pages-past-fork'
  | 'data-pages-before-fork'
  | 'data-pages-unseen'
  | 'archive-wal-past-fork'
  | 'archive-unseen'
  | 'synchronous-transfer'
  | 'synchronous-transfer-contradicted'
  | 'was-primary'
  | 'damaged-wal'
  | 'wal-short-of-fork'
  | 'redo-wal-missing'
  | 'wal-end-unknown'
  | 'newer-history'
  | 'upstream-wal-removed'
  | 'upstream-timeline-lower'
  | 'ahead-of-upstream'
  | 'history-unknown'
  | 'control-file-unknown'
  | 'system-unknown'
  | 'mixed-files'
  | 'history-files-only'
  | 'wal-compared'
  | 'server-log-past-fork'
  | 'server-log-contradicts'
  | 'server-log-refused'
  | 'rewindable'
  | 'not-rewindable';

/**
 * Why `pg_rewind` cannot help. A closed list.
 *
 * @category Failback
 */
export type BlockerCode =
  | 'no-checksums-or-hints'
  | 'rewind-wal-missing'
  | 'timeline-not-in-history'
  | 'same-timeline'
  | 'twin-promotions'
  | 'crash-recovery-incomplete'
  | 'rewind-sees-nothing'
  | 'damaged-wal';

/**
 * One of the grounds of a verdict.
 *
 * @category Failback
 */
export interface Reason {
  /** Stable. */
  readonly code: ReasonCode;
  /** One sentence with the facts that it rests on. */
  readonly message: string;
}

/**
 * Something that rules `pg_rewind` out.
 *
 * @category Failback
 */
export interface Blocker {
  /** Stable. */
  readonly code: BlockerCode;
  /** One sentence with the facts that it rests on. */
  readonly message: string;
}

/**
 * One node's side of a verdict; what is not known is null.
 *
 * @category Failback
 */
export interface NodeSummary {
  /** Identifies the cluster. */
  readonly systemIdentifier: bigint | null;
  /** The major version. */
  readonly version: MajorVersion | null;
  /** In `pg_controldata`'s words. */
  readonly state: DatabaseState | null;
  /** The timeline that the node is on. */
  readonly timeline: number | null;
  /** Where the latest checkpoint record begins. */
  readonly checkpoint: Lsn | null;
  /** Where replay from it begins. */
  readonly redo: Lsn | null;
  /** Null for 0/0, too. */
  readonly minRecoveryPoint: Lsn | null;
  /** Where the node's WAL ends. */
  readonly walEnd: Lsn | null;
  /** Why it ends there: `shutdown-checkpoint` after a clean stop. */
  readonly walEndReason: WalEndCode | 'shutdown-checkpoint' | null;
}

/**
 * Whether a node can fail back, and everything that it rests on.
 *
 * @category Failback
 */
export interface Verdict {
  /** The verdict itself. */
  readonly verdict: VerdictKind;
  /** The same in one sentence for people: what it comes down to, and what to do. */
  readonly summary: string;
  /** Where the two parted; null where they did not, or where that is not known. */
  readonly forkPoint: ForkPoint | null;
  /** How many bytes the node's WAL goes past the fork point; negative where it ends before, null where not known. */
  readonly distance: bigint | null;
  /** The node that wants to come back. */
  readonly node: NodeSummary;
  /** The node that it is to follow. */
  readonly upstream: NodeSummary;
  /** Where a rewind would start from. */
  readonly lastCommonCheckpoint: {
    /** The timeline that it was written on. */
    readonly timeline: number;
    /** Where the record begins. */
    readonly lsn: Lsn;
    /** Where replay from it begins. */
    readonly redo: Lsn;
  } | null;
  /** The first record that differs, where both wrote to one timeline; null where none is known to. */
  readonly firstDifference:
    | (DifferingRecords & {
        /** Where the record begins. */
        readonly lsn: Lsn;
      })
    | null;
  /** The grounds, the decisive one first. */
  readonly reasons: readonly Reason[];
  /** What rules `pg_rewind` out. */
  readonly blockers: readonly Blocker[];
  /** What to do, in order. */
  readonly steps: readonly string[];
  /** The files that would tell more. */
  readonly missing: readonly string[];
  /** The replication settings of the node and what they promise of an old primary; null where none are known. */
  readonly settings: SettingsReport | null;
  /** What in the node's configuration files stands in the way of its following as it is set up. */
  readonly configuration: readonly ConfigurationNote[];
  /** What the servers' logs tell of the last start that they show; null where a log was not given. */
  readonly serverLogs: {
    /** Of the node's log. */
    readonly node: readonly ServerLogFact[] | null;
    /** Of the upstream's log. */
    readonly upstream: readonly ServerLogFact[] | null;
  };
  /** What of this verdict a log alone tells, and no file: names as in `forkPoint` or `node.walEnd`. */
  readonly fromServerLog: readonly string[];
}
