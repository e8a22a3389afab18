import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noEvidence } from '../evidence/node-evidence.js';
import { readServerLog, type ServerLogEvidence } from '../evidence/server-log.js';
import { parseLsn } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import { OLD_PRIMARY_LOGS } from '../testing/article-logs.js';
import { evidenceOf, failoverFixtures } from '../testing/failback.js';
import { assessFailback } from './assess-failback.js';
import type { VerdictKind } from './verdict.js';

const logOf = (text: string, name = 'postgresql.log') =>
  readServerLog(memorySource({ [name]: new TextEncoder().encode(text) }));

/** A verdict on logs alone. */
const onLogs = (nodeLog: ServerLogEvidence | null, upstreamLog: ServerLogEvidence | null = null) =>
  assessFailback(noEvidence('the node'), noEvidence('the upstream'), null, { nodeLog, upstreamLog });

async function withLogs(name: string, texts: { node?: string; upstream?: string }) {
  const failover = failoverFixtures().find((fixture) => fixture.name === name);
  if (failover === undefined) throw new Error(`no fixture ${name}`);
  const { node, upstream, comparison } = await evidenceOf(failover);
  return assessFailback(node, upstream, comparison, {
    nodeLog: texts.node === undefined ? null : await logOf(texts.node),
    upstreamLog: texts.upstream === undefined ? null : await logOf(texts.upstream),
  });
}

describe('a verdict on what the article shows of its old primaries', () => {
  it.each([
    ['first', '0/36000090', '0/52438570', '0/45AD5F80'],
    ['second', '0/74BAF018', '0/89217048', '0/82603A30'],
  ] as const)('is not follow for the %s', async (which, redo, end, fork) => {
    const verdict = onLogs(await logOf(OLD_PRIMARY_LOGS[which]));
    expect(verdict.verdict).toBe('undetermined');
    expect(verdict.forkPoint).toEqual({ timeline: 1, lsn: parseLsn(fork) });
    expect(verdict.node).toMatchObject({
      timeline: 1,
      redo: parseLsn(redo),
      walEnd: parseLsn(end),
      walEndReason: 'zeroed-tail',
    });
    expect(verdict.fromServerLog).toEqual(['forkPoint', 'node.redo', 'node.walEnd', 'node.timeline']);
    const [first] = verdict.reasons;
    expect(first?.code).toBe('server-log-past-fork');
    expect(first?.message).toContain(`${parseLsn(end) - parseLsn(fork)} bytes past the fork point ${fork}`);
    expect(verdict.reasons.map(({ code }) => code)).toContain('server-log-refused');
    expect(verdict.missing).toContain('global/pg_control of the node');
  });
});

describe.each(failoverFixtures())('the log of $name', ({ path, truth }) => {
  const text = readFileSync(`${path}/node-start.log`, 'utf8');

  it('alone never says follow, and names the fork point where the log does', async () => {
    const verdict = onLogs(await logOf(text));
    expect(verdict.verdict).toBe('undetermined');
    const fork = Array.from(
      text.matchAll(/(?:forked from timeline|reached on timeline) \d+ at ([0-9A-F/]+)\./g),
    ).at(-1);
    expect(verdict.forkPoint?.lsn ?? null).toBe(fork === undefined ? null : parseLsn(fork[1] ?? ''));
  });

  it('makes no verdict less cautious', async () => {
    const { node, upstream, comparison } = await evidenceOf({ path });
    const without = assessFailback(node, upstream, comparison).verdict;
    const { verdict } = assessFailback(node, upstream, comparison, { nodeLog: await logOf(text) });
    expect(verdict === without || verdict === 'undetermined').toBe(true);
    if (!truth.follows) expect(['follow', 'discard-wal']).not.toContain(verdict);
  });
});

