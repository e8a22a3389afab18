import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WalkAhead, WalkersAhead, WalkPart, WalkPlan } from '../evidence/walk-ahead.js';
import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import type { WalDirectory } from '../wal/wal-directory.js';
import type { WalkedRun } from '../wal/walked-run.js';
import type { ThreadOf } from './part-worker.js';
import { PartsFromBehind, TakenParts } from './parts-from-behind.js';
import { cutIntoParts, LEAST_BYTES_WALKED, partBytesFor } from './wal-parts.js';
import type { WalkAnswer, WalkOrder } from './walk-order.js';

/** A thread that walks. */
export type WalkThread = Pick<ThreadOf<WalkAnswer>, 'on' | 'terminate'>;

/** The threads that walk a node's WAL ahead, started once there is enough for them to do. */
export class WalkThreads {
  readonly #roots: readonly string[];
  readonly #jobs: number | null;
  readonly #newThread: (data: WalkOrder) => WalkThread;
  readonly #threads: WalkThread[] = [];

  /**
   * @param roots - where the node's files are, and its archive if there is one
   * @param jobs - how many threads, this one among them; null for as many as are worth it
   */
  constructor(
    roots: readonly string[],
    jobs: number | null,
    newThread: (data: WalkOrder) => WalkThread = newWorker,
  ) {
    this.#roots = roots;
    this.#jobs = jobs;
    this.#newThread = newThread;
  }

  /** Has threads walk a node's WAL where that is worth it. */
  readonly begin: WalkersAhead = (directory, plan, start) => {
    const end = endOfSegments(directory, plan, start);
    const jobs = this.#jobs ?? (end - start < LEAST_BYTES_WALKED ? 1 : availableParallelism());
    if (jobs === 1 || !this.#roots.every(isDirectory)) return null;
    const parts = cutIntoParts(start, end, partBytesFor(start, end, jobs));
    return new PartsAhead(parts, () => {
      const taken = new TakenParts(parts.length);
      taken.take(0);
      const order: WalkOrder = { roots: this.#roots, plan, parts, taken: taken.shared };
      const threads = Array.from({ length: Math.min(jobs, parts.length) - 1 }, () => this.#newThread(order));
      this.#threads.push(...threads);
      return new PartsFromBehind(taken, threads);
    });
  };

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

/**
 * Goes from part to part with the walk, and fetches what others have walked of each. They begin once the walk is
 * through with the first: where WAL ends sooner, as before segments that are kept to be used again, there is nothing
 * for them to do.
 */
class PartsAhead implements WalkAhead {
  readonly #parts: readonly WalkPart[];
  readonly #begin: () => PartsFromBehind<readonly WalkedRun[]>;
  #walked: PartsFromBehind<readonly WalkedRun[]> | null = null;
  #index = 0;

  constructor(parts: readonly WalkPart[], begin: () => PartsFromBehind<readonly WalkedRun[]>) {
    this.#parts = parts;
    this.#begin = begin;
  }

  get limit(): Lsn | null {
    return this.#parts[this.#index].until;
  }

  async pass(position: Lsn): Promise<readonly WalkedRun[]> {
    for (let { limit } = this; limit !== null && position >= limit; { limit } = this) this.#index++;
    this.#walked ??= this.#begin();
    try {
      return (await this.#walked.answerOf(this.#index)) ?? [];
    } catch {
      // what others could not walk is walked here, which has words for it if it cannot be walked at all
      return [];
    }
  }
}

function newWorker(data: WalkOrder): WalkThread {
  return new Worker(new URL('./walk-worker.js', import.meta.url), { workerData: data });
}

/**
 * Where the last segment ends in an unbroken run from a position on. Files of several timelines are not for several
 * threads: a walk does not go back to an older one, and who begins in the middle does not know where it was.
 */
function endOfSegments(directory: WalDirectory, { history }: WalkPlan, start: Lsn): Lsn {
  const segmentSize = directory.format?.segmentSize ?? 0;
  if (segmentSize === 0) return start;
  const first = segmentNumberOf(start, segmentSize);
  const timeline = directory.segmentOfHistory(history, first)?.timeline;
  let number = first;
  for (; ; number++) {
    const segment = directory.segmentOfHistory(history, number);
    if (segment === null) return segmentStart(number, segmentSize);
    if (segment.timeline !== timeline) return start;
  }
}

/** A tar file would have to be read through by each thread. */
function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
