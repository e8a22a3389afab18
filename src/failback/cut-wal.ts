import type { NodeEvidence } from '../evidence/node-evidence.js';
import { type Lsn, segmentNumberOf, segmentOffsetOf } from '../lsn.js';
import { segmentFileName } from '../wal-file-name.js';

/** More segments than these are removed by a pattern. */
const MOST_NAMED = 8;

/** Commands for the data directory that take everything past a position away from its WAL. */
export function cutSteps(node: NodeEvidence, timeline: number, fork: Lsn): string[] {
  const { segmentSize: size, version, segments } = node;
  if (size === null || version === null) return [];
  const directory = version.walDirectory;
  const first = segmentNumberOf(fork, size);
  const offset = segmentOffsetOf(fork, size);
  const steps = [`in the data directory, copy ${directory} first: what follows cannot be undone`];
  if (offset > 0) {
    const file = `${directory}/${segmentFileName(timeline, first, size)}`;
    steps.push(`truncate -s ${offset} ${file} && truncate -s ${size} ${file}`);
  }
  const from = offset > 0 ? first + 1 : first;
  const surplus = segments
    .filter((range) => range.timeline === timeline && range.last >= from)
    .map((range) => ({ first: Math.max(range.first, from), last: range.last }));
  const count = surplus.reduce((sum, range) => sum + range.last - range.first + 1, 0);
  if (count === 0) return steps;
  if (count > MOST_NAMED) {
    const name = segmentFileName(timeline, from, size);
    steps.push(
      `(cd ${directory} && ls | LC_ALL=C awk 'length($0) == 24 && /^${name.slice(0, 8)}/ && $0 >= "${name}"' | xargs rm -f)`,
    );
    return steps;
  }
  const names = surplus.flatMap((range) =>
    Array.from({ length: range.last - range.first + 1 }, (_, index) =>
      segmentFileName(timeline, range.first + index, size),
    ),
  );
  steps.push(`rm ${names.map((name) => `${directory}/${name}`).join(' ')}`);
  return steps;
}
