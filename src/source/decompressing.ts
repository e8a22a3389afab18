import { isValidSegmentSize } from '../lsn.js';
import { parseWalFileName, type WalFileName } from '../wal-file-name.js';
import type { Decompressors } from './compression.js';
import { DecompressedFile } from './decompressed-file.js';
import { decompressorOf, ENCRYPTED_BY_NAME, unsupported } from './decompressor-of.js';
import { FindingsByKind } from './findings.js';
import type { Source, SourceEntry } from './source.js';
import { readStoredName, type StoredName } from './stored-name.js';

/**
 * The same source with the contents of compressed files decompressed. Names stay as they are; what a file is, its
 * contents tell.
 */
export function decompressing(source: Source, decompressors: Decompressors): Source {
  const found = new FindingsByKind();

  const note = (path: string, wal: WalFileName | null, name: StoredName): void => {
    if (wal === null) return;
    if (name.isEncrypted) found.add('encrypted-file', ENCRYPTED_BY_NAME, path);
    else if (name.compression !== null && decompressors[name.compression] === undefined) {
      found.add('unsupported-compression', unsupported(name.compression), path);
    }
  };

  return {
    name: source.name,
    get findings() {
      return [...(source.findings ?? []), ...found.all];
    },
    async list(directory) {
      const entries = await source.list(directory);
      return (
        entries?.map((entry) => {
          if (entry.kind === 'directory') return entry;
          const name = readStoredName(entry.name);
          const wal = parseWalFileName(name.plain);
          note(directory === '' ? entry.name : `${directory}/${entry.name}`, wal, name);
          return isPlain(entry, wal, name) ? entry : { ...entry, size: null };
        }) ?? null
      );
    },
    async open(path) {
      const file = await source.open(path);
      if (file === null) return null;
      try {
        const decompressor = await decompressorOf(file, source.name, path, decompressors, found);
        if (decompressor === null) return file;
        const wal = parseWalFileName(readStoredName(path.slice(path.lastIndexOf('/') + 1)).plain);
        const name = `${source.name}/${path}`;
        return new DecompressedFile(file, name, decompressor, wal?.kind ?? null, (why) => {
          found.add('damaged-file', why, path);
        });
      } catch (error) {
        await file.close();
        throw error;
      }
    },
  };
}

/** Whether the size of a file is that of what it holds. Barman compresses segments without a word in their names. */
function isPlain({ size }: SourceEntry, wal: WalFileName | null, name: StoredName): boolean {
  if (name.compression !== null || name.isEncrypted) return false;
  return wal?.kind !== 'segment' || size === null || isValidSegmentSize(size);
}
