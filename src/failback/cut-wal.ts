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
  const surplus = segments.filter((range) => range.timeline === timeline && range.last >= from);
  const count = surplus.reduce((sum, { first, last }) => sum + last - Math.max(first, from) + 1, 0);
  if (count > MOST_NAMED) {
    const name = segmentFileName(timeline, from, size);
    steps.push(
      `(cd ${directory} && ls | LC_ALL=C awk 'length($0) == 24 && /^${name.slice(0, 8)}/ && $0 >= "${name}"' | xargs rm -f)`,
    );
  } else if (count > 0) {
    let remove = 'rm';
    for (const { first, last } of surplus) {
      for (let number = Math.max(first, from); number <= last; number++) {
        remove += ` ${directory}/${segmentFileName(timeline, number, size)}`;
      }
    }
    steps.push(remove);
  }
  return steps;
}
