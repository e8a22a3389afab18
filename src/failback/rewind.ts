import type { NodeEvidence } from '../evidence/node-evidence.js';
import { type Lsn, segmentNumberOf } from '../lsn.js';
import { entryOfTimeline } from '../timeline/lineage.js';
import { FRESH_BACKUP, reason } from './claim.js';
import { breakOff } from './damage.js';
import { type Claim, isInRecovery, isStoppedCleanly, type Parted } from './pair.js';
import { printLsn } from './print-lsn.js';
import { rewindSteps } from './steps.js';
import type { Blocker, BlockerCode, Reason } from './verdict.js';

/**
 * Judges a node that holds changes past the fork point: whether `pg_rewind` can undo them.
 *
 * @param reasons - why it is known to; what else there is to say is added
 */
export function assessRewind(pair: Parted, reasons: Reason[]): Claim {
  const { node, upstream, fork } = pair;
  const blockers = findBlockers(pair);
  if (pair.twin !== null) reasons.unshift(reason('twin-promotions', twinMessage(pair, pair.twin)));
  if (pair.wasPrimary) {
    reasons.push(
      reason('was-primary', 'the node was a primary, so its data files may hold all that its WAL does'),
    );
  }
  if (fork.timeline === upstream.timeline && node.timeline !== upstream.timeline) {
    const swapped = upstream.control?.state === 'in production' ? '' : ' (are node and upstream swapped?)';
    reasons.push(
      reason(
        'upstream-timeline-lower',
        `the upstream is on timeline ${upstream.timeline}, lower than the node's ${node.timeline}${swapped}`,
      ),
    );
  }
  if (blockers.length === 0) {
    reasons.push(reason('rewindable', 'pg_rewind can undo what lies past the fork point'));
    return { verdict: 'rewind', reasons, steps: rewindSteps(pair) };
  }
  if (pair.comparison === null && blockers.every(({ code }) => code === 'rewind-sees-nothing')) {
    return { verdict: 'undetermined', reasons, blockers, missing: ['WAL of both nodes, to compare'] };
  }
  reasons.push(reason('not-rewindable', 'pg_rewind cannot undo this'));
  return { verdict: 'rebuild', reasons, blockers, steps: [FRESH_BACKUP] };
}

/** Where the twins begin, each by its own history. */
function twinMessage({ node, upstream, fork, at }: Parted, twin: number): string {
  const beginning = ({ history }: NodeEvidence) =>
    printLsn((history && entryOfTimeline(history, twin)?.begin) ?? 0n);
  return (
    `timeline ${twin} is not the same on both: two standbys were promoted apart from each other, ` +
    `the node's at ${beginning(node)} and the upstream's at ${beginning(upstream)}` +
    `; they parted at ${at} on timeline ${fork.timeline}`
  );
}

/** `pg_rewind` goes by control and history files alone; it holds no WAL against another. */
function splitBlocker({ comparison }: Parted): string {
  const believed = comparison?.historyFork.lsn ?? null;
  return `pg_rewind does not see a split on one timeline: it would ${
    believed === null
      ? 'say "no rewind required", and must not be believed'
      : `take ${printLsn(believed)} for the fork point and leave what was written before that as it is`
  }`;
}

/** Adds a blocker. */
type Block = (code: BlockerCode, message: string) => void;

function findBlockers(pair: Parted): Blocker[] {
  const { node, upstream, control, fork } = pair;
  const { version, wal } = node;
  const blockers: Blocker[] = [];
  const block: Block = (code, message) => blockers.push({ code, message });
  if (pair.twin !== null) {
    block(
      'twin-promotions',
      `pg_rewind does not see it: where both are on timeline ${pair.twin} by their numbers, it says "no rewind required" ` +
        'without a look at the histories, and must not be believed',
    );
  }
  if (pair.isSplit) block('same-timeline', splitBlocker(pair));
  if (control.dataChecksumVersion === 0 && control.walLogHints !== true) {
    block(
      'no-checksums-or-hints',
      'the node has neither data checksums nor wal_log_hints: hint bits changed pages without a trace in WAL',
    );
  }
  if (
    version?.rewind.needsTimelineInHistory &&
    node.timeline !== null &&
    upstream.history !== null &&
    entryOfTimeline(upstream.history, node.timeline) === null
  ) {
    block(
      'timeline-not-in-history',
      `pg_rewind of ${version.major} needs the node's timeline ${node.timeline} to be in the upstream's history`,
    );
  }
  blockByRecovery(pair, block);
  if (control.state === 'shut down in recovery' && !pair.wasPrimary && control.minRecoveryPoint <= fork.lsn) {
    block(
      'rewind-sees-nothing',
      `pg_rewind looks at the minimum recovery point ${printLsn(control.minRecoveryPoint)} alone and would say "no rewind required"`,
    );
  }
  if (wal?.liveWalBehind != null) {
    block(
      'damaged-wal',
      `${breakOff(wal.end)}, with more behind it: pg_rewind would not see what that changed`,
    );
  }
  blockByMissingWal(pair, block);
  return blockers;
}

function blockByRecovery({ node, control, wasPrimary }: Parted, block: Block): void {
  const { state } = control;
  const timeline = Math.max(control.checkPointCopy.thisTimeLineID, control.minRecoveryPointTLI);
  if (node.timeline !== null && timeline < node.timeline) {
    block(
      'crash-recovery-incomplete',
      `the node's WAL has gone over to timeline ${node.timeline}, but pg_control still says ${timeline}: pg_rewind goes by that`,
    );
  }
  if (state === 'in crash recovery' || (wasPrimary && isInRecovery(control))) {
    block(
      'crash-recovery-incomplete',
      `the node was a primary and stopped in the middle of crash recovery (pg_control says "${state}"): until that is completed, pg_rewind does not see its changes`,
    );
  }
}

function blockByMissingWal({ node, control, comparison, fork, at }: Parted, block: Block): void {
  const { wal } = node;
  if (comparison?.missingSegment != null) {
    block(
      'rewind-wal-missing',
      `segment ${comparison.missingSegment} is needed to rewind and is neither on the node nor in its archive`,
    );
  } else if (
    comparison?.lastCommonCheckpoint == null &&
    !wal?.checkpoints.some(({ lsn }) => lsn < fork.lsn) &&
    !(comparison === null && holdsSegmentOf(node, fork.lsn))
  ) {
    block(
      'rewind-wal-missing',
      `the node's WAL does not reach back from the fork point ${at} to a checkpoint`,
    );
  } else if (wal === null || wal.end.lsn < fork.lsn) {
    block('rewind-wal-missing', "the node's WAL cannot be read from its redo point to its end");
  } else if (isStoppedCleanly(node) && control.checkPoint >= wal.end.lsn) {
    block(
      'rewind-wal-missing',
      `the node's WAL breaks off at ${printLsn(wal.end.lsn)}, before its last checkpoint ${printLsn(control.checkPoint)}`,
    );
  }
}

/** Without a comparison, what is known of older WAL is which segments there are. */
function holdsSegmentOf(node: NodeEvidence, lsn: Lsn): boolean {
  if (node.segmentSize === null) return false;
  const number = segmentNumberOf(lsn, node.segmentSize);
  return node.segments.some(({ first, last }) => first <= number && number <= last);
}
