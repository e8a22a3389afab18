import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { countedElsewhere } from './count-part.js';
import type { CountWorkerData } from './count-worker.js';
import { type DumpListener, type DumpTellers, joinParts } from './dump-joining.js';
import type { DumpOptions } from './dump-options.js';
import type { DumpPart } from './dump-part.js';
import type { DumpRange } from './dump-range.js';
import { PartWorker } from './part-worker.js';
import { PartsFromBehind, TakenParts } from './parts-from-behind.js';
import { partsInTurn } from './parts-in-turn.js';
import { cutIntoParts, LEAST_BYTES_WALKED, partBytesFor } from './wal-parts.js';
import type { DumpWorkerData } from './worker-printer.js';

/** Less is printed sooner than a thread has started and its code is compiled, in bytes of WAL. */
const LEAST_BYTES_PRINTED = 64 * 1024 * 1024;
/** What a thread prints before its turn waits in memory. */
const PRINTED_PART_BYTES = 4 * 1024 * 1024;

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

/** How large a part is to be, in bytes. */
export function partBytesOf({ start, last }: DumpRange, options: DumpOptions, jobs: number): number {
  return isPrinted(options) ? PRINTED_PART_BYTES : partBytesFor(start, last, jobs);
}

/** Cuts a range into parts. */
export function partsOf({ start, last }: DumpRange, partBytes: number): DumpPart[] {
  return cutIntoParts(start, last, partBytes).map((part) => ({ ...part, from: null }));
}

/** Whether there is text, of which threads must not have too much. */
export function isPrinted({ quiet, statistics }: DumpOptions): boolean {
  return !quiet && statistics === 'none';
}

/** Prints parts in several threads, this one among them, and says what one walk would have said. */
export async function dumpInThreads(
  parts: readonly DumpPart[],
  jobs: number,
  data: DumpWorkerData,
  tellers: Omit<DumpTellers, 'ahead'>,
  listener: DumpListener,
): Promise<void> {
  const threads = Array.from({ length: Math.min(jobs, parts.length) - 1 }, () => {
    return new Worker(new URL('./dump-worker.js', import.meta.url), { workerData: data });
  });
  const ahead = partsInTurn(
    parts,
    threads.map((thread) => new PartWorker(thread)),
  );
  try {
    await joinParts(parts, { ...tellers, ahead }, listener);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** The same where nothing is printed that would wait in memory. */
export async function countInThreads(
  parts: readonly DumpPart[],
  jobs: number,
  data: DumpWorkerData,
  tellers: Omit<DumpTellers, 'ahead'>,
  listener: DumpListener,
): Promise<void> {
  const taken = new TakenParts(parts.length);
  const workerData: CountWorkerData = { ...data, parts, taken: taken.shared };
  const threads = Array.from({ length: Math.min(jobs, parts.length) - 1 }, () => {
    return new Worker(new URL('./count-worker.js', import.meta.url), { workerData });
  });
  const ahead = countedElsewhere(new PartsFromBehind(taken, threads));
  try {
    await joinParts(parts, { ...tellers, ahead }, listener);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
