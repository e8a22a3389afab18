import { describe, expect, it } from 'vitest';
import { parseBackupLabel } from '../backup/backup-label.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import { evidenceOf, failoverFixtures } from '../testing/failback.js';
import { asLogged, knowable, startLogOf } from '../testing/start-log.js';
import { historyWithoutParents, parseTimelineHistory } from '../timeline/history.js';
import { type MajorVersion, versionOfMajor } from '../version.js';
import { predictMessages } from './predicted-messages.js';

describe.each(failoverFixtures())('$name', ({ path }) => {
  it('logs what it is foretold to', async () => {
    const { node, upstream, comparison } = await evidenceOf({ path });
    const predicted = predictMessages(node, upstream, comparison).filter(({ server }) => server === 'node');
    expect(predicted.map(asLogged)).toEqual(knowable(startLogOf(path), predicted));
  });
});

// The cases below have no log at hand. Their wording and their order are those of the source: xlog.c, xlogrecovery.c,
// walreceiver.c and walsender.c of the version named.

type Change = (node: NodeEvidence) => NodeEvidence;
const same: Change = (node) => node;

async function foretold(
  name: string,
  { node: ofNode = same, upstream: ofUpstream = same }: { node?: Change; upstream?: Change },
) {
  const failover = failoverFixtures().find((fixture) => fixture.name === name);
  if (failover === undefined) throw new Error(`no fixture ${name}`);
  const { node, upstream, comparison } = await evidenceOf(failover);
  const messages = predictMessages(ofNode(node), ofUpstream(upstream), comparison);
  return messages.map((message) => `${message.server} ${asLogged(message)}`);
}

const withVersion =
  (major: MajorVersion): Change =>
  (node) => ({ ...node, version: versionOfMajor(major) });

const endingAt =
  (lsn: bigint, change: Partial<NonNullable<NodeEvidence['wal']>['end']> = {}): Change =>
  (node) => ({ ...node, wal: node.wal && { ...node.wal, end: { ...node.wal.end, lsn, ...change } } });

describe('with the new history file at hand', () => {
  const history: Change = (node) => ({
    ...node,
    newerHistories: [parseTimelineHistory(2, '1\t0/A8CB10')],
  });

  it.each([
    ['17', 'Latest checkpoint is at 0/B03608 on timeline 1'],
    ['18', 'Latest checkpoint in file "pg_control" is at 0/B03608 on timeline 1'],
  ] as const)('%s refuses a checkpoint from past the fork', async (major, detail) => {
    const messages = await foretold('17-diverged-clean', {
      node: (node) => withVersion(major)(history(node)),
    });
    expect(messages).toEqual([
      'node LOG: entering standby mode',
      "node FATAL: requested timeline 2 is not a child of this server's history\n" +
        `DETAIL: ${detail}, but in the history of the requested timeline, the server forked off from that timeline at 0/A8CB10.`,
    ]);
  });

  it('refuses a minimum recovery point from past the fork', async () => {
    const messages = await foretold('15-surplus-wal', {
      node: (node) => ({
        ...node,
        control: node.control && { ...node.control, minRecoveryPoint: 0xc56320n },
        newerHistories: [parseTimelineHistory(2, '1\t0/C39A98')],
      }),
    });
    expect(messages).toEqual([
      'node LOG: entering standby mode',
      'node FATAL: requested timeline 2 does not contain minimum recovery point 0/C56320 on timeline 1',
    ]);
  });

  it('follows without a word about a new target, as it has it from the start', async () => {
    const messages = await foretold('9.6-switchover', {
      node: (node) => ({ ...node, newerHistories: [parseTimelineHistory(2, '1\t0/A4EDB0')] }),
    });
    expect(messages.join('\n')).not.toMatch(/fetching|new target/);
    expect(messages).toContain('node LOG: started streaming WAL from primary at 0/A00000 on timeline 2');
  });
});

describe('on one timeline', () => {
  const onTheOld: Change = (upstream) => ({ ...upstream, timeline: 1, history: historyWithoutParents(1) });

  it('is refused WAL from a segment that the upstream has not begun', async () => {
    const messages = await foretold('17-diverged-clean', {
      upstream: (upstream) => endingAt(0xa8cb10n)(onTheOld(upstream)),
    });
    expect(messages.slice(-4)).toEqual([
      'node LOG: started streaming WAL from primary at 0/B00000 on timeline 1',
      'upstream ERROR: requested starting point 0/B00000 is ahead of the WAL flush position of this server 0/A8CB10',
      'node FATAL: could not receive data from WAL stream: ERROR:  requested starting point 0/B00000 is ahead of the WAL flush position of this server 0/A8CB10',
      'node LOG: waiting for WAL to become available at 0/B02000',
    ]);
  });

  it('hears nothing of being ahead within one segment', async () => {
    const messages = await foretold('15-diverged', {
      upstream: (upstream) => endingAt(0xa8cb00n)(onTheOld(upstream)),
    });
    expect(messages.at(-1)).toBe('node LOG: started streaming WAL from primary at 0/A00000 on timeline 1');
    expect(messages).toContain('node LOG: invalid record length at 0/AB63C0: wanted 24, got 0');
  });
});

