// @ts-check
// `controldata` beside pg_controldata: next to no work, so what counts is how long it takes to start.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingPrograms, PGWAL, program, skip, tell } from './environment.js';
import { CORES, inTurn, measure } from './measure.js';
import { TEMPORARY } from './temporary.js';

const FIXTURE = fileURLToPath(new URL('../fixtures/failback/15-crash-level/node', import.meta.url));
const MANY = 31;

/** @returns {Promise<{ comparisons: import('./report.js').Comparison[], figures: import('./report.js').Figure[] }>} */
export async function compareControldata() {
  tell('`controldata`');
  const empty = join(TEMPORARY, 'empty.cjs');
  writeFileSync(empty, '');
  const tool = program('pg_controldata');
  if (tool === null) skip('controldata beside pg_controldata', missingPrograms('pg_controldata') ?? '');
  const tasks = [
    { command: [...PGWAL, 'controldata', FIXTURE] },
    { command: [process.execPath, empty] },
    ...(tool === null ? [] : [{ command: [tool, '-D', FIXTURE] }]),
  ];
  for (const task of tasks) await measure(task);
  const [ours, nothing, theirs] = await inTurn(tasks, MANY);
  return {
    comparisons: [
      {
        subject: '`controldata`',
        cores: CORES[CORES.length - 1],
        ours,
        peer: '`pg_controldata`',
        theirs: theirs ?? null,
        goal: null,
      },
    ],
    figures: [
      {
        subject: 'an empty start of Node',
        unit: 'ms',
        values: nothing.map((run) => run.milliseconds),
        goal: null,
      },
      {
        subject: '`controldata` beyond an empty start of Node',
        unit: 'ms',
        values: ours.map((run, round) => run.milliseconds - nothing[round].milliseconds),
        goal: 'under 40 (15)',
      },
    ],
  };
}
