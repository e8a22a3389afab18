import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WalkAhead, WalkersAhead, WalkPart, WalkPlan } from '../evidence/walk-ahead.js';
import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import type { WalDirectory } from '../wal/wal-directory.js';
import type { WalkedRun } from '../wal/walked-run.js';
import type { ThreadOf } from './part-worker.js';
import { type PartAnswer, PartsFromBehind, TakenParts } from './parts-from-behind.js';
import type { WalkWorkerData } from './walk-worker.js';

/** Less is walked sooner than a thread has started and its code is compiled. */
const LEAST_BYTES = 256 * 1024 * 1024;
/** So many that threads meet soon, and so few that to begin each takes no time. */
const PARTS_PER_THREAD = 32;
const SMALLEST_PART = 4 * 1024 * 1024;

/** A thread that walks. */
export type WalkThread = Pick<ThreadOf<PartAnswer<readonly WalkedRun[]>>, 'on' | 'terminate'>;

/** The threads that walk a node's WAL ahead, started once there is enough for them to do. */
export class WalkThreads {
  readonly #roots: readonly string[];
  readonly #jobs: number;
  readonly #leastBytes: number;
  readonly #newThread: (data: WalkWorkerData) => WalkThread;
  readonly #threads: WalkThread[] = [];

  /**
   * @param roots - where the node's files are, and its archive if there is one
   * @param jobs - how many threads, this one among them
   */
  constructor(
    roots: readonly string[],
    jobs = availableParallelism(),
    leastBytes = LEAST_BYTES,
    newThread: (data: WalkWorkerData) => WalkThread = newWorker,
  ) {
    this.#roots = roots;
    this.#jobs = jobs;
    this.#leastBytes = leastBytes;
    this.#newThread = newThread;
  }

  /** Has threads walk a node's WAL where that is worth it. */
  readonly begin: WalkersAhead = (directory, plan, start) => {
    if (this.#jobs === 1 || !this.#roots.every(isDirectory)) return null;
    const end = endOfSegments(directory, plan, start);
    if (end - start < this.#leastBytes) return null;
    const parts = partsOf(start, end, this.#jobs);
    const taken = new TakenParts(parts.length);
    // the walk itself begins with the first
    taken.take(0);
    const data: WalkWorkerData = { roots: this.#roots, plan, parts, taken: taken.shared };
    const threads = Array.from({ length: this.#jobs - 1 }, () => this.#newThread(data));
    this.#threads.push(...threads);
    return new PartsAhead(parts, new PartsFromBehind(taken, threads));
  };

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

/** Goes from part to part with the walk, and fetches what others have walked of each. */
class PartsAhead implements WalkAhead {
  readonly #parts: readonly WalkPart[];
  readonly #walked: PartsFromBehind<readonly WalkedRun[]>;
  #index = 0;

  constructor(parts: readonly WalkPart[], walked: PartsFromBehind<readonly WalkedRun[]>) {
    this.#parts = parts;
    this.#walked = walked;
  }

  get limit(): Lsn | null {
    return this.#parts[this.#index].until;
  }

  async pass(position: Lsn): Promise<readonly WalkedRun[]> {
    for (let { limit } = this; limit !== null && position >= limit; { limit } = this) this.#index++;
    try {
      return (await this.#walked.answerOf(this.#index)) ?? [];
    } catch {
      // what others could not walk is walked here, which has words for it if it cannot be walked at all
      return [];
    }
  }
}

function newWorker(data: WalkWorkerData): WalkThread {
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

function partsOf(start: Lsn, end: Lsn, jobs: number): WalkPart[] {
  const share = Number(end - start) / (jobs * PARTS_PER_THREAD);
  const size = BigInt(Math.ceil(share / SMALLEST_PART) * SMALLEST_PART);
  const parts: WalkPart[] = [];
  let from = start;
  for (let until = (start / size + 1n) * size; until < end; until += size) {
    parts.push({ start: from, until });
    from = until;
  }
  parts.push({ start: from, until: null });
  return parts;
}

/** A tar file would have to be read through by each thread. */
function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
