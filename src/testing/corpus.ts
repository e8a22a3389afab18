import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const ARCHIVE = '.tar.xz';

/** The folder of real servers' files that the corpus tests read; undefined where they are to be skipped. */
export const CORPUS = process.env.PGWAL_CORPUS;

/** A folder of the corpus, unpacked. */
export interface CorpusFolder {
  readonly name: string;
  readonly path: string;
}

let unpacked: string | null = null;

/**
 * The folders of a kind in the corpus, as in `tour/15/…`. One that is there as an archive only,
 * `tour/15.tar.xz`, is unpacked to a temporary folder that goes when the
 * file's tests are done.
 */
export function corpusFolders(kind: 'tour' | 'failback'): CorpusFolder[] {
  if (CORPUS === undefined || !existsSync(join(CORPUS, kind))) return [];
  const root = join(CORPUS, kind);
  const entries = readdirSync(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const archives = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ARCHIVE))
    .map((entry) => entry.name.slice(0, -ARCHIVE.length))
    .filter((name) => !folders.includes(name));
  return [
    ...folders.map((name) => ({ name, path: join(root, name) })),
    ...archives.map((name) => ({ name, path: unpack(join(root, name + ARCHIVE), kind, name) })),
  ].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function unpack(archive: string, kind: string, name: string): string {
  unpacked ??= temporaryFolder();
  const into = join(unpacked, kind, name);
  if (!existsSync(into)) {
    mkdirSync(into, { recursive: true });
    execFileSync('tar', ['-xJf', archive, '-C', into]);
  }
  // an archive holds its files as they are, or in one folder
  const inside = readdirSync(into);
  return inside.length === 1 ? join(into, inside[0]) : into;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pg-wal-corpus-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
