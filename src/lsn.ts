import { WalPositionError } from './errors.js';

/**
 * A log sequence number: a byte position in the endless stream of WAL, 0 to 2^64 - 1, exact.
 * Defined as `XLogRecPtr` in PostgreSQL's `src/include/access/xlogdefs.h`.
 *
 * @category WAL positions
 */
export type Lsn = bigint;

/** An LSN taken apart: the quickest way from a `bigint` to numbers. */
const WORDS = /* @__PURE__ */ new DataView(new ArrayBuffer(8));

/** The two digits of each byte. */
const BYTES = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

const LSN_PATTERN = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i;

/**
 * Reads a log sequence number as PostgreSQL's `pg_lsn` type does: two hexadecimal numbers of one to eight
 * digits with a slash between them, as in `0/82603A30`.
 *
 * @throws {@link WalPositionError} `LSN_SYNTAX` where the text is anything else
 * @category WAL positions
 */
export function parseLsn(text: string): Lsn {
  const match = LSN_PATTERN.exec(text);
  if (match === null) {
    throw new WalPositionError(
      'LSN_SYNTAX',
      `invalid LSN "${text}": expected two hexadecimal numbers of up to 8 digits, as in 0/82603A30`,
    );
  }
  return lsnFromWords(Number.parseInt(match[1] ?? '', 16), Number.parseInt(match[2] ?? '', 16));
}

/** Whether {@link parseLsn} can read a text. */
export function isLsn(text: string): boolean {
  return LSN_PATTERN.test(text);
}

/**
 * Prints a log sequence number as `pg_controldata` does up to 18: `0/82603A30`, upper case, unpadded.
 *
 * @throws {@link WalPositionError} `LSN_RANGE` below 0 or above 2^64 - 1
 * @category WAL positions
 */
export function formatLsn(lsn: Lsn): string {
  WORDS.setBigUint64(0, lsn);
  if (WORDS.getBigUint64(0) !== lsn) {
    throw new WalPositionError('LSN_RANGE', `${lsn} is no LSN: expected 0 to 2^64 - 1`);
  }
  return formatLsnWords(WORDS.getUint32(0), WORDS.getUint32(4));
}

/** Prints the LSN whose upper and lower 32 bits these are, without a detour over `bigint`. */
export function formatLsnWords(high: number, low: number): string {
  return `${hexDigits(high)}/${hexDigits(low)}`;
}

function hexDigits(word: number): string {
  if (word > 0xff) return hexDigits(word >>> 8) + BYTES[word & 0xff];
  return word > 0xf ? BYTES[word] : BYTES[word][1];
}

/** A 32-bit number as names of files have it: eight digits, upper case. */
export function eightHexDigits(word: number): string {
  return BYTES[word >>> 24] + BYTES[(word >>> 16) & 0xff] + BYTES[(word >>> 8) & 0xff] + BYTES[word & 0xff];
}

/** Joins the upper and lower 32 bits (each 0 to 2^32 - 1) of an LSN. */
export function lsnFromWords(high: number, low: number): Lsn {
  return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low);
}

/** The upper 32 bits of an LSN. */
export function lsnHigh(lsn: Lsn): number {
  return Number(lsn >> 32n);
}

/** The lower 32 bits of an LSN. */
export function lsnLow(lsn: Lsn): number {
  return Number(lsn & 0xffff_ffffn);
}

/** The smallest segment size that `initdb --wal-segsize` accepts, in bytes. */
export const MIN_SEGMENT_SIZE = 1024 * 1024;

/** The largest segment size that `initdb --wal-segsize` accepts, in bytes. */
export const MAX_SEGMENT_SIZE = 1024 * 1024 * 1024;

/**
 * Whether a number of bytes is a size that WAL segments can have: a power of two from 1 MB to 1 GB
 * (`IsValidWalSegSize` in `src/include/access/xlog_internal.h`).
 *
 * @category WAL positions
 */
export function isValidSegmentSize(bytes: number): boolean {
  return bytes >= MIN_SEGMENT_SIZE && bytes <= MAX_SEGMENT_SIZE && Number.isInteger(Math.log2(bytes));
}

/** @throws {@link WalPositionError} `SEGMENT_SIZE` unless {@link isValidSegmentSize} */
export function requireSegmentSize(bytes: number): void {
  if (!isValidSegmentSize(bytes)) {
    throw new WalPositionError(
      'SEGMENT_SIZE',
      `invalid WAL segment size ${bytes}: expected a power of two from 1 MB to 1 GB`,
    );
  }
}

/**
 * The number of the segment that holds the byte at `lsn`, counted from 0 over the whole stream.
 *
 * @param segmentSize - in bytes, see {@link isValidSegmentSize}
 * @throws {@link WalPositionError} `SEGMENT_SIZE`
 * @category WAL positions
 */
export function segmentNumberOf(lsn: Lsn, segmentSize: number): number {
  requireSegmentSize(segmentSize);
  return lsnHigh(lsn) * (0x1_0000_0000 / segmentSize) + Math.floor(lsnLow(lsn) / segmentSize);
}

/**
 * How many bytes `lsn` lies behind the start of its segment.
 *
 * @param segmentSize - in bytes, see {@link isValidSegmentSize}
 * @throws {@link WalPositionError} `SEGMENT_SIZE`
 * @category WAL positions
 */
export function segmentOffsetOf(lsn: Lsn, segmentSize: number): number {
  requireSegmentSize(segmentSize);
  return lsnLow(lsn) & (segmentSize - 1);
}

/**
 * The LSN of a segment's first byte.
 *
 * @param segmentNumber - counted from 0 over the whole stream
 * @param segmentSize - in bytes, see {@link isValidSegmentSize}
 * @throws {@link WalPositionError} `SEGMENT_SIZE`
 * @category WAL positions
 */
export function segmentStart(segmentNumber: number, segmentSize: number): Lsn {
  requireSegmentSize(segmentSize);
  return BigInt(segmentNumber) * BigInt(segmentSize);
}
