import { parentPort, workerData } from 'node:worker_threads';
import type { DumpMessage } from './dump-joining.js';
import type { DumpPart } from './dump-part.js';
import type { DumpWorkerOrder } from './part-worker.js';
import { openPrinter } from './worker-printer.js';

// One of the threads of `pgwal dump`: prints the parts that it is sent, one after the other.

const port = parentPort;
if (port === null) throw new TypeError('this file is for worker threads');
const printer = openPrinter(workerData);

/**
 * Buffers that came back. Text that is new each time would not be collected soon enough. They are shared, not
 * transferred: once a thread has given away a single buffer, V8 compiles each access to any of its typed arrays with
 * a check whether that buffer is still there, and all that reads and prints takes nearly twice as long.
 */
const free: SharedArrayBuffer[] = [];

const say = (message: DumpMessage) => port.postMessage(message);

async function print(part: DumpPart): Promise<void> {
  const result = await (await printer).print(part, {
    limit: Number.POSITIVE_INFINITY,
    isInterrupted: () => false,
    reach: () => undefined,
    begin: async (first) => say({ kind: 'first', first }),
    text: sendText,
  });
  say({ kind: 'result', result });
}

async function sendText(text: Uint8Array): Promise<void> {
  const last = free.pop();
  const buffer =
    last !== undefined && last.byteLength >= text.length ? last : new SharedArrayBuffer(text.length * 2);
  const copy = new Uint8Array(buffer, 0, text.length);
  copy.set(text);
  say({ kind: 'text', text: copy });
}

let work: Promise<unknown> = printer;
port.on('message', (order: DumpWorkerOrder) => {
  if (order.kind === 'buffer') free.push(order.buffer);
  else work = work.then(() => print(order.part));
});
