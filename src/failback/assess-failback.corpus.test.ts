import { describe, expect, it } from 'vitest';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { failover, judge, VERDICTS } from '../testing/failback.js';

const failovers = corpusFolders('failback').map(({ name, path }) => failover(name, path));

describe.skipIf(CORPUS === undefined)('the failovers of PGWAL_CORPUS', () => {
  it.each(failovers)('$name comes out as it is to, where pg_rewind says', async (staged) => {
    const { compared, uncompared } = await judge(staged);
    const expected = VERDICTS[staged.scenario];
    if (expected !== undefined) expect(compared.verdict).toBe(expected);
    if (!staged.truth.follows) {
      expect(compared.verdict).not.toBe('follow');
      expect(uncompared.verdict).not.toBe('follow');
    }
    if (staged.fork !== null) expect(compared.forkPoint).toEqual(staged.fork);
    if (staged.checkpoint !== null) expect(compared.lastCommonCheckpoint).toMatchObject(staged.checkpoint);
  });
});
