import { describe, expect, it } from 'vitest';
import { formatLsn, type Lsn } from '../lsn.js';
import { directorySource } from '../source/directory.js';
import { memorySource } from '../source/memory.js';
import { archiveName, promote } from '../testing/archive-builder.js';
import { failoverFixtures } from '../testing/failback.js';
import { WalBuilder } from '../testing/wal-builder.js';
import type { MajorVersion } from '../version.js';
import { backupHistoryFileName } from '../wal-file-name.js';
import { assessRecovery } from './assess-recovery.js';
import type { AssessRecoveryOptions } from './recovery-answer.js';

type Files = Record<string, Uint8Array>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** `xl_info` of records of the WAL itself, and the number of the resource manager of transactions. */
const CHECKPOINT_ONLINE = 0x10;
const BACKUP_END = 0x50;
const RESTORE_POINT = 0x70;
const TRANSACTION = 1;

/** Numbers of 64 bits and texts, one after the other. */
function data(...parts: readonly (bigint | string)[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + (typeof part === 'string' ? 64 : 8), 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'bigint') view.setBigUint64(at, part, true);
    else whole.set(bytes(part), at);
    at += typeof part === 'bigint' ? 8 : 64;
  }
  return whole;
}

/** A commit at so many seconds past 2000. */
function commit(wal: WalBuilder, xid: number, seconds: number): Lsn {
  return wal.append({ resourceManager: TRANSACTION, xid, data: data(BigInt(seconds) * 1_000_000n) });
}

const restorePoint = (wal: WalBuilder, name: string): Lsn =>
  wal.append({ info: RESTORE_POINT, data: data(0n, name) });

/** A backup in segment 2, something to recover to in segment 3 and on, and another timeline from 4 on. */
function stage(version: MajorVersion = '15') {
  const wal = new WalBuilder({ version });
  wal.append({ length: 100 });
  wal.appendSwitch();
  const redo = wal.append({ length: 100 });
  const checkpoint = wal.append({ info: CHECKPOINT_ONLINE, data: checkpointData(redo) });
  const inBackup = commit(wal, 10, 10);
  const middle = restorePoint(wal, 'in backup');
  wal.append({ info: BACKUP_END, data: data(redo) });
  const consistent = wal.position;
  wal.appendSwitch();
  const first = commit(wal, 11, 20);
  const alike = [commit(wal, 12, 30), commit(wal, 13, 30)];
  const named = restorePoint(wal, 'here');
  wal.appendSwitch();
  commit(wal, 14, 40);
  const fork = wal.position;
  promote(wal);
  commit(wal, 15, 50);
  restorePoint(wal, 'promoted');
  wal.appendSwitch();
  commit(wal, 16, 60);
  const files = Object.fromEntries(
    Object.entries(wal.files()).map(([path, content]) => [path.replace('pg_wal/', ''), content]),
  );
  files['00000002.history'] = bytes(`1\t${formatLsn(fork)}\tx\n`);
  const label = [
    `START WAL LOCATION: ${formatLsn(redo)} (file ${archiveName(1, 2)})`,
    `CHECKPOINT LOCATION: ${formatLsn(checkpoint)}`,
    'BACKUP METHOD: streamed',
    'BACKUP FROM: primary',
    'START TIME: 2026-11-23 15:05:25 UTC',
    'LABEL: x',
    'START TIMELINE: 1',
    '',
  ].join('\n');
  return { files, label, redo, inBackup, middle, consistent, first, alike, named, fork };
}

/** As much of a `CheckPoint` as is looked at: redo, the timelines, and zeros. */
function checkpointData(redo: Lsn): Uint8Array {
  const whole = new Uint8Array(96);
  const view = new DataView(whole.buffer);
  view.setBigUint64(0, redo, true);
  view.setUint32(8, 1, true);
  view.setUint32(12, 1, true);
  return whole;
}

const staged = stage();

async function ask(
  options: AssessRecoveryOptions = {},
  files: Files = staged.files,
  backup: Files = { backup_label: bytes(staged.label) },
) {
  return assessRecovery(memorySource(backup, 'backup'), memorySource(files, 'archive'), options);
}

const time = (seconds: number) => ({ kind: 'time' as const, time: BigInt(seconds) * 1_000_000n });
const without = (...names: string[]): Files =>
  Object.fromEntries(Object.entries(staged.files).filter(([name]) => !names.includes(name)));

