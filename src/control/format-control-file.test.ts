import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CONTROL_FIXTURES,
  CRC_OFFSETS,
  controlFileOf19,
  controlFixture,
  controlFixtureText,
  withNumber,
} from '../testing/control-files.js';
import { formatControlFile } from './format-control-file.js';
import { readControlFile } from './read-control-file.js';
import { controlFileWarnings } from './warnings.js';

const UTC = { timeZone: 'UTC' };

/** Where 15 keeps its segment size, and when the file was written. */
const SEGMENT_SIZE_AT = 228;
const TIME_AT = 24;

const CRC_WARNING = `WARNING: Calculated CRC checksum does not match value stored in file.
Either the file is corrupt, or it has a different layout than this program
is expecting.  The results below are untrustworthy.

`;

function printed(bytes: Uint8Array, timeZone = 'UTC'): string {
  return formatControlFile(readControlFile(bytes), { timeZone });
}

function row(bytes: Uint8Array, label: string): string | undefined {
  const line = printed(bytes)
    .split('\n')
    .find((text) => text.startsWith(`${label}:`));
  return line?.slice(label.length + 1).trimStart();
}

describe('formatControlFile', () => {
  it.each(CONTROL_FIXTURES)('prints a file from %s as its own pg_controldata did', (name) => {
    const control = readControlFile(controlFixture(name));
    expect(formatControlFile(control, UTC)).toBe(controlFixtureText(name));
    expect(controlFileWarnings(control)).toEqual([]);
  });

  it('prints a file from 19 as its pg_controldata is written to', () => {
    const like18 = controlFixtureText('18')
      .replace('1800', '1902')
      .replace('202506291', '202607071')
      .replace('0/2189750', '0/02189750')
      .replace('0/2189750', '0/02189750')
      .replace('NextMultiOffset:  7', 'NextMultiOffset:  4294967303')
      .replace(/(newestCommitTsXid:916\n)/, "$1Latest checkpoint's data_checksum_version:1\n")
      .replace('0/3E8', '0/000003E8')
      .replaceAll(/ 0\/0$/gm, ' 0/00000000')
      .replace(/(large relation: \d+\n)/, '$1Pages per SLRU segment:               32\n');
    expect(printed(controlFileOf19())).toBe(like18);
  });

  it.each(['9.3', '9.6', '10', '11', '16'])('warns at the top of the text of a wrong CRC in %s', (name) => {
    const control = readControlFile(withNumber(controlFixture(name), CRC_OFFSETS[name]!, 0));
    expect(formatControlFile(control, UTC)).toBe(CRC_WARNING + controlFixtureText(name));
    expect(controlFileWarnings(control)).toEqual([]);
  });

  it.each(['17', '18'])('leaves the warning of a wrong CRC out of the text in %s', (name) => {
    const control = readControlFile(withNumber(controlFixture(name), CRC_OFFSETS[name]!, 0));
    expect(formatControlFile(control, UTC)).toBe(controlFixtureText(name));
    expect(controlFileWarnings(control)).toEqual([
      'warning: calculated CRC checksum does not match value stored in control file',
      'detail: Either the control file is corrupt, or it has a different layout than this program is ' +
        'expecting.  The results below are untrustworthy.',
    ]);
  });

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1048577, '1048577 bytes'],
    [0x8000_0000, '-2147483648 bytes'],
  ])('warns of a segment of %i bytes', (size, words) => {
    const text = printed(withNumber(controlFixture('15'), SEGMENT_SIZE_AT, size, CRC_OFFSETS['15']));
    expect(text).toMatch(
      `WARNING: invalid WAL segment size\nThe WAL segment size stored in the file, ${words}, is not a power of ` +
        'two\nbetween 1 MB and 1 GB.  The file is corrupt and the results below are\nuntrustworthy.\n\npg_control',
    );
    const control = readControlFile(
      withNumber(controlFixture('17'), SEGMENT_SIZE_AT, size, CRC_OFFSETS['17']),
    );
    expect(formatControlFile(control, UTC)).not.toContain('WARNING');
    expect(controlFileWarnings(control)).toEqual([
      `warning: invalid WAL segment size in control file (${words})`,
      'detail: The WAL segment size must be a power of two between 1 MB and 1 GB.',
      'detail: The file is corrupt and the results below are untrustworthy.',
    ]);
  });

  it.each([
    [16777216, '000000010000000000000002'],
    [3000000, '00000001000000000000000B'],
    [1, '0000000100000000020876F8'],
    [0, '???'],
    [0xffff_ffff, '???'],
  ])('names the redo segment even where segments have %i bytes', (size, file) => {
    const bytes = withNumber(controlFixture('15'), SEGMENT_SIZE_AT, size);
    expect(row(bytes, "Latest checkpoint's REDO WAL file")).toBe(file);
  });

  it('counts with 16 MB up to 10, where the size in the file cannot be the one that was built in', () => {
    const bytes = withNumber(controlFixture('10'), 228, 12345);
    expect(row(bytes, 'Bytes per WAL segment')).toBe('12345');
    expect(row(bytes, "Latest checkpoint's REDO WAL file")).toBe('000000010000000000000001');
    expect(printed(bytes)).not.toContain('invalid WAL segment size');
  });

  it('prints all 64 bits', () => {
    const bytes = withNumber(withNumber(controlFixture('15'), 0, -1n), 32, -2n);
    expect(row(bytes, 'Database system identifier')).toBe('18446744073709551615');
    expect(row(bytes, 'Latest checkpoint location')).toBe('FFFFFFFF/FFFFFFFE');
  });

  it.each([-(2n ** 63n), 2n ** 63n - 1n])('has no words for the time %i', (time) => {
    expect(row(withNumber(controlFixture('18'), TIME_AT, time), 'pg_control last modified')).toBe('???');
  });

  it('says what means nothing', () => {
    const control = (name: string) => withNumber(withNumber(controlFixture(name), 16, 9), 172, 9);
    expect(row(control('16'), 'Database cluster state')).toBe('unrecognized status code');
    expect(row(control('16'), 'wal_level setting')).toBe('unrecognized wal_level');
    expect(row(control('17'), 'wal_level setting')).toBe('unrecognized "wal_level"');
  });

  it('takes the time zone of the system where none is given', () => {
    const control = readControlFile(controlFixture('15'));
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    expect(formatControlFile(control)).toBe(formatControlFile(control, { timeZone }));
  });
});

