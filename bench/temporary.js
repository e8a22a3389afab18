// @ts-check
// The folder that all of a run's files are in, and the clean-up when the run is over, however it ends.
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT } from './server-account.js';

export const TEMPORARY = mkdtempSync(join(tmpdir(), 'pg-wal-bench-'));
giveToServers(TEMPORARY);

/** What is to be done before the folder goes; the last first. @type {(() => void)[]} */
const duties = [() => rmSync(TEMPORARY, { recursive: true, force: true })];

process.on('exit', () => {
  for (const duty of duties.reverse()) duty();
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => process.exit(1));
}

/** @param {() => void} duty - is done when the run is over; it cannot wait */
export function beforeLeaving(duty) {
  duties.push(duty);
}

/** Servers, which do not run as root, must be able to write here. @param {string} directory */
export function giveToServers(directory) {
  chmodSync(directory, 0o755);
  if (ACCOUNT !== null) chownSync(directory, ACCOUNT.uid, ACCOUNT.gid);
}
