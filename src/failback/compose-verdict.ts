import type { WalComparison } from '../evidence/comparison.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import type { ServerLogEvidence } from '../evidence/server-log.js';
import type { Lsn } from '../lsn.js';
import type { ForkPoint } from '../timeline/fork-point.js';
import { configurationNotes } from './configuration-notes.js';
import { type Claim, summarize } from './pair.js';
import { sentenceOf } from './sentence.js';
import { readingOf } from './server-logs.js';
import { reportSettings } from './settings.js';
import { missingFor } from './steps.js';
import type { SynchronousSettings } from './synchronous-transfer.js';
import type { NodeSummary, Verdict } from './verdict.js';
import { weighServerLogs } from './weigh-server-logs.js';

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
  /** What the node's log tells: it can make a verdict more cautious, and say what files that are missing do not. */
  readonly nodeLog?: ServerLogEvidence | null;
  /** The same of the upstream's log. */
  readonly upstreamLog?: ServerLogEvidence | null;
}

/** What a verdict is made from. */
export interface Case {
  readonly node: NodeEvidence;
  readonly upstream: NodeEvidence;
  readonly comparison: WalComparison | null;
  readonly options: AssessFailbackOptions;
}

/** Puts a verdict together from what was found, with all that goes with it. */
export function composeVerdict(
  { node, upstream, comparison, options }: Case,
  forkByFiles: ForkPoint | null,
  claimByFiles: Claim,
): Verdict {
  const nodeLog = options.nodeLog ?? null;
  const upstreamLog = options.upstreamLog ?? null;
  const weighed =
    nodeLog === null && upstreamLog === null
      ? null
      : weighServerLogs({ node, upstream, nodeLog, upstreamLog, fork: forkByFiles, claim: claimByFiles });
  const claim = weighed?.claim ?? claimByFiles;
  const fork = weighed === null ? forkByFiles : weighed.fork;
  const nodeSummary = filledIn(summarize(node), weighed?.node ?? null);
  const forkLsn = fork?.lsn ?? null;
  const distance = forkLsn === null || nodeSummary.walEnd === null ? null : nodeSummary.walEnd - forkLsn;
  return {
    verdict: claim.verdict,
    summary: sentenceOf(claim.verdict, distance, claim.reasons),
    forkPoint: forkLsn === null ? null : fork,
    distance,
    node: nodeSummary,
    upstream: filledIn(summarize(upstream), weighed?.upstream ?? null),
    lastCommonCheckpoint: comparison?.lastCommonCheckpoint ?? commonCheckpointOf(node, forkLsn),
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
    settings: reportSettings(node, options.settings ?? {}),
    configuration: claim.verdict === 'rebuild' ? [] : configurationNotes(node, upstream.timeline),
    serverLogs: {
      node: nodeLog && readingOf(nodeLog, null).facts,
      upstream: upstreamLog && readingOf(upstreamLog, null).facts,
    },
    fromServerLog: weighed?.filled ?? [],
  };
}

/** Hardly any verdict rests on logs, and to copy a summary for nothing takes longer than to judge. */
function filledIn(summary: NodeSummary, filling: Partial<NodeSummary> | null): NodeSummary {
  return filling === null ? summary : { ...summary, ...filling };
}

/** Without a comparison, a checkpoint that the node's own walk passed before the fork point may serve. */
function commonCheckpointOf(node: NodeEvidence, fork: Lsn | null): Verdict['lastCommonCheckpoint'] {
  if (fork === null) return null;
  const before = node.wal?.checkpoints.filter(({ lsn }) => lsn < fork).at(-1);
  return before === undefined ? null : { timeline: before.timeline, lsn: before.lsn, redo: before.redo };
}