describe('assessRecovery', () => {
  it('recovers to the end of WAL, along the newest timeline', async () => {
    const answer = await ask();
    expect(answer).toMatchObject({
      possible: true,
      code: 'target-reached',
      server: 'stops-at-target',
      timeline: 2,
      redo: staged.redo,
      consistentAt: staged.consistent,
      lastTransaction: 60_000_000n,
    });
    expect(answer.end?.code).toBe('zeroed-tail');
  });

  it('stops before the first transaction that ended later, and of several at a moment behind all or before all', async () => {
    const [, last] = staged.alike;
    expect(await ask({ target: time(25) })).toMatchObject({
      code: 'target-reached',
      stop: { lsn: staged.alike[0], side: 'before', time: 30_000_000n, timeline: 1 },
      lastTransaction: 20_000_000n,
    });
    expect((await ask({ target: time(30), inclusive: false })).stop?.lsn).toBe(staged.alike[0]);
    const inclusive = await ask({ target: time(30) });
    expect(inclusive.stop?.lsn).toBeGreaterThan(last!);
    expect(inclusive.stop?.time).toBe(40_000_000n);
  });

  it('stops at transactions, restore points and positions', async () => {
    const stopOf = async (options: AssessRecoveryOptions) => {
      const { stop } = await ask(options);
      return stop && [stop.lsn, stop.side];
    };
    const xid = { kind: 'xid', xid: 12 } as const;
    expect(await stopOf({ target: xid })).toEqual([staged.alike[0], 'after']);
    expect(await stopOf({ target: xid, inclusive: false })).toEqual([staged.alike[0], 'before']);
    expect(await stopOf({ target: { kind: 'name', name: 'here' } })).toEqual([staged.named, 'after']);
    const lsn = { kind: 'lsn', lsn: staged.first + 1n } as const;
    expect(await stopOf({ target: lsn })).toEqual([staged.alike[0], 'after']);
    expect(await stopOf({ target: lsn, inclusive: false })).toEqual([staged.alike[0], 'before']);
    // the end of a backup ends no transaction, so that it is the next record
    const [at, side] = (await stopOf({ target: { kind: 'immediate' } }))!;
    expect([at, side]).toEqual([staged.consistent, 'before']);
  });

  it('refuses to stop before the backup is consistent', async () => {
    for (const target of [
      time(5),
      { kind: 'xid', xid: 10 } as const,
      { kind: 'name', name: 'in backup' } as const,
      { kind: 'lsn', lsn: staged.inBackup } as const,
    ]) {
      expect(await ask({ target }), target.kind).toMatchObject({
        possible: false,
        code: 'target-before-consistency',
        server: 'fails',
      });
    }
  });

  it('says where a target is, if not on the timeline asked for', async () => {
    const target = { kind: 'name', name: 'promoted' } as const;
    expect(await ask({ target })).toMatchObject({ code: 'target-reached', stop: { timeline: 2 } });
    const answer = await ask({ target, timeline: 'current' });
    expect(answer).toMatchObject({ code: 'target-on-other-timeline', timeline: 1, otherTimelines: [2] });
    expect(answer.message).toContain('It is on timeline 2');
    expect(await ask({ target: { kind: 'xid', xid: 99 } })).toMatchObject({
      code: 'target-not-found',
      server: 'fails',
      otherTimelines: [],
    });
  });

  it('knows that servers up to 12 start all the same, and those up to 11 stay on their timeline', async () => {
    const target = { kind: 'xid', xid: 99 } as const;
    for (const [version, server, timeline] of [
      ['11', 'starts-short-of-it', 1],
      ['12', 'starts-short-of-it', 2],
      ['13', 'fails', 2],
    ] as const) {
      const { files, label } = stage(version);
      const answer = await ask({ target }, files, { backup_label: bytes(label) });
      expect([answer.code, answer.server, answer.timeline]).toEqual(['target-not-found', server, timeline]);
    }
  });

  it('names the first segment that is missing, and tells a gap from the end of WAL', async () => {
    const missing = (number: number, timeline = 1) => archiveName(timeline, number);
    expect(await ask({}, without(missing(2)))).toMatchObject({ code: 'segment-missing', server: 'fails' });
    expect(await ask({}, without(missing(3)))).toMatchObject({
      code: 'segment-missing',
      server: 'starts-short-of-it',
      end: { file: missing(3), lsn: 0x30_0000n },
    });
    expect(await ask({ target: time(30) }, without(missing(3)))).toMatchObject({
      code: 'segment-missing',
      server: 'fails',
    });
    const untilThen = without(missing(3), missing(4), missing(4, 2), missing(5, 2), '00000002.history');
    expect(await ask({}, untilThen)).toMatchObject({ code: 'target-reached', timeline: 1 });
  });

  it('does not go on with the WAL that the parent wrote after it was left', async () => {
    const answer = await ask({}, without(archiveName(2, 4)));
    expect(answer).toMatchObject({
      code: 'segment-missing',
      end: { file: archiveName(2, 4), lsn: staged.fork },
    });
  });

  it('says where WAL is broken', async () => {
    const name = archiveName(1, 3);
    const broken = Uint8Array.from(staged.files[name]!);
    broken[Number(staged.named % 0x10_0000n) + 30]! ^= 1;
    const answer = await ask({}, { ...staged.files, [name]: broken });
    expect(answer).toMatchObject({
      code: 'wal-broken',
      server: 'starts-short-of-it',
      end: { code: 'broken-record', lsn: staged.named, file: name },
    });
    // what is behind the target does not matter
    expect((await ask({ target: time(25) }, { ...staged.files, [name]: broken })).possible).toBe(true);
  });

  it('takes a backup history file instead of the label, and its end as that of a standby', async () => {
    const stop = staged.middle;
    const history = staged.label.replace(
      'CHECKPOINT',
      `STOP WAL LOCATION: ${formatLsn(stop)} (file ${archiveName(1, 2)})\nCHECKPOINT`,
    );
    const name = backupHistoryFileName(1, staged.redo, 0x10_0000);
    const lone = await ask({}, staged.files, { [name]: bytes(history) });
    expect(lone).toMatchObject({
      possible: true,
      consistentFrom: stop,
      consistentAt: staged.consistent,
    });
    const standby = history.replace('FROM: primary', 'FROM: standby');
    const ofStandby = await ask({}, staged.files, { [name]: bytes(standby) });
    expect(ofStandby).toMatchObject({ possible: true, consistentFrom: stop, consistentAt: stop });
    const inArchive = await ask({}, { ...staged.files, [name]: bytes(history) });
    expect(inArchive.consistentFrom).toBe(stop);
  });

  it('reads the WAL that came with the backup, behind the archive', async () => {
    const own = { [`pg_wal/${archiveName(1, 2)}`]: staged.files[archiveName(1, 2)]! };
    const backup = { backup_label: bytes(staged.label), ...own };
    expect((await ask({}, without(archiveName(1, 2)), backup)).possible).toBe(true);
  });

  it.each([
    ['no-backup', {}, {}, undefined],
    ['backup-refused', { backup_label: bytes(staged.label.replaceAll('\n', '\r\n')) }, {}, undefined],
    [
      'backup-refused',
      { backup_label: bytes(`${staged.label}INCREMENTAL FROM LSN: 0/100\n`) },
      {},
      undefined,
    ],
    ['history-missing', undefined, { timeline: 3 }, undefined],
    ['history-invalid', undefined, {}, { ...staged.files, '00000002.history': bytes('nonsense\n') }],
    [
      'timeline-not-a-child',
      undefined,
      { timeline: 2 },
      { ...staged.files, '00000002.history': bytes(`1\t${formatLsn(staged.redo)}\tx\n`) },
    ],
    [
      'checkpoint-missing',
      {
        backup_label: bytes(
          staged.label.replace(/(CHECKPOINT LOCATION: ).*/, `$1${formatLsn(staged.inBackup)}`),
        ),
      },
      {},
      undefined,
    ],
    ['no-wal', undefined, {}, { '00000002.history': bytes('1\t0/1\tx\n') }],
  ] as const)('says %s', async (code, backup, options, files) => {
    const answer = await ask(options, files, backup ?? { backup_label: bytes(staged.label) });
    expect(answer).toMatchObject({ code, possible: false, server: 'fails' });
    expect(answer.message).not.toBe('');
  });

  it('goes by pg_control where there is no label: a crashed server is consistent where its WAL ends', async () => {
    const fixture = failoverFixtures().find(({ name }) => name === '15-crash-level')!;
    const node = await directorySource(`${fixture.path}/node`);
    const upstream = await directorySource(`${fixture.path}/upstream`);
    const answer = await assessRecovery(node, upstream, { timeline: 'latest' });
    expect(answer).toMatchObject({ possible: true, timeline: 2 });
    expect(answer.consistentAt).toBe(answer.consistentFrom);
  });
});
