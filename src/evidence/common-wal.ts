import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import type { SourceFile } from '../source/source.js';
import type { ForkPoint } from '../timeline/fork-point.js';
import type { TimelineHistory } from '../timeline/history.js';
import { openSegment, type SegmentFile, type WalDirectory } from '../wal/wal-directory.js';
import { isSameFormat, type WalFormat } from '../wal/wal-format.js';
import type { NodeEvidence } from './node-evidence.js';

const CHUNK_BYTES = 1024 * 1024;

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
  const files: SourceFile[] = [];
  try {
    files.push(await openSegment(a), await openSegment(b));
    for (const [from, to] of stretches) {
      const found = await firstDifference(files[0], files[1], from, to);
      if (found !== null) return found;
    }
    return null;
  } finally {
    for (const file of files) await file.close();
  }
}

async function firstDifference(
  a: SourceFile,
  b: SourceFile,
  from: number,
  to: number,
): Promise<number | null> {
  const ours = new Int32Array(Math.min(CHUNK_BYTES, (to - from + 3) & ~3) >> 2);
  const theirs = new Int32Array(ours.length);
  const [ourBytes, theirBytes] = [new Uint8Array(ours.buffer), new Uint8Array(theirs.buffer)];
  for (let offset = from; offset < to; offset += ourBytes.length) {
    const wanted = Math.min(ourBytes.length, to - offset);
    const lengths = await Promise.all([
      a.read(ourBytes.subarray(0, wanted), offset),
      b.read(theirBytes.subarray(0, wanted), offset),
    ]);
    const have = Math.min(...lengths);
    let word = 0;
    while (word < have >> 2 && ours[word] === theirs[word]) word++;
    for (let at = word << 2; at < have; at++) if (ourBytes[at] !== theirBytes[at]) return offset + at;
    if (have < wanted) {
      // reading on tells a file that ends here from one that cannot be read further, which is no reason for "same"
      await a.read(ourBytes.subarray(0, 1), offset + lengths[0]);
      await b.read(theirBytes.subarray(0, 1), offset + lengths[1]);
      return null;
    }
  }
  return null;
}

function minimum(a: Lsn, b: Lsn): Lsn {
  return a < b ? a : b;
}
