import type { RecordSummary, WalComparison } from '../evidence/comparison.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import { formatLsn, type Lsn } from '../lsn.js';
import { type ForkPoint, findForkPoint, findTwinTimeline } from '../timeline/fork-point.js';
import { withArchive } from './archive.js';
import { assessBackup } from './backup.js';
import { configurationNotes } from './configuration-notes.js';
import { assessPrimaryDiscard, transferContradiction } from './discard-primary-wal.js';
import { assessDiscard } from './discard-wal.js';
import { assessFollow } from './follow.js';
import { type Claim, type Pair, summarize, wasPrimary } from './pair.js';
import type { PredictedMessage } from './predicted-log.js';
import { predictMessages } from './predicted-messages.js';
import { assessRewind } from './rewind.js';
import { reportSettings } from './settings.js';
import { missingFor } from './steps.js';
import type { SynchronousSettings } from './synchronous-transfer.js';
import type { Blocker, Reason, ReasonCode, Verdict, VerdictKind } from './verdict.js';

/**
 * What is known besides files.
 *
 * @category Failback
 */
export interface AssessFailbackOptions {
  /**
   * The replication settings that the node ran with as a primary, as far as the caller can vouch for them. They
   * go before what the node's files say, and only here is a `synchronous_transfer` believed enough to make a
   * verdict less cautious.
   */
  readonly settings?: Partial<SynchronousSettings>;
}

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
  return verdictOf({ node, upstream, comparison, options }, fork, claim);
}

/** What a verdict is made from. */
interface Case {
  readonly node: NodeEvidence;
  readonly upstream: NodeEvidence;
  readonly comparison: WalComparison | null;
  readonly options: AssessFailbackOptions;
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
  const mixed = [...node.findings, ...upstream.findings].find(
    ({ code }) => code === 'other-format-segment' || code === 'version-mismatch',
  );
  if (mixed !== undefined) return undetermined('mixed-files', mixed.message);
  const invalid = [...node.findings, ...upstream.findings].find(
    ({ code }) => code === 'history-file-invalid',
  );
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
  const contradiction = findContradiction(pair);
  if (contradiction !== null) return contradiction;
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
  return assessUnknownEnd(pair.node, pair.wasPrimary) ?? rewind;
}

/**
 * Signs that the WAL of the node is not the WAL that its data files were written with: a node that was tried as
 * a standby has the upstream's in its place.
 */
function findContradiction(pair: Pair): Claim | null {
  const { node } = pair;
  if (node.wal?.hasControlCheckpoint === false) {
    return rebuild(
      'overwritten-wal',
      `the checkpoint at ${formatLsn(node.control?.checkPoint ?? 0n)} that pg_control speaks of is not in the WAL: ` +
        "another server's WAL was written over it",
    );
  }
  if (node.wal?.minRecoveryPointIsRecordEnd === false) {
    return rebuild(
      'overwritten-wal',
      `the minimum recovery point ${formatLsn(node.control?.minRecoveryPoint ?? 0n)} is no end of a record in the WAL: ` +
        "another server's WAL was written over the node's own",
    );
  }
  return null;
}

/**
 * Why the node holds something that the upstream does not, or null where it does not: its WAL, its control file
 * or its timeline lies past the fork point.
 */
function pastFork({ node, fork, isSplit, comparison }: Pair): Reason[] | null {
  const reasons: Reason[] = [];
  if (fork.lsn === null) return null;
  if (isSplit && comparison !== null) reasons.push(splitReason(comparison, fork.timeline, fork.lsn));
  const at = formatLsn(fork.lsn);
  if (node.timeline !== null && node.timeline !== fork.timeline) {
    reasons.push(
      reason(
        'timeline-past-fork',
        `the node went on to timeline ${node.timeline}, which the upstream's history does not have: ` +
          `they parted at ${at} on timeline ${fork.timeline}`,
      ),
    );
  }
  const end = node.wal?.end.lsn ?? null;
  if (end !== null && end > fork.lsn) {
    const distance = end - fork.lsn;
    reasons.push(
      reason(
        'wal-past-fork',
        `the node's WAL goes on to ${formatLsn(end)}, ${distance} bytes past the fork point ${at} on timeline ${fork.timeline}`,
      ),
    );
  }
  const control = node.control;
  if (control !== null && (control.checkPoint >= fork.lsn || control.minRecoveryPoint > fork.lsn)) {
    const furthest =
      control.checkPoint > control.minRecoveryPoint ? control.checkPoint : control.minRecoveryPoint;
    reasons.push(
      reason(
        'control-file-past-fork',
        `pg_control speaks of ${formatLsn(furthest)}, past the fork point ${at}`,
      ),
    );
  }
  const page = node.dataPages?.highest ?? null;
  if (page !== null && page.lsn > fork.lsn) {
    reasons.push(
      reason(
        'data-pages-past-fork',
        `block ${page.block} in ${page.file} was changed at ${formatLsn(page.lsn)}, past the fork point ${at}: ` +
          'the data files hold what the upstream never had',
      ),
    );
  }
  return reasons.length === 0 ? null : reasons;
}

/** Two servers wrote to one timeline: which record shows it, and what either wrote there. */
function splitReason({ differingRecords, historyFork }: WalComparison, timeline: number, split: Lsn): Reason {
  const wrote = (record: RecordSummary | null) =>
    record === null
      ? 'no valid record'
      : `${record.resourceManager}/${record.description}` +
        (record.xid === 0 ? '' : ` of transaction ${record.xid}`);
  const records =
    differingRecords === null
      ? ''
      : `; there the node wrote ${wrote(differingRecords.node)}, the upstream ${wrote(differingRecords.upstream)}`;
  const histories =
    historyFork.lsn === null
      ? 'which no history file shows'
      : `although by their history files they parted only at ${formatLsn(historyFork.lsn)}`;
  return reason(
    'same-timeline',
    `both wrote to timeline ${timeline}, ${histories}: the first record that differs is at ${formatLsn(split)}${records}`,
  );
}

