import type { NodeEvidence } from '../evidence/node-evidence.js';
import { formatLsn, type Lsn, segmentNumberOf } from '../lsn.js';
import { entryOfTimeline } from '../timeline/lineage.js';
import { type Claim, isStoppedCleanly, type Pair } from './pair.js';
import { rewindSteps } from './steps.js';
import type { Blocker, Reason } from './verdict.js';

/** Judges a node that holds changes past the fork point: whether `pg_rewind` can undo them. */
export function assessRewind(pair: Pair, past: readonly Reason[]): Claim {
  const blockers = [...findBlockers(pair)];
  const reasons: Reason[] = [...past];
  if (pair.twin !== null) {
    reasons.unshift({ code: 'twin-promotions', message: twinMessage(pair, pair.twin) });
  }
  if (pair.wasPrimary) {
    reasons.push({
      code: 'was-primary',
      message: 'the node was a primary, so its data files may hold all that its WAL does',
    });
  }
  if (pair.fork.timeline === pair.upstream.timeline && pair.node.timeline !== pair.upstream.timeline) {
    const swapped =
      pair.upstream.control?.state === 'in production' ? '' : ' (are node and upstream swapped?)';
    reasons.push({
      code: 'upstream-timeline-lower',
      message: `the upstream is on timeline ${pair.upstream.timeline}, lower than the node's ${pair.node.timeline}${swapped}`,
    });
  }
  if (
    pair.comparison === null &&
    blockers.every(({ code }) => code === 'rewind-sees-nothing') &&
    blockers.length > 0
  ) {
    return { verdict: 'undetermined', reasons, blockers, missing: ['WAL of both nodes, to compare'] };
  }
  if (blockers.length > 0) {
    reasons.push({ code: 'not-rewindable', message: 'pg_rewind cannot undo this' });
    return {
      verdict: 'rebuild',
      reasons,
      blockers,
      steps: ['take a fresh base backup of the upstream: pg_basebackup'],
    };
  }
  reasons.push({ code: 'rewindable', message: 'pg_rewind can undo what lies past the fork point' });
  return { verdict: 'rewind', reasons, blockers, steps: rewindSteps(pair) };
}

/** Where the twins begin, each by its own history. */
function twinMessage({ node, upstream, fork }: Pair, twin: number): string {
  const beginning = ({ history }: NodeEvidence) =>
    formatLsn((history && entryOfTimeline(history, twin)?.begin) ?? 0n);
  const parted =
    fork.lsn === null ? '' : `; they parted at ${formatLsn(fork.lsn)} on timeline ${fork.timeline}`;
  return (
    `timeline ${twin} is not the same on both: two standbys were promoted apart from each other, ` +
    `the node's at ${beginning(node)} and the upstream's at ${beginning(upstream)}${parted}`
  );
}

/** `pg_rewind` goes by control and history files alone; it holds no WAL against another. */
function splitBlocker({ comparison }: Pair): string {
  const believed = comparison?.historyFork.lsn ?? null;
  return believed === null
    ? 'pg_rewind does not see a split on one timeline: it would say "no rewind required", and must not be believed'
    : `pg_rewind does not see a split on one timeline: it would take ${formatLsn(believed)} for the fork point ` +
        'and leave what was written before that as it is';
}

