import type { WalComparison } from '../evidence/comparison.js';
import type { Finding, NodeEvidence } from '../evidence/node-evidence.js';
import { type ForkPoint, findForkPoint, findTwinTimeline } from '../timeline/fork-point.js';
import { withArchive } from './archive.js';
import { assessBackup } from './backup.js';
import { reason, rebuild, undetermined } from './claim.js';
import { type AssessFailbackOptions, composeVerdict } from './compose-verdict.js';
import { assessDamage, assessDifference, assessUnknownEnd, withoutWalEnd } from './damage.js';
import { assessPrimaryDiscard, transferContradiction } from './discard-primary-wal.js';
import { assessDiscard } from './discard-wal.js';
import { assessFollow } from './follow.js';
import { findOverwrittenWal } from './overwritten-wal.js';
import { type Claim, type Pair, type Parted, wasPrimary } from './pair.js';
import { pastFork } from './past-fork.js';
import { printLsn } from './print-lsn.js';
import { assessRewind } from './rewind.js';
import type { Verdict } from './verdict.js';

/**
 * Judges whether a node can fail back: whether it can follow the upstream as it is, must be rewound, or thrown
 * away. Pure: no file is read and no clock asked, so that it can be called for thousands of nodes. Wherever
 * the evidence is absent or contradicts itself, the verdict gets more cautious, never less.
 *
 * @param node - the facts about the node that wants to come back
 * @param upstream - the facts about the node that it is to follow
 * @param comparison - what their WAL says when held side by side; without it, two nodes that wrote to one
 * timeline cannot be told from one that follows the other, and the verdict is `undetermined`
 * @param options - what the caller knows besides
 * @category Failback
 */
export function assessFailback(
  node: NodeEvidence,
  upstream: NodeEvidence,
  comparison: WalComparison | null = null,
  options: AssessFailbackOptions = {},
): Verdict {
  const { claim, fork } = decide(node, upstream, comparison, options);
  return composeVerdict({ node, upstream, comparison, options }, fork, claim);
}

function decide(
  node: NodeEvidence,
  upstream: NodeEvidence,
  comparison: WalComparison | null,
  options: AssessFailbackOptions,
): { claim: Claim; fork: ForkPoint | null } {
  const refusal = assessIdentity(node, upstream);
  if (refusal !== null) return { claim: refusal, fork: null };
  const { control, history } = node;
  const gap = findGap(node, upstream) ?? (control === null ? withoutControl() : null);
  if (history === null || upstream.history === null) {
    return { claim: gap ?? undetermined('history-unknown', HISTORY_UNKNOWN), fork: null };
  }
  const historyFork = findForkPoint(history, upstream.history);
  if (historyFork === null) {
    const message = 'the two histories have no timeline in common';
    return { claim: { verdict: 'rebuild', reasons: [reason('no-common-timeline', message)] }, fork: null };
  }
  const split = comparison?.firstDifference ?? null;
  const fork: ForkPoint = split === null ? historyFork : { timeline: historyFork.timeline, lsn: split };
  if (gap !== null || control === null) return { claim: gap ?? withoutControl(), fork };
  const pair: Pair = {
    node,
    upstream,
    control,
    comparison,
    fork,
    at: fork.lsn === null ? '' : printLsn(fork.lsn),
    isSplit: split !== null,
    twin: findTwinTimeline(history, upstream.history),
    wasPrimary: wasPrimary(node),
    claimedTransfer: options.settings?.transfer ?? null,
  };
  return { claim: hasParted(pair) ? judgeParted(pair) : judgeUpToFork(pair), fork };
}

const HISTORY_UNKNOWN = "a timeline's history file is missing, so where the two parted is not known";

/** Steps 1 and 2 of the design: what rules any failback out, whatever the WAL says. */
function assessIdentity(node: NodeEvidence, upstream: NodeEvidence): Claim | null {
  const differs = (a: unknown, b: unknown) => a !== null && b !== null && a !== b;
  if (differs(node.systemIdentifier, upstream.systemIdentifier)) {
    return rebuild(
      'different-system',
      `the node is of system ${node.systemIdentifier}, the upstream of ${upstream.systemIdentifier}: they are two clusters`,
    );
  }
  if (differs(node.version?.major ?? null, upstream.version?.major ?? null)) {
    return rebuild(
      'different-version',
      `the node is of PostgreSQL ${node.version?.major}, the upstream of ${upstream.version?.major}`,
    );
  }
  if (differs(node.segmentSize, upstream.segmentSize) || differs(node.walBlockSize, upstream.walBlockSize)) {
    return rebuild(
      'different-segment-size',
      `the node's WAL is in segments of ${node.segmentSize} bytes, the upstream's of ${upstream.segmentSize}`,
    );
  }
  if (node.control?.walLevelName === 'minimal') {
    return rebuild(
      'wal-level-minimal',
      'wal_level is minimal on the node: its WAL does not hold all changes',
    );
  }
  return null;
}

/** What cannot be judged for want of files, or because they contradict each other. */
function findGap(node: NodeEvidence, upstream: NodeEvidence): Claim | null {
  const find = (isOne: (finding: Finding) => boolean) =>
    node.findings.find(isOne) ?? upstream.findings.find(isOne);
  const mixed = find(({ code }) => code === 'other-format-segment' || code === 'version-mismatch');
  if (mixed !== undefined) return undetermined('mixed-files', mixed.message);
  const invalid = find(({ code }) => code === 'history-file-invalid');
  if (invalid !== undefined) return undetermined('history-unknown', invalid.message);
  return null;
}

function withoutControl(): Claim {
  return undetermined(
    'control-file-unknown',
    'without the control file of the node, nobody can tell what its data files hold',
  );
}

function hasParted(pair: Pair): pair is Parted {
  return pair.fork.lsn !== null;
}

/** Steps 2 to 5 of the design. */
function judgeParted(pair: Parted): Claim {
  const past = pastFork(pair);
  if (pair.twin !== null) return { ...assessRewind(pair, past), verdict: 'rebuild' };
  if (past.length === 0) return withArchive(pair, judgeUpToFork(pair));
  const overwritten = findOverwrittenWal(pair);
  if (overwritten !== null) return overwritten;
  const discard = assessDiscard(pair, past) ?? assessPrimaryDiscard(pair, past);
  if (discard !== null) return withArchive(pair, discard);
  const contradicted = transferContradiction(pair);
  if (contradicted !== null) past.push(contradicted);
  const rewind = assessRewind(pair, past);
  // one that is blocked is so wherever WAL ends; one that is not rests on having seen the end
  if (rewind.verdict !== 'rewind') return rewind;
  return assessUnknownEnd(pair) ?? assessDifference(pair) ?? rewind;
}

/** Steps 2 and 3, for a node that holds nothing past the fork point. */
function judgeUpToFork(pair: Pair): Claim {
  const { wal } = pair.node;
  return (
    findOverwrittenWal(pair) ??
    (wal === null
      ? withoutWalEnd(pair)
      : (assessDamage(pair, wal) ?? assessBackup(pair, wal) ?? assessFollow(pair, wal.end.lsn)))
  );
}
