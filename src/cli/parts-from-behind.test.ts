import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { PartsFromBehind, TakenParts, takeFromBehind } from './parts-from-behind.js';

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
    const parts = new PartsFromBehind<string>(taken, [worker]);
    new TakenParts(taken.shared).take(1);
    expect(parts.answerOf(0)).toBeNull();
    const answer = parts.answerOf(1);
    worker.emit('message', { index: 1, answer: 'done' });
    expect(await answer).toBe('done');
  });

  it('says why a worker died', async () => {
    const taken = new TakenParts(1);
    const worker = new EventEmitter();
    const parts = new PartsFromBehind<string>(taken, [worker]);
    new TakenParts(taken.shared).take(0);
    const answer = parts.answerOf(0);
    worker.emit('error', new Error('out of luck'));
    await expect(answer).rejects.toThrow('out of luck');
  });
});

describe('takeFromBehind', () => {
  it('takes what nobody has, from the last part on', async () => {
    const taken = new TakenParts(4);
    taken.take(2);
    const told: unknown[] = [];
    await takeFromBehind(
      4,
      taken,
      async (index) => index * index,
      (answer) => told.push(answer),
    );
    expect(told).toEqual([3, 1, 0].map((index) => ({ index, answer: index * index })));
  });
});
