import { directorySource } from '../source/directory.js';
import type { Source } from '../source/source.js';
import { versionOfMajor } from '../version.js';
import { type ScannedFile, SegmentFileScanner } from '../wal/scan-segment-file.js';
import type { SegmentScannerOptions } from '../wal/segment-scanner.js';
import type { SegmentFile } from '../wal/wal-directory.js';

/** A segment file that another thread is to scan: plain data. */
export interface ScanOrder {
  /** The directory that the file's source is of. */
  readonly root: string;
  readonly file: Omit<SegmentFile, 'source'>;
  readonly options: SegmentScannerOptions;
}

/** What it answers: null where the thread that asked should look for itself. */
export type ScanAnswer = ScannedFile | null;

/** Scans what it is told to, with sources of its own. */
export class ScanOrders {
  readonly #scanner = new SegmentFileScanner();
  readonly #sources = new Map<string, Promise<Source>>();

  async answer({ root, file, options }: ScanOrder): Promise<ScanAnswer> {
    const source = await this.#sourceOf(root);
    const { format } = options;
    // rows of the table of versions are themselves on each side, not copies
    const version = versionOfMajor(format.version.major) ?? format.version;
    const scanned = await this.#scanner.scan(
      { ...file, source },
      { ...options, format: { ...format, version } },
    );
    // what a source finds wrong with its files has to be found by the one that is asked about it
    return (source.findings ?? []).length > 0 ? null : scanned;
  }

  #sourceOf(root: string): Promise<Source> {
    const source = this.#sources.get(root) ?? directorySource(root);
    this.#sources.set(root, source);
    return source;
  }
}
