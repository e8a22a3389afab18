import { isBeginningOf } from '../timeline/lineage.js';
import { reason } from './claim.js';
import { cutSteps } from './cut-wal.js';
import { isForkSeen } from './discard-wal.js';
import { type Claim, isInBackup, type Parted } from './pair.js';
import { printLsn } from './print-lsn.js';
import { standbySteps } from './steps.js';
import type { Reason } from './verdict.js';

/**
 * Judges an old primary of which the caller says that it ran with `synchronous_transfer` at `data_flush` or `all`:
 * then its data files hold nothing that its standby had no WAL of, and WAL past the fork point can be taken away.
 *
 * @returns null where nothing of the kind is claimed, or not all that speaks for it is known to hold
 */
export function assessPrimaryDiscard(pair: Parted, past: readonly Reason[]): Claim | null {
  const { node, upstream, claimedTransfer } = pair;
  if (!isFailbackSafe(pair) || !pair.wasPrimary || transferContradiction(pair) !== null) return null;
  if (!isAsItRan(pair) || !isForkSeen(pair)) return null;
  const promise = reason(
    'synchronous-transfer',
    `by your word the node ran with synchronous_transfer = ${claimedTransfer}: none of its data pages got ahead of the ` +
      `WAL that the standby had, so what lies past the fork point ${pair.at} is WAL alone`,
  );
  return {
    verdict: 'discard-wal',
    reasons: [promise, ...past, ...(node.dataPages == null ? [PAGES_UNSEEN] : [])],
    steps: [
      'make sure that the upstream is the standby which that setting waited for, and that the node was not started since',
      ...cutSteps(pair),
      ...standbySteps(node, upstream),
    ],
  };
}

/** Pages that were looked at and lie past the fork point contradict the claim: see below. */
const PAGES_UNSEEN: Reason = {
  code: 'data-pages-unseen',
  message: 'the LSNs of its data pages were not looked at: they are not among the files given',
};

function isFailbackSafe({ claimedTransfer }: Parted): boolean {
  return claimedTransfer === 'data_flush' || claimedTransfer === 'all';
}

/** Why the control file or a data page gives the lie to a claimed `synchronous_transfer`; null where it does not. */
export function transferContradiction(pair: Parted): Reason | null {
  if (!isFailbackSafe(pair)) return null;
  const { node, control, fork } = pair;
  const waited = `with synchronous_transfer = ${pair.claimedTransfer} it would have waited for the standby`;
  const highest = node.dataPages?.highest;
  if (highest != null && highest.lsn > fork.lsn) {
    return reason(
      'synchronous-transfer-contradicted',
      `block ${highest.block} of ${highest.file} has the LSN ${printLsn(highest.lsn)}, past the fork point ` +
        `${pair.at}: ${waited}`,
    );
  }
  const { checkPoint, minRecoveryPoint } = control;
  const end = node.wal?.checkpoints.find(({ lsn }) => lsn === checkPoint)?.end ?? checkPoint;
  const furthest = end > minRecoveryPoint ? end : minRecoveryPoint;
  if (checkPoint < fork.lsn && furthest <= fork.lsn) return null;
  return reason(
    'synchronous-transfer-contradicted',
    `pg_control speaks of ${printLsn(furthest)}, past the fork point ${pair.at}: ${waited}, so the claim does not hold`,
  );
}

/**
 * Whether the node lies there as the primary left it. One that was started again has replayed its surplus WAL,
 * and what recovery writes waits for nobody.
 */
function isAsItRan(pair: Parted): boolean {
  const { node, control } = pair;
  const { history } = pair.upstream;
  return (
    (control.state === 'in production' || control.state === 'shutting down') &&
    control.minRecoveryPoint === 0n &&
    !isInBackup(pair) &&
    node.wal?.liveWalBehind === null &&
    node.newerHistories.every((newer) => history !== null && isBeginningOf(newer, history))
  );
}
