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
import { type Claim, type Pair, wasPrimary } from './pair.js';
import { pastFork } from './past-fork.js';
import { assessRewind } from './rewind.js';
import type { Reason, Verdict } from './verdict.js';

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
  const gap = findGaps(node, upstream);
  if (node.history === null || upstream.history === null) {
    return { claim: gap ?? undetermined('history-unknown', HISTORY_UNKNOWN), fork: null };
  }
  const historyFork = findForkPoint(node.history, upstream.history);
  if (historyFork === null) {
    const message = 'the two histories have no timeline in common';
    return {
      claim: { verdict: 'rebuild', reasons: [reason('no-common-timeline', message)] },
      fork: null,
    };
  }
  const split = comparison?.firstDifference ?? null;
  const fork: ForkPoint = split === null ? historyFork : { timeline: historyFork.timeline, lsn: split };
  const pair: Pair = {
    node,
    upstream,
    comparison,
    fork,
    isSplit: split !== null,
    twin: findTwinTimeline(node.history, upstream.history),
    wasPrimary: wasPrimary(node),
    claimedTransfer: options.settings?.transfer ?? null,
  };
  return { claim: gap ?? withArchive(pair, judge(pair)), fork };
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
function findGaps(node: NodeEvidence, upstream: NodeEvidence): Claim | null {
  const isMixed = ({ code }: Finding) => code === 'other-format-segment' || code === 'version-mismatch';
  const mixed = node.findings.find(isMixed) ?? upstream.findings.find(isMixed);
  if (mixed !== undefined) return undetermined('mixed-files', mixed.message);
  const isInvalid = ({ code }: Finding) => code === 'history-file-invalid';
  const invalid = node.findings.find(isInvalid) ?? upstream.findings.find(isInvalid);
  if (invalid !== undefined) return undetermined('history-unknown', invalid.message);
  if (node.control === null) {
    return undetermined(
      'control-file-unknown',
      'without the control file of the node, nobody can tell what its data files hold',
    );
  }
  return null;
}

/** Steps 2 to 5 of the design. */
function judge(pair: Pair): Claim {
  if (pair.twin !== null) {
    return { ...assessRewind(pair, pastFork(pair) ?? []), verdict: 'rebuild' };
  }
  const overwritten = findOverwrittenWal(pair);
  if (overwritten !== null) return overwritten;
  const past = pastFork(pair);
  if (past === null) {
    if (pair.node.wal === null) return withoutWalEnd(pair);
    return assessDamage(pair) ?? assessBackup(pair) ?? assessFollow(pair);
  }
  const discard = assessDiscard(pair, past) ?? assessPrimaryDiscard(pair, past);
  if (discard !== null) return discard;
  const contradicted = transferContradiction(pair);
  return rewindUnlessEndUnknown(pair, contradicted === null ? past : [...past, contradicted]);
}

/** A rewind that is blocked is so wherever WAL ends; one that is not rests on having seen the end. */
function rewindUnlessEndUnknown(pair: Pair, past: Reason[]): Claim {
  const rewind = assessRewind(pair, past);
  if (rewind.verdict !== 'rewind') return rewind;
  return assessUnknownEnd(pair.node, pair.wasPrimary) ?? assessDifference(pair) ?? rewind;
}
