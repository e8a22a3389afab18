import { firstDifference } from '../bytes/first-difference.js';
import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import type { ForkPoint } from '../timeline/fork-point.js';
import type { TimelineHistory } from '../timeline/history.js';
import { ReadAhead } from '../wal/read-ahead.js';
import { openSegment, type SegmentFile, type WalDirectory } from '../wal/wal-directory.js';
import { isSameFormat, type WalFormat } from '../wal/wal-format.js';
import type { NodeEvidence } from './node-evidence.js';

/** Of both files at once, small enough to stay in the processor's cache. */
const CHUNK_BYTES = 256 * 1024;

/** One node's WAL, and the history that it is read along. */
export interface WalOfNode {
  readonly directory: WalDirectory;
  readonly history: TimelineHistory;
}

/** What two nodes both have of the WAL that their histories share. */
export interface CommonWal {
  readonly ours: WalOfNode;
  readonly theirs: WalOfNode;
  readonly format: WalFormat;
  /** The segments that both have, oldest first. */
  readonly numbers: readonly number[];
  /** Where comparing ends: at the fork point, or where the WAL of either does. */
  readonly to: Lsn;
}

/** Null where there is nothing that both have, or where it cannot be told where either ends. */
export function findCommonWal(
  ours: WalDirectory,
  theirs: WalDirectory,
  node: NodeEvidence,
  upstream: NodeEvidence,
  fork: ForkPoint,
): CommonWal | null {
  const { format } = ours;
  if (format === null || theirs.format === null || !isSameFormat(format, theirs.format)) return null;
  if (node.history === null || upstream.history === null) return null;
  if (node.wal === null || (fork.lsn === null && upstream.wal === null)) return null;
  const ends = [fork.lsn, node.wal.end.lsn, upstream.wal?.end.lsn ?? null].filter((lsn) => lsn !== null);
  const to = ends.reduce(minimum);
  const mine: WalOfNode = { directory: ours, history: node.history };
  const other: WalOfNode = { directory: theirs, history: upstream.history };
  const numbers = [...segmentNumbers(mine)]
    .filter((number) => segmentStart(number, format.segmentSize) < to)
    .filter((number) => [mine, other].every((wal) => isWhole(segmentOf(wal, number), number, to, format)))
    .sort((a, b) => a - b);
  const last = numbers.at(-1);
  if (last === undefined) return null;
  const lastEnd = segmentStart(last + 1, format.segmentSize);
  return { ours: mine, theirs: other, format, numbers, to: minimum(to, lastEnd) };
}

function segmentNumbers({ directory, history }: WalOfNode): Set<number> {
  const size = directory.format?.segmentSize ?? 0;
  const numbers = new Set<number>();
  for (const { timeline, begin } of history.entries) {
    for (const { number } of directory.segments(timeline)) {
      if (number >= segmentNumberOf(begin, size)) numbers.add(number);
    }
  }
  return numbers;
}

function segmentOf({ directory, history }: WalOfNode, number: number): SegmentFile | null {
  return directory.segmentOfHistory(history, number);
}

/** Whether a segment is there and, where its size is known, is not cut off before where comparing ends. */
function isWhole(segment: SegmentFile | null, number: number, to: Lsn, format: WalFormat): boolean {
  return segment !== null && (segment.size === null || segment.size >= lengthUpTo(to, number, format));
}

/** How many bytes of a segment lie before where comparing ends. */
function lengthUpTo(to: Lsn, number: number, { segmentSize }: WalFormat): number {
  const left = to - segmentStart(number, segmentSize);
  return left < BigInt(segmentSize) ? Number(left) : segmentSize;
}

/**
 * Compares a segment that both have.
 *
 * @param part - all of it, or its first and its last page only
 * @returns where in the segment the first byte is that differs; null where none does
 * @throws SourceError `SOURCE_UNREADABLE`
 */
export async function firstDifferentByte(
  wal: CommonWal,
  number: number,
  part: 'whole' | 'first and last page',
): Promise<number | null> {
  const { blockSize } = wal.format;
  const length = lengthUpTo(wal.to, number, wal.format);
  const stretches =
    part === 'whole' || length <= 2 * blockSize
      ? [[0, length]]
      : [
          [0, blockSize],
          [length - blockSize, length],
        ];
  const [a, b] = [segmentOf(wal.ours, number), segmentOf(wal.theirs, number)];
  if (a === null || b === null) return null;
  const chunk = Math.min(CHUNK_BYTES, part === 'whole' ? length : blockSize);
  const [ours, theirs] = [new ReadAhead(chunk), new ReadAhead(chunk)];
  try {
    ours.open(await openSegment(a));
    theirs.open(await openSegment(b));
    for (const [from, to] of stretches) {
      const found = await firstDifferenceIn(ours, theirs, { from, to, chunk });
      if (found !== null) return found;
    }
    return null;
  } finally {
    await ours.close();
    await theirs.close();
  }
}

async function firstDifferenceIn(
  a: ReadAhead,
  b: ReadAhead,
  { from, to, chunk }: { from: number; to: number; chunk: number },
): Promise<number | null> {
  for (let offset = from; offset < to; offset += chunk) {
    const wanted = Math.min(chunk, to - offset);
    const [ours, theirs] = await Promise.all([a.read(offset, to), b.read(offset, to)]);
    const have = Math.min(ours.length, theirs.length);
    const found = firstDifference(ours.bytes, theirs.bytes, have);
    if (found !== null) return offset + found;
    if (have < wanted) {
      // reading on tells a file that ends here from one that cannot be read further, which is no reason for "same"
      await a.read(offset + ours.length, offset + ours.length + 1);
      await b.read(offset + theirs.length, offset + theirs.length + 1);
      return null;
    }
  }
  return null;
}

function minimum(a: Lsn, b: Lsn): Lsn {
  return a < b ? a : b;
}
