import { gapsOf, type SegmentNumbers } from '../evidence/segment-runs.js';
import { segmentNumberOf } from '../lsn.js';
import type { AuditSetting } from './timeline-files.js';

/** The segments of a timeline that should be there and are not. */
export function findGaps(setting: AuditSetting, timeline: number): SegmentNumbers[] {
  const wanted = wantedSegments(setting, timeline);
  if (wanted === null) return [];
  const first = Math.max(wanted.first, setting.firstSegment);
  const last = Math.min(wanted.last, setting.lastSegment);
  return gapsOf(numbersOf(setting, timeline), { first, last });
}

/**
 * The segments that there should be of a timeline: from the first that is there, or from where it left its
 * parent if any WAL from before that is there, to the last that is there or that a later timeline goes on from.
 */
function wantedSegments(setting: AuditSetting, timeline: number): SegmentNumbers | null {
  const numbers = numbersOf(setting, timeline);
  const fork = forkSegment(setting, timeline);
  const first = fork !== null && hasBefore(setting, timeline, fork) ? fork : numbers[0];
  if (first === undefined) return null;
  const goneOnFrom = setting.lineages
    .childrenOf(timeline)
    .filter((child) => isHeld(setting, child))
    .map((child) => (forkSegment(setting, child) ?? 0) - 1);
  return { first, last: Math.max(numbers.at(-1) ?? -1, ...goneOnFrom) };
}

/** Whether there are segments of a timeline, or of one that goes back to it. */
function isHeld(setting: AuditSetting, timeline: number): boolean {
  if (numbersOf(setting, timeline).length > 0) return true;
  return setting.lineages.childrenOf(timeline).some((child) => isHeld(setting, child));
}

/** Whether there are segments of a timeline's ancestors, from before they were left, that lie before one of its own. */
function hasBefore(setting: AuditSetting, timeline: number, number: number): boolean {
  const ancestors = setting.lineages.of(timeline)?.entries.slice(0, -1) ?? [];
  return ancestors.some((ancestor) => {
    const left = segmentNumberOf(ancestor.end ?? 0n, setting.format.segmentSize);
    const oldest = numbersOf(setting, ancestor.timeline)[0];
    return oldest !== undefined && oldest < number && oldest <= left;
  });
}

/** The segment in which a timeline begins; null where that is not known, or where it is the first. */
function forkSegment({ lineages, format }: AuditSetting, timeline: number): number | null {
  const fork = lineages.forkOf(timeline);
  return fork === null ? null : segmentNumberOf(fork.lsn, format.segmentSize);
}

function numbersOf({ timelines }: AuditSetting, timeline: number): readonly number[] {
  return timelines.get(timeline)?.used.map(({ file }) => file.number) ?? [];
}
