import { type Compression, compressionOfName, encryptionOfName } from './compression.js';

/** The name of a file as it lies in an archive, taken apart. */
export interface StoredName {
  /** What the server calls it. */
  readonly plain: string;
  /** How it is compressed, by its name; null where that does not say. */
  readonly compression: Compression | null;
  /** Whether it is encrypted, by its name. */
  readonly isEncrypted: boolean;
  /** The SHA-1 of what it holds, which pgBackRest puts behind a segment's name. */
  readonly checksum: string | null;
}

const PARTIAL = /\.partial$/;
const SHORT_TAR = /\.t(gz|zst|bz2|xz)$/i;

const WITH_CHECKSUM = /^([0-9A-F]{24}(?:\.partial)?)-([0-9a-f]{40})$/i;

/**
 * Reads the name of a stored file: `000000010000000000000001.gz` is `000000010000000000000001` with gzip. The
 * marks of compression and encryption stand last, in that order; only pg_receivewal's `.partial` may follow.
 */
export function readStoredName(name: string): StoredName {
  let plain = name.replace(SHORT_TAR, '.tar.$1');
  let suffix = '';
  const marked = PARTIAL.exec(plain);
  if (marked !== null && isMarked(plain.slice(0, marked.index))) {
    plain = plain.slice(0, marked.index);
    suffix = marked[0];
  }
  const encrypted = encryptionOfName(plain);
  if (encrypted !== null) plain = plain.slice(0, encrypted);
  const compressed = compressionOfName(plain);
  if (compressed !== null) plain = plain.slice(0, compressed.end);
  const withChecksum = WITH_CHECKSUM.exec(plain);
  return {
    plain: (withChecksum?.[1] ?? plain) + suffix,
    compression: compressed?.compression ?? null,
    isEncrypted: encrypted !== null,
    checksum: withChecksum?.[2] ?? null,
  };
}

/** Whether a file of this name is a tar file, compressed or not. */
export function isTarName(name: string): boolean {
  return readStoredName(name).plain.endsWith('.tar');
}

/** Whether a file of this name has to be unpacked: a tar file, or one that is compressed or encrypted. */
export function isPackedName(name: string): boolean {
  return isMarked(name) || isTarName(name);
}

function isMarked(name: string): boolean {
  return encryptionOfName(name) !== null || compressionOfName(name) !== null;
}
