import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type PostgresVersion, versionOfMajor } from '../../version.js';

/** A PostgreSQL that can be run here. */
export interface Installation {
  /** The directory of its programs. */
  readonly bin: string;
  readonly version: PostgresVersion;
}

const DEBIAN = '/usr/lib/postgresql';

/** What `PGWAL_PG_BIN` names, directories parted by `:`, or else what Debian's packages have installed. */
export function findInstallations(): Installation[] {
  return directories().flatMap((bin) => {
    const version = versionIn(bin);
    return version === null ? [] : [{ bin, version }];
  });
}

function directories(): string[] {
  const named = process.env.PGWAL_PG_BIN;
  if (named !== undefined && named !== '') return named.split(':');
  if (!existsSync(DEBIAN)) return [];
  return readdirSync(DEBIAN).map((major) => join(DEBIAN, major, 'bin'));
}

function versionIn(bin: string): PostgresVersion | null {
  const programs = ['postgres', 'initdb', 'pg_ctl', 'psql', 'pg_basebackup'];
  if (!programs.every((program) => existsSync(join(bin, program)))) return null;
  const said = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  const [, first, second] = /(\d+)\.(\d+)/.exec(said) ?? [];
  return versionOfMajor(Number(first) >= 10 ? `${first}` : `${first}.${second}`);
}
