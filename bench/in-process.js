// @ts-check
// What parts of the library do within a process, without its start: each in a process of its own, on one core.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HAS_TASKSET, tell } from './environment.js';

/** @typedef {import('./report.js').Figure} Figure */

/** @param {import('./make-wal.js').Wal} wal @returns {Promise<{ figures: Figure[], records: number }>} */
export async function measureInProcess(wal) {
  const walk = await runPart('walk', wal.folder, String(wal.bytes));
  const figures = [
    ...walk.figures,
    ...(await runPart('checksums')).figures,
    ...(await runPart('verdicts')).figures,
    ...(await runPart('fork-points')).figures,
  ];
  return { figures, records: walk.records ?? 0 };
}

/** @param {string} name @param {string[]} parameters @returns {Promise<{ figures: Figure[], records?: number }>} */
async function runPart(name, ...parameters) {
  tell(`in one process: ${name}`);
  const [file, ...rest] = [
    ...(HAS_TASKSET ? ['taskset', '-c', '0'] : []),
    process.execPath,
    fileURLToPath(new URL(`in-process/${name}.js`, import.meta.url)),
    ...parameters,
  ];
  return JSON.parse((await promisify(execFile)(file, rest)).stdout);
}
