import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import { type Evidence, evidenceOf, failoverFixtures } from '../testing/failback.js';
import { assessFailback } from './assess-failback.js';
import {
  parseSynchronousCommit,
  type SynchronousSettings,
  type SynchronousTransfer,
  synchronousGuarantee,
} from './synchronous-transfer.js';

const guarantee = (
  transfer: SynchronousTransfer,
  commit: SynchronousSettings['commit'],
  standbyNames: string,
) => synchronousGuarantee({ transfer, commit, standbyNames });

describe('synchronousGuarantee', () => {
  it.each([
    ['all', 'remote_write', 's1', 'synchronous-failback-safe', 'never-acknowledged', 'none'],
    ['all', 'on', 's1', 'synchronous-failback-safe', 'never-acknowledged', 'none'],
    ['data_flush', 'on', 's1', 'asynchronous-failback-safe', 'any', 'none'],
    ['data_flush', 'off', 's1', 'asynchronous-failback-safe', 'any', 'none'],
    ['data_flush', 'on', '', 'asynchronous-failback-safe', 'any', 'none'],
    ['commit', 'on', 's1', 'default-synchronous', 'never-acknowledged', 'possible'],
    ['commit', 'on', '', 'default-asynchronous', 'any', 'possible'],
    ['commit', 'remote_write', '  ', 'default-asynchronous', 'any', 'possible'],
    // what the table leaves out: commits that wait for nobody, data pages that do or do not
    ['commit', 'local', 's1', 'default-asynchronous', 'any', 'possible'],
    ['all', 'off', 's1', 'asynchronous-failback-safe', 'any', 'none'],
    ['all', 'on', '', 'asynchronous-failback-safe', 'any', 'none'],
  ] as const)('takes %s, %s, "%s" for %s', (transfer, commit, names, setUp, surplusWal, surplusPages) => {
    expect(guarantee(transfer, commit, names)).toMatchObject({ setUp, surplusWal, surplusPages });
  });
});

describe('parseSynchronousCommit', () => {
  it.each([
    ['ON', 'on'],
    ['yes', 'on'],
    ['1', 'on'],
    ['false', 'off'],
    ['remote_apply', 'remote_apply'],
    ['remote', null],
    ['', null],
  ])('reads %s as %s', (text, value) => expect(parseSynchronousCommit(text)).toBe(value));
});

// what the article found when it tried the patch
describe('the four findings', () => {
  it.each(['data_flush', 'all'] as const)(
    'with the standby gone, checkpoints and shutdown wait under %s',
    (transfer) => {
      const { waitsWithoutStandby } = guarantee(transfer, 'on', 's1');
      expect(waitsWithoutStandby).toEqual(expect.arrayContaining(['checkpoints', 'shutdown']));
      expect(guarantee('commit', 'on', 's1').waitsWithoutStandby).toEqual(['commits']);
      expect(guarantee('commit', 'on', '').waitsWithoutStandby).toEqual([]);
    },
  );

  it.each(['data_flush', 'all'] as const)('so does a base backup under %s', (transfer) => {
    expect(guarantee(transfer, 'on', 's1').waitsWithoutStandby).toContain('base-backups');
  });

  it('asynchronous replication does not fail back until its surplus WAL is gone', async () => {
    const promised = guarantee('data_flush', 'on', 's1');
    expect([promised.surplusWal, promised.remedy]).toEqual(['any', 'discard-wal']);
    const { verdict } = await judged('15-diverged', { transfer: 'data_flush' });
    expect(verdict).toBe('discard-wal');
  });

  it('synchronous replication fails back', async () => {
    const promised = guarantee('all', 'on', 's1');
    expect([promised.surplusWal, promised.surplusPages]).toEqual(['never-acknowledged', 'none']);
    const settings = { transfer: 'all', commit: 'on', standbyNames: 's1' } as const;
    expect((await judged('15-crash-level', settings)).verdict).toBe('follow');
  });
});