describe('a verdict held against logs', () => {
  const START = 'LOG:  database system was shut down at 2026-11-23 07:32:15 UTC\n';

  it('stands where the log agrees', async () => {
    // the fork is at 0/A4EDB0, and there the node's WAL ends
    const node = `${START}LOG:  consistent recovery state reached at 0/A4EDB0\nLOG:  invalid record length at 0/A4EDB0: wanted 24, got 0\n`;
    const verdict = await withLogs('9.6-switchover', {
      node,
      upstream: 'LOG:  selected new timeline ID: 2\n',
    });
    expect(verdict.verdict).toBe('follow');
    expect(verdict.fromServerLog).toEqual([]);
    expect(verdict.serverLogs.node?.map(({ kind }) => kind)).toEqual(['start', 'consistent', 'wal-end']);
  });

  it.each([
    [
      'the node had WAL from past the fork',
      { node: `${START}LOG:  invalid record length at 0/A4EDC0: wanted 24, got 0` },
      'server-log-past-fork',
    ],
    [
      'the node was refused',
      {
        node: `${START}FATAL:  could not start WAL streaming: ERROR:  requested timeline 1 is not in this server's history`,
      },
      'server-log-refused',
    ],
    ['the node was promoted', { node: 'LOG:  selected new timeline ID: 2' }, 'server-log-contradicts'],
    [
      'the upstream was promoted again',
      { upstream: 'LOG:  selected new timeline ID: 3' },
      'server-log-contradicts',
    ],
    [
      'the upstream left the timeline elsewhere',
      {
        upstream:
          "ERROR:  requested starting point 0/B00000 on timeline 1 is not in this server's history\nDETAIL:  This server's history forked from timeline 1 at 0/A4ED00.",
      },
      'server-log-contradicts',
    ],
    [
      'the node saw it end elsewhere',
      {
        node: 'LOG:  replication terminated by primary server\nDETAIL:  End of WAL reached on timeline 1 at 0/A4EE00.',
      },
      'server-log-contradicts',
    ],
  ] as const)('does not stand where %s', async (_, logs, code) => {
    const { verdict, reasons, steps } = await withLogs('9.6-switchover', logs);
    expect(verdict).toBe('undetermined');
    expect(reasons[0]?.code).toBe(code);
    // what the files say is still told
    expect(reasons.map((reason) => reason.code)).toContain('wal-before-fork');
    expect(steps.join()).not.toContain('start it');
  });

  it('looks at the last start alone', async () => {
    const old = `${START}LOG:  invalid record length at 0/B00000: wanted 24, got 0\nFATAL:  highest timeline 1 of the primary is behind recovery timeline 2\n`;
    expect((await withLogs('9.6-switchover', { node: `${old}${START}` })).verdict).toBe('follow');
    expect((await withLogs('9.6-switchover', { node: `${START}${old}` })).verdict).toBe('undetermined');
  });

  it('minds a refusal that the node has got over', async () => {
    const refusal = `${START}FATAL:  could not start WAL streaming: ERROR:  requested timeline 1 is not in this server's history\n`;
    const success = 'LOG:  started streaming WAL from primary at 0/A00000 on timeline 2\n';
    expect((await withLogs('9.6-switchover', { node: refusal + success })).verdict).toBe('follow');
    expect((await withLogs('9.6-switchover', { node: success + refusal })).verdict).toBe('undetermined');
    // on its own timeline it streams only to the fork
    const own = success.replace('timeline 2', 'timeline 1');
    expect((await withLogs('9.6-switchover', { node: refusal + own })).verdict).toBe('undetermined');
  });

  it('takes surplus WAL for replayed once it was', async () => {
    const node = `${START}LOG:  invalid record length at 0/C56320: wanted 24, got 0`;
    expect((await withLogs('15-surplus-wal', {})).verdict).toBe('discard-wal');
    expect((await withLogs('15-surplus-wal', { node })).verdict).toBe('undetermined');
  });

  it('is said beside what rewinds or rebuilds', async () => {
    const { verdict, reasons } = await withLogs('15-diverged', {
      node: `${START}LOG:  invalid record length at 0/AB63C0: wanted 24, got 0`,
    });
    expect(verdict).toBe('rewind');
    expect(reasons.at(-1)?.code).toBe('server-log-past-fork');
    expect(reasons[0]?.code).toBe('wal-past-fork');
  });

  it('does not take what the files say from a log', async () => {
    const { forkPoint, node } = await withLogs('15-diverged', {
      node: "LOG:  redo starts at 0/1\nLOG:  record with zero length at 0/2\nERROR:  requested starting point 0/2 on timeline 1 is not in this server's history\nDETAIL:  This server's history forked from timeline 1 at 0/1.",
    });
    expect(forkPoint?.lsn).toBe(0xa8cb00n);
    expect(node).toMatchObject({ redo: 0xa4ed40n, walEnd: 0xab63c0n, timeline: 1 });
  });

  it('says how far the upstream had got where nothing else does', async () => {
    const verdict = onLogs(null, await logOf('LOG:  selected new timeline ID: 7'));
    expect(verdict.upstream.timeline).toBe(7);
    expect(verdict.fromServerLog).toEqual(['upstream.timeline']);
  });
});

describe('any log', () => {
  const lsn = fc
    .integer({ min: 0xa00000, max: 0xd00000 })
    .map((low) => `0/${low.toString(16).toUpperCase()}`);
  const timeline = fc.integer({ min: 1, max: 3 });
  const line = fc.oneof(
    fc.constant('LOG:  database system was shut down at 2026-11-23 07:32:15 UTC'),
    lsn.map((at) => `LOG:  redo starts at ${at}`),
    lsn.map((at) => `LOG:  invalid record length at ${at}: wanted 24, got 0`),
    timeline.map((id) => `LOG:  selected new timeline ID: ${id}`),
    fc
      .tuple(lsn, timeline)
      .map(([at, id]) => `LOG:  started streaming WAL from primary at ${at} on timeline ${id}`),
    fc
      .tuple(lsn, timeline)
      .map(
        ([at, id]) =>
          `LOG:  replication terminated by primary server\nDETAIL:  End of WAL reached on timeline ${id} at ${at}.`,
      ),
    timeline.map((id) => `ERROR:  requested timeline ${id} is not in this server's history`),
    fc.constant('LOG:  new target timeline is 2'),
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));

  it.each([
    ['9.6-switchover', 'follow'],
    ['15-surplus-wal', 'discard-wal'],
    ['15-diverged', 'rewind'],
    ['9.6-no-hints', 'rebuild'],
  ] as const)('leaves %s at %s, or open', async (name, without: VerdictKind) => {
    const failover = failoverFixtures().find((fixture) => fixture.name === name);
    const { node, upstream, comparison } = await evidenceOf(failover!);
    await fc.assert(
      fc.asyncProperty(text, text, async (ofNode, ofUpstream) => {
        const nodeLog = await logOf(ofNode);
        const upstreamLog = await logOf(ofUpstream);
        const { verdict } = assessFailback(node, upstream, comparison, { nodeLog, upstreamLog });
        const isOpen = without === 'follow' || without === 'discard-wal';
        expect(isOpen ? [without, 'undetermined'] : [without]).toContain(verdict);
        expect(onLogs(nodeLog, upstreamLog).verdict).toBe('undetermined');
      }),
    );
  });
});
