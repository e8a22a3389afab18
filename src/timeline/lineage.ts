import type { Lsn } from '../lsn.js';
import type { TimelineEntry, TimelineHistory } from './history.js';

/**
 * The entry of the timeline that wrote the byte at `lsn` in this history (`tliOfPointInHistory` in
 * `src/backend/access/transam/timeline.c`): every LSN has one, as the last timeline has no end.
 *
 * @category Timelines
 */
export function timelineAt(history: TimelineHistory, lsn: Lsn): TimelineEntry {
  let owner = history.entries[0];
  for (const entry of history.entries) {
    if (entry.begin <= lsn && (entry.end === null || lsn < entry.end)) owner = entry;
  }
  return owner;
}

/**
 * The entry of a timeline in a history, or null where it is no ancestor.
 *
 * @category Timelines
 */
export function entryOfTimeline(history: TimelineHistory, timeline: number): TimelineEntry | null {
  return history.entries.find((entry) => entry.timeline === timeline) ?? null;
}

/**
 * Whether `older` is the beginning of `newer`: the same timelines with the same switch points, as far as it
 * goes. A history counts as the beginning of itself.
 *
 * @category Timelines
 */
export function isBeginningOf(older: TimelineHistory, newer: TimelineHistory): boolean {
  return older.entries.every((entry, index) => {
    const same = newer.entries[index];
    return same !== undefined && same.timeline === entry.timeline && same.begin === entry.begin;
  });
}
