// @ts-check
// `verdict` beside what else tells whether a node can fail back: pg_rewind's dry run, and for a crashed node
// the recovery that has to come before it.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { missingPrograms, PGWAL, program, skip, tell } from './environment.js';
import { CORES, inTurn, measure } from './measure.js';
import { runAsServer, Server } from './postgres-server.js';
import { TEMPORARY } from './temporary.js';

/** @typedef {import('./report.js').Comparison} Comparison */
/** @typedef {import('./failback-nodes.js').Pair} Pair */

/** The exit status of `verdict` for a node that is to be rewound. */
const REWIND = 4;
const cores = CORES[CORES.length - 1];

/** @param {import('./failback-nodes.js').Nodes | null} nodes @returns {Promise<Comparison[]>} */
export async function compareVerdicts(nodes) {
  if (nodes === null) return [];
  const size = `${Math.round((nodes.wal.pgbench + nodes.wal.mixed) / 2 ** 20)} MB`;
  return [...(await compareClean(nodes.clean, size)), ...(await compareCrashed(nodes.crashed, size))];
}

/** @param {Pair} pair @param {string} size - of its WAL past the fork point @returns {Promise<Comparison[]>} */
async function compareClean(pair, size) {
  const subject = `\`verdict\`, node stopped cleanly, ${size} past the fork point`;
  tell(subject);
  const verdict = { command: verdictOf(pair), statuses: [REWIND] };
  const rewind = dryRun(pair, pair.node);
  if (rewind === null) skip('verdict beside pg_rewind', missingPrograms('pg_rewind') ?? '');
  else if (!(await findsSameFork(subject, pair, rewind))) return [];
  const [ours, theirs] = await inTurn([verdict, ...(rewind === null ? [] : [rewind])]);
  return [
    {
      subject,
      cores,
      ours,
      peer: '`pg_rewind --dry-run`',
      theirs: theirs ?? null,
      goal: { target: 3, aim: 10 },
    },
  ];
}

/** @param {Pair} pair @param {string} size - of its WAL to recover @returns {Promise<Comparison[]>} */
async function compareCrashed(pair, size) {
  const subject = `\`verdict\`, crashed node, ${size} to recover`;
  const problem = missingPrograms('pg_ctl', 'postgres');
  if (problem !== null) skip('verdict beside crash recovery', problem);
  tell(subject);
  const copy = new Server(join(TEMPORARY, 'recovering'));
  const removeCopy = async () => rmSync(copy.data, { recursive: true, force: true });
  const refused = dryRun(pair, pair.node);
  const rewind = dryRun(pair, copy.data);
  const verdict = { command: verdictOf(pair), statuses: [REWIND] };
  await measure(verdict);
  if (problem !== null) {
    const [ours] = await inTurn([verdict]);
    return [{ subject, cores, ours, peer: '', theirs: null, goal: null }];
  }
  const [ours, recovery, rewound, refusals] = await inTurn([
    verdict,
    {
      command: copy.startCommand,
      asServer: true,
      before: async () => {
        await removeCopy();
        await runAsServer(['cp', '-a', pair.node, copy.data]);
        copy.stopBeforeLeaving();
      },
      after: () => copy.stop('fast'),
    },
    ...(rewind === null ? [] : [{ ...rewind, after: removeCopy }]),
    ...(refused === null ? [] : [{ ...refused, statuses: [1] }]),
  ]);
  await removeCopy();
  // this is the usage of what waits for the server
  const recovered = recovery.map((run) => ({ ...run, usage: null }));
  const crashed = { subject, cores, ours };
  /** @type {Comparison[]} */
  const comparisons = [
    {
      ...crashed,
      peer: 'starting the server: its crash recovery',
      theirs: recovered,
      goal: { target: 2, aim: 5 },
    },
  ];
  if (rewind === null) return comparisons;
  const both = rewound.map((run, round) => ({
    ...recovered[round],
    milliseconds: run.milliseconds + recovered[round].milliseconds,
  }));
  return [
    ...comparisons,
    { ...crashed, peer: 'that and `pg_rewind --dry-run` then', theirs: both, goal: null },
    {
      ...crashed,
      peer: '`pg_rewind --dry-run` on it as it is: refuses',
      theirs: refusals,
      goal: null,
      isNoAnswer: true,
    },
  ];
}

/** @param {Pair} pair */
function verdictOf({ node, upstream }) {
  return [...PGWAL, 'verdict', '--node', node, '--upstream', upstream];
}

/** @param {Pair} pair @param {string} node */
function dryRun({ upstream }, node) {
  const tool = program('pg_rewind');
  if (tool === null) return null;
  const parameters = [`--target-pgdata=${node}`, `--source-pgdata=${upstream}`, '--dry-run'];
  return { command: [tool, ...parameters], asServer: true };
}

/**
 * Whether both see the fork at the same place: else there is nothing to compare.
 * @param {string} subject @param {Pair} pair @param {import('./measure.js').Task} rewind
 */
async function findsSameFork(subject, pair, rewind) {
  const file = join(TEMPORARY, 'verdict');
  await measure({ command: verdictOf(pair), output: file, statuses: [REWIND] });
  const { errors } = await measure(rewind);
  const fork = /diverged at WAL location (\S+)/.exec(errors)?.[1];
  const isSame = fork !== undefined && readFileSync(file, 'utf8').includes(fork);
  if (!isSame) skip(subject, `pg_rewind sees another fork point: ${errors.trim()}`);
  rmSync(file);
  return isSame;
}
