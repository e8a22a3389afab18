import type { Worker } from 'node:worker_threads';
import type { DumpListener, DumpMessage } from './dump-joining.js';
import type { DumpPart } from './dump-part.js';
import type { PartTeller } from './parts-in-turn.js';

/** What a worker is told: a part to print, or a buffer of its own that is free again. */
export type DumpWorkerOrder =
  | { readonly kind: 'part'; readonly part: DumpPart }
  | { readonly kind: 'buffer'; readonly buffer: SharedArrayBuffer };

/** As much as is used of a worker thread that says such things. */
export interface ThreadOf<Message> extends Pick<Worker, 'postMessage' | 'terminate'> {
  on(event: 'message', listener: (message: Message) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** A worker thread, which prints the parts that it is given one after the other. */
export class PartWorker implements PartTeller {
  readonly #worker: ThreadOf<DumpMessage>;
  readonly #messages: DumpMessage[] = [];
  #wake: () => void = () => undefined;
  #failure: Error | null = null;

  /** @param worker - runs `dump-worker.ts` */
  constructor(worker: ThreadOf<DumpMessage>) {
    this.#worker = worker;
    worker.on('message', (message: DumpMessage) => {
      this.#messages.push(message);
      this.#wake();
    });
    worker.on('error', (error) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#wake();
    });
  }

  begin(part: DumpPart): void {
    this.#order({ kind: 'part', part });
  }

  async hear(listener: DumpListener): Promise<void> {
    let heard: ArrayBufferLike | null = null;
    for (;;) {
      const message = this.#messages.shift() ?? (await this.#nextMessage());
      await listener(message);
      // nobody needs the text before this message any more
      if (heard instanceof SharedArrayBuffer) this.#order({ kind: 'buffer', buffer: heard });
      heard = message.kind === 'text' ? message.text.buffer : null;
      if (message.kind === 'result') return;
    }
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

  #order(order: DumpWorkerOrder): void {
    this.#worker.postMessage(order);
  }
}
