import { type Lsn, segmentNumberOf, segmentOffsetOf } from '../lsn.js';
import { LONG_HEADER_BYTES } from '../wal/page-header.js';
import type { WalRecord } from '../wal/record.js';
import { recordHeaderLayout } from '../wal/record-header.js';
import { openSegment } from '../wal/wal-directory.js';
import type { WalEndCode } from '../wal/wal-end.js';
import type { CommonWal } from './common-wal.js';
import type { WalDamage } from './comparison.js';
import { type RecordAt, readRecordAt } from './record-at.js';

/** Why there is no valid record where the other node has one, if not for want of files. */
const BROKEN: ReadonlySet<WalEndCode | null> = new Set<WalEndCode>([
  'zeroed-tail',
  'recycled-segment',
  'broken-record',
  'broken-page',
  'other-timeline',
  'other-format',
]);

/**
 * Whether two nodes' WAL differs at a place because some of it is damaged: where two servers wrote, both wrote
 * valid records. What differs between two records that are the same is a byte that no checksum covers.
 *
 * @returns null where two servers wrote, or where files are wanting to tell
 */
export function damageOf(lsn: Lsn, node: RecordAt, upstream: RecordAt): WalDamage | null {
  if (node.record !== null && upstream.record !== null) {
    return isSameRecord(node.record, upstream.record) ? { lsn, of: null } : null;
  }
  const isBroken = ({ record, end }: RecordAt) => record === null && BROKEN.has(end);
  if (isBroken(node)) return { lsn, of: upstream.record === null ? null : 'node' };
  return isBroken(upstream) ? { lsn, of: 'upstream' } : null;
}

function isSameRecord(a: WalRecord, b: WalRecord): boolean {
  const bytes = (record: WalRecord) => record.bytes.subarray(record.start, record.start + record.totalLength);
  const [ours, theirs] = [bytes(a), bytes(b)];
  return ours.length === theirs.length && ours.every((byte, index) => byte === theirs[index]);
}

/**
 * Whether the node's WAL ends at a record that was written there whole, which the upstream shows, and is broken
 * now. An ordinary end is a record of which nothing was written, or nothing past the end of a page: servers send
 * and write whole pages, or up to the end of a record.
 *
 * @param end - where the node's WAL ends, on the timeline that both have in common
 */
export async function findDamagedEnd(wal: CommonWal, end: Lsn, pageSize: number): Promise<WalDamage | null> {
  const { record } = await readRecordAt(wal.theirs, end, pageSize);
  // the server may have given up the record that began there and gone on with another
  if (record === null || record.lsn > end + BigInt(LONG_HEADER_BYTES)) return null;
  const { segmentSize, blockSize } = wal.format;
  const offset = segmentOffsetOf(record.lsn, segmentSize);
  const left = blockSize - (offset % blockSize);
  const theirs = record.bytes.subarray(record.start, record.start + Math.min(record.totalLength, left));
  const layout = recordHeaderLayout(wal.format.version);
  if (theirs.length < layout.bytes) return null;
  const ours = await bytesAt(wal, record.lsn, theirs.length);
  const isWritten = ours?.some((byte) => byte !== 0) ?? false;
  if (ours === null || !isWritten || ours.every((byte, index) => byte === theirs[index])) return null;
  const isSameWord = (word: number) =>
    [0, 1, 2, 3].every((byte) => ours[word * 4 + byte] === theirs[word * 4 + byte]);
  // what a recycled segment holds has other links and checksums
  const isSameLink = isSameWord(layout.previousLow) && isSameWord(layout.previousHigh);
  return isSameLink || isSameWord(layout.crc) ? { lsn: end, of: 'node' } : null;
}

async function bytesAt({ ours, format }: CommonWal, lsn: Lsn, length: number): Promise<Uint8Array | null> {
  const segment = ours.directory.segmentOfHistory(ours.history, segmentNumberOf(lsn, format.segmentSize));
  if (segment === null) return null;
  const file = await openSegment(segment);
  try {
    const bytes = new Uint8Array(length);
    const read = await file.read(bytes, segmentOffsetOf(lsn, format.segmentSize));
    return read < length ? null : bytes;
  } finally {
    await file.close();
  }
}
