import { readSync } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createBrotliDecompress } from 'node:zlib';
import { SourceError } from '../errors.js';
import type { Decompressors } from './compression.js';
import type { Source, SourceEntry } from './source.js';
import { unpacking } from './unpacking.js';

/** Brotli has a decompressor in Node, and none that is small and typed elsewhere. */
const NODE_DECOMPRESSORS: Decompressors = {
  brotli: (compressed) => pipeline(compressed, createBrotliDecompress(), () => {}),
};

/**
 * A source over a directory on disk, or over a single file in it. Links are followed, compressed files, tar
 * files and the layouts of archives are read as by {@link unpacking}, and nothing is ever written.
 *
 * @param path - a data directory, a copied `pg_wal` or `pg_xlog`, an archive, a base backup, a tar file of one of
 * these, a lone `.history` file
 * @param decompressors - more than those that are there, which are for gzip, Zstandard, LZ4 and Brotli
 * @throws SourceError `SOURCE_NOT_FOUND` where there is nothing at that path, `SOURCE_UNREADABLE`
 * where it cannot be looked at
 * @category Sources
 */
export async function directorySource(path: string, decompressors: Decompressors = {}): Promise<Source> {
  return openDirectory(path, decompressors, diskFile);
}

/**
 * The same for a thread that has nothing else to do: it waits for the disk, which takes less time than to be told
 * by another thread that bytes are there.
 */
export async function waitingDirectorySource(path: string): Promise<Source> {
  return openDirectory(path, {}, waitingDiskFile);
}

async function openDirectory(
  path: string,
  decompressors: Decompressors,
  fileOf: typeof diskFile | typeof waitingDiskFile,
): Promise<Source> {
  const found = await stat(path).catch((error: unknown) => {
    if (isNotFound(error)) throw new SourceError('SOURCE_NOT_FOUND', `${path}: no such file or directory`);
    throw unreadable(path, error);
  });
  const plain = found.isDirectory()
    ? plainDirectory(path, path, null, fileOf)
    : plainDirectory(path, dirname(path), basename(path), fileOf);
  return unpacking(plain, { ...NODE_DECOMPRESSORS, ...decompressors });
}

/** @param only - the one file that is to be seen, or null for all that there is */
function plainDirectory(
  name: string,
  root: string,
  only: string | null,
  fileOf: typeof diskFile | typeof waitingDiskFile,
): Source {
  return {
    name,
    async list(directory) {
      if (only !== null && directory !== '') return null;
      const path = join(root, directory);
      try {
        const names = (await readdir(path)).filter((entry) => only === null || entry === only);
        return (await Promise.all(names.map((entry) => describe(path, entry)))).filter(
          (entry) => entry !== null,
        );
      } catch (error) {
        if (isNotFound(error)) return null;
        throw unreadable(path, error);
      }
    },
    async open(file) {
      const path = join(root, file);
      if (only !== null && file !== only) return null;
      try {
        const handle = await open(path, 'r');
        if ((await handle.stat()).isFile()) return fileOf(handle, path);
        await handle.close();
        return null;
      } catch (error) {
        if (isNotFound(error)) return null;
        throw unreadable(path, error);
      }
    },
  };
}

/** Null for what is neither a file nor a directory, and for links that lead nowhere. */
async function describe(directory: string, name: string): Promise<SourceEntry | null> {
  const found = await stat(join(directory, name)).catch(() => null);
  if (found?.isDirectory()) return { name, kind: 'directory', size: null };
  if (found?.isFile()) return { name, kind: 'file', size: found.size };
  return null;
}

function diskFile(handle: FileHandle, path: string) {
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

function waitingDiskFile(handle: FileHandle, path: string) {
  return {
    read(target: Uint8Array, position: number) {
      let filled = 0;
      try {
        for (let bytesRead = -1; bytesRead !== 0 && filled < target.length; filled += bytesRead) {
          bytesRead = readSync(handle.fd, target, filled, target.length - filled, position + filled);
        }
      } catch (error) {
        throw unreadable(path, error);
      }
      return filled;
    },
    close: () => handle.close(),
  };
}

function isNotFound(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unreadable(path: string, error: unknown): SourceError {
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    ELOOP: 'too many levels of symbolic links',
    EIO: 'input/output error',
  };
  const code = errorCode(error);
  return new SourceError('SOURCE_UNREADABLE', `${path}: ${reasons[code] ?? code}`, { cause: error });
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
