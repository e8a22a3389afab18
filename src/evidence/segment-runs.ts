import { segmentFileName } from '../wal-file-name.js';

/** Segments that follow one another, by their numbers. */
export interface SegmentNumbers {
  readonly first: number;
  readonly last: number;
}

/** The same by their file names. */
export interface SegmentRun {
  /** The name of the first. */
  readonly first: string;
  /** The name of the last. */
  readonly last: string;
  /** How many. */
  readonly count: number;
}

/** @param numbers - in increasing order */
export function runsOf(numbers: readonly number[]): SegmentNumbers[] {
  const runs: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run.last + 1 === number) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs;
}

/**
 * The segments of a run that are not held.
 *
 * @param held - in increasing order
 */
export function gapsOf(held: readonly number[], { first, last }: SegmentNumbers): SegmentNumbers[] {
  const gaps: SegmentNumbers[] = [];
  let next = first;
  for (const number of held) {
    if (number > next && next <= last) gaps.push({ first: next, last: Math.min(number - 1, last) });
    next = Math.max(next, number + 1);
  }
  if (next <= last) gaps.push({ first: next, last });
  return gaps;
}

export function namedRun({ first, last }: SegmentNumbers, timeline: number, segmentSize: number): SegmentRun {
  const name = (number: number) => segmentFileName(timeline, number, segmentSize);
  return { first: name(first), last: name(last), count: last - first + 1 };
}
