import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatLsn } from '../lsn.js';
import { archiveName, buildArchive } from '../testing/archive-builder.js';
import { SYSTEM_IDENTIFIER } from '../testing/wal-builder.js';
import { audit } from './audit.js';
import { momentOf } from './audit-options.js';
import { Exit, UsageError } from './exit.js';

const built = buildArchive({ lengths: [4, 3] });
const fork = built.begins[1]!;

describe('pgwal audit', () => {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const directory = mkdtempSync(join(tmpdir(), 'pgwal-audit-'));
  const whole = join(directory, 'whole');
  const broken = join(directory, 'broken');

  beforeAll(() => {
    for (const path of [whole, broken]) {
      mkdirSync(path);
      for (const [name, bytes] of Object.entries(built.files)) writeFileSync(join(path, name), bytes);
    }
    rmSync(join(broken, archiveName(1, 2)));
    writeFileSync(join(broken, archiveName(2, 6)), built.files[archiveName(2, 6)]!.subarray(0, 300_000));
    writeFileSync(join(broken, '00000002.HISTORY'), '');
  });
  afterEach(() => stdout.mockClear());
  afterAll(() => rmSync(directory, { recursive: true }));

  const said = () =>
    stdout.mock.calls
      .map(([text]) => text)
      .join('')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
      .replace(/\x1b\[\d+m/g, '');

  it('prints what is whole', async () => {
    expect(await audit([whole], {})).toBe(Exit.ok);
    expect(said().split('\n')).toEqual([
      `${whole}: PostgreSQL 15, system ${SYSTEM_IDENTIFIER}, 8 segments of 1 MB`,
      '',
      'timeline 1',
      `  ${archiveName(1, 1)}..${archiveName(1, 5)}  5 segments, 85 records`,
      `  ends at ${formatLsn(fork)}: invalid record length at ${formatLsn(fork)}: wanted 24, got 0; timeline 2 left it`,
      `timeline 2, left 1 at ${formatLsn(fork)}`,
      `  ${archiveName(2, 5)}..${archiveName(2, 7)}  3 segments, 65 records`,
      `  ends at 0/800000: segment ${archiveName(2, 8)} is not there`,
      '',
      'No damage found.',
      '',
    ]);
  });

  it('prints what is damaged, and says so by its exit status', async () => {
    expect(await audit([broken], {})).toBe(Exit.broken);
    const lines = said().split('\n');
    expect(lines.slice(lines.indexOf('Damage'))).toEqual([
      'Damage',
      `  - ${archiveName(1, 2)} is missing (missing-segments)`,
      `  - ${archiveName(2, 6)}: it is shorter than a segment (truncated-segment)`,
      '',
      'Notes',
      '  - 00000002.HISTORY looks like a WAL file, but a server only reads names in upper case (strange-file-name)',
      '',
      'Damaged: 2 findings.',
      '',
    ]);
  });

  it('looks at what is asked for only', async () => {
    expect(await audit([broken], { from: '0/300000', to: '0/600000' })).toBe(Exit.ok);
    expect(await audit([broken], { from: '0/300000' })).toBe(Exit.broken);
    expect(await audit([broken], { to: '0/600000' })).toBe(Exit.broken);
    stdout.mockClear();
    expect(await audit([broken], { timeline: '1' })).toBe(Exit.broken);
    expect(said()).not.toContain('truncated');
    stdout.mockClear();
    expect(await audit([broken], { fast: true })).toBe(Exit.broken);
    expect(said()).not.toContain('record');
  });

  it('prints JSON', async () => {
    expect(await audit([broken], { json: true })).toBe(Exit.broken);
    const { timelines, findings, ...rest } = JSON.parse(said());
    expect(rest).toEqual({
      places: [broken],
      systemIdentifier: `${SYSTEM_IDENTIFIER}`,
      version: '15',
      segmentSize: 1048576,
      segments: 7,
      archiveStatus: null,
      findingCount: 3,
      damageCount: 2,
    });
    expect(timelines[1]).toMatchObject({
      timeline: 2,
      forkPoint: { timeline: 1, lsn: formatLsn(fork) },
      children: [],
      history: 'file',
      start: '0/500028',
      end: { lsn: '0/800000', code: 'missing-segment' },
      partial: null,
    });
    expect(findings[1]).toEqual({
      code: 'missing-segments',
      severity: 'damage',
      timeline: 1,
      lsn: '0/200000',
      file: archiveName(1, 2),
      segments: 1,
      message: `${archiveName(1, 2)} is missing`,
    });
  });

  it('answers about a backup', async () => {
    const backup = join(directory, 'backup');
    mkdirSync(backup);
    const label = [
      `START WAL LOCATION: 0/300028 (file ${archiveName(1, 3)})`,
      'CHECKPOINT LOCATION: 0/300028',
      'BACKUP METHOD: streamed',
      'BACKUP FROM: primary',
      '',
    ].join('\n');
    writeFileSync(join(backup, 'backup_label'), label);
    expect(await audit([whole], { backup, targetName: 'x' })).toBe(Exit.broken);
    expect(said().split('\n')).toEqual([
      'no: there is no checkpoint record at 0/300028, where the backup says that it is (checkpoint-missing)',
      '  replay begins at     0/300028',
      '  along timeline       2',
      '  a server             would not start',
      '',
    ]);
    stdout.mockClear();
    expect(await audit([whole], { backup, targetLsn: '0/400000', json: true })).toBe(Exit.broken);
    expect(JSON.parse(said())).toMatchObject({
      possible: false,
      code: 'checkpoint-missing',
      target: { kind: 'lsn', lsn: '0/400000' },
      redo: '0/300028',
    });
  });

  it.each([
    { from: 'x' },
    { timeline: '0' },
    { targetXid: '1' },
    { backup: 'x', fast: true },
    { backup: 'x', targetXid: '1', targetName: 'y' },
    { backup: 'x', targetTime: 'yesterday' },
    { backup: 'x', targetTimeline: 'newest' },
  ])('refuses %o', async (options) => {
    await expect(audit([whole], options)).rejects.toThrow(UsageError);
  });
});

describe('momentOf', () => {
  const berlin = (seconds: number) => ({
    // until the last Sunday of October
    from: 0,
    until: 0,
    offset: seconds < Date.UTC(2026, 9, 25, 1) / 1000 ? 7200 : 3600,
    abbreviation: '',
  });
  const utcOf = (moment: bigint) => new Date(Number(moment / 1000n) + Date.UTC(2000, 0)).toISOString();

  it('reads times with and without a zone', () => {
    const utc = (text: string) => utcOf(momentOf(text, berlin));
    expect(utc('2026-11-23 13:53:39.012345+01')).toBe('2026-11-23T12:53:39.012Z');
    expect(utc('2026-11-23T13:53:39Z')).toBe('2026-11-23T13:53:39.000Z');
    expect(utc('2026-11-23 13:53 UTC')).toBe('2026-11-23T13:53:00.000Z');
    expect(utc('2026-11-23 13:53:39-03:30')).toBe('2026-11-23T17:23:39.000Z');
    expect(utc('2026-11-23')).toBe('2026-11-22T23:00:00.000Z');
    expect(utc('2026-10-25 01:59:59')).toBe('2026-10-24T23:59:59.000Z');
    expect(utc('2026-10-25 02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(utc('2026-10-25 03:00')).toBe('2026-10-25T02:00:00.000Z');
    expect(momentOf('2000-01-01 00:00:00.000001 UTC', berlin)).toBe(1n);
  });
});
