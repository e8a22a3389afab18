import type { ControlFile } from '../control/control-file.js';
import type { WalComparison } from '../evidence/comparison.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import type { Lsn } from '../lsn.js';
import type { ForkPoint } from '../timeline/fork-point.js';
import type { SynchronousTransfer } from './synchronous-transfer.js';
import type { Blocker, NodeSummary, Reason, VerdictKind } from './verdict.js';

/** The two nodes and what has been found out about them together. */
export interface Pair {
  readonly node: NodeEvidence;
  readonly upstream: NodeEvidence;
  /** The node's: without one, nothing is judged. */
  readonly control: ControlFile;
  readonly comparison: WalComparison | null;
  /** By the histories, or by the first record that differs before that. */
  readonly fork: ForkPoint;
  /** The fork point in print; empty where there is none. */
  readonly at: string;
  /** Whether the WAL differs before the histories part: two servers wrote to one timeline. */
  readonly isSplit: boolean;
  /** A timeline ID that both use for different timelines. */
  readonly twin: number | null;
  readonly wasPrimary: boolean;
  /** The `synchronous_transfer` that the caller says the node ran with; files are not believed that much. */
  readonly claimedTransfer: SynchronousTransfer | null;
}

/** Two nodes that have a fork point. */
export interface Parted extends Pair {
  readonly fork: ForkPoint & { readonly lsn: Lsn };
}

/** What a part of the assessment says, to be made a verdict of. */
export interface Claim {
  readonly verdict: VerdictKind;
  readonly reasons: readonly Reason[];
  readonly blockers?: readonly Blocker[];
  readonly steps?: readonly string[];
  readonly missing?: readonly string[];
}

/**
 * Whether the node was a primary when its control file was written, whatever signal files say: those were put
 * there afterwards. An old primary that was started as a standby and stopped before it finished crash recovery
 * shows only in a minimum recovery point that is not set; a promoted one that was started as a standby, in one
 * that is the end of its own end-of-recovery record. A base backup that was never started was not one.
 */
export function wasPrimary({ control, wal, backupLabel }: NodeEvidence): boolean {
  if (control === null) return true;
  if (backupLabel?.method === 'streamed') return false;
  return (
    !isInRecovery(control) ||
    control.minRecoveryPoint === 0n ||
    (wal?.endsOfRecovery.some(({ end }) => end === control.minRecoveryPoint) ?? false)
  );
}

/** Whether a control file's state is that of a standby, or of an old primary started as one. */
export function isInRecovery({ state }: ControlFile): boolean {
  return state === 'in archive recovery' || state === 'shut down in recovery';
}

/** The later of the two places that a control file has the data files at. */
export function furthestOf({ checkPoint, minRecoveryPoint }: ControlFile): Lsn {
  return checkPoint > minRecoveryPoint ? checkPoint : minRecoveryPoint;
}

/** Whether the node is a backup that was not brought to its end, or has the label of one. */
export function isInBackup({ node, control }: Pair): boolean {
  return (
    control.backupStartPoint !== 0n ||
    control.backupEndPoint !== 0n ||
    control.backupEndRequired ||
    node.backupLabel !== null
  );
}

/** Whether a control file's state says that the server was stopped in an orderly way. */
export function isStoppedCleanly({ control }: NodeEvidence): boolean {
  return control?.state === 'shut down' || control?.state === 'shut down in recovery';
}

/** A node's facts as a verdict shows them. */
export function summarize(node: NodeEvidence): NodeSummary {
  const { control, wal } = node;
  const shutdown = wal?.checkpoints.at(-1);
  const endsWithShutdown =
    control?.state === 'shut down' &&
    shutdown?.lsn === control.checkPoint &&
    shutdown.lsn === wal?.end.lastRecord;
  return {
    systemIdentifier: node.systemIdentifier,
    version: node.version?.major ?? null,
    state: control?.state ?? null,
    timeline: node.timeline,
    checkpoint: control?.checkPoint || null,
    redo: control?.checkPointCopy.redo || null,
    minRecoveryPoint: control?.minRecoveryPoint || null,
    walEnd: wal?.end.lsn ?? null,
    walEndReason: endsWithShutdown ? 'shutdown-checkpoint' : (wal?.end.code ?? null),
  };
}
