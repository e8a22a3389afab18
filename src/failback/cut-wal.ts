import { segmentNumberOf, segmentOffsetOf } from '../lsn.js';
import { segmentFileName } from '../wal-file-name.js';
import type { Parted } from './pair.js';

/** More segments than these are removed by a pattern. */
const MOST_NAMED = 8;

/** Commands for the data directory that take everything past the fork point away from its WAL. */
export function cutSteps({ node, fork: { timeline, lsn } }: Parted): string[] {
  const { segmentSize: size, version, segments } = node;
  if (size === null || version === null) return [];
  const directory = version.walDirectory;
  const steps = [`in the data directory, copy ${directory} first: what follows cannot be undone`];
  let from = segmentNumberOf(lsn, size);
  const offset = segmentOffsetOf(lsn, size);
  if (offset > 0) {
    const file = `${directory}/${segmentFileName(timeline, from, size)}`;
    steps.push(`truncate -s ${offset} ${file} && truncate -s ${size} ${file}`);
    from++;
  }
  const name = segmentFileName(timeline, from, size);
  const surplus: string[] = [];
  for (const range of segments) {
    if (range.timeline !== timeline) continue;
    for (let number = Math.max(range.first, from); number <= range.last; number++) {
      if (surplus.length === MOST_NAMED) {
        steps.push(
          `(cd ${directory} && ls | LC_ALL=C awk 'length($0) == 24 && /^${name.slice(0, 8)}/ && $0 >= "${name}"' | xargs rm -f)`,
        );
        return steps;
      }
      surplus.push(`${directory}/${segmentFileName(timeline, number, size)}`);
    }
  }
  if (surplus.length > 0) steps.push(`rm ${surplus.join(' ')}`);
  return steps;
}
