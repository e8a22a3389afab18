import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readEvidence, readEvidenceWith } from '../evidence/read-evidence.js';
import { directorySource } from '../source/directory.js';
import { failoverFixtures } from '../testing/failback.js';
import { WalReader } from '../wal/wal-reader.js';
import { TakenParts } from './parts-from-behind.js';
import { WalkThreads } from './walk-jobs.js';
import { type WalkOrder, walkParts } from './walk-order.js';

const nodes = failoverFixtures().map(({ name, path }) => ({ name, path: join(path, 'node') }));

/** Stands in for a thread: does what one does, in this thread. */
class Thread extends EventEmitter {
  isOver = false;

  constructor(order: WalkOrder) {
    super();
    walkParts(order, (answer) => this.emit('message', answer)).catch((error) => this.emit('error', error));
  }

  async terminate(): Promise<number> {
    this.isOver = true;
    return 0;
  }
}

async function read(path: string, threads: WalkThreads) {
  return readEvidenceWith(await directorySource(path), {}, threads.begin).finally(() => threads.end());
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('WalkThreads', () => {
  it.each(nodes)('finds the same evidence with three threads: $name', async ({ path }) => {
    const expected = await readEvidence(await directorySource(path));
    const threads = new WalkThreads([path], 3, (order) => new Thread(order));
    expect(await read(path, threads)).toEqual(expected);
  });

  it('does not walk again what others have walked', async () => {
    const skip = vi.spyOn(WalReader.prototype, 'skip');
    const [{ path }] = nodes.filter(({ name }) => name === '15-long-crash-level');
    const begun: Thread[] = [];
    const threads = new WalkThreads([path], 2, (order) => {
      // one that is there before this thread has taken any more
      new Int32Array(order.taken).fill(1);
      const thread = new Thread({ ...order, taken: new TakenParts(order.parts.length).shared });
      begun.push(thread);
      return thread;
    });
    await read(path, threads);
    expect(begun.map(({ isOver }) => isOver)).toEqual([true]);
    expect(await Promise.all(skip.mock.results.map(({ value }) => value))).toContain(true);
  });

  it('walks by itself where a thread dies', async () => {
    const [{ path }] = nodes.filter(({ name }) => name === '15-long-crash-level');
    const threads = new WalkThreads([path], 2, ({ taken }) => {
      new Int32Array(taken).fill(1);
      const thread = new EventEmitter();
      setImmediate(() => thread.emit('error', new Error('out of luck')));
      return Object.assign(thread, { terminate: async () => 0 });
    });
    expect(await read(path, threads)).toEqual(await readEvidence(await directorySource(path)));
  });

  it('begins none for little WAL', async () => {
    const [{ path }] = nodes;
    const threads = new WalkThreads([path], null, () => {
      throw new Error('not worth it');
    });
    expect((await read(path, threads)).wal).not.toBeNull();
  });
});
