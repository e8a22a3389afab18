import { SourceError } from '../errors.js';
import type { Source, SourceEntry } from '../source/source.js';

/**
 * Where WAL lies, as seen from a directory that is named: in a data directory, in Barman's of a server, under
 * WAL-G's prefix, in pgmoneta's of a server, or in the directory itself.
 */
const WAL_FOLDERS = ['pg_wal/', 'pg_xlog/', 'wals/', 'wal_005/', 'wal/', ''];

/** The files of a directory that holds WAL. */
export interface WalFiles {
  /** The directory, with a slash at its end; empty for the source itself. */
  readonly folder: string;
  readonly entries: readonly SourceEntry[];
  /** Why they are not known, where the directory cannot be read. */
  readonly problem: string | null;
}

/**
 * The files in the first of the folders where WAL lies that is there.
 *
 * @throws {@link SourceError} `SOURCE_UNREADABLE` where the source itself cannot be listed
 */
export async function listWalFiles(source: Source): Promise<WalFiles> {
  for (const folder of WAL_FOLDERS) {
    try {
      const entries = await source.list(folder.slice(0, -1));
      if (entries === null) continue;
      return { folder, entries: entries.filter(({ kind }) => kind === 'file'), problem: null };
    } catch (error) {
      if (folder === '' || !(error instanceof SourceError)) throw error;
      return { folder, entries: [], problem: error.message };
    }
  }
  return { folder: '', entries: [], problem: null };
}
