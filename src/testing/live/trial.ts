import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareEvidence } from '../../evidence/compare-evidence.js';
import { readEvidence } from '../../evidence/read-evidence.js';
import { scanPageLsns } from '../../evidence/scan-page-lsns.js';
import { assessFailback } from '../../failback/assess-failback.js';
import type { Verdict } from '../../failback/verdict.js';
import { directorySource } from '../../source/directory.js';
import { runFileSteps } from '../failback.js';
import type { Field } from './field.js';
import { run, waitUntil } from './processes.js';
import type { Staged } from './scenario.js';
import type { Server } from './server.js';

/** What became of a node that was started as a standby. */
export interface Attempt {
  /** Whether a row that was written on the upstream came along. */
  readonly follows: boolean;
  /** How the node's contents differ from the upstream's; null where they do not, or where it does not follow. */
  readonly difference: string | null;
  /** The last that the node logged. */
  readonly log: string;
}

/** A verdict, held against reality. */
export interface Trial {
  readonly verdict: Verdict;
  /** What the verdict would be if the node's data files were not at hand. */
  readonly unscanned: Verdict;
  /** The node as it is. */
  readonly asItIs: Attempt;
  /** The node once its surplus was discarded or it was rewound, as the steps say; null for other verdicts. */
  readonly afterSteps: Attempt | null;
}

/** Seconds to wait for a row to come along: where it is to, and where it is not expected to. */
const PATIENT = 60;
const IMPATIENT = 6;

/** What was done to a copy of the node before it is started. */
interface Prepared {
  /** Whether it may still restore from its archive. */
  readonly keepsArchive: boolean;
}

const UNCHANGED: Prepared = { keepsArchive: true };

/** Gives the verdict on a node, then finds out. The node itself is not touched: copies of it are tried. */
export async function tryOut(field: Field, staged: Staged): Promise<Trial> {
  const { verdict, unscanned } = await judge(staged);
  const isToFollow = [verdict, unscanned].some((judged) => judged.verdict === 'follow');
  const asItIs = await attempt(field, staged, 'as-it-is', isToFollow, async () => UNCHANGED);
  let afterSteps: Attempt | null = null;
  if (verdict.verdict === 'discard-wal') {
    afterSteps = await attempt(field, staged, 'discarded', true, (copy) => discard(copy, verdict));
  } else if (verdict.verdict === 'rewind') {
    afterSteps = await attempt(field, staged, 'rewound', true, (copy) =>
      rewind(field, copy, staged, verdict),
    );
  }
  return { verdict, unscanned, asItIs, afterSteps };
}

async function judge({ node, upstream, archive }: Staged): Promise<{ verdict: Verdict; unscanned: Verdict }> {
  const nodeSource = await directorySource(node.directory);
  const upstreamSource = await directorySource(upstream.directory);
  const nodeArchive = archive === undefined ? undefined : await directorySource(archive);
  const ours = await readEvidence(nodeSource, nodeArchive === undefined ? {} : { archive: nodeArchive });
  const theirs = await readEvidence(upstreamSource);
  const archives = nodeArchive === undefined ? {} : { nodeArchive };
  const comparison = await compareEvidence(ours, nodeSource, theirs, upstreamSource, archives);
  const dataPages = await scanPageLsns(nodeSource);
  return {
    verdict: assessFailback({ ...ours, dataPages }, theirs, comparison),
    unscanned: assessFailback(ours, theirs, comparison),
  };
}

/** Prepares a copy of the node, starts it as a standby of the upstream and sees what comes of it. */
async function attempt(
  field: Field,
  { node, upstream, archive }: Staged,
  name: string,
  isToFollow: boolean,
  prepare: (copy: Server) => Promise<Prepared>,
): Promise<Attempt> {
  const copy = field.newServer(`${node.name}-${name}`);
  await node.copyTo(copy);
  const prepared = await prepare(copy);
  const restores = archive !== undefined && prepared.keepsArchive;
  copy.follow(upstream, restores ? { restoreCommand: `cp ${archive}/%f %p` } : {});
  await copy.beginToStart();
  const marker = field.random.integer(1, 1e9);
  await upstream.query(`insert into marks values (${marker})`);
  const hasMarker = () =>
    copy.tryQuery(`select count(*) from marks where mark = ${marker}`).then(({ output }) => output === '1');
  const follows = await waitUntil(
    async () => !copy.isRunning || (await hasMarker()),
    isToFollow ? PATIENT : IMPATIENT,
  ).then((isDone) => isDone && copy.isRunning);
  const difference = follows ? await findDifference(field, copy, upstream) : null;
  const log = copy.tail(15);
  await copy.stop('immediate');
  return { follows, difference, log };
}

