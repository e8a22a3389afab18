// @ts-check
// Runs commands in turn, and takes the time, the CPU time and the peak memory of each.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { HAS_TASKSET, ROUNDS, TIME } from './environment.js';
import { ACCOUNT } from './server-account.js';
import { TEMPORARY } from './temporary.js';

/**
 * @typedef {object} Task
 * @property {string[]} command
 * @property {readonly number[]} [statuses] - the exit statuses that mean that it did its work; 0, if not given
 * @property {boolean} [oneCore] - whether to keep it to the first core
 * @property {boolean} [asServer] - whether it refuses to run as root
 * @property {string} [output] - the file to write standard output to; discarded, if not given
 * @property {() => Promise<void>} [before] - what is done first, untimed
 * @property {() => Promise<void>} [after] - what is done then, untimed
 */

/**
 * @typedef {object} Run
 * @property {number} milliseconds
 * @property {Usage | null} usage - null where nothing tells it
 * @property {string} errors - what it wrote to standard error
 */

/** @typedef {{ memory: number, cpu: number }} Usage - the peak in bytes; milliseconds on all cores, in steps of 10 */

/** How many cores a command may run on: all, or one. */
export const CORES =
  availableParallelism() > 1 && HAS_TASKSET ? [1, availableParallelism()] : [availableParallelism()];

/** Runs each task once a round. @param {Task[]} tasks @param {number} [rounds] @returns {Promise<Run[][]>} each task's runs */
export async function inTurn(tasks, rounds = ROUNDS) {
  /** @type {Run[][]} */
  const runs = tasks.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, task] of tasks.entries()) runs[index].push(await measure(task));
  }
  return runs;
}

let measured = 0;

/** @param {Task} task @returns {Promise<Run>} */
export async function measure(task) {
  await task.before?.();
  const usageFile = join(TEMPORARY, `usage-${measured++}`);
  const command = [
    ...(task.oneCore ? ['taskset', '-c', '0'] : []),
    ...(TIME === null ? [] : [TIME, '-q', '-f', '%M %U %S', '-o', usageFile]),
    ...task.command,
  ];
  const output = openSync(task.output ?? '/dev/null', 'w');
  try {
    const { status, errors, milliseconds } = await execute(command, output, task.asServer ? ACCOUNT : null);
    if (!(task.statuses ?? [0]).includes(status)) {
      throw new Error(`${task.command.join(' ')} ended with status ${status}: ${errors.trim()}`);
    }
    return { milliseconds, usage: TIME === null ? null : readUsage(usageFile), errors };
  } finally {
    closeSync(output);
    rmSync(usageFile, { force: true });
    await task.after?.();
  }
}

/** @param {string} file - what time wrote @returns {Usage} */
function readUsage(file) {
  const [kilobytes, user, system] = readFileSync(file, 'utf8').split(' ').map(Number);
  return { memory: kilobytes * 1024, cpu: 1000 * (user + system) };
}

/**
 * @param {string[]} command @param {number} output @param {{ uid: number, gid: number } | null} account
 * @returns {Promise<{ status: number, errors: string, milliseconds: number }>}
 */
function execute([file, ...parameters], output, account) {
  return new Promise((resolve, reject) => {
    let errors = '';
    let milliseconds = Number.NaN;
    const begin = performance.now();
    const child = spawn(file, parameters, { stdio: ['ignore', output, 'pipe'], cwd: TEMPORARY, ...account });
    child.on('error', reject);
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    child.on('exit', () => {
      milliseconds = performance.now() - begin;
    });
    child.on('close', (status) => resolve({ status: status ?? -1, errors, milliseconds }));
  });
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
