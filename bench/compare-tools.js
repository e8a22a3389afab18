// @ts-check
// `dump` beside pg_waldump on the same WAL: the walk alone, the text, the statistics.
import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { missingPrograms, PGWAL, program, skip, tell } from './environment.js';
import { CORES, inTurn, measure } from './measure.js';
import { TEMPORARY } from './temporary.js';

/** @typedef {import('./report.js').Comparison} Comparison */

/** Where WAL ends before its last segment does, that is an error to both. */
const ENDS = [0, 1];
const FILE = join(TEMPORARY, 'output');

/** Targets are the speed beside pg_waldump's, on one core and on all of two. */
const SUBJECTS = [
  {
    name: 'dump -q',
    options: ['-q'],
    to: null,
    one: { target: 0.4, aim: 0.6 },
    all: { target: 0.8, aim: 1 },
  },
  {
    name: 'dump',
    options: [],
    to: '/dev/null',
    one: { target: 0.5, aim: 0.8 },
    all: { target: 0.9, aim: 1.5 },
  },
  { name: 'dump', options: [], to: 'a file', one: { target: 0.5, aim: 0.8 }, all: { target: 0.9, aim: 1.5 } },
  { name: 'dump --stats', options: ['--stats'], to: null, one: null, all: { target: 0.8, aim: 1 } },
];

/** @param {import('./make-wal.js').Wal} wal @returns {Promise<Comparison[]>} */
export async function compareDump(wal) {
  const theirs = program('pg_waldump');
  if (theirs === null) skip('dump beside pg_waldump', missingPrograms('pg_waldump') ?? '');
  if (!CORES.includes(1)) skip('dump on one core', 'no taskset');
  /** @type {Comparison[]} */
  const comparisons = [];
  for (const { name, options, to, one, all } of SUBJECTS) {
    const subject = to === null ? `\`${name}\`` : `\`${name}\` to ${to === 'a file' ? to : `\`${to}\``}`;
    const parameters = [...options, '-p', wal.folder, wal.first, wal.last];
    const tools = [[...PGWAL, 'dump', ...parameters], ...(theirs === null ? [] : [[theirs, ...parameters]])];
    if (!(await doesItsWork(subject, tools[0], tools[1] ?? null))) continue;
    for (const cores of CORES) {
      tell(`${subject}, ${cores === 1 ? 'one core' : `${cores} cores`}`);
      const [ours, others] = await inTurn(
        tools.map((command) => ({
          command,
          oneCore: cores === 1,
          statuses: ENDS,
          ...(to === 'a file' && { output: FILE, after: async () => rmSync(FILE) }),
        })),
      );
      comparisons.push({
        subject,
        cores,
        ours,
        peer: `\`${['pg_waldump', ...options].join(' ')}\``,
        theirs: others ?? null,
        goal: cores === 1 ? one : all,
      });
    }
  }
  return comparisons;
}

/**
 * Whether it walks to the end of WAL, and prints what the other does: else there is nothing to compare.
 * @param {string} subject @param {string[]} ours @param {string[] | null} theirs
 */
async function doesItsWork(subject, ours, theirs) {
  const files = [join(TEMPORARY, 'ours'), join(TEMPORARY, 'theirs')];
  try {
    const run = await measure({ command: ours, output: files[0], statuses: ENDS });
    const said = run.errors.replace(/^pgwal: /gm, '');
    if (said !== '' && !said.includes('error in WAL record at')) throw new Error(said.trim());
    if (theirs === null) return true;
    const other = await measure({ command: theirs, output: files[1], statuses: ENDS });
    const otherSaid = other.errors.replace(/^pg_waldump: /gm, '');
    if (said !== otherSaid)
      throw new Error(`pg_waldump ended with "${otherSaid.trim()}", not "${said.trim()}"`);
    if (!isSame(files[0], files[1])) throw new Error('pg_waldump printed something else');
    return true;
  } catch (error) {
    skip(subject, error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    for (const file of files) rmSync(file, { force: true });
  }
}

/** @param {string} a @param {string} b */
function isSame(a, b) {
  const files = [openSync(a, 'r'), openSync(b, 'r')];
  const buffers = files.map(() => Buffer.alloc(2 ** 22));
  try {
    for (;;) {
      const parts = files.map((file, index) => buffers[index].subarray(0, readSync(file, buffers[index])));
      if (!parts[0].equals(parts[1])) return false;
      if (parts[0].length === 0) return true;
    }
  } finally {
    for (const file of files) closeSync(file);
  }
}
