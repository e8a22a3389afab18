import type { Lsn } from '../lsn.js';
import type { ForkPoint } from '../timeline/fork-point.js';
import type { CheckpointEvidence } from './node-evidence.js';

/**
 * What two nodes' WAL says when it is held side by side.
 *
 * @category Evidence
 */
export interface WalComparison {
  /** Where the two histories part, by their history files. */
  readonly historyFork: ForkPoint;
  /** The unbroken stretch of WAL that both have and that was compared byte by byte; null for none. */
  readonly compared: {
    /** Where the stretch begins. */
    readonly from: Lsn;
    /** Where it ends: at the fork point, or where the WAL of either node does. */
    readonly to: Lsn;
  } | null;
  /**
   * Where the oldest segment begins that samples were compared of, the first and the last page; null where all
   * that both have was compared.
   */
  readonly sampledFrom: Lsn | null;
  /** Where the first record begins that differs; null where none does. */
  readonly firstDifference: Lsn | null;
  /** What the two nodes wrote there; null where nothing differs. */
  readonly differingRecords: DifferingRecords | null;
  /** Where their WAL differs because some of it is damaged, and not because two servers wrote; null for nowhere. */
  readonly damage: WalDamage | null;
  /** Whether a record of the node ends at the fork point; null where its WAL does not reach there. */
  readonly forkIsRecordEnd: boolean | null;
  /** The last checkpoint that both have; null where the node's WAL does not reach back to one. */
  readonly lastCommonCheckpoint: Pick<CheckpointEvidence, 'timeline' | 'lsn' | 'redo'> | null;
  /** The first segment between that checkpoint and the node's end that is nowhere to be had; null for none. */
  readonly missingSegment: string | null;
  /** Whether the node has prepared a transaction past the fork point; null where that cannot be told. */
  readonly hasPreparedPastFork: boolean | null;
  /**
   * Whether a commit is among the first that the node has past the fork point, before any record that changes a page;
   * null where that cannot be told. Where a standby has replayed it, no page LSN shows that.
   */
  readonly hasLoneCommitPastFork: boolean | null;
}

/**
 * A place at which one of two nodes holds WAL that is damaged.
 *
 * @category Evidence
 */
export interface WalDamage {
  /** Where the record begins that is damaged, or that lies next to what is. */
  readonly lsn: Lsn;
  /** Whose WAL it is; null where that cannot be told. */
  readonly of: 'node' | 'upstream' | null;
}

/**
 * What two nodes wrote at the place where their WAL parted.
 *
 * @category Evidence
 */
export interface DifferingRecords {
  /** What the node wrote there; null where its WAL has no valid record. */
  readonly node: RecordSummary | null;
  /** What the upstream wrote there; null where its WAL has no valid record. */
  readonly upstream: RecordSummary | null;
}

/**
 * A WAL record in a few words.
 *
 * @category Evidence
 */
export interface RecordSummary {
  /** The name of its resource manager, as `pg_waldump` prints it. */
  readonly resourceManager: string;
  /** What it says, as `pg_waldump` of its version prints it behind `desc: `. */
  readonly description: string;
  /** The transaction that wrote it; 0 for none. */
  readonly xid: number;
  /** Its whole length in bytes (`xl_tot_len`). */
  readonly length: number;
  /** Where it ends. */
  readonly end: Lsn;
}
