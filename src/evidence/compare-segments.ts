import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import type { SourceFile } from '../source/source.js';
import type { ForkPoint } from '../timeline/fork-point.js';
import type { TimelineHistory } from '../timeline/history.js';
import { openSegment, type WalDirectory } from '../wal/wal-directory.js';
import { isSameFormat } from '../wal/wal-format.js';
import { WalReader } from '../wal/wal-reader.js';
import type { NodeEvidence } from './node-evidence.js';

const CHUNK_BYTES = 256 * 1024;

/** The stretch of WAL that was compared, and the first record in it that differs. */
export interface SegmentDifference {
  readonly compared: { readonly from: Lsn; readonly to: Lsn };
  readonly firstDifference: Lsn | null;
}

/**
 * Compares what two nodes hold of their last common timeline. The same timeline at the same LSN has the same
 * bytes, or two servers wrote to it. All segments that both have are read up to where either ends, because a
 * node that was tried as a standby has the upstream's bytes again from some segment on.
 */
export async function compareSegments(
  ours: WalDirectory,
  theirs: WalDirectory,
  node: NodeEvidence,
  upstream: NodeEvidence,
  fork: ForkPoint,
): Promise<SegmentDifference | null> {
  if (ours.format === null || theirs.format === null || !isSameFormat(ours.format, theirs.format))
    return null;
  if (node.history === null || upstream.history === null) return null;
  const { segmentSize } = ours.format;
  const ends = [fork.lsn, endOn(node), endOn(upstream)].filter((lsn) => lsn !== null);
  // an end that is not known leaves nothing that could be relied on
  if (node.wal === null || (fork.lsn === null && upstream.wal === null)) return null;
  const to = ends.reduce((a, b) => (a < b ? a : b));
  let from: Lsn | null = null;
  const last = segmentNumberOf(to, segmentSize);
  for (const { number } of segmentsOf(ours, node.history, last)) {
    const start = segmentStart(number, segmentSize);
    const length = Number(to - start < BigInt(segmentSize) ? to - start : BigInt(segmentSize));
    if (length <= 0 || theirs.segmentOfHistory(upstream.history, number) === null) continue;
    from ??= start;
    const offset = await firstDifferentByte(ours, node.history, theirs, upstream.history, number, length);
    if (offset === null) continue;
    const record = await recordAt(ours, node.history, start, start + BigInt(offset));
    if (record !== null) return { compared: { from, to }, firstDifference: record };
  }
  return from === null ? null : { compared: { from, to }, firstDifference: null };
}

/** Where a node's own WAL ends, whichever timeline that is on. */
function endOn(node: NodeEvidence): Lsn | null {
  return node.wal?.end.lsn ?? null;
}

function segmentsOf(directory: WalDirectory, history: TimelineHistory, last: number): { number: number }[] {
  const numbers = new Set<number>();
  for (const { timeline } of history.entries) {
    for (const { number } of directory.segments(timeline)) if (number <= last) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b).map((number) => ({ number }));
}

async function firstDifferentByte(
  ours: WalDirectory,
  ourHistory: TimelineHistory,
  theirs: WalDirectory,
  theirHistory: TimelineHistory,
  number: number,
  length: number,
): Promise<number | null> {
  const ourSegment = ours.segmentOfHistory(ourHistory, number);
  const theirSegment = theirs.segmentOfHistory(theirHistory, number);
  if (ourSegment === null || theirSegment === null) return null;
  const files: SourceFile[] = [];
  try {
    files.push(await openSegment(ourSegment), await openSegment(theirSegment));
    const a = new Uint8Array(CHUNK_BYTES);
    const b = new Uint8Array(CHUNK_BYTES);
    for (let offset = 0; offset < length; offset += CHUNK_BYTES) {
      const wanted = Math.min(CHUNK_BYTES, length - offset);
      const have = Math.min(
        await files[0].read(a.subarray(0, wanted), offset),
        await files[1].read(b.subarray(0, wanted), offset),
      );
      for (let at = 0; at < have; at++) if (a[at] !== b[at]) return offset + at;
      if (have < wanted) return null;
    }
    return null;
  } finally {
    for (const file of files) await file.close();
  }
}

/**
 * The record that the byte at `lsn` belongs to, by the node's own WAL; null for a byte that no record owns: what
 * follows a switch record to the end of the segment is left over from whatever was there before.
 */
async function recordAt(
  directory: WalDirectory,
  history: TimelineHistory,
  start: Lsn,
  lsn: Lsn,
): Promise<Lsn | null> {
  const reader = await WalReader.open(directory, { history, start, end: lsn + 1n });
  let found: Lsn | null = start;
  for await (const window of reader) {
    for (const record of window) {
      const isBehindSwitch = record.isSegmentSwitch && lsn >= record.lsn + BigInt(record.totalLength);
      if (record.endLsn <= lsn) found = record.endLsn;
      else found = isBehindSwitch ? null : record.lsn;
    }
  }
  return found;
}
