// @ts-check
// What servers are made to write WAL with: pgbench, and a mixed workload that writes four times as much.
import { fileURLToPath } from 'node:url';

const MIXED = fileURLToPath(new URL('mixed-workload.sql', import.meta.url));
const PGBENCH = ['-n', '-M', 'prepared', '-c', '4', '-t', '2500'];

/**
 * Has a server write so much WAL, and more by a step of the workload at the most.
 * @param {import('./postgres-server.js').Server} server
 * @param {number} bytes
 * @returns {Promise<{ pgbench: number, mixed: number }>} the bytes that either wrote
 */
export async function writeWal(server, bytes) {
  const written = { pgbench: 0, mixed: 0 };
  let position = await server.writtenWal();
  while (written.pgbench + written.mixed < bytes) {
    const kind = 4 * written.pgbench < written.mixed ? 'pgbench' : 'mixed';
    if (kind === 'pgbench') await server.pgbench(...PGBENCH);
    else await server.runScript(MIXED);
    const now = await server.writtenWal();
    written[kind] += now - position;
    position = now;
  }
  return written;
}
