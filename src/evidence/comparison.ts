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
  /** The stretch of the last common timeline that both have and that was compared, byte by byte; null for none. */
  readonly compared: {
    /** Where the stretch begins. */
    readonly from: Lsn;
    /** Where it ends. */
    readonly to: Lsn;
  } | null;
  /** The first record that differs in that stretch; null where none does. */
  readonly firstDifference: Lsn | null;
  /** Whether a record of the node ends at the fork point; null where its WAL does not reach there. */
  readonly forkIsRecordEnd: boolean | null;
  /** The last checkpoint that both have; null where the node's WAL does not reach back to one. */
  readonly lastCommonCheckpoint: Omit<CheckpointEvidence, 'end'> | null;
  /** The first segment between that checkpoint and the node's end that is nowhere to be had; null for none. */
  readonly missingSegment: string | null;
  /** Whether the node has prepared a transaction past the fork point; null where that cannot be told. */
  readonly hasPreparedPastFork: boolean | null;
}
