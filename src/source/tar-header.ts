import { littleEndian } from './byte-stream.js';

/** Tar files are made of blocks of this size. */
export const TAR_BLOCK_BYTES = 512;

/** What the header block of a tar file's entry says (`pax Interchange Format` of POSIX, and what GNU tar adds). */
export interface TarHeader {
  readonly name: string;
  /** Of the contents that follow, in bytes. */
  readonly size: number;
  readonly type: TarEntryType;
  /** Where a link leads. */
  readonly linkName: string;
}

/** What an entry is; `name`, `link-name` and `pax` say something of the entry that follows. */
export type TarEntryType =
  | 'file'
  | 'hard-link'
  | 'symbolic-link'
  | 'directory'
  | 'name'
  | 'link-name'
  | 'pax'
  | 'pax-global'
  | 'other';

const TYPES: Readonly<Record<string, TarEntryType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'hard-link',
  '2': 'symbolic-link',
  '5': 'directory',
  L: 'name',
  K: 'link-name',
  x: 'pax',
  g: 'pax-global',
};

/** Where the fields of a header lie, as [start, end). */
const FIELD = {
  name: [0, 100],
  size: [124, 136],
  checksum: [148, 156],
  type: [156, 157],
  linkName: [157, 257],
  magic: [257, 263],
  prefix: [345, 500],
} as const;

/** Reads a header block; null where its checksum or its size says that it is none. */
export function readTarHeader(block: Uint8Array): TarHeader | null {
  if (number(block, FIELD.checksum) !== checksumOf(block)) return null;
  const name = text(block, FIELD.name);
  // GNU tar has times where POSIX has a prefix, and a blank behind its magic
  const prefix = text(block, FIELD.magic) === 'ustar' ? text(block, FIELD.prefix) : '';
  const type = TYPES[String.fromCharCode(block[FIELD.type[0]])] ?? 'other';
  const hasContents = type !== 'hard-link' && type !== 'symbolic-link' && type !== 'directory';
  const size = hasContents ? number(block, FIELD.size) : 0;
  if (size < 0) return null;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size,
    type: type === 'file' && name.endsWith('/') ? 'directory' : type,
    linkName: text(block, FIELD.linkName),
  };
}

/** Whether a block is all zeros, as the two that end a tar file. */
export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Reads the records of a pax header: `LENGTH KEY=VALUE`, each with a line feed at its end. */
export function readPaxRecords(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = blank < 0 ? 0 : Number(decoder.decode(bytes.subarray(at, blank)));
    if (!Number.isInteger(length) || length <= blank - at) break;
    const record = decoder.decode(bytes.subarray(blank + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** The text in some bytes up to the first zero. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function text(block: Uint8Array, [start, end]: readonly [number, number]): string {
  return textOf(block.subarray(start, end));
}

/** Octal digits, or where the highest bit of the first byte is set, a number in base 256; -1 for neither. */
function number(block: Uint8Array, [start, end]: readonly [number, number]): number {
  if ((block[start] & 0x80) !== 0) {
    const size = littleEndian(block.slice(start + 1, end).reverse());
    return Number.isSafeInteger(size) ? size : -1;
  }
  const digits = text(block, [start, end]).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(`0${digits}`, 8) : -1;
}

/** The sum of all bytes, those of the checksum itself taken as blanks. */
function checksumOf(block: Uint8Array): number {
  const [start, end] = FIELD.checksum;
  let sum = 0x20 * (end - start);
  for (let at = 0; at < TAR_BLOCK_BYTES; at++) if (at < start || at >= end) sum += block[at];
  return sum;
}
