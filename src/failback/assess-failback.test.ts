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

describe('a split on one timeline', () => {
  // the first lines in which pg_waldump of the two nodes differs:
  // rmgr: Heap len (rec/tot): 319/319, tx: 733, lsn: 0/00A32C70, desc: INSERT off 90 flags 0x00, …
  // rmgr: XLOG len (rec/tot): 114/114, tx:   0, lsn: 0/00A32C70, desc: CHECKPOINT_SHUTDOWN redo 0/A32C70; …
  it('shows the first record that differs, and who wrote what', async () => {
    const split = failoverFixtures().find(({ name }) => name === '15-same-timeline');
    const { compared } = await judge(split!);
    expect(compared.firstDifference).toMatchObject({
      lsn: 0xa32c70n,
      node: { resourceManager: 'Heap', description: 'INSERT off 90 flags 0x00', xid: 733, length: 319 },
      upstream: { resourceManager: 'XLOG', xid: 0, length: 114 },
    });
    expect(compared.reasons[0]).toMatchObject({
      code: 'same-timeline',
      message: expect.stringMatching(
        /differs is at 0\/A32C70; there the node wrote Heap\/INSERT off 90 .*the upstream XLOG\//,
      ),
    });
    expect(compared.blockers.map(({ code }) => code)).toContain('same-timeline');
  });
});

describe('twin promotions', () => {
  it('says where each was promoted, and why pg_rewind is not to be believed', async () => {
    const twins = failoverFixtures().find(({ name }) => name === '9.6-twin-promotions');
    const { compared } = await judge(twins!);
    // the switch points in the two history files
    expect(compared.reasons[0]).toMatchObject({
      code: 'twin-promotions',
      message: expect.stringMatching(/the node's at 0\/C39B08 and the upstream's at 0\/C00000/),
    });
    expect(compared.blockers[0].message).toMatch(/no rewind required.*must not be believed/);
  });
});
