import { isValidSegmentSize } from '../lsn.js';
import { parseWalFileName, type WalFileName } from '../wal-file-name.js';
import type { Decompressors } from './compression.js';
import { decompressorOf, ENCRYPTED_BY_NAME, unsupported } from './decompressor-of.js';
import { FindingsByKind } from './findings.js';
import { memoryFile } from './memory-file.js';
import type { Source, SourceEntry } from './source.js';
import { readStoredName, type StoredName } from './stored-name.js';

/** A segment larger than this is decompressed anew for each who reads it. */
const KEPT_BYTES = 64 * 1024 * 1024;

/**
 * The same source with the contents of compressed files decompressed. Names stay as they are; what a file is, its
 * contents tell.
 */
export function decompressing(source: Source, decompressors: Decompressors): Source {
  const found = new FindingsByKind();
  /** The last whole segment: who reads WAL in parts comes back to it. Archives never write to one again. */
  let last: { readonly path: string; readonly content: Uint8Array } | null = null;

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
      if (path === last?.path) {
        await file.close();
        return memoryFile(last.content);
      }
      try {
        const decompressor = await decompressorOf(file, source.name, path, decompressors, found);
        if (decompressor === null) return file;
        const { DecompressedFile } = await import('./decompressed-file.js');
        const wal = parseWalFileName(readStoredName(path.slice(path.lastIndexOf('/') + 1)).plain);
        const name = `${source.name}/${path}`;
        return new DecompressedFile(file, name, decompressor, wal?.kind ?? null, {
          onFailure: (why) => found.add('damaged-file', why, path),
          onWhole(content) {
            if (wal?.kind === 'segment' && content.length <= KEPT_BYTES) last = { path, content };
          },
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
