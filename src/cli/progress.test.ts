import { describe, expect, it } from 'vitest';
import { memorySource } from '../source/memory.js';
import { Progress, watched } from './progress.js';

describe('Progress', () => {
  it('tells segments, bytes and rate, and the time left where the end is known', () => {
    const progress = new Progress(() => false);
    progress.total = 400_000_000;
    progress.enter('000000010000000000000001');
    progress.read(60_000_000);
    progress.enter('000000010000000000000002');
    progress.read(40_000_000);
    expect(progress.text(2000)).toBe('000000010000000000000002  2 segments  100 MB  50 MB/s  25 %  6 s left');
  });

  it('tells no time left where the end is not known', () => {
    const progress = new Progress(() => false);
    progress.read(5_000_000);
    expect(progress.text(1000)).toBe('0 segments  5 MB  5 MB/s');
  });
});

describe('watched', () => {
  it('counts what is read of segments, under whatever names they have, and of nothing else', async () => {
    const bytes = new Uint8Array(1000);
    const progress = new Progress(() => false);
    const source = watched(
      memorySource({
        'pg_wal/000000010000000000000001': bytes,
        'archive/000000010000000000000002.partial': bytes,
        'global/pg_control': bytes,
      }),
      progress,
    );
    for (const path of [
      'pg_wal/000000010000000000000001',
      'archive/000000010000000000000002.partial',
      'global/pg_control',
    ]) {
      const file = await source.open(path);
      await file?.read(new Uint8Array(600), 0);
      await file?.read(new Uint8Array(600), 600);
    }
    expect(progress.text(1)).toBe('000000010000000000000002  2 segments  0 MB  2 MB/s');
  });
});
