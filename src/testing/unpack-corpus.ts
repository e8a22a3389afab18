import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ARCHIVE = '.tar.xz';
const KINDS = ['tour', 'failback'];
const run = promisify(execFile);

/**
 * Unpacks a corpus of archives once for all test files, into a temporary folder that `PGWAL_CORPUS` names from
 * then on. Folders that are unpacked already are copied.
 *
 * @returns what takes the folder away again
 */
export default async function unpackCorpus(): Promise<() => void> {
  const corpus = process.env.PGWAL_CORPUS;
  if (corpus === undefined) return () => undefined;
  const unpacked = mkdtempSync(join(tmpdir(), 'pg-wal-corpus-'));
  const archives: { archive: string; into: string }[] = [];
  for (const kind of KINDS) {
    mkdirSync(join(unpacked, kind));
    for (const entry of readdirSync(join(corpus, kind), { withFileTypes: true })) {
      const path = join(corpus, kind, entry.name);
      // a copy, not a link: tests do to copies of these folders what must not reach the corpus
      if (entry.isDirectory()) cpSync(path, join(unpacked, kind, entry.name), { recursive: true });
      else if (entry.name.endsWith(ARCHIVE)) {
        archives.push({ archive: path, into: join(unpacked, kind, entry.name.slice(0, -ARCHIVE.length)) });
      }
    }
  }
  const workers = Array.from({ length: availableParallelism() }, async () => {
    for (let next = archives.pop(); next !== undefined; next = archives.pop()) {
      mkdirSync(next.into, { recursive: true });
      await run('tar', ['-xJf', next.archive, '-C', next.into]);
    }
  });
  await Promise.all(workers);
  process.env.PGWAL_CORPUS = unpacked;
  return () => rmSync(unpacked, { recursive: true, force: true });
}