/** The node's WAL could not be walked from the redo point on. */
function withoutWalEnd({ node }: Pair): Claim {
  const redo = formatLsn(node.control?.checkPointCopy.redo ?? 0n);
  return undetermined(
    'redo-wal-missing',
    `the node's WAL from its redo point ${redo} on is not there or not readable`,
  );
}

/** Whether where the walk ended can be relied on to be the end of the node's WAL. */
function assessDamage({ node, wasPrimary: primary }: Pair): Claim | null {
  const { wal, control } = node;
  if (wal === null || control === null) return null;
  const end = formatLsn(wal.end.lsn);
  if (wal.end.lastRecord === null) {
    return undetermined(
      'redo-wal-missing',
      `there is no valid record at the node's redo point ${end}: ${wal.end.message}`,
    );
  }
  if (wal.liveWalBehind !== null) {
    const behind = `${formatLsn(wal.liveWalBehind.lsn)} in ${wal.liveWalBehind.file}`;
    return damaged(
      primary,
      `WAL breaks off at ${end} (${wal.end.message}), but goes on behind the break at ${behind}`,
    );
  }
  if (control.checkPoint >= wal.end.lsn || control.minRecoveryPoint > wal.end.lsn) {
    return damaged(
      primary,
      `WAL breaks off at ${end} (${wal.end.message}), before what pg_control speaks of`,
    );
  }
  const page = node.dataPages?.highest ?? null;
  if (page !== null && page.lsn > wal.end.lsn) {
    return damaged(
      primary,
      `WAL breaks off at ${end} (${wal.end.message}), but block ${page.block} in ${page.file} was changed at ${formatLsn(page.lsn)}`,
    );
  }
  return assessUnknownEnd(node, primary);
}

/**
 * WAL that ends for want of files, or in files that do not belong there, may have gone on: what a primary wrote
 * from there is not known, so neither is what would have to be undone.
 */
function assessUnknownEnd({ wal, control }: NodeEvidence, primary: boolean): Claim | null {
  if (wal === null || control === null) return null;
  const { code, file, message } = wal.end;
  if (code === 'other-timeline' || code === 'other-format' || code === 'unreadable') {
    return undetermined('wal-end-unknown', `where the node's WAL ends is not known: ${message}`, [file]);
  }
  const isForWantOfFiles = code === 'missing-segment' || code === 'truncated-segment';
  if (primary && isForWantOfFiles && control.state !== 'shut down') {
    return undetermined(
      'wal-end-unknown',
      `the node was a primary, and its WAL ends at ${formatLsn(wal.end.lsn)} for want of files: ${message}`,
      [file],
    );
  }
  return null;
}

function damaged(primary: boolean, message: string): Claim {
  if (!primary) return undetermined('damaged-wal', message);
  return rebuild(
    'damaged-wal',
    `${message}: the data files of what was a primary may hold changes from there`,
  );
}

function verdictOf(
  { node, upstream, comparison, options }: Case,
  fork: ForkPoint | null,
  claim: Claim,
): Verdict {
  let predicted: readonly PredictedMessage[] | null = null;
  return {
    verdict: claim.verdict,
    forkPoint: fork?.lsn == null ? null : fork,
    node: summarize(node),
    upstream: summarize(upstream),
    lastCommonCheckpoint: comparison?.lastCommonCheckpoint ?? commonCheckpointOf(node, fork?.lsn ?? null),
    firstDifference:
      comparison?.firstDifference == null
        ? null
        : {
            lsn: comparison.firstDifference,
            node: comparison.differingRecords?.node ?? null,
            upstream: comparison.differingRecords?.upstream ?? null,
          },
    reasons: claim.reasons,
    blockers: claim.blockers ?? [],
    steps: claim.steps ?? [],
    missing:
      claim.verdict === 'undetermined'
        ? missingFor(node, upstream, claim.missing ?? [])
        : (claim.missing ?? []),
    get predictedMessages() {
      predicted ??= predictMessages(node, upstream, comparison);
      return predicted;
    },
    settings: reportSettings(node, options.settings ?? {}),
    configuration: claim.verdict === 'rebuild' ? [] : [...configurationNotes(node, upstream.timeline)],
  };
}

/** Without a comparison, a checkpoint that the node's own walk passed before the fork point may serve. */
function commonCheckpointOf(node: NodeEvidence, fork: Lsn | null): Verdict['lastCommonCheckpoint'] {
  if (fork === null) return null;
  const before = node.wal?.checkpoints.filter(({ lsn }) => lsn < fork).at(-1);
  return before === undefined ? null : { timeline: before.timeline, lsn: before.lsn, redo: before.redo };
}

function reason(code: ReasonCode, message: string): Reason {
  return { code, message };
}

function claim(verdict: VerdictKind, code: ReasonCode, message: string): Claim {
  const blockers: Blocker[] = [];
  return { verdict, reasons: [reason(code, message)], blockers };
}

function rebuild(code: ReasonCode, message: string): Claim {
  return {
    ...claim('rebuild', code, message),
    steps: ['take a fresh base backup of the upstream: pg_basebackup'],
  };
}

function undetermined(code: ReasonCode, message: string, missing: readonly string[] = []): Claim {
  return { ...claim('undetermined', code, message), missing };
}
