// @ts-check
// Two failovers with real servers, of which the old primary and the promoted standby are left for `verdict`.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KEPT_NODES, MEGABYTES, missingPrograms, skip, tell } from './environment.js';
import { runAsServer, Server } from './postgres-server.js';
import { ACCOUNT_PROBLEM } from './server-account.js';
import { giveToServers, TEMPORARY } from './temporary.js';
import { writeWal } from './workload.js';

/** How much WAL nodes are made with: past the fork point, or to recover after the crash. */
const NODE_MEGABYTES = 2 * MEGABYTES;

/** @typedef {{ node: string, upstream: string }} Pair - data directories */
/** @typedef {{ clean: Pair, crashed: Pair, wal: { pgbench: number, mixed: number } }} Nodes */

/** The nodes made before, or new ones; null where they cannot be made. @returns {Promise<Nodes | null>} */
export async function failbackNodes() {
  const place = resolve(KEPT_NODES ?? join(TEMPORARY, 'nodes'));
  if (existsSync(join(place, 'wal.json'))) {
    tell(`takes the nodes in ${place}`);
    return nodesIn(place);
  }
  const problem =
    ACCOUNT_PROBLEM ?? missingPrograms('initdb', 'pg_ctl', 'postgres', 'psql', 'pgbench', 'pg_basebackup');
  if (problem !== null) {
    skip('verdict, and WAL of a live server', problem);
    return null;
  }
  tell(`makes nodes with ${NODE_MEGABYTES} MB of WAL`);
  mkdirSync(place, { recursive: true });
  giveToServers(place);
  const unfinished = join(place, 'unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  for (const directory of [unfinished, join(unfinished, 'clean'), join(unfinished, 'crashed')]) {
    mkdirSync(directory);
    giveToServers(directory);
  }
  const wal = await makeNodes(nodesAt(unfinished));
  for (const name of ['clean', 'crashed']) {
    rmSync(join(place, name), { recursive: true, force: true });
    renameSync(join(unfinished, name), join(place, name));
  }
  rmSync(unfinished, { recursive: true });
  writeFileSync(join(place, 'wal.json'), JSON.stringify(wal));
  return nodesIn(place);
}

/** @param {string} place @returns {Nodes} */
function nodesIn(place) {
  return { ...nodesAt(place), wal: JSON.parse(readFileSync(join(place, 'wal.json'), 'utf8')) };
}

/** @param {string} place */
function nodesAt(place) {
  /** @param {string} name */
  const pair = (name) => ({ node: join(place, name, 'node'), upstream: join(place, name, 'upstream') });
  return { clean: pair('clean'), crashed: pair('crashed') };
}

/**
 * One primary and two standbys. The first is promoted before the primary writes most of its WAL, the second
 * behind that. The primary crashes then, and its copy is the node of the second standby; it recovers and stops
 * cleanly, and is the node of the first.
 *
 * @param {Pick<Nodes, 'clean' | 'crashed'>} nodes
 */
async function makeNodes({ clean, crashed }) {
  const primary = new Server(clean.node);
  const early = new Server(clean.upstream);
  const late = new Server(crashed.upstream);
  await primary.initialize();
  await primary.start();
  await primary.pgbench('-i', '-q', '-s', '5');
  await early.copy(primary);
  await late.copy(primary);

  await primary.query('checkpoint');
  await early.start();
  await early.catchUp(primary);
  await takeOver(early);

  await primary.query('checkpoint');
  const wal = await writeWal(primary, NODE_MEGABYTES * 2 ** 20);
  await late.start();
  await late.catchUp(primary);
  await takeOver(late);

  await primary.query('create table written_past_the_fork as select generate_series(1, 1000) number');
  await primary.stop('immediate');
  await runAsServer(['cp', '-a', clean.node, crashed.node]);
  await primary.start();
  await primary.stop('fast');
  return wal;
}

/** @param {Server} standby */
async function takeOver(standby) {
  await standby.promote();
  await standby.query('create table written_by_the_new_primary as select generate_series(1, 1000) number');
  await standby.stop('fast');
}
