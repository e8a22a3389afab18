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
import type { DumpWorkerData } from './worker-printer.js';

/** Less is done sooner than a thread has started and its code is compiled: of WAL to print, and to walk only. */
const LEAST_BYTES_PRINTED = 64 * 1024 * 1024;
const LEAST_BYTES_WALKED = 256 * 1024 * 1024;
/** What a thread prints before its turn waits in memory. */
const PART_BYTES = 4 * 1024 * 1024;
/** Where that is not so: so many that threads meet soon, and so few that to begin each takes no time. */
const PARTS_PER_THREAD = 32;

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
