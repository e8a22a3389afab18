import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** What base backups of real servers had in them, and what their own tools said, see `fixtures/make-backups.sh`. */
const FIXTURES = fileURLToPath(new URL('../../fixtures/backup/', import.meta.url));

/** The major versions that there is a backup of. */
export const BACKUPS: readonly string[] = readdirSync(FIXTURES);

/** Names of files of a backup, decompressed ones without their `.gz`. */
export function backupNames(version: string, folder = ''): string[] {
  return readdirSync(`${FIXTURES}${version}/${folder}`).map((name) => name.replace(/\.gz$/, ''));
}

/** A file of a backup, decompressed. */
export function backupFile(version: string, name: string): Uint8Array {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const stored = readdirSync(`${FIXTURES}${version}/${folder}`).includes(name.slice(folder.length));
  const bytes = readFileSync(`${FIXTURES}${version}/${name}${stored ? '' : '.gz'}`);
  return Uint8Array.from(stored ? bytes : gunzipSync(bytes));
}

export function backupText(version: string, name: string): string {
  return new TextDecoder().decode(backupFile(version, name));
}
