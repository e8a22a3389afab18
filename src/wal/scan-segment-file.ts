import { SourceError } from '../errors.js';
import { ReadAhead } from './read-ahead.js';
import { fileEnds } from './reader-messages.js';
import type { SegmentScan } from './segment-scan.js';
import { SegmentScanner, type SegmentScannerOptions } from './segment-scanner.js';
import { openSegment, type SegmentFile } from './wal-directory.js';

/** Large enough for a read not to matter, and small enough to stay in the processor's cache. */
const WINDOW_BYTES = 512 * 1024;

/** Scans segment files, one after the other, with the same buffers. */
export class SegmentFileScanner {
  readonly #bytes = new ReadAhead(WINDOW_BYTES);

  /** The same as `scanSegment`, of which no more is in memory than a window. A file that cannot be read ends the scan. */
  async scan(segment: SegmentFile, options: SegmentScannerOptions): Promise<SegmentScan> {
    const { name, timeline, number } = segment;
    const scanner = new SegmentScanner({ name, timeline, number }, options);
    try {
      this.#bytes.open(await openSegment(segment));
      for (let { offset } = scanner; offset !== null; { offset } = scanner) {
        await this.#scanWindow(scanner, name, offset, options.format);
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      scanner.stop('unreadable', error.message);
    } finally {
      await this.#bytes.close();
    }
    return scanner.finish();
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
