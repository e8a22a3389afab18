import type { DumpMessage, HearPart } from './dump-joining.js';
import type { DumpPart, PartPrinter } from './dump-part.js';
import type { ThreadOf } from './part-worker.js';

/** All that a worker says of a part of which nothing is printed. */
export interface CountedPart {
  readonly index: number;
  readonly messages: readonly DumpMessage[];
}

/**
 * Which parts somebody has taken, known to all threads: this one takes them from the first on, workers from the last
 * on. So none of them waits for another before they meet, however late a worker starts and however slow it is.
 */
export class TakenParts {
  readonly #marks: Int32Array;

  /** @param shared - as another thread's has it; for so many parts of which none is taken, their number */
  constructor(shared: SharedArrayBuffer | number) {
    const bytes = typeof shared === 'number' ? shared * Int32Array.BYTES_PER_ELEMENT : 0;
    this.#marks = new Int32Array(typeof shared === 'number' ? new SharedArrayBuffer(bytes) : shared);
  }

  /** To be sent to another thread. */
  get shared(): SharedArrayBuffer {
    if (this.#marks.buffer instanceof SharedArrayBuffer) return this.#marks.buffer;
    throw new TypeError('parts are marked in shared memory');
  }

  /** Takes a part. False where somebody has it. */
  take(index: number): boolean {
    return Atomics.exchange(this.#marks, index, 1) === 0;
  }
}

/**
 * Counts parts that nobody has taken, from the last on.
 *
 * @param tell - is told what there is to say of each
 */
export async function countFromBehind(
  parts: readonly DumpPart[],
  taken: TakenParts,
  printer: PartPrinter,
  tell: (counted: CountedPart) => void,
): Promise<void> {
  for (let index = parts.length - 1; index >= 0; index--) {
    if (taken.take(index)) tell({ index, messages: await count(parts[index], printer) });
  }
}

async function count(part: DumpPart, printer: PartPrinter): Promise<DumpMessage[]> {
  const messages: DumpMessage[] = [];
  const result = await printer.print(part, {
    limit: Number.POSITIVE_INFINITY,
    isInterrupted: () => false,
    reach: () => undefined,
    begin: async (first) => void messages.push({ kind: 'first', first }),
    text: async () => undefined,
  });
  messages.push({ kind: 'result', result });
  return messages;
}

/** Hears of the parts that workers have taken. */
export class PartsFromBehind {
  readonly #taken: TakenParts;
  readonly #counted = new Map<number, readonly DumpMessage[]>();
  #failure: Error | null = null;
  #wake: () => void = () => undefined;

  /** @param workers - run `count-worker.ts` */
  constructor(taken: TakenParts, workers: readonly Pick<ThreadOf<CountedPart>, 'on'>[]) {
    this.#taken = taken;
    for (const worker of workers) {
      worker.on('message', ({ index, messages }) => {
        this.#counted.set(index, messages);
        this.#wake();
      });
      worker.on('error', (error) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        this.#wake();
      });
    }
  }

  /** What is said of a part elsewhere; null where it has now been taken for this thread. */
  readonly ahead = (index: number): HearPart | null => {
    if (this.#taken.take(index)) return null;
    return async (listener) => {
      for (const message of await this.#messagesOf(index)) await listener(message);
    };
  };

  async #messagesOf(index: number): Promise<readonly DumpMessage[]> {
    for (;;) {
      const messages = this.#counted.get(index);
      if (messages !== undefined) {
        this.#counted.delete(index);
        return messages;
      }
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
