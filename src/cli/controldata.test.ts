import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ControlFileError, SourceError } from '../errors.js';
import {
  CRC_OFFSETS,
  controlFixture,
  controlFixturePath,
  controlFixtureText,
  withNumber,
} from '../testing/control-files.js';
import { controldata } from './controldata.js';

describe('pgwal controldata', () => {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  let directory: string;

  beforeEach(() => {
    vi.stubEnv('TZ', 'UTC');
    directory = mkdtempSync(join(tmpdir(), 'pgwal-controldata-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    stdout.mockClear();
    stderr.mockClear();
    rmSync(directory, { recursive: true });
  });

  const said = () => ({
    stdout: stdout.mock.calls.map(([text]) => text).join(''),
    stderr: stderr.mock.calls.map(([text]) => text).join(''),
  });

  it('prints the control file that it is given', async () => {
    expect(await controldata(controlFixturePath('15'))).toBe(0);
    expect(said()).toEqual({ stdout: controlFixtureText('15'), stderr: '' });
  });

  it.each(['global/pg_control', 'pg_control'])('finds %s in a directory', async (place) => {
    mkdirSync(join(directory, 'global'));
    copyFileSync(controlFixturePath('9.3'), join(directory, place));
    expect(await controldata(directory)).toBe(0);
    expect(said()).toEqual({ stdout: controlFixtureText('9.3'), stderr: '' });
  });

  it('goes by the time zone of the environment', async () => {
    vi.stubEnv('TZ', 'UTC-3');
    await controldata(controlFixturePath('18'));
    expect(said().stdout).toContain('pg_control last modified:             Mon Nov 23 10:30:55 2026\n');
  });

  it.each([
    ['16', 'out', /^WARNING: Calculated CRC checksum does not match/],
    [
      '17',
      'err',
      /^pgwal: warning: calculated CRC checksum .*\npgwal: detail: Either the control file .*\n$/,
    ],
  ])('warns of a wrong CRC and goes on, in %s on std%s', async (name, where, warning) => {
    writeFileSync(join(directory, 'pg_control'), withNumber(controlFixture(name), CRC_OFFSETS[name]!, 0));
    expect(await controldata(directory)).toBe(0);
    expect(where === 'out' ? said().stdout : said().stderr).toMatch(warning);
    expect(said().stdout).toContain(controlFixtureText(name));
  });

  it('says what is wrong with a file, and with which', async () => {
    const file = join(directory, 'pg_control');
    writeFileSync(file, '');
    await expect(controldata(directory)).rejects.toThrow(ControlFileError);
    await expect(controldata(directory)).rejects.toThrow(`${file}: control file is empty: it has 0 bytes`);
  });

  it('reads no further than a control file goes', async () => {
    await expect(controldata('/dev/zero')).rejects.toThrow('/dev/zero: unknown control file version 0');
  });

  it('says what it cannot find or read', async () => {
    const missing = join(directory, 'missing');
    await expect(controldata(missing)).rejects.toThrow(
      new SourceError('SOURCE_NOT_FOUND', `cannot read ${missing}: no such file or directory`),
    );
    await expect(controldata(directory)).rejects.toThrow(
      new SourceError(
        'SOURCE_NOT_FOUND',
        `no control file in ${directory}: expected global/pg_control or pg_control`,
      ),
    );
    mkdirSync(join(directory, 'pg_control'));
    await expect(controldata(directory)).rejects.toThrow(
      new SourceError(
        'SOURCE_UNREADABLE',
        `cannot read ${join(directory, 'pg_control')}: illegal operation on a directory`,
      ),
    );
    expect(said()).toEqual({ stdout: '', stderr: '' });
  });
});
