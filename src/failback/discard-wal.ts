import { reason } from './claim.js';
import { cutSteps } from './cut-wal.js';
import { DATA_FILES, isScanned } from './data-pages.js';
import { type Claim, isInBackup, isInRecovery, type Parted } from './pair.js';
import { printLsn } from './print-lsn.js';
import { standbySteps } from './steps.js';
import type { Blocker, Reason } from './verdict.js';

/**
 * Judges a standby whose WAL goes past the fork point but whose data files do not: WAL that it received and
 * never replayed can be taken away.
 *
 * @returns null unless all that speaks for it is known to hold
 */
export function assessDiscard(pair: Parted, past: readonly Reason[]): Claim | null {
  const { node, upstream, control } = pair;
  if (!isStandbyBeforeFork(pair) || !isForkSeen(pair)) return null;
  const pages = assessDataPages(pair);
  if (pages === 'past') return null;
  const surplus = reason(
    'surplus-wal-only',
    `the node replayed up to ${printLsn(control.minRecoveryPoint)} at the most, at or before the fork point ` +
      `${pair.at}: what lies past it is WAL that never reached the data files`,
  );
  const blockers: Blocker[] = [
    {
      code: 'rewind-sees-nothing',
      message: 'pg_rewind would say "no rewind required" and leave the surplus WAL where it is',
    },
  ];
  const isUnseen = pages.code === 'data-pages-unseen';
  const missing = isUnseen ? [DATA_FILES] : [];
  if (isUnseen && hasPromotionBehind(pair)) {
    return {
      verdict: 'undetermined',
      reasons: [
        reason(
          'data-pages-unseen',
          'the WAL since the last checkpoint of the node holds a promotion: it may be the node that was promoted, ' +
            'and as a primary it may have written pages from past the fork point',
        ),
        surplus,
        ...past,
      ],
      blockers,
      missing,
    };
  }
  const steps = [...cutSteps(pair), ...standbySteps(node, upstream)];
  if (isUnseen) {
    steps.unshift(
      'unless the node was started again since it last was a primary, make sure that no data page has an LSN past the fork point: give the data directory with base/ in it, and ask again',
    );
  }
  return { verdict: 'discard-wal', reasons: [surplus, ...past, pages], blockers, steps, missing };
}

/** Whether by its control file, and by WAL that bears that out, the node is a standby that did not replay past it. */
function isStandbyBeforeFork(pair: Parted): boolean {
  const { node, upstream, control, fork } = pair;
  const { wal } = node;
  if (!isInRecovery(control) || pair.wasPrimary || isInBackup(pair)) return false;
  if (control.minRecoveryPoint === 0n || control.minRecoveryPoint > fork.lsn) return false;
  if (control.minRecoveryPointTLI > fork.timeline) return false;
  if (node.newerHistories.some(({ timeline }) => timeline > (upstream.timeline ?? 0))) return false;
  const checkpoint = wal?.checkpoints.find(({ lsn }) => lsn === control.checkPoint);
  if (checkpoint === undefined || checkpoint.end > fork.lsn) return false;
  // commit logs carry no LSNs, and the minimum recovery point is not moved for them
  return wal?.minRecoveryPointIsRecordEnd !== false && pair.comparison?.hasLoneCommitPastFork !== true;
}

/**
 * Whether the node's own WAL goes over the fork point, that is where one record ends and the next begins, on WAL that
 * both wrote alike: only then is it known what is to be cut off.
 */
export function isForkSeen({ node, upstream, fork, comparison, isSplit }: Parted): boolean {
  // redo to fork has been walked, as the walk ended past it; that a record ends at the fork needs the comparison
  return (
    !isSplit &&
    node.timeline === fork.timeline &&
    node.segmentSize !== null &&
    node.wal?.hasControlCheckpoint === true &&
    upstream.systemIdentifier !== null &&
    comparison?.forkIsRecordEnd === true &&
    comparison.hasPreparedPastFork === false &&
    comparison.damage == null &&
    (comparison.compared !== null || upstream.segments.length === 0)
  );
}

/**
 * What the data files say to the claim that they hold nothing past the fork point: a standby that crashed as a
 * primary before may have written pages past its minimum recovery point.
 */
function assessDataPages({ node: { dataPages }, fork }: Parted): Reason | 'past' {
  const highest = dataPages?.highest;
  if (highest != null && highest.lsn > fork.lsn) return 'past';
  if (dataPages == null || highest == null || !isScanned(dataPages)) {
    return reason(
      'data-pages-unseen',
      `the LSNs of its data pages were not all looked at: ${dataPages?.unreadable[0] ?? 'they are not among the files given'}`,
    );
  }
  return reason(
    'data-pages-before-fork',
    `of ${dataPages.pages} data pages none has an LSN past the fork point: the highest is ${printLsn(highest.lsn)}, ` +
      `of block ${highest.block} in ${highest.file}`,
  );
}

/** Replay passes a promotion on a standby of the promoted node, and on that node itself after a crash. */
function hasPromotionBehind({ node: { wal }, control }: Parted): boolean {
  return wal?.endsOfRecovery.some(({ end }) => end <= control.minRecoveryPoint) ?? false;
}
