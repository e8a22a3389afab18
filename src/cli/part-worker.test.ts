import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { DumpMessage } from './dump-joining.js';
import { type DumpWorkerOrder, PartWorker } from './part-worker.js';

/** Stands in for a thread: takes orders, and says what a test has it say. */
class Thread extends EventEmitter {
  readonly orders: DumpWorkerOrder[] = [];

  postMessage(order: DumpWorkerOrder): void {
    this.orders.push(order);
  }

  async terminate(): Promise<number> {
    return 0;
  }
}

function text(content: string): DumpMessage {
  const shared = new Uint8Array(new SharedArrayBuffer(content.length));
  shared.set(new TextEncoder().encode(content));
  return { kind: 'text', text: shared };
}

const result: DumpMessage = {
  kind: 'result',
  result: { next: null, end: null, printed: 1, statistics: null },
};

describe('PartWorker', () => {
  it('gives a buffer back once the next message was heard, and no earlier', async () => {
    const thread = new Thread();
    const worker = new PartWorker(thread);
    const messages = [{ kind: 'first' as const, first: 1n }, text('one'), text('two'), result];
    for (const message of messages) thread.emit('message', message);
    const free: number[] = [];
    await worker.hear(async () => {
      free.push(thread.orders.length);
    });
    expect(free).toEqual([0, 0, 0, 1]);
    const [one, two] = messages.slice(1, 3).map((message) => message.kind === 'text' && message.text.buffer);
    expect(thread.orders).toEqual([
      { kind: 'buffer', buffer: one },
      { kind: 'buffer', buffer: two },
    ]);
  });

  it('says why its thread died', async () => {
    const thread = new Thread();
    const heard = new PartWorker(thread).hear(async () => undefined);
    thread.emit('error', new Error('out of luck'));
    await expect(heard).rejects.toThrow('out of luck');
  });
});
