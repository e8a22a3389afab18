import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SourceError } from '../errors.js';
import type { Decompressors } from './compression.js';
import { onDemand } from './decompressor-of.js';
import type { Source, SourceEntry, SourceFile } from './source.js';
import { unpacking } from './unpacking.js';

/** How Node is asked. All of it throws what the system says. */
export interface Disk {
  stat(path: string): Stats | Promise<Stats>;
  list(path: string): readonly string[] | Promise<readonly string[]>;
  /** Null for what is no file. */
  open(path: string): SourceFile | null | Promise<SourceFile | null>;
}

/** Brotli has a decompressor in Node, and none that is small and typed elsewhere. */
const NODE_DECOMPRESSORS: Decompressors = {
  brotli: onDemand(async () => {
    const [{ pipeline }, { createBrotliDecompress }] = await Promise.all([
      import('node:stream'),
      import('node:zlib'),
    ]);
    return (compressed) => pipeline(compressed, createBrotliDecompress(), () => {});
  }),
};

/** What there is at a path, unpacked. */
export async function openDirectory(path: string, decompressors: Decompressors, disk: Disk): Promise<Source> {
  let isDirectory: boolean;
  try {
    isDirectory = (await disk.stat(path)).isDirectory();
  } catch (error) {
    if (isNotFound(error)) throw new SourceError('SOURCE_NOT_FOUND', `${path}: no such file or directory`);
    throw unreadable(path, error);
  }
  const plain = isDirectory
    ? plainDirectory(path, path, null, disk)
    : plainDirectory(path, dirname(path), basename(path), disk);
  return unpacking(plain, { ...NODE_DECOMPRESSORS, ...decompressors });
}

/** @param only - the one file that is to be seen, or null for all that there is */
function plainDirectory(name: string, root: string, only: string | null, disk: Disk): Source {
  return {
    name,
    async list(directory) {
      if (only !== null && directory !== '') return null;
      const path = join(root, directory);
      try {
        const names = (await disk.list(path)).filter((entry) => only === null || entry === only);
        const entries = await Promise.all(names.map((entry) => describe(disk, path, entry)));
        return entries.filter((entry) => entry !== null);
      } catch (error) {
        if (isNotFound(error)) return null;
        throw unreadable(path, error);
      }
    },
    async open(file) {
      const path = join(root, file);
      if (only !== null && file !== only) return null;
      try {
        return await disk.open(path);
      } catch (error) {
        if (isNotFound(error)) return null;
        throw unreadable(path, error);
      }
    },
  };
}

/** Null for what is neither a file nor a directory, and for links that lead nowhere. */
async function describe(disk: Disk, directory: string, name: string): Promise<SourceEntry | null> {
  try {
    const found = await disk.stat(join(directory, name));
    if (found.isDirectory()) return { name, kind: 'directory', size: null };
    if (found.isFile()) return { name, kind: 'file', size: found.size };
  } catch {
    // as of a link that leads nowhere
  }
  return null;
}

function isNotFound(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** What is said of a path where the system refuses. */
export function unreadable(path: string, error: unknown): SourceError {
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
