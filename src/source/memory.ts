import { decompressing } from './gzip.js';
import type { Source, SourceEntry, SourceFile } from './source.js';

/**
 * A source over bytes in memory, as a page in a browser has them after a drop of files. Gzip'd files are
 * read as what they hold.
 *
 * @param files - contents by path, parted by `/`, as in `pg_wal/000000010000000000000001`
 * @param name - what messages call it
 * @category Sources
 */
export function memorySource(files: Readonly<Record<string, Uint8Array>>, name = 'memory'): Source {
  const paths = Object.keys(files);
  return decompressing({
    name,
    async list(directory) {
      const prefix = directory === '' ? '' : `${directory}/`;
      const entries = new Map<string, SourceEntry>();
      for (const path of paths) {
        if (!path.startsWith(prefix)) continue;
        const [entry, ...below] = path.slice(prefix.length).split('/');
        entries.set(
          entry,
          below.length === 0
            ? { name: entry, kind: 'file', size: files[path].length }
            : { name: entry, kind: 'directory', size: null },
        );
      }
      return entries.size === 0 && directory !== '' ? null : [...entries.values()];
    },
    async open(path) {
      return Object.hasOwn(files, path) ? memoryFile(files[path]) : null;
    },
  });
}

function memoryFile(bytes: Uint8Array): SourceFile {
  return {
    read(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
    close() {},
  };
}
