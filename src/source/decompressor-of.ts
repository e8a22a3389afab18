import { SourceError } from '../errors.js';
import { parseWalFileName } from '../wal-file-name.js';
import {
  type Compression,
  compressionOfContent,
  type Decompressor,
  type Decompressors,
  encryptionOfContent,
  HEAD_BYTES,
  nameOfCompression,
} from './compression.js';
import type { FindingsByKind } from './findings.js';
import type { SourceFile, SourceFindingCode } from './source.js';
import { readStoredName } from './stored-name.js';

/** The decompressors that are there everywhere. */
export const BUILT_IN_DECOMPRESSORS: Decompressors = {
  gzip: onDemand(async () => (await import('./gzip.js')).gunzip),
  zstd: onDemand(async () => (await import('./zstd.js')).zstd),
  lz4: onDemand(async () => (await import('./lz4.js')).lz4),
};

/** A decompressor whose code is loaded with the first file that needs it: most files that are read need none. */
export function onDemand(load: () => Promise<Decompressor>): Decompressor {
  return async function* (compressed) {
    const decompress = await load();
    yield* decompress(compressed);
  };
}

/** What is said of files that are compressed in a way for which there is no decompressor. */
export function unsupported(compression: Compression): string {
  return `compressed with ${nameOfCompression(compression)}, which is not read here`;
}

/** What is said of files whose name says that they are encrypted. */
export const ENCRYPTED_BY_NAME = 'encrypted by its name, and not decrypted here';

/**
 * Finds out from a file's first bytes, and where they do not say, from its name, how it is to be decompressed.
 *
 * @param path - of the file as it lies there
 * @param findings - take note of a file that cannot be read
 * @returns null for a file that is not compressed
 * @throws SourceError `SOURCE_UNREADABLE` for a file that is encrypted, compressed in a way for which there is no
 * decompressor, or not compressed though its name says so
 */
export async function decompressorOf(
  file: SourceFile,
  source: string,
  path: string,
  decompressors: Decompressors,
  findings: FindingsByKind,
): Promise<Decompressor | null> {
  const refuse = (code: SourceFindingCode, what: string): SourceError => {
    findings.add(code, what, path);
    return new SourceError('SOURCE_UNREADABLE', `${source}/${path}: ${what}`);
  };
  const name = readStoredName(path.slice(path.lastIndexOf('/') + 1));
  const isKnown = parseWalFileName(name.plain) !== null || name.plain.endsWith('.tar');
  // the first bytes of other plain files may be anything
  if (name.compression === null && !name.isEncrypted && !isKnown) return null;
  const bytes = new Uint8Array(HEAD_BYTES);
  const head = bytes.subarray(0, await file.read(bytes, 0));
  if (name.isEncrypted) throw refuse('encrypted-file', ENCRYPTED_BY_NAME);
  const encryption = encryptionOfContent(head);
  if (encryption !== null) {
    throw refuse('encrypted-file', `encrypted ${encryption}, and not decrypted here`);
  }
  // what has no mark of its own is told by its name alone
  const unmarked = name.compression === 'brotli' || name.compression === 'lzma' ? name.compression : null;
  const compression = compressionOfContent(head) ?? unmarked;
  if (compression === null) {
    if (name.compression === null) return null;
    const what = nameOfCompression(name.compression);
    throw refuse('misleading-name', `named as compressed with ${what}, but its contents are not`);
  }
  const decompressor = decompressors[compression];
  if (decompressor === undefined) throw refuse('unsupported-compression', unsupported(compression));
  return decompressor;
}
