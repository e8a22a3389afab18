import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { DumpMessage } from './dump-joining.js';
import { PartsFromBehind, TakenParts } from './parts-from-behind.js';

const result: DumpMessage = {
  kind: 'result',
  result: { next: null, end: null, printed: 1, statistics: null },
};

describe('TakenParts', () => {
  it('gives each part to one only, whichever thread asks', () => {
    const here = new TakenParts(3);
    const there = new TakenParts(here.shared);
    expect([here.take(0), there.take(2), there.take(0), here.take(2), here.take(1)]).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });
});

describe('PartsFromBehind', () => {
  it('waits for what a worker says of the part that it has taken', async () => {
    const taken = new TakenParts(2);
    const worker = new EventEmitter();
    const { ahead } = new PartsFromBehind(taken, [worker]);
    new TakenParts(taken.shared).take(1);
    expect(ahead(0)).toBeNull();
    const heard: DumpMessage[] = [];
    const hearing = ahead(1)?.(async (message) => void heard.push(message));
    worker.emit('message', { index: 1, messages: [{ kind: 'first', first: 7n }, result] });
    await hearing;
    expect(heard).toEqual([{ kind: 'first', first: 7n }, result]);
  });

  it('says why a worker died', async () => {
    const taken = new TakenParts(1);
    const worker = new EventEmitter();
    const { ahead } = new PartsFromBehind(taken, [worker]);
    new TakenParts(taken.shared).take(0);
    const hearing = ahead(0)?.(async () => undefined);
    worker.emit('error', new Error('out of luck'));
    await expect(hearing).rejects.toThrow('out of luck');
  });
});
