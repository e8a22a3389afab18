import { SourceError } from '../errors.js';
import type { SourceFile } from '../source/source.js';
import { ReadAhead } from './read-ahead.js';
import { fileEnds } from './reader-messages.js';
import type { SegmentScan } from './segment-scan.js';
import { SegmentScanner, type SegmentScannerOptions } from './segment-scanner.js';
import { newWalkedBuffer } from './skim/machine.js';
import { openSegment, type SegmentFile } from './wal-directory.js';

/** Large enough for a read not to matter, and small enough to stay in the processor's cache. */
const WINDOW_BYTES = 512 * 1024;

/** What was found in a segment file. */
export interface ScannedFile {
  readonly scan: SegmentScan;
  /** Whether it is as long as a segment; a message where its end cannot be read, and null where that was not tried. */
  readonly size: 'right' | 'short' | 'long' | { readonly problem: string } | null;
}

/** Scans segment files, one after the other, with the same buffers. */
export class SegmentFileScanner {
  readonly #bytes = new ReadAhead(WINDOW_BYTES, newWalkedBuffer);

  /** The same as `scanSegment`, of which no more is in memory than a window. A file that cannot be read ends the scan. */
  async scan(segment: SegmentFile, options: SegmentScannerOptions): Promise<ScannedFile> {
    const { name, timeline, number } = segment;
    const scanner = new SegmentScanner({ name, timeline, number }, options);
    let size: ScannedFile['size'] = null;
    try {
      const file = await openSegment(segment);
      this.#bytes.open(file);
      for (let { offset } = scanner; offset !== null; { offset } = scanner) {
        await this.#scanWindow(scanner, name, offset, options.format);
      }
      size = await sizeOf(file, options.format.segmentSize);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      scanner.stop('unreadable', error.message);
    } finally {
      await this.#bytes.close();
    }
    return { scan: scanner.finish(), size };
  }

  async #scanWindow(
    scanner: SegmentScanner,
    name: string,
    offset: number,
    { segmentSize, blockSize }: SegmentScannerOptions['format'],
  ): Promise<void> {
    const start = offset & -blockSize;
    const { bytes, words, length } = await this.#bytes.read(start, segmentSize);
    const end = start + (length & -blockSize);
    if (end <= offset) scanner.stop('truncated-segment', fileEnds(name, end));
    else scanner.supply({ bytes, words, start, end });
  }
}

/** Looks for the last byte of a segment and for one behind it: WAL may have ended before. */
async function sizeOf(file: SourceFile, segmentSize: number): Promise<ScannedFile['size']> {
  try {
    const ends = new Uint8Array(2);
    const length = await file.read(ends, segmentSize - 1);
    return length === 1 ? 'right' : length === 0 ? 'short' : 'long';
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { problem: error.message };
  }
}