describe('where the upstream has removed the segment', () => {
  it('says so on both sides', async () => {
    const messages = await foretold('15-ahead-standby', {
      node: endingAt(0xb50000n),
      upstream: (upstream) => ({ ...upstream, segments: [{ timeline: 2, first: 12, last: 14 }] }),
    });
    expect(messages.slice(-4)).toEqual([
      'node LOG: started streaming WAL from primary at 0/B00000 on timeline 1',
      'upstream ERROR: requested WAL segment 00000001000000000000000B has already been removed',
      'node FATAL: could not receive data from WAL stream: ERROR:  requested WAL segment 00000001000000000000000B has already been removed',
      'node LOG: waiting for WAL to become available at 0/B02000',
    ]);
  });
});

describe('a page that is not there', () => {
  const torn = endingAt(0xaffff8n, {
    code: 'recycled-segment',
    message: 'unexpected pageaddr 0/900000 in log segment 00000001000000000000000B, offset 0',
    file: '00000001000000000000000B',
  });

  it.each([
    // 9.3 asks by the record's beginning and complains; up to 14 the server tries elsewhere without a word
    ['9.3', '0/A00000', true],
    ['9.4', '0/B00000', false],
    ['14', '0/B00000', false],
    ['15', '0/B00000', true],
  ] as const)('is asked for by %s from %s on', async (major, start, isSaid) => {
    const messages = await foretold('15-diverged', {
      node: (node) => withVersion(major)(torn(node)),
      upstream: (upstream) => ({ ...upstream, history: parseTimelineHistory(2, '1\t0/C00000') }),
    });
    expect(messages).toContain(`node LOG: started streaming WAL from primary at ${start} on timeline 1`);
    expect(messages.some((message) => message.includes('unexpected pageaddr'))).toBe(isSaid);
  });

  it('is not complained of where its file is missing', async () => {
    const messages = await foretold('15-diverged', {
      node: endingAt(0xb00000n, { code: 'missing-segment', file: '00000001000000000000000B', message: 'x' }),
    });
    expect(messages.some((message) => message.includes(' x'))).toBe(false);
    expect(messages.at(-1)).toBe('node LOG: waiting for WAL to become available at 0/B00018');
  });
});

describe('a node that may not cross a fork', () => {
  it('stays on its timeline', async () => {
    const messages = await foretold('9.6-switchover', {
      node: (node) => ({
        ...node,
        configuration: {
          server: [],
          isWhole: true,
          recoveryConf: [{ name: 'standby_mode', value: 'on', file: 'recovery.conf', line: 1 }],
          recoveryDone: null,
          hasStandbySignal: false,
          hasRecoverySignal: false,
        },
      }),
    });
    expect(messages.slice(-3)).toEqual([
      'node LOG: started streaming WAL from primary at 0/A00000 on timeline 1',
      'node LOG: replication terminated by primary server\nDETAIL: End of WAL reached on timeline 1 at 0/A4EDB0.',
      'node LOG: restarted WAL streaming at 0/A00000 on timeline 1',
    ]);
  });
});

describe('what cannot be foretold', () => {
  it.each([
    ['a node without a control file', (node: NodeEvidence) => ({ ...node, control: null })],
    ['a node without WAL', (node: NodeEvidence) => ({ ...node, wal: null })],
    ['a node of no known history', (node: NodeEvidence) => ({ ...node, history: null })],
    [
      'a base backup',
      (node: NodeEvidence) => ({
        ...node,
        backupLabel: { ...parseBackupLabel(''), startWalLocation: 1n, method: 'streamed', from: 'primary' },
      }),
    ],
  ])('is %s', async (_, node) => expect(await foretold('15-diverged', { node })).toEqual([]));

  it('is not more than the node would log alone, where the upstream is not known', async () => {
    const nothing = { systemIdentifier: null, timeline: null, history: null };
    const messages = await foretold('15-diverged', { upstream: (upstream) => ({ ...upstream, ...nothing }) });
    expect(messages.at(-1)).toBe('node LOG: consistent recovery state reached at 0/AB63C0');
  });

  it('takes no time where a timeline has a number without end', async () => {
    const messages = await foretold('15-diverged', {
      upstream: (upstream) => ({
        ...upstream,
        timeline: 0xffffffff,
        history: parseTimelineHistory(0xffffffff, '1\t0/A8CB00'),
      }),
    });
    expect(messages.filter((message) => message.includes('fetching')).length).toBeLessThan(200);
  });
});
