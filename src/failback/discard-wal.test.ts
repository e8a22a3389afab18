import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PageLsnScan } from '../evidence/scan-page-lsns.js';
import { failoverFixtures, judge, readPair, runFileSteps, unpackFailover } from '../testing/failback.js';
import { assessFailback } from './assess-failback.js';

const scratch = mkdtempSync(join(tmpdir(), 'pg-wal-discard-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const surplus = failoverFixtures().filter(({ scenario }) => scenario.startsWith('surplus-wal'));

describe.each(surplus)('$name', (failover) => {
  it('follows once its steps were taken on a copy', async () => {
    const copy = unpackFailover(failover, join(scratch, failover.name));
    const { compared } = await judge(copy);
    expect(compared.verdict).toBe('discard-wal');
    expect(runFileSteps(compared.steps, join(copy.path, 'node'))).toBeGreaterThan(0);
    const after = (await judge(copy)).compared;
    expect(after.verdict).toBe('follow');
    expect(after.node.walEnd).toBe(after.forkPoint?.lsn);
  });

  it('has its surplus segments removed by pattern where there are many', async () => {
    const copy = unpackFailover(failover, join(scratch, `${failover.name} many`));
    const { node, upstream, comparison, fork } = await readPair(copy);
    const range = { timeline: 1, first: 1, last: 40 };
    const { steps } = assessFailback({ ...node, segments: [range] }, upstream, comparison);
    runFileSteps(steps, join(copy.path, 'node'));
    expect((await judge(copy)).compared.verdict).toBe('follow');
    const kept = readdirSync(join(copy.path, 'node/pg_wal')).filter((name) => name.length === 24);
    const last = BigInt(`0x${kept.sort().at(-1)?.slice(8)}`);
    expect(last * BigInt(node.segmentSize!)).toBeLessThan(fork);
  });

  const scan = (lsn: bigint, more: Partial<PageLsnScan> = {}): PageLsnScan => ({
    files: 1,
    pages: 9,
    highest: { lsn, file: 'base/5/1259', block: 3 },
    pastCount: 0,
    past: [],
    unreadable: [],
    ...more,
  });

  it('rests on the data pages where they were looked at', async () => {
    const { node, upstream, comparison, fork } = await readPair(failover);
    const judgeWith = (dataPages: PageLsnScan | null) =>
      assessFailback({ ...node, dataPages }, upstream, comparison);
    const codes = (dataPages: PageLsnScan | null) => judgeWith(dataPages).reasons.map(({ code }) => code);

    expect(codes(null)).toContain('data-pages-unseen');
    expect(judgeWith(scan(fork)).verdict).toBe('discard-wal');
    expect(codes(scan(fork))).toContain('data-pages-before-fork');
    expect(codes(scan(fork, { unreadable: ['base/5/1260: permission denied'] }))).toContain(
      'data-pages-unseen',
    );
    expect(codes(scan(fork, { highest: null }))).toContain('data-pages-unseen');

    const past = judgeWith(scan(fork + 8n));
    expect(past.verdict).toBe('rebuild');
    expect(past.reasons.map(({ code }) => code)).toContain('data-pages-past-fork');
  });

  it('is left open without data pages where the WAL holds a promotion, which may be its own', async () => {
    const { node, upstream, comparison, fork } = await readPair(failover);
    const end = node.control!.minRecoveryPoint - 64n;
    const promoted = { ...node, wal: { ...node.wal!, endsOfRecovery: [{ timeline: 1, end }] } };
    expect(assessFailback(promoted, upstream, comparison).verdict).toBe('undetermined');
    const seen = { ...promoted, dataPages: scan(fork) };
    expect(assessFailback(seen, upstream, comparison).verdict).toBe('discard-wal');
  });
});
