import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of real servers' files that the corpus tests read; undefined where they are to be skipped. */
export const CORPUS = process.env.PGWAL_CORPUS;

/** A folder of the corpus. */
export interface CorpusFolder {
  readonly name: string;
  readonly path: string;
}

/** The folders of a kind in the corpus, as in `tour/15/…`; `unpack-corpus.ts` has unpacked them before. */
export function corpusFolders(kind: 'tour' | 'failback'): CorpusFolder[] {
  if (CORPUS === undefined || !existsSync(join(CORPUS, kind))) return [];
  const root = join(CORPUS, kind);
  return readdirSync(root)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => ({ name, path: withoutWrapper(join(root, name)) }));
}

/** An archive holds its files as they are, or in one folder. */
function withoutWrapper(path: string): string {
  const inside = readdirSync(path);
  return inside.length === 1 ? join(path, inside[0]) : path;
}
