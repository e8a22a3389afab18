import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of PostgreSQL 15's programs; `PGWAL_PG_BIN` names another. */
const BIN = process.env.PGWAL_PG_BIN ?? '/usr/lib/postgresql/15/bin';

/** The path of a program of PostgreSQL's, or null where it is not on this machine: its tests are skipped then. */
export function postgresTool(name: string): string | null {
  const path = join(BIN, name);
  return existsSync(path) ? path : null;
}
