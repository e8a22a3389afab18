import type { Decompressors } from './compression.js';
import { memoryFile } from './memory-file.js';
import type { Source, SourceEntry } from './source.js';
import { unpacking } from './unpacking.js';

/**
 * A source over bytes in memory, as a page in a browser has them after a drop of files. Compressed files, tar
 * files and the layouts of archives are read as by {@link unpacking}.
 *
 * @param files - contents by path, parted by `/`, as in `pg_wal/000000010000000000000001`
 * @param name - what messages call it
 * @param decompressors - more than those that are built in
 * @category Sources
 */
export function memorySource(
  files: Readonly<Record<string, Uint8Array>>,
  name = 'memory',
  decompressors: Decompressors = {},
): Source {
  const paths = Object.keys(files);
  const plain: Source = {
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
  };
  return unpacking(plain, decompressors);
}
