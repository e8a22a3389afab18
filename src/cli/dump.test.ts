import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresTool } from '../testing/postgres-tools.js';
import { tourFiles } from '../testing/tours.js';
import { dump } from './dump.js';
import type { DumpArguments } from './dump-options.js';

const scratch = mkdtempSync(join(tmpdir(), 'pg-wal-dump-'));
const wal = join(scratch, 'pg_wal');
const segments: string[] = [];
beforeAll(() => {
  process.env.TZ = 'UTC';
  mkdirSync(wal);
  for (const [path, bytes] of Object.entries(tourFiles('15'))) {
    segments.push(basename(path));
    writeFileSync(join(wal, basename(path)), bytes);
  }
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the command in this process. */
async function pgwalDump(files: readonly string[], given: DumpArguments) {
  const parts: Buffer[] = [];
  let stderr = '';
  const status = await dump(files, given, {
    output: {
      async write(bytes) {
        parts.push(Buffer.from(bytes));
      },
      async flush() {},
    },
    tell: (line) => {
      stderr += line;
    },
  });
  return { stdout: Buffer.concat(parts).toString('latin1'), stderr, status };
}

describe('pgwal dump', () => {
  it.each<[string, DumpArguments, string]>([
    ['nothing to start from', {}, 'no start WAL location given'],
    ['a location that is none', { start: 'x' }, 'invalid WAL location: "x"'],
    [
      'a block without a relation',
      { block: '1' },
      'option -B/--block requires option -R/--relation to be specified',
    ],
    ['a block that is none', { block: 'x', relation: '1/2/3' }, 'invalid block number: "x"'],
    ['a fork that is none', { fork: 'x' }, 'invalid fork name: "x"'],
    ['a limit that is none', { limit: 'x' }, 'invalid value "x" for option -n/--limit'],
    ['a timeline that is none', { timeline: 'x' }, 'invalid value "x" for option -t/--timeline'],
    ['timeline 0', { timeline: '0' }, '-t/--timeline must be in range 1..4294967295'],
    ['a resource manager that is none', { rmgr: ['x'] }, 'resource manager "x" does not exist'],
    ['a transaction that is none', { xid: 'x' }, 'invalid transaction ID specification: "x"'],
  ])('refuses %s', async (_, given, message) => {
    const { stdout, stderr, status } = await pgwalDump([], { path: wal, ...given });
    expect({ stdout, stderr, status }).toEqual({
      stdout: '',
      stderr: `pgwal: error: ${message}\n`,
      status: 1,
    });
  });

  it.each(['rmgr', 'record'])('tells no statistics by %s where a file is missing', async (stats) => {
    const alone = join(scratch, `alone-${stats}`);
    mkdirSync(alone);
    const [segment] = segments;
    writeFileSync(join(alone, segment), readFileSync(join(wal, segment)));
    const start = `0/${(Number.parseInt(segment.slice(16), 16) * 2 ** 20).toString(16).toUpperCase()}`;
    const { stdout, stderr, status } = await pgwalDump([], { path: alone, start, stats });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^pgwal: error: could not find file "\w{24}": No such file or directory\n$/);
    expect(status).toBe(1);
    const tool = postgresTool('pg_waldump');
    if (tool === null) return;
    const theirs = spawnSync(tool, ['-p', alone, '-s', start, `--stats=${stats}`], { encoding: 'latin1' });
    expect({ stdout, stderr, status }).toEqual({
      stdout: theirs.stdout,
      stderr: theirs.stderr.replace(/^pg_waldump:/, 'pgwal:'),
      status: theirs.status,
    });
  });

  it('prints an object a line with --format=json', async () => {
    const { stdout } = await pgwalDump(segments, { path: wal, format: 'json' });
    const plain = await pgwalDump(segments, { path: wal });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(plain.stdout.trimEnd().split('\n').length);
    expect(Object.keys(JSON.parse(lines[0]))).toEqual([
      'lsn',
      'endLsn',
      'previousLsn',
      'timeline',
      'xid',
      'topLevelXid',
      'origin',
      'resourceManager',
      'type',
      'info',
      'recordLength',
      'totalLength',
      'description',
      'malformed',
      'data',
      'blocks',
    ]);
  });

  it('prints all of a directory', async () => {
    const whole = await pgwalDump([wal], {});
    const named = await pgwalDump(segments, { path: wal });
    expect(whole.stdout).toBe(named.stdout);
  });
});

// every option that chooses records, alone and in pairs
const CHOICES: readonly (readonly string[])[] = [
  ['--rmgr=Heap'],
  ['--rmgr=Btree', '--rmgr=transaction'],
  ['--xid=@'],
  ['--relation=@'],
  ['--relation=@', '--block=0'],
  ['--fork=vm'],
  ['--fork=main'],
  ['--fullpage'],
  ['--start=@'],
  ['--end=@'],
  ['--limit=7'],
  ['--bkp-details'],
  ['--stats'],
  ['--stats=record'],
  ['--quiet'],
  ['--timeline=1'],
];
const tool = postgresTool('pg_waldump');

describe.skipIf(tool === null)(
  `beside a live pg_waldump${tool === null ? ' (skipped: it is not here)' : ''}`,
  () => {
    const pairs = CHOICES.flatMap((a, index) =>
      CHOICES.slice(index).map((b) => (a === b ? a : [...a, ...b])),
    );

    it.each(pairs)('prints the same for %s %s %s %s', async (...choice) => {
      const examples = exampleValues();
      const args = choice
        .filter((each) => each !== undefined)
        .map((each) => each.replace(/^--(\w+)=@$/, (_, name) => `--${name}=${examples[name]}`));
      const theirs = spawnSync(tool ?? '', [...args, '-p', wal, ...segments], {
        encoding: 'latin1',
        env: { TZ: 'UTC' },
        maxBuffer: 1 << 28,
      });
      const ours = await pgwalDump(segments, { ...argumentsOf(args), path: wal });
      expect(ours.stderr.replace(/^pgwal/, 'pg_waldump')).toBe(theirs.stderr.replace(/\n.*hint.*\n/, '\n'));
      expect(ours.status).toBe(theirs.status);
      expect(ours.stdout === theirs.stdout ? '' : firstDifference(ours.stdout, theirs.stdout)).toBe('');
    });
  },
);

let examples: Record<string, string> | null = null;

/** A transaction, a relation and positions that the WAL has, as pg_waldump shows them. */
function exampleValues(): Record<string, string> {
  if (examples !== null) return examples;
  const { stdout } = spawnSync(tool ?? '', ['-p', wal, ...segments], {
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
  const lines = stdout.split('\n').filter((line) => /tx: +[1-9]/.test(line) && line.includes('blkref'));
  const early = lines[Math.floor(lines.length / 3)] ?? '';
  const late = lines[Math.floor(lines.length / 2)] ?? '';
  examples = {
    xid: /tx: +(\d+)/.exec(early)?.[1] ?? '',
    relation: /rel (\d+\/\d+\/\d+)/.exec(early)?.[1] ?? '',
    // in the middle of a record
    start: `0/${(Number.parseInt(/lsn: 0\/(\w+)/.exec(stdout)?.[1] ?? '', 16) + 12).toString(16)}`,
    end: /lsn: (0\/\w+)/.exec(late)?.[1] ?? '',
  };
  return examples;
}

function argumentsOf(args: readonly string[]): DumpArguments {
  const given: Record<string, unknown> = {};
  for (const arg of args) {
    const [name, value] = arg.slice(2).split('=');
    const key = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (key === 'rmgr') given.rmgr = [...((given.rmgr as string[] | undefined) ?? []), value];
    else given[key] = value ?? (key === 'stats' ? 'rmgr' : true);
  }
  return given;
}

function firstDifference(ours: string, theirs: string): string {
  const a = ours.split('\n');
  const b = theirs.split('\n');
  const index = a.findIndex((line, at) => line !== b[at]);
  return `line ${index + 1}: ours ${a[index]}, theirs ${b[index]}`;
}
