import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatLsn } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import { archiveName, buildArchive } from '../testing/archive-builder.js';
import { auditWal } from './audit-wal.js';
import type { WalAudit } from './wal-audit.js';

type Files = Record<string, Uint8Array>;

/** What was found, in short. */
const found = ({ findings }: WalAudit): string[] =>
  findings.map(({ code, severity, file, segments }) => {
    const mark = severity === 'note' ? ' (note)' : '';
    return `${code} ${file ?? '-'}${segments > 1 ? ` and ${segments - 1} more` : ''}${mark}`;
  });

const audit = (files: Files, options = {}) => auditWal(memorySource(files, 'archive'), options);

function altered(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}

const lengths = [100, 80, 70, 78];
const whole = buildArchive({ lengths });

describe('an archive of several hundred segments over four timelines', () => {
  it('is whole as it was written', async () => {
    const result = await audit(whole.files);
    expect(found(result)).toEqual([]);
    expect(result).toMatchObject({ findingCount: 0, damageCount: 0, archiveStatus: null });
    expect(result.segments).toBeGreaterThan(300);
    expect(result.timelines.map(({ timeline, history, end }) => [timeline, history, end?.code])).toEqual([
      [1, 'none-needed', 'zeroed-tail'],
      [2, 'file', 'zeroed-tail'],
      [3, 'file', 'zeroed-tail'],
      [4, 'file', 'missing-segment'],
    ]);
    expect(result.timelines.map(({ end, forkPoint }) => [forkPoint?.lsn ?? 0n, end?.lsn])).toEqual(
      whole.begins.map((begin, index) => [begin, whole.begins[index + 1] ?? whole.wal.position]),
    );
    // each timeline has a copy of what its parent wrote in the segment where it left it, and of the end of a record
    const copied = whole.begins.slice(1).map((begin) => {
      const start = begin - (begin % 0x100000n);
      return 1 + whole.wal.lsns.filter((lsn) => lsn >= start && lsn < begin).length;
    });
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count);
    const records = result.timelines.map((each) => each.records ?? 0);
    expect(sum(records)).toBe(whole.wal.lsns.length + sum(copied));
  });

  it('has what was done to it on purpose, and nothing else', async () => {
    const files = { ...whole.files };
    const name = (timeline: number, number: number) => {
      const each = archiveName(timeline, number);
      if (files[each] === undefined) throw new Error(`no segment ${each}`);
      return each;
    };
    delete files[name(1, 20)];
    for (const number of [130, 131, 132]) delete files[name(2, number)];
    files[name(3, 200)] = whole.files[name(3, 200)].slice(0, 600_000);
    files[name(3, 210)] = new Uint8Array(0);
    // in the middle of a record
    files[name(3, 215)] = altered(whole.files[name(3, 215)], 2000, 0xff, 0xee);
    files[name(4, 270)] = altered(whole.files[name(4, 270)], 24, 1, 2, 3, 4, 5, 6, 7, 8);
    files[name(4, 280)] = whole.files[name(4, 279)];
    files[name(4, 281)] = new Uint8Array(1024 * 1024);
    files[name(4, 290)] = new Uint8Array(2 * 1024 * 1024);
    files[name(4, 290)].set(whole.files[name(4, 290)]);
    delete files['00000003.history'];
    const second = memorySource(
      {
        [name(4, 300)]: altered(whole.files[name(4, 300)], 500_000, 1),
        [name(4, 301)]: whole.files[name(4, 301)],
      },
      'second',
    );
    const result = await auditWal([memorySource(files, 'archive'), second]);
    expect(found(result).sort()).toEqual(
      [
        `missing-segments ${archiveName(1, 20)}`,
        `missing-segments ${archiveName(2, 130)} and 2 more`,
        `truncated-segment ${archiveName(3, 200)}`,
        `truncated-segment ${archiveName(3, 210)}`,
        `broken-record ${archiveName(3, 215)}`,
        `foreign-segment ${archiveName(4, 270)}`,
        `recycled-segment ${archiveName(4, 280)}`,
        `zeroed-segment ${archiveName(4, 281)}`,
        `oversized-segment ${archiveName(4, 290)}`,
        `duplicate-segment ${archiveName(4, 300)}`,
        `duplicate-segment ${archiveName(4, 301)} (note)`,
        'history-missing 00000003.history (note)',
      ].sort(),
    );
    expect(result.damageCount).toBe(10);
  });
});

