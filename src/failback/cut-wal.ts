import { type Lsn, segmentNumberOf, segmentOffsetOf } from '../lsn.js';
import { segmentFileName } from '../wal-file-name.js';

/**
 * Commands that take everything past a position away from a WAL directory.
 *
 * @param size - of a segment, in bytes
 * @param end - where the WAL of the timeline ends
 */
export function cutSteps(size: number, timeline: number, fork: Lsn, directory: string, end: Lsn): string[] {
  const first = segmentNumberOf(fork, size);
  const offset = segmentOffsetOf(fork, size);
  const steps = [`copy ${directory} first: what follows cannot be undone`];
  if (offset > 0) {
    const file = `${directory}/${segmentFileName(timeline, first, size)}`;
    steps.push(`truncate -s ${offset} ${file} && truncate -s ${size} ${file}`);
  }
  const removed = offset > 0 ? first + 1 : first;
  if (BigInt(removed) * BigInt(size) < end || offset === 0) {
    steps.push(
      `remove ${directory}/${segmentFileName(timeline, removed, size)} and every later segment of timeline ${timeline}`,
    );
  }
  return steps;
}
