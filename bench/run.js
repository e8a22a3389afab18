// @ts-check
// The walk over WAL beside `pg_waldump -q` of PostgreSQL 15, on the same WAL: see README.md.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const BIN = process.env.PGWAL_BENCH_BIN ?? '/usr/lib/postgresql/15/bin';
const RUNS = 7;
const WAL_MEGABYTES = 256;
const FIXTURE = fileURLToPath(new URL('../fixtures/tour/15/pg_wal/', import.meta.url));
const WALK = fileURLToPath(new URL('walk.js', import.meta.url));

const temporary = mkdtempSync(join(tmpdir(), 'pg-wal-bench-'));
try {
  const wal = join(temporary, 'wal');
  console.log(existsSync(join(BIN, 'pgbench')) ? makeWal(wal) : unpackFixture(wal));
  compare(wal);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/**
 * Has a server of its own write WAL.
 * @param {string} wal - where to put it
 */
function makeWal(wal) {
  const data = join(temporary, 'data');
  const settings = `
    listen_addresses = ''
    unix_socket_directories = '${temporary}'
    fsync = off
    max_wal_size = 4GB
    wal_keep_size = 2GB
    autovacuum = off
  `;
  // a server does not run as root
  const isRoot = process.getuid?.() === 0;
  const postgres = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : null;
  if (postgres !== null) chownSync(temporary, postgres.uid, postgres.gid);
  /** @param {string} program @param {string[]} parameters */
  const run = (program, ...parameters) => {
    const command = [join(BIN, program), ...parameters];
    const [file, ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    return execFileSync(file, rest, { cwd: temporary, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  run('initdb', '--no-sync', '-A', 'trust', '-D', data);
  writeFileSync(join(data, 'postgresql.auto.conf'), settings);
  run('pg_ctl', '-w', '-D', data, '-l', join(temporary, 'log'), 'start');
  try {
    const user = isRoot
      ? 'postgres'
      : run('psql', '-h', temporary, '-d', 'postgres', '-Atc', 'select user').trim();
    /** @param {string} sql */
    const ask = (sql) => run('psql', '-h', temporary, '-U', user, '-d', 'postgres', '-Atc', sql).trim();
    const bench = ['-h', temporary, '-U', user, 'postgres'];
    run('pgbench', '-i', '-q', '-s', '5', ...bench);
    while (Number(ask("select pg_current_wal_lsn() - '0/0'")) < WAL_MEGABYTES * 1024 * 1024) {
      run('pgbench', '-n', '-c', '4', '-T', '3', ...bench);
    }
  } finally {
    run('pg_ctl', '-w', '-D', data, '-m', 'fast', 'stop');
  }
  cpSync(join(data, 'pg_wal'), wal, { recursive: true, filter: (path) => !path.endsWith('archive_status') });
  rmSync(data, { recursive: true, force: true });
  return 'WAL: written by pgbench on PostgreSQL 15';
}

/** @param {string} which */
function idOf(which) {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}

/** @param {string} wal */
function unpackFixture(wal) {
  cpSync(FIXTURE, wal, { recursive: true });
  for (const name of readdirSync(wal)) {
    writeFileSync(join(wal, name.replace(/\.gz$/, '')), gunzipSync(readFileSync(join(wal, name))));
    rmSync(join(wal, name));
  }
  return `WAL: the fixture, which is small: start-up counts most (no pgbench in ${BIN})`;
}

/** @param {string} wal */
function compare(wal) {
  const segments = readdirSync(wal)
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .sort();
  const taskset = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : [];
  if (taskset.length === 0) console.log('skipped: keeping to one core (no taskset)');
  const hasTime = existsSync('/usr/bin/time');
  if (!hasTime) console.log("skipped: pg_waldump's memory (no /usr/bin/time)");
  const theirs = join(BIN, 'pg_waldump');
  const hasTheirs = existsSync(theirs);
  if (!hasTheirs) console.log(`skipped: pg_waldump (not in ${BIN}; PGWAL_BENCH_BIN may name another folder)`);

  /** @type {{ ours: Run[], theirs: Run[] }} */
  const runs = { ours: [], theirs: [] };
  for (let run = -1; run < RUNS; run++) {
    const ours = measureWalk(taskset, wal);
    const other = hasTheirs ? measureTool(taskset, hasTime, theirs, wal, segments, ours.lastRecord) : null;
    // the first pair only warms the page cache
    if (run < 0) {
      console.log(
        `     ${ours.records} records, ${(ours.bytes / 2 ** 20).toFixed(0)} MB; ${RUNS} runs of each in turn`,
      );
      continue;
    }
    runs.ours.push(ours);
    if (other !== null) runs.theirs.push(other);
  }
  console.log('\n                              median   min to max        peak memory');
  printRow(
    'pg-wal, walk and CRCs',
    runs.ours.map((run) => run.inner ?? 0),
    runs.ours,
  );
  printRow(
    'pg-wal, with start of node',
    runs.ours.map((run) => run.whole),
    runs.ours,
  );
  if (runs.theirs.length === 0) return;
  printRow(
    'pg_waldump -q',
    runs.theirs.map((run) => run.whole),
    runs.theirs,
  );
  const reference = median(runs.theirs.map((run) => run.whole));
  const inner = median(runs.ours.map((run) => run.inner ?? 0)) / reference;
  const whole = median(runs.ours.map((run) => run.whole)) / reference;
  console.log(
    `\nratio of medians, pg-wal to pg_waldump: ${inner.toFixed(2)} (with start of node: ${whole.toFixed(2)})`,
  );
}

/** @typedef {{ whole: number, inner?: number, memory: number | null }} Run - milliseconds and bytes */

/** @param {string[]} taskset @param {string} wal */
function measureWalk(taskset, wal) {
  const [file, ...rest] = [...taskset, process.execPath, WALK, wal];
  const begin = performance.now();
  const output = execFileSync(file, rest, { encoding: 'utf8' });
  const whole = performance.now() - begin;
  /** @type {{ milliseconds: number, memory: number, records: number, bytes: number, lastRecord: string }} */
  const { milliseconds, ...found } = JSON.parse(output);
  return { whole, inner: milliseconds, ...found };
}

/** @param {string[]} taskset @param {boolean} hasTime @param {string} tool @param {string} wal @param {string[]} segments @param {string} lastRecord */
function measureTool(taskset, hasTime, tool, wal, segments, lastRecord) {
  const time = hasTime ? ['/usr/bin/time', '-f', '%M'] : [];
  const [file, ...rest] = [
    ...taskset,
    ...time,
    tool,
    '-q',
    '-p',
    wal,
    segments[0],
    segments[segments.length - 1],
  ];
  const begin = performance.now();
  // the end of WAL is an error to it
  const { stderr } = spawnSync(file, rest, { encoding: 'utf8' });
  const whole = performance.now() - begin;
  // what does not walk as far is no comparison
  if (!stderr.includes(`error in WAL record at ${lastRecord}:`))
    throw new Error(`pg_waldump ended elsewhere: ${stderr}`);
  const kilobytes = hasTime ? Number(stderr.trim().split('\n').at(-1)) : Number.NaN;
  return { whole, memory: Number.isNaN(kilobytes) ? null : kilobytes * 1024 };
}

/** @param {string} name @param {number[]} times @param {Run[]} runs */
function printRow(name, times, runs) {
  const memory = Math.max(...runs.map((run) => run.memory ?? 0));
  const spread = `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)} ms`;
  const peak = memory === 0 ? '-' : `${(memory / 2 ** 20).toFixed(0)} MB`;
  console.log(`${name.padEnd(27)}${median(times).toFixed(0).padStart(6)} ms   ${spread.padEnd(18)}${peak}`);
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
