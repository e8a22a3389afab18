// @ts-check
// Who servers run as: they refuse to run as root, and so do some of their tools.
import { spawnSync } from 'node:child_process';

const isRoot = process.getuid?.() === 0;

/** The account `postgres`, where the benchmark runs as root; null where it is a user's own, or there is none. */
export const ACCOUNT = isRoot ? accountOfPostgres() : null;

/** Why no server can be started; null where one can. */
export const ACCOUNT_PROBLEM =
  isRoot && ACCOUNT === null ? 'servers do not run as root, and there is no user "postgres"' : null;

function accountOfPostgres() {
  const [uid, gid] = ['-u', '-g'].map((which) => spawnSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  return uid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : null;
}
