import type { Worker } from 'node:worker_threads';
import type { ScanAnswer, ScanOrder } from './scan-order.js';

/** As much as is used of a worker thread. */
export interface ScanThread extends Pick<Worker, 'postMessage' | 'terminate'> {
  on(event: 'message', listener: (answer: ScanAnswer) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

interface Waiting {
  readonly resolve: (answer: ScanAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker thread, which answers orders one after the other. */
export class ScanWorker {
  readonly #thread: ScanThread;
  readonly #waiting: Waiting[] = [];
  #failure: { readonly error: unknown } | null = null;

  /** @param thread - runs `audit-worker.ts` */
  constructor(thread: ScanThread) {
    this.#thread = thread;
    thread.on('message', (answer) => this.#waiting.shift()?.resolve(answer));
    thread.on('error', (error) => {
      this.#failure = { error };
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  /** How many orders it has not answered yet. */
  get load(): number {
    return this.#waiting.length;
  }

  order(order: ScanOrder): Promise<ScanAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure.error);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#thread.postMessage(order);
    });
  }

  async end(): Promise<void> {
    await this.#thread.terminate();
  }
}
