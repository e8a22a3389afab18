import type { NodeEvidence } from '../evidence/node-evidence.js';
import { formatLsn, type Lsn } from '../lsn.js';
import { cutSteps } from './cut-wal.js';
import { DATA_FILES, isScanned } from './data-pages.js';
import type { Claim, Pair } from './pair.js';
import { standbySteps } from './steps.js';
import type { Blocker, Reason } from './verdict.js';

/**
 * Judges a standby whose WAL goes past the fork point but whose data files do not: WAL that it received and
 * never replayed can be taken away.
 *
 * @returns null unless all that speaks for it is known to hold
 */
export function assessDiscard(pair: Pair, past: readonly Reason[]): Claim | null {
  const { node, upstream, fork, comparison } = pair;
  const { control, wal } = node;
  if (control === null || wal === null || fork.lsn === null || node.segmentSize === null) return null;
  const isStandby = control.state === 'shut down in recovery' || control.state === 'in archive recovery';
  if (!isStandby || pair.wasPrimary || pair.isSplit) return null;
  if (node.timeline !== fork.timeline) return null;
  if (control.minRecoveryPoint === 0n || control.minRecoveryPoint > fork.lsn) return null;
  if (control.minRecoveryPointTLI > fork.timeline) return null;
  if (control.backupStartPoint !== 0n || control.backupEndPoint !== 0n || control.backupEndRequired)
    return null;
  if (
    node.backupLabel !== null ||
    node.newerHistories.some(({ timeline }) => timeline > (upstream.timeline ?? 0))
  ) {
    return null;
  }
  const checkpoint = wal.checkpoints.find(({ lsn }) => lsn === control.checkPoint);
  if (checkpoint === undefined || checkpoint.end > fork.lsn) return null;
  if (wal.hasControlCheckpoint !== true || wal.minRecoveryPointIsRecordEnd === false) return null;
  if (upstream.systemIdentifier === null) return null;
  // redo to fork has been walked, as the walk ended past it; that a record ends at the fork needs the comparison
  if (comparison?.forkIsRecordEnd !== true || comparison.hasPreparedPastFork !== false) return null;
  // commit logs carry no LSNs, and the minimum recovery point is not moved for them
  if (comparison.hasLoneCommitPastFork === true) return null;
  if (comparison.compared === null && upstream.segments.length > 0) return null;
  if (comparison.damage != null) return null;
  const pages = assessDataPages(pair, fork.lsn);
  if (pages === 'past') return null;
  const surplus: Reason = {
    code: 'surplus-wal-only',
    message:
      `the node replayed up to ${formatLsn(control.minRecoveryPoint)} at the most, at or before the fork point ` +
      `${formatLsn(fork.lsn)}: what lies past it is WAL that never reached the data files`,
  };
  const blockers: Blocker[] = [
    {
      code: 'rewind-sees-nothing',
      message: 'pg_rewind would say "no rewind required" and leave the surplus WAL where it is',
    },
  ];
  if (pages.code === 'data-pages-unseen' && hasPromotionBehind(node)) {
    return {
      verdict: 'undetermined',
      reasons: [
        {
          code: pages.code,
          message:
            'the WAL since the last checkpoint of the node holds a promotion: it may be the node that was promoted, ' +
            'and as a primary it may have written pages from past the fork point',
        },
        surplus,
        ...past,
      ],
      blockers,
      missing: [DATA_FILES],
    };
  }
  return {
    verdict: 'discard-wal',
    reasons: [surplus, ...past, pages],
    blockers,
    steps: [
      ...(pages.code === 'data-pages-unseen'
        ? [
            'unless the node was started again since it last was a primary, make sure that no data page has an LSN past the fork point: give the data directory with base/ in it, and ask again',
          ]
        : []),
      ...cutSteps(node, fork.timeline, fork.lsn),
      ...standbySteps(node, upstream),
    ],
    missing: pages.code === 'data-pages-unseen' ? [DATA_FILES] : [],
  };
}

/**
 * What the data files say to the claim that they hold nothing past the fork point: a standby that crashed as a
 * primary before may have written pages past its minimum recovery point.
 */
function assessDataPages({ node: { dataPages } }: Pair, fork: Lsn): Reason | 'past' {
  const highest = dataPages?.highest ?? null;
  if (highest !== null && highest.lsn > fork) return 'past';
  if (dataPages == null || highest === null || !isScanned(dataPages)) {
    const why = dataPages?.unreadable[0] ?? 'they are not among the files given';
    return {
      code: 'data-pages-unseen',
      message: `the LSNs of its data pages were not all looked at: ${why}`,
    };
  }
  return {
    code: 'data-pages-before-fork',
    message:
      `of ${dataPages.pages} data pages none has an LSN past the fork point: the highest is ${formatLsn(highest.lsn)}, ` +
      `of block ${highest.block} in ${highest.file}`,
  };
}

/** Replay passes a promotion on a standby of the promoted node, and on that node itself after a crash. */
function hasPromotionBehind({ wal, control }: NodeEvidence): boolean {
  const until = control?.minRecoveryPoint ?? 0n;
  return wal?.endsOfRecovery.some(({ end }) => end <= until) ?? false;
}
