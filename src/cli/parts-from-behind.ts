import type { ThreadOf } from './part-worker.js';

/** What a worker says of a part that it has taken. */
export interface PartAnswer<Answer> {
  readonly index: number;
  readonly answer: Answer;
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
 * Does what is to be done with so many parts, as far as nobody has taken them, from the last on.
 *
 * @param tell - is told what came of each
 */
export async function takeFromBehind<Answer>(
  count: number,
  taken: TakenParts,
  work: (index: number) => Promise<Answer>,
  tell: (answer: PartAnswer<Answer>) => void,
): Promise<void> {
  for (let index = count - 1; index >= 0; index--) {
    if (taken.take(index)) tell({ index, answer: await work(index) });
  }
}

/** Hears of the parts that workers have taken. */
export class PartsFromBehind<Answer> {
  readonly #taken: TakenParts;
  readonly #answers = new Map<number, Answer>();
  #failure: Error | null = null;
  #wake: () => void = () => undefined;

  /** @param workers - run {@link takeFromBehind} */
  constructor(taken: TakenParts, workers: readonly Pick<ThreadOf<PartAnswer<Answer>>, 'on'>[]) {
    this.#taken = taken;
    for (const worker of workers) {
      worker.on('message', ({ index, answer }) => {
        this.#answers.set(index, answer);
        this.#wake();
      });
      worker.on('error', (error) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        this.#wake();
      });
    }
  }

  /** What a worker says of a part; null where it has now been taken for this thread. */
  answerOf(index: number): Promise<Answer> | null {
    return this.#taken.take(index) ? null : this.#wait(index);
  }

  async #wait(index: number): Promise<Answer> {
    for (;;) {
      const answer = this.#answers.get(index);
      if (answer !== undefined) {
        this.#answers.delete(index);
        return answer;
      }
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