/** The same rows in the same tables, by the tables and by their indexes, and pages that are sound. */
async function findDifference(field: Field, copy: Server, upstream: Server): Promise<string | null> {
  // rows that the upstream never had may come to light only as its transaction IDs go on
  await field.load(upstream, 100);
  await field.level(copy, upstream);
  for (const isByIndex of [false, true]) {
    const [ours, theirs] = [await contents(copy, isByIndex), await contents(upstream, isByIndex)];
    if (ours !== theirs)
      return `${isByIndex ? 'by index' : 'by table'}: ${ours.slice(0, 1000)} instead of ${theirs.slice(0, 1000)}`;
  }
  const amcheck = copy.program('pg_amcheck');
  if (existsSync(amcheck)) {
    const args = ['--heapallindexed', '-d', 'postgres', ...copy.clientOptions];
    const { status, output } = await run(amcheck, args);
    if (status !== 0) return `pg_amcheck: ${output.slice(0, 500)}`;
  }
  const checksums = copy.program('pg_checksums');
  if (existsSync(checksums)) {
    await copy.stop('fast');
    const { status, output } = await run(checksums, ['--check', '-D', copy.directory]);
    if (status !== 0 && !output.includes('not enabled')) return `pg_checksums: ${output.slice(0, 500)}`;
  }
  return null;
}

/** A line a table: how many rows, and what they come to. */
async function contents(server: Server, isByIndex: boolean): Promise<string> {
  const tables = await server.query(
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  const digest = "count(*), coalesce(sum(('x' || left(md5(x::text), 8))::bit(32)::bigint), 0)";
  const statements = tables
    .split('\n')
    .map(
      (table) =>
        `select '${table}', ${digest} from ${table} x where ${isByIndex && table === 't' ? 'a >= 0' : 'true'};`,
    );
  const how = isByIndex ? 'set enable_seqscan = off;' : '';
  // an index that does not fit its table makes for an error, which is a difference, too
  return (await server.tryQuery(`${how} ${statements.join('\n')}`)).output;
}

/** Does what the steps of `discard-wal` say. */
async function discard(copy: Server, { steps }: Verdict): Promise<Prepared> {
  const done = runFileSteps(steps, copy.directory);
  const losesArchive = steps.some((step) => step.includes('take its restore_command away'));
  if (done === 0 && !losesArchive) throw new Error(`no step of these is a command: ${steps.join('; ')}`);
  return { keepsArchive: !losesArchive };
}

/** Does what the steps of `rewind` say. */
async function rewind(
  field: Field,
  copy: Server,
  { upstream }: Staged,
  { steps }: Verdict,
): Promise<Prepared> {
  const has = (words: string) => steps.some((step) => step.includes(words));
  const saved = join(field.folder, `${copy.name}-wal`);
  if (has('run CHECKPOINT on the upstream')) await upstream.query('checkpoint');
  if (has('its shutdown can recycle the WAL')) cpSync(copy.walDirectory, saved, { recursive: true });
  if (has('complete its crash recovery')) {
    copy.forgetUpstream();
    await run(copy.program('postgres'), ['--single', '-D', copy.directory, 'template1']);
  }
  if (has('start it as the standby that it was')) {
    await copy.start();
    await copy.stop('fast');
  }
  const { status, output } = await run(copy.program('pg_rewind'), [
    `--target-pgdata=${copy.directory}`,
    `--source-server=${upstream.connection} dbname=postgres`,
  ]);
  if (status !== 0) {
    const left = existsSync(saved) ? readdirSync(saved).join(' ') : 'none';
    throw new Error(
      `pg_rewind failed (${status}): ${output}\nsteps: ${steps.join('; ')}\nsaved WAL: ${left}`,
    );
  }
  field.tell(`pg_rewind: ${output.split('\n').at(-1)}`);
  return UNCHANGED;
}
