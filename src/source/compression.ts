/**
 * Ways in which a file may be compressed that are recognised, by content or by name. Which of them are read is
 * another question: {@link Decompressors}.
 *
 * @category Sources
 */
export type Compression = 'gzip' | 'zstd' | 'lz4' | 'brotli' | 'bzip2' | 'xz' | 'lzma' | 'lzo' | 'snappy';

/**
 * Decompresses a stream piece by piece, as it is asked for more, and checks what checksums there are. Throws
 * where the stream is damaged or cut off.
 *
 * @category Sources
 */
export type Decompressor = (compressed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * Decompressors by what they decompress. Those for `gzip`, `zstd` and `lz4` are built in, `pg-wal/node` brings
 * the one for `brotli`, and others can be given to a source.
 *
 * @category Sources
 */
export type Decompressors = Readonly<Partial<Record<Compression, Decompressor>>>;

interface CompressionKind {
  readonly compression: Compression;
  /** What messages call it. */
  readonly name: string;
  /** What names of such files end with, in lower case. */
  readonly suffixes: readonly string[];
  /** What such files begin with, one or the other; none where they have no mark. */
  readonly magic: readonly (readonly number[])[];
}

const KINDS: readonly CompressionKind[] = [
  { compression: 'gzip', name: 'gzip', suffixes: ['.gz'], magic: [[0x1f, 0x8b, 0x08]] },
  {
    compression: 'zstd',
    name: 'Zstandard',
    suffixes: ['.zst', '.zstd'],
    // pzstd writes a skippable frame first
    magic: [
      [0x28, 0xb5, 0x2f, 0xfd],
      [0x50, 0x2a, 0x4d, 0x18],
    ],
  },
  { compression: 'lz4', name: 'LZ4', suffixes: ['.lz4'], magic: [[0x04, 0x22, 0x4d, 0x18]] },
  { compression: 'brotli', name: 'Brotli', suffixes: ['.br'], magic: [] },
  { compression: 'bzip2', name: 'bzip2', suffixes: ['.bz2'], magic: [[0x42, 0x5a, 0x68]] },
  { compression: 'xz', name: 'xz', suffixes: ['.xz'], magic: [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]] },
  { compression: 'lzma', name: 'LZMA', suffixes: ['.lzma'], magic: [] },
  { compression: 'lzo', name: 'LZO', suffixes: ['.lzo'], magic: [[0x89, 0x4c, 0x5a, 0x4f]] },
  {
    compression: 'snappy',
    name: 'Snappy',
    suffixes: ['.snappy'],
    magic: [[0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]],
  },
];

/** How many of a file's first bytes are needed to recognise it. */
export const HEAD_BYTES = 32;

/** What messages call a compression. */
export function nameOfCompression(compression: Compression): string {
  return KINDS.find((kind) => kind.compression === compression)?.name ?? compression;
}

/** How a file that begins with these bytes is compressed, or null where they do not say. */
export function compressionOfContent(head: Uint8Array): Compression | null {
  const isMarked = ({ magic }: CompressionKind) => magic.some((each) => startsWith(head, each));
  return KINDS.find(isMarked)?.compression ?? null;
}

/** How a file of this name is compressed, and where the suffix that says so begins; null where it does not say. */
export function compressionOfName(name: string): { compression: Compression; end: number } | null {
  const lower = name.toLowerCase();
  for (const { compression, suffixes } of KINDS) {
    const suffix = suffixes.find((each) => lower.endsWith(each));
    if (suffix !== undefined) return { compression, end: name.length - suffix.length };
  }
  return null;
}

/** How a file is encrypted that begins with these bytes, for a message; null where they are not known for that. */
export function encryptionOfContent(head: Uint8Array): string | null {
  const start = String.fromCharCode(...head);
  if (start.startsWith('Salted__')) return 'as by openssl or pgBackRest';
  if (start.startsWith('age-encryption.org/')) return 'by age';
  if (start.startsWith('-----BEGIN PGP MESSAGE')) return 'by OpenPGP';
  return isOpenPgp(head) ? 'by OpenPGP' : null;
}

/**
 * Whether bytes begin with the packet of a session key, for a public key (tag 1) or a password (tag 3), as every
 * encrypted OpenPGP message does (RFC 9580, 4.2, 5.1, 5.3).
 */
function isOpenPgp(head: Uint8Array): boolean {
  const first = head[0];
  const isNewFormat = (first & 0xc0) === 0xc0;
  const tag = isNewFormat ? first & 0x3f : (first >> 2) & 0x0f;
  if ((first & 0x80) === 0 || (tag !== 1 && tag !== 3)) return false;
  const lengthBytes = isNewFormat ? (head[1] < 192 ? 1 : 2) : 1 << (first & 3);
  const version = head[1 + lengthBytes];
  return tag === 1 ? version === 3 || version === 6 : version >= 4 && version <= 6;
}

const ENCRYPTED_NAME = /\.(aes|age|asc|enc|gpg|pgp)$/i;

/** Where the suffix begins that says of a name that the file is encrypted; null where none does. */
export function encryptionOfName(name: string): number | null {
  return ENCRYPTED_NAME.exec(name)?.index ?? null;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
