import type { ServerLogEvidence } from '../evidence/server-log.js';
import type { ServerLogFact, ServerLogFactKind } from '../evidence/server-log-facts.js';
import type { Lsn } from '../lsn.js';
import type { ForkPoint } from '../timeline/fork-point.js';

/** What a log tells of the last start of its server, as far as a verdict asks. */
export interface ServerLogReading {
  /** All that it tells of that start. */
  readonly facts: readonly ServerLogFact[];
  /** Where replay began. */
  readonly redo: ServerLogFact | null;
  /** Where it found the end of the server's own WAL. */
  readonly walEnd: ServerLogFact | null;
  /** The furthest place in WAL that the server had, or had replayed. */
  readonly furthest: (ServerLogFact & { readonly lsn: Lsn }) | null;
  /** Where another server left the timeline that this one is on. */
  readonly fork: ToldFork | null;
  /** The newest timeline that it was promoted to. */
  readonly promotion: (ServerLogFact & { readonly timeline: number }) | null;
  /** Why it could not follow another server, where it did not get over that. */
  readonly refusals: readonly ServerLogFact[];
}

/** A fork point, and the fact that tells it. */
export interface ToldFork {
  readonly point: ForkPoint & { readonly lsn: Lsn };
  readonly fact: ServerLogFact;
}

const REACHED: ReadonlySet<ServerLogFactKind> = new Set([
  'redo-starts',
  'consistent',
  'wal-end',
  'redo-done',
  'restart-point',
  'forked-before',
]);

const REFUSED: ReadonlySet<ServerLogFactKind> = new Set([
  'system-differs',
  'timeline-behind',
  'forked-before',
  'no-child',
  'not-a-child',
  'recovery-point-elsewhere',
  'timeline-refused',
  'start-refused',
  'start-ahead',
  'segment-removed',
]);

/**
 * Boils a log down to its last start: what was before, a rewind or a new base backup may have made void.
 *
 * @param upstreamTimeline - where the server streams that timeline in the end, it has got over what kept it from it
 */
export function readingOf(log: ServerLogEvidence, upstreamTimeline: number | null): ServerLogReading {
  const facts = log.facts.filter(({ start }) => start === log.starts);
  const last = (kind: ServerLogFactKind) => facts.findLast((fact) => fact.kind === kind) ?? null;
  const caughtUp = facts.findLastIndex(
    ({ kind, timeline }) => kind === 'started-streaming' && timeline === upstreamTimeline,
  );
  let furthest: ServerLogReading['furthest'] = null;
  for (const fact of facts) {
    const { lsn } = fact;
    if (lsn !== null && REACHED.has(fact.kind) && lsn > (furthest?.lsn ?? -1n)) furthest = { ...fact, lsn };
  }
  return {
    facts,
    redo: last('redo-starts'),
    walEnd: last('wal-end'),
    furthest,
    fork: forkTold(facts),
    promotion: promotionTold(facts),
    refusals: facts.filter(({ kind }, index) => REFUSED.has(kind) && index > caughtUp),
  };
}

/** Where the history of the other server left a timeline, by its own words or by where its stream ended. */
export function forkTold(facts: readonly ServerLogFact[]): ToldFork | null {
  for (const fact of facts.toReversed()) {
    const lsn = fact.kind === 'end-of-timeline' ? fact.lsn : fact.fork;
    if (lsn !== null && fact.timeline !== null) return { point: { timeline: fact.timeline, lsn }, fact };
  }
  return null;
}

function promotionTold(facts: readonly ServerLogFact[]): ServerLogReading['promotion'] {
  const fact = facts.findLast(({ kind }) => kind === 'selected-timeline');
  return fact === undefined || fact.timeline === null ? null : { ...fact, timeline: fact.timeline };
}

/** Where a fact stands: the file, the line and the time. */
export function placeInLog({ file, line, time }: ServerLogFact): string {
  return time === null ? `${file}:${line}` : `${file}:${line}, ${time}`;
}
