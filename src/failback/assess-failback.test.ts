import { describe, expect, it } from 'vitest';
import { failoverFixtures, judge, VERDICTS } from '../testing/failback.js';

describe.each(failoverFixtures())('$name', (failover) => {
  const judged = judge(failover);

  it('comes out as it is to', async () => {
    expect((await judged).compared.verdict).toBe(VERDICTS[failover.scenario]);
  });

  it('is never told to follow where the real node did not', async () => {
    const { compared, uncompared } = await judged;
    if (!failover.truth.follows) {
      expect(compared.verdict).not.toBe('follow');
      expect(uncompared.verdict).not.toBe('follow');
    }
    if (compared.verdict === 'discard-wal') expect(failover.truth.followsAfterDiscard).toBe(true);
  });

  it('parts where pg_rewind says', async () => {
    const { forkPoint, lastCommonCheckpoint } = (await judged).compared;
    if (failover.fork !== null) expect(forkPoint).toEqual(failover.fork);
    if (failover.checkpoint !== null) expect(lastCommonCheckpoint).toMatchObject(failover.checkpoint);
  });
});

describe('the seed', () => {
  // what the server of 9.4 logged: "new timeline 2 forked off current database system timeline 1 before current
  // recovery point 0/4985838"; its history file says that the fork is at 0/308BBF8
  it('ends where its server says', async () => {
    const seed = failoverFixtures().find(({ name }) => name === 'seed');
    const { compared } = await judge(seed!);
    expect(compared.node.walEnd).toBe(0x4985838n);
    expect(compared.forkPoint).toEqual({ timeline: 1, lsn: 0x308bbf8n });
  });
});
