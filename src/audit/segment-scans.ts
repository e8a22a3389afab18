import { type ScannedFile, SegmentFileScanner } from '../wal/scan-segment-file.js';
import type { SegmentScannerOptions } from '../wal/segment-scanner.js';
import type { SegmentFile } from '../wal/wal-directory.js';

/** Who scans segment files: this thread, or others. */
export interface SegmentScans {
  /** How many files are asked for before the first is waited for. */
  readonly atOnce: number;
  /** Gives the same as {@link SegmentFileScanner.scan}. */
  scan(file: SegmentFile, options: SegmentScannerOptions): Promise<ScannedFile>;
}

/** Tells who is to scan so many bytes of WAL. */
export type ChooseScans = (bytes: number) => SegmentScans;

/** Has this thread scan, one file after the other. */
export function scansHere(): SegmentScans {
  const scanner = new SegmentFileScanner();
  return { atOnce: 1, scan: (file, options) => scanner.scan(file, options) };
}

/** Scans files ahead of their turn, and gives what was found in their order. */
export async function* scanInOrder(
  files: readonly SegmentFile[],
  scans: SegmentScans,
  optionsOf: (file: SegmentFile) => SegmentScannerOptions,
): AsyncGenerator<ScannedFile> {
  const begun: Promise<ScannedFile>[] = [];
  for (const file of files) {
    const scan = scans.scan(file, optionsOf(file));
    // an error is met when it is this file's turn, which may never come
    scan.catch(() => undefined);
    begun.push(scan);
    const first = begun.length < scans.atOnce ? undefined : begun.shift();
    if (first !== undefined) yield await first;
  }
  for (const scan of begun) yield await scan;
}