const PG_CONTROLDATA = '/usr/lib/postgresql/15/bin/pg_controldata';
const isComparable = existsSync(PG_CONTROLDATA) && existsSync('/usr/share/zoneinfo/Europe/Berlin');

describe.skipIf(!isComparable)(`beside ${PG_CONTROLDATA}`, () => {
  const fixture = controlFixture('15');
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'controldata-'));
    mkdirSync(join(directory, 'global'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function expectTheSame(bytes: Uint8Array, TZ: string): void {
    writeFileSync(join(directory, 'global/pg_control'), bytes);
    const { stdout, stderr } = spawnSync(PG_CONTROLDATA, [directory], { env: { TZ, LC_ALL: 'C' } });
    expect({ TZ, stdout: printed(bytes, TZ) }).toEqual({ TZ, stdout: `${stdout}` });
    expect(`${stderr}`).toBe('');
  }

  it.each([
    'UTC',
    '',
    ':',
    'Europe/Berlin',
    ':Europe/Berlin',
    ':/usr/share/zoneinfo/Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'UTC-3',
    'UTC+3:30',
    'EST5EDT',
    'EST5EDT4,M4.1.0,M10.5.0/3',
    'CET-1CEST,M3.5.0,M10.5.0/3',
    'AEST-10AEDT,M10.1.0,M4.1.0/3',
    '<-03>3<-02>,M3.5.0/-2,M10.5.0/-1',
    'XXX3YYY,J60/0,300/25',
    'nonsense',
    'europe/berlin',
    'EUROPE/BERLIN',
    '+03:00',
  ])('prints times alike in the time zone "%s"', (TZ) => {
    for (const time of [0n, 5097600n, 951782399n, 1143936000n, 1782864000n, 1792890000n, 2147483648n]) {
      expectTheSame(withNumber(fixture, TIME_AT, time, CRC_OFFSETS['15']), TZ);
    }
  });

  it.each([-1n, -62135596801n, -(10n ** 16n), 253402300800n, 67768036191676799n])(
    'prints the time %i alike',
    (time) => {
      expectTheSame(withNumber(fixture, TIME_AT, time), 'UTC');
    },
  );

  it('prints every altered byte alike', () => {
    const crcAt = CRC_OFFSETS['15']!;
    for (let at = 12; at < crcAt + 4; at++) {
      const altered = Uint8Array.from(fixture);
      altered[at]! ^= 0x11;
      expectTheSame(altered, 'UTC');
    }
  });

  it.each([0, 1, 3000000, 1048577, 0x4000_0000])('prints segments of %i bytes alike', (size) => {
    expectTheSame(withNumber(fixture, SEGMENT_SIZE_AT, size, CRC_OFFSETS['15']), 'UTC');
  });
});
