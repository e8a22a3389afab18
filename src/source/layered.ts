import type { Source, SourceEntry } from './source.js';

/** A source, and the directory that it is seen in. */
export interface Layer {
  readonly at: string;
  readonly source: Source;
}

/** Several sources as one. What more than one of them has is that of the first. */
export function layered(name: string, layers: readonly Layer[]): Source {
  return {
    name,
    async list(directory) {
      let isThere = false;
      const entries = new Map<string, SourceEntry>();
      for (const { at, source } of layers) {
        const inside = relative(directory, at);
        const listed = inside === null ? folderTowards(directory, at) : await source.list(inside);
        if (listed === null) continue;
        isThere = true;
        for (const entry of listed) if (!entries.has(entry.name)) entries.set(entry.name, entry);
      }
      return isThere ? [...entries.values()] : null;
    },
    async open(path) {
      for (const { at, source } of layers) {
        const inside = relative(path, at);
        const file = inside === null ? null : await source.open(inside);
        if (file !== null) return file;
      }
      return null;
    },
  };
}

/** A path as seen from a directory; null where it is not in it. */
function relative(path: string, directory: string): string | null {
  if (directory === '') return path;
  if (path === directory) return '';
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : null;
}

/** The directory that a layer is in is listed where it begins. */
function folderTowards(directory: string, at: string): SourceEntry[] | null {
  return directory === '' ? [{ name: at, kind: 'directory', size: null }] : null;
}
