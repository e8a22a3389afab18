import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import type { Decompressors } from './compression.js';
import { type Disk, openDirectory, unreadable } from './directory-on-disk.js';
import type { Source, SourceFile } from './source.js';

/**
 * A source over a directory on disk, or over a single file in it. Links are followed, compressed files, tar
 * files and the layouts of archives are read as by `unpacking`, and nothing is ever written.
 *
 * @param path - a data directory, a copied `pg_wal` or `pg_xlog`, an archive, a base backup, a tar file of one of
 * these, a lone `.history` file
 * @param decompressors - more than those that are there, which are for gzip, Zstandard, LZ4 and Brotli
 * @throws SourceError `SOURCE_NOT_FOUND` where there is nothing at that path, `SOURCE_UNREADABLE`
 * where it cannot be looked at
 * @category Sources
 */
export async function directorySource(path: string, decompressors: Decompressors = {}): Promise<Source> {
  return openDirectory(path, decompressors, DISK);
}

const DISK: Disk = {
  stat,
  list: (path) => readdir(path),
  async open(path) {
    const handle = await open(path, 'r');
    if ((await handle.stat()).isFile()) return diskFile(handle, path);
    await handle.close();
    return null;
  },
};

function diskFile(handle: FileHandle, path: string): SourceFile {
  return {
    async read(target: Uint8Array, position: number) {
      let filled = 0;
      while (filled < target.length) {
        const { bytesRead } = await handle
          .read(target, filled, target.length - filled, position + filled)
          .catch((error: unknown) => {
            throw unreadable(path, error);
          });
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    close: () => handle.close(),
  };
}
