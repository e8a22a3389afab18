import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type SegmentScans, scansHere } from '../audit/segment-scans.js';
import type { Source } from '../source/source.js';
import type { ScannedFile } from '../wal/scan-segment-file.js';
import type { SegmentScannerOptions } from '../wal/segment-scanner.js';
import type { SegmentFile } from '../wal/wal-directory.js';
import type { Progress } from './progress.js';
import { type ScanThread, ScanWorker } from './scan-worker.js';

/** Less is scanned sooner than threads have started and their code is compiled. */
const LEAST_BYTES = 256 * 1024 * 1024;
/** Each has one file to go on with while its answer is on its way. */
const ORDERS_EACH = 2;

/** The threads of an audit, started once there is enough for them to do. */
export class AuditThreads {
  readonly #roots: ReadonlyMap<Source, string>;
  readonly #jobs: number | null;
  readonly #progress: Progress;
  readonly #newThread: () => ScanThread;
  #workers: readonly ScanWorker[] = [];

  /**
   * @param roots - the directories that sources are of
   * @param jobs - how many threads, this one among them; null for as many as are worth it
   */
  constructor(
    roots: ReadonlyMap<Source, string>,
    jobs: number | null,
    progress: Progress,
    newThread: () => ScanThread = () => new Worker(new URL('./audit-worker.js', import.meta.url)),
  ) {
    this.#roots = roots;
    this.#jobs = jobs;
    this.#progress = progress;
    this.#newThread = newThread;
  }

  /** Chooses who scans so many bytes of WAL. */
  readonly choose = (bytes: number): SegmentScans => {
    const jobs = this.#jobs ?? (bytes < LEAST_BYTES ? 1 : availableParallelism());
    if (jobs === 1) return scansHere();
    this.#workers = Array.from({ length: jobs - 1 }, () => new ScanWorker(this.#newThread()));
    return new ScansInThreads(this.#roots, this.#workers, this.#progress);
  };

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end()));
  }
}

/** Has workers scan files that lie plainly on disk, and this thread all others and what they have no time for. */
class ScansInThreads implements SegmentScans {
  readonly atOnce: number;
  readonly #roots: ReadonlyMap<Source, string>;
  readonly #workers: readonly ScanWorker[];
  readonly #progress: Progress;
  readonly #here = scansHere();
  /** What this thread scans, it scans one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** How many files wait for that. */
  #load = 0;

  constructor(roots: ReadonlyMap<Source, string>, workers: readonly ScanWorker[], progress: Progress) {
    this.#roots = roots;
    this.#workers = workers;
    this.#progress = progress;
    this.atOnce = (workers.length + 1) * ORDERS_EACH;
  }

  async scan(file: SegmentFile, options: SegmentScannerOptions): Promise<ScannedFile> {
    return (await this.#scanElsewhere(file, options)) ?? this.#scanHere(file, options);
  }

  async #scanElsewhere(file: SegmentFile, options: SegmentScannerOptions): Promise<ScannedFile | null> {
    const { source, ...plain } = file;
    const root = this.#roots.get(source);
    if (root === undefined || !isPlainSegment(root, file, options.format.segmentSize)) return null;
    const worker = this.#workers.reduce((best, each) => (each.load < best.load ? each : best));
    if (this.#load < worker.load) return null;
    const scanned = await worker.order({ root, file: plain, options });
    if (scanned === null) return null;
    this.#progress.enter(file.name);
    this.#progress.read(options.format.segmentSize);
    return { ...scanned, scan: { ...scanned.scan, format: options.format } };
  }

  #scanHere(file: SegmentFile, options: SegmentScannerOptions): Promise<ScannedFile> {
    this.#load++;
    const turn = this.#turn.then(() => this.#here.scan(file, options));
    const isOver = () => this.#load--;
    this.#turn = turn.then(isOver, isOver);
    return turn;
  }
}

/** Whether a file is a whole segment on disk. What is packed, each thread would have to unpack from its beginning. */
function isPlainSegment(root: string, { path, size }: SegmentFile, segmentSize: number): boolean {
  if (size !== segmentSize) return false;
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === size;
}
