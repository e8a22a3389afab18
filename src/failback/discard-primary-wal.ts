import { formatLsn } from '../lsn.js';
import { isBeginningOf } from '../timeline/lineage.js';
import { cutSteps } from './cut-wal.js';
import type { Claim, Pair } from './pair.js';
import { standbySteps } from './steps.js';
import type { Reason } from './verdict.js';

/**
 * Judges an old primary of which the caller says that it ran with `synchronous_transfer` at `data_flush` or `all`:
 * then its data files hold nothing that its standby had no WAL of, and WAL past the fork point can be taken away.
 *
 * @returns null where nothing of the kind is claimed, or not all that speaks for it is known to hold
 */
export function assessPrimaryDiscard(pair: Pair, past: readonly Reason[]): Claim | null {
  const { node, upstream, fork, claimedTransfer } = pair;
  const { control, wal } = node;
  if (claimedTransfer !== 'data_flush' && claimedTransfer !== 'all') return null;
  if (control === null || wal === null || fork.lsn === null || node.segmentSize === null) return null;
  if (
    !pair.wasPrimary ||
    transferContradiction(pair) !== null ||
    !isAsItRan(pair) ||
    !isAroundForkKnown(pair)
  ) {
    return null;
  }
  const promise: Reason = {
    code: 'synchronous-transfer',
    message:
      `by your word the node ran with synchronous_transfer = ${claimedTransfer}: none of its data pages got ahead of the ` +
      `WAL that the standby had, so what lies past the fork point ${formatLsn(fork.lsn)} is WAL alone`,
  };
  return {
    verdict: 'discard-wal',
    reasons: [promise, ...past, ...(node.dataPages == null ? [PAGES_UNSEEN] : [])],
    blockers: [],
    steps: [
      'make sure that the upstream is the standby which that setting waited for, and that the node was not started since',
      ...cutSteps(node, fork.timeline, fork.lsn),
      ...standbySteps(node, upstream),
    ],
  };
}

/** Pages that were looked at and lie past the fork point contradict the claim: see below. */
const PAGES_UNSEEN: Reason = {
  code: 'data-pages-unseen',
  message: 'the LSNs of its data pages were not looked at: they are not among the files given',
};

/** Why the control file or a data page gives the lie to a claimed `synchronous_transfer`; null where it does not. */
export function transferContradiction({ node, fork, claimedTransfer }: Pair): Reason | null {
  if (claimedTransfer !== 'data_flush' && claimedTransfer !== 'all') return null;
  const { control, wal, dataPages } = node;
  if (control === null || fork.lsn === null) return null;
  const highest = dataPages?.highest ?? null;
  if (highest !== null && highest.lsn > fork.lsn) {
    return {
      code: 'synchronous-transfer-contradicted',
      message:
        `block ${highest.block} of ${highest.file} has the LSN ${formatLsn(highest.lsn)}, past the fork point ` +
        `${formatLsn(fork.lsn)}: with synchronous_transfer = ${claimedTransfer} it would have waited for the standby`,
    };
  }
  const end = wal?.checkpoints.find(({ lsn }) => lsn === control.checkPoint)?.end ?? control.checkPoint;
  const furthest = end > control.minRecoveryPoint ? end : control.minRecoveryPoint;
  if (control.checkPoint < fork.lsn && furthest <= fork.lsn) return null;
  return {
    code: 'synchronous-transfer-contradicted',
    message:
      `pg_control speaks of ${formatLsn(furthest)}, past the fork point ${formatLsn(fork.lsn)}: with ` +
      `synchronous_transfer = ${claimedTransfer} it would have waited for the standby, so the claim does not hold`,
  };
}

/**
 * Whether the node lies there as the primary left it. One that was started again has replayed its surplus WAL,
 * and what recovery writes waits for nobody.
 */
function isAsItRan({ node, upstream, fork }: Pair): boolean {
  const { control, wal, backupLabel } = node;
  if (control === null || wal === null) return false;
  if (control.state !== 'in production' && control.state !== 'shutting down') return false;
  if (control.minRecoveryPoint !== 0n || node.timeline !== fork.timeline) return false;
  if (control.backupStartPoint !== 0n || control.backupEndPoint !== 0n || control.backupEndRequired)
    return false;
  const { history } = upstream;
  return (
    backupLabel === null &&
    wal.hasControlCheckpoint === true &&
    wal.liveWalBehind === null &&
    node.newerHistories.every((newer) => history !== null && isBeginningOf(newer, history))
  );
}

/** Whether the fork point is where one record ends and the next begins, on WAL that both wrote alike. */
function isAroundForkKnown({ upstream, comparison, isSplit }: Pair): boolean {
  if (isSplit || comparison?.damage != null || upstream.systemIdentifier === null) return false;
  if (comparison?.forkIsRecordEnd !== true || comparison.hasPreparedPastFork !== false) return false;
  return comparison.compared !== null || upstream.segments.length === 0;
}
