import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type DumpListener, type DumpTellers, joinParts } from './dump-joining.js';
import type { DumpArguments, DumpOptions } from './dump-options.js';
import type { DumpPart } from './dump-part.js';
import type { DumpRange } from './dump-range.js';
import { PartWorker } from './part-worker.js';

/** What a worker is told once. */
export interface DumpWorkerData {
  readonly files: readonly string[];
  readonly given: DumpArguments;
  /** What relations are called, as a file of names; null where that is not asked for. */
  readonly names: string | null;
}

/** Less is done sooner than a thread has started and its code is compiled: of WAL to print, and to walk only. */
const LEAST_BYTES_PRINTED = 64 * 1024 * 1024;
const LEAST_BYTES_WALKED = 256 * 1024 * 1024;
/** What a thread prints before its turn waits in memory. */
const PART_BYTES = 4 * 1024 * 1024;
/** Where that is not so: more than one, for threads that are slower than others. */
const PARTS_PER_THREAD = 4;

/**
 * How many threads are to print a range; 1 where more are not worth it, or where parts depend on each other: a
 * thread that works ahead does not know yet whether what it comes to belongs to the WAL, and must not save it.
 */
export function jobsFor(range: DumpRange, options: DumpOptions): number {
  const isOneWalk =
    options.follow || options.limit !== Number.POSITIVE_INFINITY || options.saveFullPages !== null;
  if (isOneWalk) return 1;
  const least = isPrinted(options) ? LEAST_BYTES_PRINTED : LEAST_BYTES_WALKED;
  return options.jobs ?? (range.last - range.start < least ? 1 : availableParallelism());
}

/**
 * How large a part is to be, in bytes. Where nothing is printed nothing waits in memory, and parts are few, as each
 * has its first record to find and its last to hand over.
 */
export function partBytesOf({ start, last }: DumpRange, options: DumpOptions, jobs: number): number {
  if (isPrinted(options)) return PART_BYTES;
  const share = Number(last - start) / (jobs * PARTS_PER_THREAD);
  return Math.ceil(Math.max(share, 1) / PART_BYTES) * PART_BYTES;
}

/** Cuts a range into parts: a page's header tells where the first record on it begins. */
export function partsOf({ start, last }: DumpRange, partBytes: number): DumpPart[] {
  const size = BigInt(partBytes);
  const parts: DumpPart[] = [];
  let from = start;
  for (let until = (start / size + 1n) * size; until < last; until += size) {
    parts.push({ start: from, from: null, until });
    from = until;
  }
  parts.push({ start: from, from: null, until: null });
  return parts;
}

function isPrinted({ quiet, statistics }: DumpOptions): boolean {
  return !quiet && statistics === 'none';
}

/** Prints parts in several threads, this one among them, and says what one walk would have said. */
export async function dumpInThreads(
  parts: readonly DumpPart[],
  jobs: number,
  data: DumpWorkerData,
  { here, isInterrupted }: Omit<DumpTellers, 'ahead'>,
  listener: DumpListener,
): Promise<void> {
  const workers = Array.from({ length: Math.min(jobs, parts.length) - 1 }, () => {
    return new PartWorker(new Worker(new URL('./dump-worker.js', import.meta.url), { workerData: data }));
  });
  try {
    await joinParts(parts, { ahead: workers, here, isInterrupted }, listener);
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}