describe('a verdict on an old primary', () => {
  it.each(['data_flush', 'all'] as const)(
    'takes the word for %s, and cuts the WAL at the fork point',
    async (transfer) => {
      const verdict = await judged('15-diverged', { transfer });
      expect(verdict.verdict).toBe('discard-wal');
      expect(verdict.reasons[0]?.code).toBe('synchronous-transfer');
      // 0xA8CB00 in segment 0xA of a megabyte
      expect(verdict.steps).toContain(
        'truncate -s 576256 pg_wal/00000001000000000000000A && truncate -s 1048576 pg_wal/00000001000000000000000A',
      );
    },
  );

  it('is not moved by commit, nor by synchronous_commit and synchronous_standby_names', async () => {
    const settings = { transfer: 'commit', commit: 'on', standbyNames: 's1' } as const;
    const verdict = await judged('15-diverged', settings);
    expect(verdict.verdict).toBe('rewind');
    expect(verdict.settings?.guarantee.setUp).toBe('default-synchronous');
    expect((await judged('15-diverged', { commit: 'on', standbyNames: 's1' })).verdict).toBe('rewind');
  });

  it('takes no word against that of the control file', async () => {
    // its checkpoint at shutdown lies past the fork point
    const verdict = await judged('17-diverged-clean', { transfer: 'all' });
    expect(verdict.verdict).toBe('rewind');
    expect(verdict.reasons.map(({ code }) => code)).toContain('synchronous-transfer-contradicted');
    expect((await judged('9.6-checkpoint-only', { transfer: 'data_flush' })).verdict).toBe('rewind');
  });

  it('takes no word against that of a data page', async () => {
    const page = (lsn: bigint) => ({ lsn, file: 'base/5/16384', block: 7 });
    const scanned = (lsn: bigint) => (node: NodeEvidence) => ({
      ...node,
      dataPages: { files: 1, pages: 8, highest: page(lsn), pastCount: 0, past: [], unreadable: [] },
    });
    const at = 0xa8cb00n;
    const before = await judged('15-diverged', { transfer: 'all' }, scanned(at));
    expect(before.verdict).toBe('discard-wal');
    expect(before.reasons.map(({ code }) => code)).not.toContain('data-pages-unseen');
    const past = await judged('15-diverged', { transfer: 'all' }, scanned(at + 8n));
    expect(past.verdict).toBe('rewind');
    expect(past.reasons.map(({ code }) => code)).toContain('synchronous-transfer-contradicted');
  });

  it.each([
    ['the node has crashed and recovered', { state: 'in crash recovery' }],
    ['the node was tried as a standby', { state: 'in archive recovery' }],
    ['a backup was being restored', { backupStartPoint: 1n }],
    ['there is a minimum recovery point', { minRecoveryPoint: 0xa4edf0n, minRecoveryPointTLI: 1 }],
  ] as const)('takes no word where %s', async (_, change) => {
    const spoilt = await judged('15-diverged', { transfer: 'all' }, (node) => ({
      ...node,
      control: node.control && { ...node.control, ...change },
    }));
    expect(spoilt.verdict).not.toBe('discard-wal');
    expect(spoilt.verdict).not.toBe('follow');
  });

  it.each([
    ['WAL goes on behind a break', { liveWalBehind: { file: 'x', lsn: 0xb00000n } }],
    ['the checkpoint is not in WAL', { hasControlCheckpoint: false }],
  ])('takes no word where %s', async (_, change) => {
    const spoilt = await judged('15-diverged', { transfer: 'all' }, (node) => ({
      ...node,
      wal: node.wal && { ...node.wal, ...change },
    }));
    expect(spoilt.verdict).not.toBe('discard-wal');
  });

  it('takes no word without WAL to hold side by side', async () => {
    const { node, upstream } = await evidence('15-diverged');
    const verdict = assessFailback(node, upstream, null, { settings: { transfer: 'all' } });
    expect(verdict.verdict).not.toBe('discard-wal');
  });

  it.each([
    '15-same-timeline',
    '9.6-twin-promotions',
    '9.6-old-tl2',
    '15-upstream-lower',
    '17-wrong-system',
    '15-no-wal',
    '17-skipped-timeline',
  ])('takes no word in %s', async (name) => {
    const { verdict } = await judged(name, { transfer: 'all' });
    expect(verdict).toBe((await judged(name, {})).verdict);
  });

  it('does not believe a file so much', async () => {
    const { verdict, settings, configuration } = await judged('15-diverged', {}, (node) => ({
      ...node,
      configuration: {
        server: [{ name: 'synchronous_transfer', value: 'all', file: 'postgresql.conf', line: 1 }],
        isWhole: true,
        recoveryConf: null,
        recoveryDone: null,
        hasStandbySignal: false,
        hasRecoverySignal: false,
      },
    }));
    expect(verdict).toBe('rewind');
    expect(settings?.guarantee.setUp).toBe('default-asynchronous');
    expect(configuration.map(({ code }) => code)).toContain('synchronous-transfer-stock');
  });
});

async function evidence(name: string): Promise<Evidence> {
  const failover = failoverFixtures().find((fixture) => fixture.name === name);
  if (failover === undefined) throw new Error(`no fixture ${name}`);
  return evidenceOf(failover);
}

async function judged(
  name: string,
  settings: Partial<SynchronousSettings>,
  change: (node: NodeEvidence) => NodeEvidence = (node) => node,
) {
  const { node, upstream, comparison } = await evidence(name);
  return assessFailback(change(node), upstream, comparison, { settings });
}
