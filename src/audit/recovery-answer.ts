import type { Lsn } from '../lsn.js';
import type { WalEnd } from '../wal/wal-end.js';
import type { RecoveryTarget } from './recovery-target.js';

/**
 * Why recovery reaches its target, or does not. A closed list, see the guide to the audit.
 *
 * @category Recovery
 */
export type RecoveryCode =
  | 'target-reached'
  | 'no-backup'
  | 'backup-refused'
  | 'no-wal'
  | 'history-missing'
  | 'history-invalid'
  | 'timeline-not-a-child'
  | 'checkpoint-missing'
  | 'segment-missing'
  | 'wal-broken'
  | 'wal-ends-before-consistency'
  | 'target-before-consistency'
  | 'target-not-found'
  | 'target-on-other-timeline';

/**
 * What is to be recovered.
 *
 * @category Recovery
 */
export interface AssessRecoveryOptions {
  /** Where recovery is to end; at the end of WAL, if not given. */
  readonly target?: RecoveryTarget;
  /** Whether what is named by the target is to be recovered, too (`recovery_target_inclusive`); true if not given. */
  readonly inclusive?: boolean;
  /**
   * The timeline to recover along (`recovery_target_timeline`): an ID; `current`, that of the backup; or `latest`, the
   * newest that a history file is found for. What the version takes that is not told, if not given.
   */
  readonly timeline?: number | 'current' | 'latest';
}

/**
 * Whether a backup can be recovered to a target with what an archive holds.
 *
 * @category Recovery
 */
export interface RecoveryAnswer {
  /** Whether recovery reaches its target. */
  readonly possible: boolean;
  /** Why; stable. */
  readonly code: RecoveryCode;
  /** One sentence. */
  readonly message: string;
  /** What was asked for. */
  readonly target: RecoveryTarget;
  /**
   * What a server would do: stop at the target; start all the same where WAL ends, short of it; or not start.
   */
  readonly server: 'stops-at-target' | 'starts-short-of-it' | 'fails';
  /** The timeline that recovery goes along; null where it does not come to that. */
  readonly timeline: number | null;
  /** Where replay begins; null where the backup does not say. */
  readonly redo: Lsn | null;
  /** Where the backup is consistent, by what it says of itself; null where only WAL tells. */
  readonly consistentFrom: Lsn | null;
  /** Where replay found it consistent; null where it did not come to that. */
  readonly consistentAt: Lsn | null;
  /** Where recovery stops; null where the target is not reached. */
  readonly stop: {
    /** Where the record begins that it stops at. */
    readonly lsn: Lsn;
    /** Whether it stops before that record, or after it. */
    readonly side: 'before' | 'after';
    /** When that record was written, in microseconds since 2000-01-01 UTC; null where it does not say. */
    readonly time: bigint | null;
    /** The timeline that it is on. */
    readonly timeline: number;
  } | null;
  /** When the last transaction ended that is recovered, in microseconds since 2000-01-01 UTC; null where there is none. */
  readonly lastTransaction: bigint | null;
  /** Where and why WAL ends; null where the target is reached before that. */
  readonly end: WalEnd | null;
  /** Other timelines, along which recovery would reach the target. */
  readonly otherTimelines: readonly number[];
  /** What is good to know of the backup's files. */
  readonly notes: readonly string[];
}