function* findBlockers(pair: Pair): Generator<Blocker> {
  const { node, upstream, fork } = pair;
  const { control, wal } = node;
  if (pair.twin !== null) {
    yield {
      code: 'twin-promotions',
      message:
        `pg_rewind does not see it: where both are on timeline ${pair.twin} by their numbers, it says "no rewind required" ` +
        'without a look at the histories, and must not be believed',
    };
  }
  if (pair.isSplit) {
    yield {
      code: 'same-timeline',
      message: splitBlocker(pair),
    };
  }
  if (control !== null && control.dataChecksumVersion === 0 && control.walLogHints !== true) {
    yield {
      code: 'no-checksums-or-hints',
      message:
        'the node has neither data checksums nor wal_log_hints: hint bits changed pages without a trace in WAL',
    };
  }
  if (
    node.version?.rewind.needsTimelineInHistory &&
    node.timeline !== null &&
    upstream.history !== null &&
    entryOfTimeline(upstream.history, node.timeline) === null
  ) {
    yield {
      code: 'timeline-not-in-history',
      message: `pg_rewind of ${node.version.major} needs the node's timeline ${node.timeline} to be in the upstream's history`,
    };
  }
  yield* crashRecoveryBlocker(pair);
  if (
    control?.state === 'shut down in recovery' &&
    !pair.wasPrimary &&
    fork.lsn !== null &&
    control.minRecoveryPoint <= fork.lsn
  ) {
    yield {
      code: 'rewind-sees-nothing',
      message: `pg_rewind looks at the minimum recovery point ${formatLsn(control.minRecoveryPoint)} alone and would say "no rewind required"`,
    };
  }
  if (wal?.liveWalBehind != null) {
    yield {
      code: 'damaged-wal',
      message: `WAL breaks off at ${formatLsn(wal.end.lsn)} (${wal.end.message}), with more behind it: pg_rewind would not see what that changed`,
    };
  }
  yield* missingWalBlocker(pair);
}

function* crashRecoveryBlocker({ node, wasPrimary }: Pair): Generator<Blocker> {
  const { control } = node;
  const state = control?.state;
  if (control !== null && node.timeline !== null) {
    const controlTimeline = Math.max(control.checkPointCopy.thisTimeLineID, control.minRecoveryPointTLI);
    if (controlTimeline < node.timeline) {
      yield {
        code: 'crash-recovery-incomplete',
        message: `the node's WAL has gone over to timeline ${node.timeline}, but pg_control still says ${controlTimeline}: pg_rewind goes by that`,
      };
    }
  }
  const isHalfRecovered =
    wasPrimary && (state === 'shut down in recovery' || state === 'in archive recovery');
  if (state === 'in crash recovery' || isHalfRecovered) {
    yield {
      code: 'crash-recovery-incomplete',
      message: `the node was a primary and stopped in the middle of crash recovery (pg_control says "${state}"): until that is completed, pg_rewind does not see its changes`,
    };
  }
}

function* missingWalBlocker({ node, comparison, fork }: Pair): Generator<Blocker> {
  if (fork.lsn === null || node.control === null) return;
  const known = comparison?.lastCommonCheckpoint ?? null;
  const isFarEnoughBack = comparison === null && holdsSegmentOf(node, fork.lsn);
  const passed = node.wal?.checkpoints.some(({ lsn }) => fork.lsn !== null && lsn < fork.lsn) ?? false;
  if (comparison?.missingSegment != null) {
    yield {
      code: 'rewind-wal-missing',
      message: `segment ${comparison.missingSegment} is needed to rewind and is neither on the node nor in its archive`,
    };
  } else if (known === null && !passed && !isFarEnoughBack) {
    yield {
      code: 'rewind-wal-missing',
      message: `the node's WAL does not reach back from the fork point ${formatLsn(fork.lsn)} to a checkpoint`,
    };
  } else if (node.wal === null || node.wal.end.lsn < fork.lsn) {
    yield {
      code: 'rewind-wal-missing',
      message: "the node's WAL cannot be read from its redo point to its end",
    };
  } else if (isStoppedCleanly(node) && node.control.checkPoint >= node.wal.end.lsn) {
    yield {
      code: 'rewind-wal-missing',
      message: `the node's WAL breaks off at ${formatLsn(node.wal.end.lsn)}, before its last checkpoint ${formatLsn(node.control.checkPoint)}`,
    };
  }
}

/** Without a comparison, what is known of older WAL is which segments there are. */
function holdsSegmentOf(node: NodeEvidence, lsn: Lsn): boolean {
  if (node.segmentSize === null) return false;
  const number = segmentNumberOf(lsn, node.segmentSize);
  return node.segments.some(({ first, last }) => first <= number && number <= last);
}
