import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Lsn } from '../lsn.js';
import type { DumpArguments, DumpOptions } from './dump-options.js';
import type { DumpPart, DumpPartResult } from './dump-part.js';
import type { DumpRange } from './dump-range.js';

/** What a worker is told once. */
export interface DumpWorkerData {
  readonly files: readonly string[];
  readonly given: DumpArguments;
  /** What relations are called, as a file of names; null where that is not asked for. */
  readonly names: string | null;
}

/** What a worker is told then: a part to print, or a buffer of its own that is free again. */
export type DumpWorkerOrder =
  | { readonly kind: 'part'; readonly part: DumpPart }
  | { readonly kind: 'buffer'; readonly buffer: ArrayBuffer };

/** What is said of a part: where its first record begins, what it prints, and what became of it. */
export type DumpMessage =
  | { readonly kind: 'first'; readonly first: Lsn }
  | { readonly kind: 'text'; readonly text: Uint8Array }
  | { readonly kind: 'result'; readonly result: DumpPartResult };

/** Takes what is said of parts. Text stays as it is until the next call. */
export type DumpListener = (message: DumpMessage) => Promise<void>;

/** Less is done sooner than a thread has started and its code is compiled: of WAL to print, and to walk only. */
const LEAST_BYTES_PRINTED = 64 * 1024 * 1024;
const LEAST_BYTES_WALKED = 256 * 1024 * 1024;
/** What a thread prints before its turn waits in memory. */
const PART_BYTES = 4 * 1024 * 1024;

/** How many threads are to print a range; 1 where more are not worth it, or where parts depend on each other. */
export function jobsFor(range: DumpRange, options: DumpOptions): number {
  const isOneWalk = options.follow || options.limit !== Number.POSITIVE_INFINITY;
  if (isOneWalk) return 1;
  const isPrinted = !options.quiet && options.statistics === 'none';
  const least = isPrinted ? LEAST_BYTES_PRINTED : LEAST_BYTES_WALKED;
  return options.jobs ?? (range.last - range.start < least ? 1 : availableParallelism());
}

/** Cuts a range into parts: a page's header tells where the first record on it begins. */
export function partsOf(range: DumpRange): DumpPart[] {
  const size = BigInt(PART_BYTES);
  const parts: DumpPart[] = [];
  let start = range.start;
  for (let until = (start / size + 1n) * size; until < range.last; until += size) {
    parts.push({ start, exact: false, until });
    start = until;
  }
  parts.push({ start, exact: false, until: null });
  return parts;
}

/** Prints a part in this thread. */
export type OwnPrinter = (part: DumpPart, listener: DumpListener) => Promise<void>;

/**
 * Prints parts in several threads, this one among them, and says what one walk would have said: in order, up to
 * where WAL ends.
 */
export async function dumpInThreads(
  parts: readonly DumpPart[],
  jobs: number,
  data: DumpWorkerData,
  printHere: OwnPrinter,
  listener: DumpListener,
): Promise<void> {
  const workers = Array.from({ length: Math.min(jobs, parts.length) - 1 }, () => new PartWorker(data));
  // every so many parts it is this thread's turn
  const workerOf = (index: number) => workers[(index % jobs) - 1] ?? null;
  try {
    let begun = 0;
    const beginUpTo = (index: number) => {
      for (; begun <= index && begun < parts.length; begun++) workerOf(begun)?.begin(parts[begun]);
    };
    let expected: Lsn | null = null;
    for (const [index, part] of parts.entries()) {
      beginUpTo(index + jobs);
      const worker = workerOf(index);
      const turn: Turn = new Turn(part, expected, listener);
      if (worker !== null) await worker.hear(turn.hear);
      else if (!turn.isPassedOver) await printHere(part, turn.hear);
      if (!turn.isOver && expected !== null) {
        await printHere({ ...part, start: expected, exact: true }, turn.hearAgain);
      }
      if (turn.next === null) return;
      expected = turn.next;
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/**
 * One part's turn to speak. What it says counts if it begins with the record that the part before it came to.
 * Where it does not, because it began in what a segment switch left unused, say, it is printed again from that
 * record on.
 */
class Turn {
  /** Where the first record of the next part begins, or null where WAL ended. */
  next: Lsn | null;
  /** Whether all was said. */
  isOver: boolean;
  /** Whether the part before it has passed over all of this one, with a long record or a segment switch. */
  readonly isPassedOver: boolean;
  readonly #expected: Lsn | null;
  readonly #listener: DumpListener;
  #isJoined: boolean;

  constructor({ until }: DumpPart, expected: Lsn | null, listener: DumpListener) {
    this.#expected = expected;
    this.#listener = listener;
    this.#isJoined = expected === null;
    this.isPassedOver = expected !== null && until !== null && expected >= until;
    this.isOver = this.isPassedOver;
    this.next = expected;
  }

  readonly hear: DumpListener = async (message) => {
    if (this.isPassedOver) return;
    if (message.kind === 'first' && message.first === this.#expected) this.#isJoined = true;
    if (this.#isJoined) await this.hearAgain(message);
  };

  readonly hearAgain: DumpListener = async (message) => {
    await this.#listener(message);
    if (message.kind !== 'result') return;
    this.next = message.result.next;
    this.isOver = true;
  };
}

/** A worker thread, which prints the parts that it is given one after the other. */
class PartWorker {
  readonly #worker: Worker;
  readonly #messages: DumpMessage[] = [];
  #wake: () => void = () => undefined;
  #failure: Error | null = null;

  constructor(data: DumpWorkerData) {
    this.#worker = new Worker(new URL('./dump-worker.js', import.meta.url), { workerData: data });
    this.#worker.on('message', (message: DumpMessage) => {
      this.#messages.push(message);
      this.#wake();
    });
    this.#worker.on('error', (error) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#wake();
    });
  }

  /** Has it print a part; what it says waits to be heard. */
  begin(part: DumpPart): void {
    this.#order({ kind: 'part', part });
  }

  /** Hands on what it says of the next part, to the end. */
  async hear(listener: DumpListener): Promise<void> {
    let heard: ArrayBufferLike | null = null;
    for (;;) {
      const message = this.#messages.shift() ?? (await this.#nextMessage());
      await listener(message);
      // by now the text before this one is written
      if (heard instanceof ArrayBuffer) this.#order({ kind: 'buffer', buffer: heard }, [heard]);
      heard = message.kind === 'text' ? message.text.buffer : null;
      if (message.kind === 'result') return;
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  async #nextMessage(): Promise<DumpMessage> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #order(order: DumpWorkerOrder, buffers: ArrayBuffer[] = []): void {
    this.#worker.postMessage(order, buffers);
  }
}
