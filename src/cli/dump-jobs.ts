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

/**
 * How many threads are to print a range; 1 where more are not worth it, or where parts depend on each other: a
 * thread that works ahead does not know yet whether what it comes to belongs to the WAL, and must not save it.
 */
export function jobsFor(range: DumpRange, options: DumpOptions): number {
  const isOneWalk =
    options.follow || options.limit !== Number.POSITIVE_INFINITY || options.saveFullPages !== null;
  if (isOneWalk) return 1;
  const isPrinted = !options.quiet && options.statistics === 'none';
  const least = isPrinted ? LEAST_BYTES_PRINTED : LEAST_BYTES_WALKED;
  return options.jobs ?? (range.last - range.start < least ? 1 : availableParallelism());
}

/** Cuts a range into parts: a page's header tells where the first record on it begins. */
export function partsOf({ start, last }: DumpRange, partBytes = PART_BYTES): DumpPart[] {
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
