// @ts-check
// The WAL that is dumped: given, of the servers that were run for the nodes, or the fixture.
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { GIVEN_WAL, MEGABYTES } from './environment.js';
import { TEMPORARY } from './temporary.js';

const FIXTURE = fileURLToPath(new URL('../fixtures/tour/15/pg_wal/', import.meta.url));

/** @typedef {{ folder: string, first: string, last: string, bytes: number, origin: string }} Wal */

/** @param {import('./failback-nodes.js').Nodes | null} nodes @returns {Wal} */
export function findWal(nodes) {
  if (GIVEN_WAL !== null) {
    return wal(GIVEN_WAL, segmentsIn(GIVEN_WAL), `given: ${basename(resolve(GIVEN_WAL))}`);
  }
  if (nodes === null) return unpackFixture();
  const written = join(nodes.crashed.node, 'pg_wal');
  const names = segmentsIn(written);
  const segmentSize = statSync(join(written, names[0])).size;
  const count = Math.ceil((MEGABYTES * 2 ** 20) / segmentSize);
  const { pgbench, mixed } = nodes.wal;
  const share = Math.round((100 * pgbench) / (pgbench + mixed));
  const origin = `of a live server, ${share} % written by pgbench and the rest by a mixed workload`;
  // the record that the last of them ends with goes on in the next
  return wal(written, names.slice(0, count + 1), origin, count);
}

function unpackFixture() {
  const folder = join(TEMPORARY, 'fixture');
  mkdirSync(folder);
  for (const name of readdirSync(FIXTURE)) {
    writeFileSync(join(folder, name.replace(/\.gz$/, '')), gunzipSync(readFileSync(join(FIXTURE, name))));
  }
  return wal(folder, segmentsIn(folder), 'the fixture, which is too small for more than a try');
}

/** @param {string} folder */
function segmentsIn(folder) {
  const names = readdirSync(folder).filter((name) => /^[0-9A-F]{24}$/.test(name));
  if (names.length === 0) throw new Error(`no WAL segments in ${folder}`);
  return names.sort();
}

/**
 * A folder of these segments and no others.
 * @param {string} from @param {string[]} names @param {string} origin
 * @param {number} [count] - how many of them are to be read
 * @returns {Wal}
 */
function wal(from, names, origin, count = names.length) {
  const folder = join(TEMPORARY, 'wal');
  mkdirSync(folder);
  for (const name of names) symlinkSync(resolve(from, name), join(folder, name));
  const read = names.slice(0, count);
  const bytes = read.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return { folder, first: read[0], last: read[read.length - 1], bytes, origin };
}
