import { SourceError } from '../errors.js';
import { type Lsn, segmentNumberOf, segmentOffsetOf, segmentStart } from '../lsn.js';
import type { SourceFile } from '../source/source.js';
import {
  LONG_HEADER,
  LONG_HEADER_BYTES,
  PAGE_FIELD,
  readLongPageHeader,
  SHORT_HEADER_BYTES,
} from '../wal/page-header.js';
import { RecordChain } from '../wal/record-chain.js';
import { RECORD_ALIGNMENT, recordHeaderLayout } from '../wal/record-header.js';
import { openSegment, type SegmentFile, type WalDirectory } from '../wal/wal-directory.js';
import type { WalEnd } from '../wal/wal-end.js';
import type { WalFormat } from '../wal/wal-format.js';
import type { Window } from '../wal/window.js';

/** Large enough for a read not to matter. */
const WINDOW_BYTES = 512 * 1024;

/** Where WAL goes on behind a break. */
export interface LiveWal {
  readonly file: string;
  readonly lsn: Lsn;
}

/**
 * Looks behind the end of a walk for WAL that was written on the same timeline and in its own place. A server
 * writes WAL in order, so that means that the end is a break: a page that was lost, or damage. Looks for a record
 * on the page that the walk ended on, at the headers of all pages behind it in the segment, and at the first page
 * of every segment behind that.
 *
 * @param pageSize - `BLCKSZ`
 * @returns the first of what was found, or null
 */
export async function findLiveWalBehind(
  directory: WalDirectory,
  format: WalFormat,
  end: WalEnd,
  timeline: number,
  pageSize: number,
): Promise<LiveWal | null> {
  const record = await firstLiveRecord(directory, format, end, timeline, pageSize);
  if (record !== null) return record;
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
): Promise<LiveWal | null> {
  const start = segmentStart(segment.number, format.segmentSize);
  let file: SourceFile | null = null;
  try {
    file = await openSegment(segment);
    const headers = new PageHeaders(file, format.blockSize, to);
    for (let offset = from; offset < to; offset += format.blockSize) {
      const header = await headers.at(offset);
      if (header === null) return null;
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

/** Reads the headers of pages one after the other, by windows: a read a page would take far longer. */
class PageHeaders {
  readonly #file: SourceFile;
  readonly #end: number;
  readonly #window: Uint8Array;
  #start = 0;
  #length = 0;
  /** Set where something between headers cannot be read. */
  #isOneByOne = false;

  /** @param end - of the last page, in the file */
  constructor(file: SourceFile, blockSize: number, end: number) {
    this.#file = file;
    this.#end = end;
    this.#window = new Uint8Array(Math.max(blockSize, WINDOW_BYTES));
  }

  /** The header at a position in the file, valid until the next; null where the file ends before. */
  async at(offset: number): Promise<Uint8Array | null> {
    if (offset + LONG_HEADER_BYTES > this.#start + this.#length) await this.#read(offset);
    const at = offset - this.#start;
    return at + LONG_HEADER_BYTES > this.#length ? null : this.#window.subarray(at, at + LONG_HEADER_BYTES);
  }

  async #read(offset: number): Promise<void> {
    this.#start = offset;
    if (!this.#isOneByOne) {
      try {
        const wanted = Math.min(this.#window.length, this.#end - offset);
        this.#length = await this.#file.read(this.#window.subarray(0, wanted), offset);
        return;
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        this.#isOneByOne = true;
      }
    }
    this.#length = await this.#file.read(this.#window.subarray(0, LONG_HEADER_BYTES), offset);
  }
}

/**
 * A whole record behind the break, on the same page: its checksum is right, and it links back to the break or to
 * a record behind it. What a recycled segment holds from before links back to where that was.
 */
async function firstLiveRecord(
  directory: WalDirectory,
  format: WalFormat,
  end: WalEnd,
  timeline: number,
  pageSize: number,
): Promise<LiveWal | null> {
  const segment = directory.segment(timeline, segmentNumberOf(end.lsn, format.segmentSize));
  if (segment === null) return null;
  const broken = segmentOffsetOf(end.lsn, format.segmentSize);
  const pageStart = broken - (broken % format.blockSize);
  const window = await readPage(segment, format, pageStart);
  if (window === null) return null;
  const start = segmentStart(segment.number, format.segmentSize);
  // the header may be what is broken: one that passes takes its place
  const headerBytes = writePageHeader(window, format, timeline, start);
  const chain = new RecordChain(format, { history: null, pageSize });
  const first = end.lastRecord ?? end.lsn;
  for (
    let offset = Math.max(broken, pageStart + headerBytes);
    offset < window.end;
    offset += RECORD_ALIGNMENT
  ) {
    const lsn = start + BigInt(offset);
    // the break itself is where a record would have to be, not behind it
    if (offset === broken || !mayBeRecord(window, format, offset)) continue;
    chain.begin(lsn, false);
    chain.supply(window);
    if (chain.next() && chain.record.lsn === lsn && chain.record.previousLsn >= first) {
      return { file: segment.name, lsn };
    }
  }
  return null;
}

/** Whether what would be a record's length lets it end on the page. */
function mayBeRecord(window: Window, format: WalFormat, offset: number): boolean {
  const total = (window.words[(offset - window.start) >> 2] ?? 0) >>> 0;
  return total >= recordHeaderLayout(format.version).bytes && offset + total <= window.end;
}

async function readPage(segment: SegmentFile, format: WalFormat, start: number): Promise<Window | null> {
  const buffer = new ArrayBuffer(format.blockSize);
  const bytes = new Uint8Array(buffer);
  let file: SourceFile | null = null;
  try {
    file = await openSegment(segment);
    if ((await file.read(bytes, start)) < bytes.length) return null;
    return { bytes, words: new Int32Array(buffer), start, end: start + bytes.length };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return null;
  } finally {
    await file?.close();
  }
}

/** Gives the length of the header. */
function writePageHeader(page: Window, format: WalFormat, timeline: number, segment: Lsn): number {
  const isLong = page.start === 0;
  const headerBytes = isLong ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
  page.bytes.fill(0, 0, headerBytes);
  const view = new DataView(page.bytes.buffer);
  view.setUint16(PAGE_FIELD.magic, format.pageMagic, true);
  view.setUint16(PAGE_FIELD.info, isLong ? LONG_HEADER : 0, true);
  view.setUint32(PAGE_FIELD.timeline, timeline, true);
  view.setBigUint64(PAGE_FIELD.addressLow, segment + BigInt(page.start), true);
  if (isLong) {
    view.setBigUint64(PAGE_FIELD.systemIdentifier, format.systemIdentifier, true);
    view.setUint32(PAGE_FIELD.segmentSize, format.segmentSize, true);
    view.setUint32(PAGE_FIELD.blockSize, format.blockSize, true);
  }
  return headerBytes;
}
