import type { NodeEvidence } from '../evidence/node-evidence.js';
import type { ServerLogEvidence } from '../evidence/server-log.js';
import type { ForkPoint } from '../timeline/fork-point.js';
import type { Claim } from './pair.js';
import { printLsn } from './print-lsn.js';
import { forkTold, placeInLog, readingOf, type ServerLogReading, type ToldFork } from './server-logs.js';
import type { NodeSummary, Reason } from './verdict.js';

/** What a verdict rests on before logs are looked at. */
export interface Judged {
  readonly node: NodeEvidence;
  readonly upstream: NodeEvidence;
  readonly nodeLog: ServerLogEvidence | null;
  readonly upstreamLog: ServerLogEvidence | null;
  readonly fork: ForkPoint | null;
  readonly claim: Claim;
}

/** What becomes of it with them. */
export interface Weighed {
  readonly claim: Claim;
  readonly fork: ForkPoint | null;
  /** What the log fills into the node's summary where its files are silent. */
  readonly node: Partial<NodeSummary>;
  /** The same of the upstream's. */
  readonly upstream: Partial<NodeSummary>;
  /** The names of what was filled in, as in `node.walEnd`. */
  readonly filled: readonly string[];
}

/**
 * Holds a verdict against what the servers have logged. A log says what a server did, not what its files hold now,
 * so it only ever makes a verdict more cautious: `follow` and `discard-wal` do not stand against it, and where files
 * are missing it says what it can of the LSNs, which leaves the verdict `undetermined`.
 */
export function weighServerLogs(judged: Judged): Weighed {
  const { upstream, nodeLog, upstreamLog, claim, fork } = judged;
  const own = nodeLog && readingOf(nodeLog, upstream.timeline);
  const others = upstreamLog && readingOf(upstreamLog, null);
  // other standbys' requests tell of the upstream's history, too, whenever they were made
  const told = own?.fork ?? (upstreamLog && forkTold(upstreamLog.facts));
  const at = fork ?? (isUnknown(judged) ? (told?.point ?? null) : null);
  const reasons = [
    ...pastFork(own, at, fork === null ? told : null),
    ...contradictions(judged, own, others, told),
    ...refusals(own),
  ];
  const filling = fillIn(judged, own, others, told);
  return { claim: withReasons(claim, reasons), fork: at?.lsn == null ? fork : at, ...filling };
}

/** Whether the files do not say where the two parted. */
function isUnknown({ node, upstream }: Judged): boolean {
  return node.history === null || upstream.history === null;
}

function withReasons(claim: Claim, reasons: readonly Reason[]): Claim {
  if (reasons.length === 0) return claim;
  switch (claim.verdict) {
    case 'follow':
    case 'discard-wal':
      return {
        verdict: 'undetermined',
        reasons: [...reasons, ...claim.reasons],
        steps: [
          'find out what was done to the node, or to its files, since the log was written; when in doubt, rebuild it',
        ],
      };
    case 'undetermined':
      return { ...claim, reasons: [...reasons, ...claim.reasons] };
    default:
      return { ...claim, reasons: [...claim.reasons, ...reasons] };
  }
}

/** The node has had WAL from past the fork point, and replayed it. */
function* pastFork(
  own: ServerLogReading | null,
  fork: ForkPoint | null,
  told: ToldFork | null,
): Generator<Reason> {
  const furthest = own?.furthest ?? null;
  if (furthest === null || fork?.lsn == null || furthest.lsn <= fork.lsn) return;
  const by = told === null ? '' : `, which the log gives as well (${placeInLog(told.fact)})`;
  yield {
    code: 'server-log-past-fork',
    message:
      `by its log, the node has replayed WAL up to ${printLsn(furthest.lsn)} (${placeInLog(furthest)}), ` +
      `${furthest.lsn - fork.lsn} bytes past the fork point ${printLsn(fork.lsn)} on timeline ${fork.timeline}${by}: ` +
      'its data files may hold what the upstream never had',
  };
}

/** Logs and files that cannot both be right. */
function* contradictions(
  { node, upstream, fork }: Judged,
  own: ServerLogReading | null,
  others: ServerLogReading | null,
  told: ToldFork | null,
): Generator<Reason> {
  const promotions = [
    { role: 'node', reading: own, timeline: node.timeline },
    { role: 'upstream', reading: others, timeline: upstream.timeline },
  ];
  for (const { role, reading, timeline } of promotions) {
    const promotion = reading?.promotion ?? null;
    if (promotion === null || timeline === null || promotion.timeline <= timeline) continue;
    yield {
      code: 'server-log-contradicts',
      message:
        `by its log, the ${role} was promoted to timeline ${promotion.timeline} (${placeInLog(promotion)}), but its files ` +
        `are on timeline ${timeline}: they are older than the log`,
    };
  }
  if (fork === null || told === null || told.point.timeline !== fork.timeline) return;
  if (told.point.lsn === fork.lsn) return;
  yield {
    code: 'server-log-contradicts',
    message:
      `by the log (${placeInLog(told.fact)}), the upstream left timeline ${fork.timeline} at ${printLsn(told.point.lsn)}, ` +
      `by the files ${fork.lsn === null ? 'it is still on it' : `they parted at ${printLsn(fork.lsn)}`}`,
  };
}

/** What the server itself said when it was tried. */
function* refusals(own: ServerLogReading | null): Generator<Reason> {
  const last = own?.refusals.at(-1);
  if (last === undefined) return;
  yield {
    code: 'server-log-refused',
    message: `when it was last started, the node could not follow: "${last.message}" (${placeInLog(last)})`,
  };
}

function fillIn(
  { node, upstream, fork }: Judged,
  own: ServerLogReading | null,
  others: ServerLogReading | null,
  told: ToldFork | null,
): Pick<Weighed, 'node' | 'upstream' | 'filled'> {
  const filled: string[] = [];
  if (fork === null && told !== null && (node.history === null || upstream.history === null)) {
    filled.push('forkPoint');
  }
  const ofNode: { -readonly [Key in keyof NodeSummary]?: NodeSummary[Key] } = {};
  const redo = own?.redo?.lsn ?? null;
  if (node.control === null && redo !== null) {
    ofNode.redo = redo;
    filled.push('node.redo');
  }
  const walEnd = own?.walEnd ?? null;
  if (node.wal === null && walEnd !== null && walEnd.lsn !== null) {
    ofNode.walEnd = walEnd.lsn;
    ofNode.walEndReason = isZeroTail(walEnd.message) ? 'zeroed-tail' : 'broken-record';
    filled.push('node.walEnd');
  }
  const timeline = own?.fork?.point.timeline ?? null;
  if (node.timeline === null && timeline !== null) {
    ofNode.timeline = timeline;
    filled.push('node.timeline');
  }
  const ofUpstream: typeof ofNode = {};
  const promoted = others?.promotion?.timeline ?? null;
  if (upstream.timeline === null && promoted !== null) {
    ofUpstream.timeline = promoted;
    filled.push('upstream.timeline');
  }
  return { node: ofNode, upstream: ofUpstream, filled };
}

function isZeroTail(message: string): boolean {
  return /^record with zero length|^invalid record length at \S+$|got 0$/.test(message);
}
