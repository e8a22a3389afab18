import { SourceError } from '../errors.js';
import { type Lsn, segmentNumberOf, segmentOffsetOf, segmentStart } from '../lsn.js';
import type { SourceFile } from '../source/source.js';
import { LONG_HEADER_BYTES, readLongPageHeader } from '../wal/page-header.js';
import { openSegment, type SegmentFile, type WalDirectory } from '../wal/wal-directory.js';
import type { WalEnd } from '../wal/wal-end.js';
import type { WalFormat } from '../wal/wal-format.js';

/**
 * Looks behind the end of a walk for a page that was written on the same timeline and in its own place. A
 * server writes WAL in order, so such a page means that the end is a break: a page that was lost, or damage.
 * Looks at every page of the segment that the walk ended in, and at the first page of those behind it.
 *
 * @returns the first such page, or null
 */
export async function findLiveWalBehind(
  directory: WalDirectory,
  format: WalFormat,
  end: WalEnd,
  timeline: number,
): Promise<{ file: string; lsn: Lsn } | null> {
  const endSegment = segmentNumberOf(end.lsn, format.segmentSize);
  const endOffset = segmentOffsetOf(end.lsn, format.segmentSize);
  // at a page's start, the walk ended on that page: what lies behind begins with the next
  const firstPage = (Math.floor(endOffset / format.blockSize) + 1) * format.blockSize;
  for (const segment of directory.segments(timeline)) {
    if (segment.number < endSegment) continue;
    const [from, to] =
      segment.number === endSegment ? [firstPage, format.segmentSize] : [0, format.blockSize];
    const found = await firstLivePage(segment, format, timeline, from, to);
    if (found !== null) return found;
  }
  return null;
}

async function firstLivePage(
  segment: SegmentFile,
  format: WalFormat,
  timeline: number,
  from: number,
  to: number,
): Promise<{ file: string; lsn: Lsn } | null> {
  const header = new Uint8Array(LONG_HEADER_BYTES);
  const start = segmentStart(segment.number, format.segmentSize);
  let file: SourceFile | null = null;
  try {
    file = await openSegment(segment);
    for (let offset = from; offset < to; offset += format.blockSize) {
      if ((await file.read(header, offset)) < LONG_HEADER_BYTES) return null;
      const page = readLongPageHeader(header);
      const isOwn = page.magic === format.pageMagic && page.timeline === timeline;
      if (isOwn && page.pageAddress === start + BigInt(offset)) {
        return { file: segment.name, lsn: page.pageAddress };
      }
    }
  } catch (error) {
    // what cannot be read is no sign of WAL; the walk has said so where it mattered
    if (!(error instanceof SourceError)) throw error;
  } finally {
    await file?.close();
  }
  return null;
}
