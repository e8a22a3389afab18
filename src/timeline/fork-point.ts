import type { Lsn } from '../lsn.js';
import type { TimelineEntry, TimelineHistory } from './history.js';

/**
 * Where two lineages part.
 *
 * @category Timelines
 */
export interface ForkPoint {
  /** The last timeline that both have in common. */
  readonly timeline: number;
  /** The first byte that they do not have in common; null where both are still on that timeline. */
  readonly lsn: Lsn | null;
}

/**
 * Finds where two lineages part: at the smaller of the two ends of the last timeline on which both agree, on
 * its ID *and* on where it begins. The same ID with another beginning is another timeline (two standbys
 * promoted apart). Symmetric; reads no files and allocates nothing but its result.
 *
 * The same as `findCommonAncestorTimeline` in `src/bin/pg_rewind/pg_rewind.c`, whose answer for a timeline
 * that still runs on both sides is "no fork".
 *
 * @returns null where the lineages have no timeline in common
 * @category Timelines
 */
export function findForkPoint(a: TimelineHistory, b: TimelineHistory): ForkPoint | null {
  const depth = commonDepth(a, b);
  if (depth === 0) return null;
  const ours = a.entries[depth - 1];
  const theirs = b.entries[depth - 1];
  return { timeline: ours.timeline, lsn: earlierEnd(ours.end, theirs.end) };
}

/**
 * A timeline ID that both lineages use for different timelines: two promotions apart from each other. Null
 * where there is none.
 *
 * @category Timelines
 */
export function findTwinTimeline(a: TimelineHistory, b: TimelineHistory): number | null {
  for (let index = commonDepth(a, b); index < a.entries.length; index++) {
    const { timeline } = a.entries[index];
    if (b.entries.some((other) => other.timeline === timeline)) return timeline;
  }
  return null;
}

/** How many timelines, from the oldest on, the two have in common. */
function commonDepth(a: TimelineHistory, b: TimelineHistory): number {
  const limit = Math.min(a.entries.length, b.entries.length);
  let depth = 0;
  while (depth < limit && isSameTimeline(a.entries[depth], b.entries[depth])) depth++;
  return depth;
}

function isSameTimeline(a: TimelineEntry, b: TimelineEntry): boolean {
  return a.timeline === b.timeline && a.begin === b.begin;
}

function earlierEnd(a: Lsn | null, b: Lsn | null): Lsn | null {
  if (a === null) return b;
  if (b === null) return a;
  return a < b ? a : b;
}
