import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OLD_PRIMARY_LOGS } from '../testing/article-logs.js';

const FIXTURES = new URL('../../fixtures/failback/', import.meta.url).pathname;
const COMMAND = [new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url).pathname];
const MAIN = new URL('./main.ts', import.meta.url).pathname;

const scratch = mkdtempSync(join(tmpdir(), 'pg-wal-verdict-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function pgwal(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...COMMAND, MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

function verdictOf(path: string, ...more: string[]) {
  return pgwal('verdict', '--node', join(path, 'node'), '--upstream', join(path, 'upstream'), ...more);
}

/** A copy of a fixture to be spoilt. */
function copyOf(name: string, as: string): string {
  const path = join(scratch, as);
  cpSync(join(FIXTURES, name), path, { recursive: true });
  return path;
}

describe('pgwal verdict', () => {
  it.each([
    ['9.6-switchover', 0],
    ['15-surplus-wal', 3],
    ['15-diverged', 4],
    ['9.6-no-hints', 5],
  ])('exits for %s with %d', (name, status) => {
    const result = verdictOf(join(FIXTURES, name));
    expect(result.stderr).toBe('');
    expect(result.status).toBe(status);
  });

  it('prints JSON with its fixed keys', () => {
    const json = JSON.parse(verdictOf(join(FIXTURES, '15-diverged'), '--json').stdout);
    expect(Object.keys(json)).toEqual([
      'verdict',
      'summary',
      'forkPoint',
      'distance',
      'node',
      'upstream',
      'lastCommonCheckpoint',
      'firstDifference',
      'reasons',
      'blockers',
      'steps',
      'missing',
      'predictedMessages',
      'settings',
      'configuration',
      'serverLogs',
      'fromServerLog',
      'lost',
    ]);
    // as pg_rewind and pg_controldata print them
    expect(json.forkPoint).toEqual({ timeline: 1, lsn: '0/A8CB00' });
    expect(json.lastCommonCheckpoint).toEqual({ timeline: 1, lsn: '0/A4ED78', redo: '0/A4ED40' });
    expect(json.node).toMatchObject({
      version: '15',
      state: 'in production',
      timeline: 1,
      checkpoint: '0/A4ED78',
      redo: '0/A4ED40',
      minRecoveryPoint: null,
      // the old primary's log: "invalid record length at 0/AB63C0: wanted 24, got 0"
      walEnd: '0/AB63C0',
      walEndReason: 'zeroed-tail',
    });
    expect(json.node.systemIdentifier).toMatch(/^\d+$/);
  });

  it('shows what is known of the settings, and where from', () => {
    const path = copyOf('15-diverged', 'settings');
    writeFileSync(
      join(path, 'node/postgresql.conf'),
      "synchronous_commit = remote_write\ninclude 'names.conf'\n",
    );
    writeFileSync(join(path, 'node/names.conf'), "\nsynchronous_standby_names = 's1'\n");
    const { status, stdout } = verdictOf(path, '--json', '--synchronous-transfer', 'all');
    expect(status).toBe(3);
    const { settings, configuration } = JSON.parse(stdout);
    expect(settings.settings).toEqual([
      { name: 'synchronous_transfer', value: 'all', origin: 'caller', place: null },
      { name: 'synchronous_commit', value: 'remote_write', origin: 'file', place: 'postgresql.conf:1' },
      { name: 'synchronous_standby_names', value: 's1', origin: 'file', place: 'names.conf:2' },
    ]);
    expect(settings.guarantee.setUp).toBe('synchronous-failback-safe');
    expect(configuration.map(({ code }: { code: string }) => code)).toEqual([
      'starts-as-primary',
      'no-primary-conninfo',
    ]);
    const text = verdictOf(path, '--synchronous-commit', 'off').stdout;
    expect(text).toContain('synchronous_commit = off (by your word)');
    expect(text).toContain('default asynchronous: ');
  });

  it('says what a log alone tells, and that this is not enough', () => {
    const log = join(scratch, 'old-primary.csv');
    writeFileSync(log, OLD_PRIMARY_LOGS.second);
    const { status, stdout } = pgwal('verdict', '--node-log', log);
    expect(status).toBe(6);
    expect(stdout).toContain('fork point  0/82603A30 on timeline 1\n');
    expect(stdout).toContain('node        0/89217048 on timeline 1, 113325592 bytes (108 MB) past');
    const json = JSON.parse(pgwal('verdict', '--node-log', log, '--json').stdout);
    expect(json.serverLogs.upstream).toBeNull();
    expect(json.serverLogs.node[0]).toEqual({
      kind: 'redo-starts',
      lsn: '0/74BAF018',
      timeline: null,
      target: null,
      fork: null,
      message: 'redo starts at 0/74BAF018',
      time: '2013-07-19 15:03:02.120 JST',
      file: 'old-primary.csv',
      line: 1,
    });
    expect(json.fromServerLog).toContain('node.walEnd');
  });

  it('does not say follow against what a log tells', () => {
    const log = join(scratch, 'tried.log');
    writeFileSync(log, 'LOG:  invalid record length at 0/B00000: wanted 24, got 0\n');
    expect(verdictOf(join(FIXTURES, '9.6-switchover'), '--node-log', log).status).toBe(6);
    expect(verdictOf(join(FIXTURES, '9.6-switchover'), '--upstream-log', log).status).toBe(0);
  });

  it('says which configuration file it could not follow', () => {
    const path = copyOf('15-diverged', 'includes');
    writeFileSync(join(path, 'node/postgresql.conf'), "include '/etc/passwd'\n");
    expect(verdictOf(path).stdout).toContain('configuration-unreadable');
  });

  it.each([
    ['a value that synchronous_transfer has not', ['--synchronous-transfer', 'some'], 2, /data_flush/],
    [
      'a path that is not there',
      ['--node', '/nonexistent', '--upstream', '/nonexistent'],
      1,
      /\/nonexistent: no such file/,
    ],
    ['no upstream', ['--node', '/nonexistent'], 2, /--upstream/],
    ['an unknown option', ['--node', 'x', '--upstream', 'x', '--nodes'], 2, /--nodes/],
  ])('answers %s with one line', (_, args, status, message) => {
    const result = pgwal('verdict', ...args);
    expect(result.status).toBe(status);
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('refuses a directory that is no node', () => {
    const empty = join(scratch, 'empty');
    mkdirSync(empty);
    const result = pgwal('verdict', '--node', empty, '--upstream', join(FIXTURES, '15-diverged/upstream'));
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/^pgwal: .*empty: no data directory/);
  });

  it.each([
    ['empty', (file: string) => truncateSync(file, 0), 'control-file-unreadable'],
    ['cut off', (file: string) => truncateSync(file, 100), 'control-file-unreadable'],
    ['changed in one byte', (file: string) => spoil(file, 100), 'control-file-crc'],
  ])('leaves the question open where pg_control is %s', (what, change, finding) => {
    const path = copyOf('9.6-switchover', `control ${what}`);
    change(join(path, 'node/global/pg_control'));
    const result = verdictOf(path);
    expect(result.status).toBe(6);
    expect(result.stdout).toContain(finding);
  });

  it('leaves the question open where a segment is of another cluster', () => {
    const path = copyOf('9.6-switchover', 'mixed');
    cpSync(
      join(FIXTURES, '9.6-old-tl2/node/pg_xlog/00000001000000000000000C.gz'),
      join(path, 'node/pg_xlog/00000001000000000000000A.gz'),
    );
    expect(verdictOf(path).status).toBe(6);
  });

  it('says of names in lower case that no server reads them', () => {
    const path = copyOf('9.6-switchover', 'lower');
    const wal = join(path, 'node/pg_xlog');
    for (const name of readdirSync(wal)) renameSync(join(wal, name), join(wal, name.toLowerCase()));
    const result = verdictOf(path);
    expect(result.status).toBe(6);
    expect(result.stdout).toContain('strange-file-name');
  });

  it('follows a link to the WAL directory', () => {
    const path = copyOf('9.6-switchover', 'linked');
    renameSync(join(path, 'node/pg_xlog'), join(path, 'elsewhere'));
    symlinkSync(join(path, 'elsewhere'), join(path, 'node/pg_xlog'));
    expect(verdictOf(path).status).toBe(0);
  });

  it('never says follow on the word of a lone history file', () => {
    const upstream = join(FIXTURES, '9.6-switchover/upstream/pg_xlog/00000002.history');
    const result = pgwal('verdict', '--node', join(FIXTURES, '9.6-switchover/node'), '--upstream', upstream);
    expect(result.status).toBe(6);
    expect(result.stdout).toContain('system-unknown');
  });

  it('wonders at two nodes that are swapped', () => {
    const path = join(FIXTURES, '9.6-switchover');
    const result = pgwal('verdict', '--node', join(path, 'upstream'), '--upstream', join(path, 'node'));
    expect(result.status).not.toBe(0);
    expect(result.stdout).toContain('swapped?');
  });

  it.skipIf(process.getuid?.() === 0)('says which file may not be read', () => {
    const path = copyOf('9.6-switchover', 'forbidden');
    chmodSync(join(path, 'node/global/pg_control'), 0);
    const result = verdictOf(path);
    expect(result.status).toBe(6);
    expect(result.stdout).toContain('permission denied');
  });

  it('writes nothing into what it reads', () => {
    const path = copyOf('15-diverged', 'untouched');
    const before = listing(path);
    verdictOf(path);
    expect(listing(path)).toEqual(before);
  });
});

function spoil(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] ^= 0xff;
  writeFileSync(file, bytes);
}

function listing(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${statSync(join(path, name)).size} ${statSync(join(path, name)).mtimeMs}`);
}
