import type { RecordSummary } from '../evidence/comparison.js';
import type { LostChanges } from '../evidence/lost-changes.js';
import type { ServerLogFact } from '../evidence/server-log-facts.js';
import type { PredictedMessage } from '../failback/predicted-log.js';
import type { NodeSummary, Verdict } from '../failback/verdict.js';
import { formatLsn, type Lsn } from '../lsn.js';
import { jsonText } from './json-text.js';

/** What is printed beside a verdict. */
export interface BesideVerdict {
  readonly predictedMessages: readonly PredictedMessage[];
  /** What is lost; null where it was not asked for, or cannot be told. */
  readonly lost: LostChanges | null;
}

/** A verdict as JSON: keys are fixed, LSNs are text as pg_controldata prints them, identifiers decimal text. */
export function verdictAsJson(verdict: Verdict, { predictedMessages, lost }: BesideVerdict): string {
  const { forkPoint, lastCommonCheckpoint, firstDifference } = verdict;
  const shown = {
    verdict: verdict.verdict,
    summary: verdict.summary,
    forkPoint: forkPoint && { timeline: forkPoint.timeline, lsn: text(forkPoint.lsn) },
    distance: verdict.distance === null ? null : Number(verdict.distance),
    node: summary(verdict.node),
    upstream: summary(verdict.upstream),
    lastCommonCheckpoint: lastCommonCheckpoint && {
      timeline: lastCommonCheckpoint.timeline,
      lsn: text(lastCommonCheckpoint.lsn),
      redo: text(lastCommonCheckpoint.redo),
    },
    firstDifference: firstDifference && {
      lsn: text(firstDifference.lsn),
      node: record(firstDifference.node),
      upstream: record(firstDifference.upstream),
    },
    reasons: verdict.reasons,
    blockers: verdict.blockers,
    steps: verdict.steps,
    missing: verdict.missing,
    predictedMessages,
    settings: verdict.settings,
    configuration: verdict.configuration,
    serverLogs: {
      node: verdict.serverLogs.node?.map(logFact) ?? null,
      upstream: verdict.serverLogs.upstream?.map(logFact) ?? null,
    },
    fromServerLog: verdict.fromServerLog,
    lost,
  };
  return jsonText(shown);
}

function summary(node: NodeSummary): object {
  return {
    systemIdentifier: node.systemIdentifier?.toString() ?? null,
    version: node.version,
    state: node.state,
    timeline: node.timeline,
    checkpoint: text(node.checkpoint),
    redo: text(node.redo),
    minRecoveryPoint: text(node.minRecoveryPoint),
    walEnd: text(node.walEnd),
    walEndReason: node.walEndReason,
  };
}

function record(summary: RecordSummary | null): object | null {
  return summary && { ...summary, end: text(summary.end) };
}

function logFact({ start: _, ...fact }: ServerLogFact): object {
  return { ...fact, lsn: text(fact.lsn), fork: text(fact.fork) };
}

function text(lsn: Lsn | null): string | null {
  return lsn === null ? null : formatLsn(lsn);
}