describe('auditWal', () => {
  const small = buildArchive({ lengths: [3, 3] });
  const name = archiveName;
  const without = (...names: string[]): Files =>
    Object.fromEntries(Object.entries(small.files).filter(([file]) => !names.includes(file)));
  const history = (text: string) => ({ '00000002.history': new TextEncoder().encode(text) });
  const fork = small.begins[1]!;

  it('takes an archive that begins somewhere for whole', async () => {
    expect(found(await audit(without(name(1, 1), name(1, 2))))).toEqual([]);
    // with all of timeline 1 gone, and then the beginning of timeline 2
    const second = without(name(1, 1), name(1, 2), name(1, 3), name(1, 4));
    expect(found(await audit(second))).toEqual([]);
    delete second[name(2, 4)];
    expect(found(await audit(second))).toEqual([]);
  });

  it('wants what a later timeline goes on from, and where it begins', async () => {
    expect(found(await audit(without(name(1, 3), name(1, 4))))).toEqual([`missing-segments ${name(1, 3)}`]);
    expect(found(await audit(without(name(2, 4))))).toEqual([`missing-segments ${name(2, 4)}`]);
    // the last segment of a timeline that was left is not read by anybody
    expect(found(await audit(without(name(1, 4))))).toEqual([]);
  });

  it('counts segments that wait for their use, and does not judge them', async () => {
    const recycled = { [name(2, 7)]: small.files[name(1, 1)]!, [name(2, 8)]: new Uint8Array(1024 * 1024) };
    const result = await audit({ ...small.files, ...recycled });
    expect(found(result)).toEqual([]);
    expect(result.timelines[1]).toMatchObject({ segments: 5, spare: 2, last: name(2, 6) });
  });

  it('sees WAL behind a stretch of zeros, within a segment and behind it', async () => {
    const last = Uint8Array.from(buildArchive({ lengths: [10] }).files[name(1, 10)]!);
    const files = buildArchive({ lengths: [10] }).files;
    // a page in the middle of the only segment that is full
    files[name(1, 10)] = last.fill(0, 16384, 24576);
    expect(found(await audit({ [name(1, 10)]: last }))).toEqual([`wal-behind-end ${name(1, 10)}`]);
    expect(found(await audit(files))).toEqual([`wal-behind-end ${name(1, 10)}`]);
  });

  it('does not mind what is behind the place where a timeline was left, in that segment', async () => {
    const at = Number(fork % 0x100000n);
    const left = altered(small.files[name(1, 4)]!, at, 100, 0, 0, 0, 1, 2, 3, 4, 5);
    expect(found(await audit({ ...small.files, [name(1, 4)]: left }))).toEqual([]);
    const before = altered(small.files[name(1, 4)]!, at - 100, 1);
    expect(found(await audit({ ...small.files, [name(1, 4)]: before }))).toEqual([
      `broken-record ${name(1, 4)}`,
    ]);
  });

  it('holds history files against each other and against WAL', async () => {
    const wrong = history(`1\t${formatLsn(fork - 0x200n)}\tx\n`);
    expect(found(await audit({ ...small.files, ...wrong }))).toEqual([`history-contradiction ${name(2, 4)}`]);
    const { files } = buildArchive({ lengths: [2, 2, 2] });
    const other = { ...files, ...history('1\t0/2000100\tx\n') };
    expect(found(await audit(other))).toContain('history-contradiction 00000003.history');
    expect(found(await audit({ ...small.files, ...history('nonsense') }))).toContain(
      'history-invalid 00000002.history',
    );
    expect(found(await audit(without('00000002.history')))).toEqual(['history-missing 00000002.history']);
  });

  it('goes by pg_control for the cluster, else by most segments', async () => {
    const foreign = Object.fromEntries(
      Object.entries(small.files).map(([file, content]) => [
        file,
        file.endsWith('.history') ? content : altered(content, 24, 1, 2, 3, 4),
      ]),
    );
    const mixed = { ...small.files, [name(1, 1)]: foreign[name(1, 1)]!, [name(1, 2)]: foreign[name(1, 2)]! };
    expect(found(await audit(mixed))).toEqual([
      `foreign-segment ${name(1, 1)}`,
      `foreign-segment ${name(1, 2)}`,
    ]);
    const control = readFileSync(new URL('../../fixtures/control/15/pg_control', import.meta.url));
    const ofOther = await audit({ ...small.files, 'global/pg_control': Uint8Array.from(control) });
    expect(new Set(ofOther.findings.map(({ code }) => code))).toEqual(new Set(['foreign-segment']));
    expect(ofOther.damageCount).toBe(7);
  });

  it('reads archive_status', async () => {
    const status = (file: string) => [`pg_wal/archive_status/${file}`, new Uint8Array(0)] as const;
    const files = Object.fromEntries([
      ...Object.entries(small.files).map(([file, content]) => [`pg_wal/${file}`, content] as const),
      status(`${name(1, 1)}.done`),
      status(`${name(2, 6)}.ready`),
      status(`${name(2, 9)}.ready`),
      status(`${name(1, 1)}.00000028.backup.done`),
    ]);
    const result = await audit(files);
    expect(result.archiveStatus).toEqual({ ready: 2, firstReady: name(2, 6), done: 2 });
    expect(found(result)).toEqual([`ready-but-missing ${name(2, 9)}`]);
  });

  it('looks into the partial segment that goes on from the last one', async () => {
    const { [name(2, 6)]: last, ...others } = small.files;
    const { timelines, findingCount } = await audit({ ...others, [`${name(2, 6)}.partial`]: last! });
    expect(findingCount).toBe(0);
    expect(timelines[1]?.end?.lsn).toBe(0x60_0000n);
    expect(timelines[1]?.partial).toEqual({ file: `${name(2, 6)}.partial`, end: small.wal.position });
  });

  it('keeps as many findings as it is to, and counts them all', async () => {
    const result = await audit(without(name(1, 2), name(2, 5)), { maxFindings: 1 });
    expect(found(result)).toEqual([`missing-segments ${name(1, 2)}`]);
    expect(result).toMatchObject({ findingCount: 2, damageCount: 2 });
  });

  it('reads no more than first pages where it is to be fast', async () => {
    const broken = altered(small.files[name(1, 2)]!, 2000, 0xff, 0xee);
    const files = { ...without(name(1, 3)), [name(1, 2)]: broken };
    expect(found(await audit(files))).toEqual([
      `missing-segments ${name(1, 3)}`,
      `broken-record ${name(1, 2)}`,
    ]);
    const result = await audit(files, { fast: true });
    expect(found(result)).toEqual([`missing-segments ${name(1, 3)}`]);
    expect(result.timelines[0]).toMatchObject({ records: null, recordBytes: null, start: null, end: null });
  });

  it('refuses places without WAL, and names what it cannot read in others', async () => {
    await expect(audit({ notes: new Uint8Array(1) })).rejects.toThrow(
      'archive: found no WAL segment or history file',
    );
    const result = await audit({
      [name(1, 1)]: new Uint8Array(20),
      [name(1, 2)]: new Uint8Array(1024 * 1024),
    });
    expect(found(result)).toEqual([`unreadable ${name(1, 1)}`, `unreadable ${name(1, 2)}`]);
    expect(result).toMatchObject({ version: null, systemIdentifier: null, timelines: [] });
  });
});
