// @ts-check
// What the benchmark was told to use, and what it found on this machine.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where PostgreSQL's programs are. */
export const PROGRAMS = process.env.PGWAL_BENCH_BIN ?? '/usr/lib/postgresql/15/bin';

/** How much WAL `dump` is to read; the nodes of `verdict` have twice as much. */
export const MEGABYTES = Number(process.env.PGWAL_BENCH_MEGABYTES ?? 512);

/** A folder of WAL to take instead of WAL made here. */
export const GIVEN_WAL = process.env.PGWAL_BENCH_WAL ?? null;

/** A folder to keep the nodes in, and to take them from where it has them. */
export const KEPT_NODES = process.env.PGWAL_BENCH_NODES ?? null;

/** How often each command is run; every one has its turn before any runs again. */
export const ROUNDS = 5;

/** The command under test, as it is published. */
export const PGWAL = [process.execPath, fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))];

export const TIME = existsSync('/usr/bin/time') ? '/usr/bin/time' : null;
export const HAS_TASKSET = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** What could not be measured, and why. @type {string[]} */
export const skipped = [];

/** @param {string} what @param {string} why */
export function skip(what, why) {
  skipped.push(`${what}: ${why}`);
  tell(`skipped: ${what}: ${why}`);
}

/**
 * A part that fails is named as skipped and does not stop the others, but the run has failed.
 * @template T @param {string} what @param {() => Promise<T>} part @param {T} nothing @returns {Promise<T>}
 */
export async function attempt(what, part, nothing) {
  try {
    return await part();
  } catch (error) {
    process.exitCode = 1;
    skip(what, `failed: ${error instanceof Error ? error.message : error}`);
    return nothing;
  }
}

/** Says on standard error what goes on. @param {string} line */
export function tell(line) {
  process.stderr.write(`${line}\n`);
}

/** A program of PostgreSQL's, or null where it is not there. @param {string} name */
export function program(name) {
  const path = join(PROGRAMS, name);
  return existsSync(path) ? path : null;
}

/** Names the programs that are missing of those that are needed. @param {string[]} names */
export function missingPrograms(...names) {
  const missing = names.filter((name) => program(name) === null);
  return missing.length === 0
    ? null
    : `no ${missing.join(', ')} in ${PROGRAMS} (PGWAL_BENCH_BIN names another folder)`;
}
