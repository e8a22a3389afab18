import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { failover, judge, runFileSteps, unpackFailover } from '../testing/failback.js';

const scratch = mkdtempSync(join(tmpdir(), 'pg-wal-discard-corpus-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const surplus = corpusFolders('failback')
  .filter(({ name }) => name.includes('surplus-wal'))
  .map(({ name, path }) => failover(name, path));

describe.skipIf(CORPUS === undefined)('surplus WAL in the failovers of PGWAL_CORPUS', () => {
  it.each(surplus)('$name follows once its steps were taken on a copy', async (staged) => {
    const copy = unpackFailover(staged, join(scratch, staged.name));
    const { compared } = await judge(copy);
    expect(compared.verdict).toBe('discard-wal');
    expect(staged.truth.followsAfterDiscard).toBe(true);
    expect(runFileSteps(compared.steps, join(copy.path, 'node'))).toBeGreaterThan(0);
    expect((await judge(copy)).compared.verdict).toBe('follow');
  });
});
