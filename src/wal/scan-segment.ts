import { WalError } from '../errors.js';
import type { TimelineHistory } from '../timeline/history.js';
import { parseWalFileName, segmentNumberOfName } from '../wal-file-name.js';
import { fileEnds } from './reader-messages.js';
import { RECORD_ALIGNMENT } from './record-header.js';
import type { SegmentScan } from './segment-scan.js';
import { SegmentScanner } from './segment-scanner.js';
import { readFirstPage, type WalFormat } from './wal-format.js';

/**
 * What is known of a segment that is to be scanned.
 *
 * @category Scans of WAL
 */
export interface ScanSegmentOptions {
  /** The segment's file name, as in `000000010000000A000000FF`; that of a `.partial` one will do. */
  readonly name: string;
  /** What all segments have in common; what this one's first page says, if not given. */
  readonly format?: WalFormat;
  /** The history of the timeline in the name; pages may belong to any timelines whose IDs do not decrease, if not given. */
  readonly history?: TimelineHistory;
  /** `BLCKSZ`: the size of the cluster's data pages in bytes, 8192 if not given. */
  readonly pageSize?: number;
}

/** As much as stays in the processor's cache. */
const WINDOW_BYTES = 512 * 1024;

/**
 * Scans a segment on its own: the records that begin and end in it, what it holds of records that do not, and where
 * and why its chain of records breaks. A pure function, so that many segments can be scanned at the same time;
 * `mergeScans` joins the results.
 *
 * ```ts
 * const scans = names.map((name) => scanSegment(readFileSync(name), { name }));
 * const { stretches } = scans.reduce(mergeScans);
 * ```
 *
 * @param bytes - the segment's contents, uncompressed
 * @throws {@link WalError} `WAL_FORMAT` where the name is not that of a segment of this size, or where the format is
 * not given and the first page does not tell it
 * @category Scans of WAL
 */
export function scanSegment(bytes: Uint8Array, options: ScanSegmentOptions): SegmentScan {
  const { name, history = null, pageSize = 8192 } = options;
  const format = options.format ?? formatOf(bytes, name);
  const parsed = parseWalFileName(name);
  const isSegment = parsed?.kind === 'segment' || parsed?.kind === 'partial';
  const number = isSegment ? segmentNumberOfName(parsed, format.segmentSize) : null;
  if (!isSegment || number === null) {
    throw new WalError('WAL_FORMAT', `${name}: no name of a segment of ${format.segmentSize} bytes`);
  }
  const scanner = new SegmentScanner(
    { name, timeline: parsed.timeline, number },
    { format, history, pageSize },
  );
  scanBytes(scanner, aligned(bytes), name, format);
  return scanner.finish();
}

function scanBytes(scanner: SegmentScanner, bytes: Uint8Array, name: string, format: WalFormat): void {
  const { segmentSize, blockSize } = format;
  const whole = Math.min(bytes.length, segmentSize) & -blockSize;
  for (let { offset } = scanner; offset !== null; { offset } = scanner) {
    const start = offset & -blockSize;
    const end = Math.min(start + WINDOW_BYTES, whole);
    if (end <= offset) scanner.stop('truncated-segment', fileEnds(name, Math.max(start, end)));
    else {
      const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, (end - start) >> 2);
      scanner.supply({ bytes: bytes.subarray(start, end), words, start, end });
    }
  }
}

/** The same bytes where they can be seen as 32-bit words, or else a copy. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % RECORD_ALIGNMENT === 0 ? bytes : bytes.slice();
}

function formatOf(bytes: Uint8Array, name: string): WalFormat {
  const first = readFirstPage(bytes);
  if (first.kind === 'format') return first.format;
  throw new WalError('WAL_FORMAT', `${name}: ${first.why}`);
}
