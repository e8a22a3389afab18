import { slicingTables } from './slicing-tables.js';

/**
 * The CRC of WAL records and `pg_control` up to 9.4 (`COMP_LEGACY_CRC32` in `src/include/utils/pg_crc.h`).
 * It mixes the table of the reflected polynomial with the shifts of the plain one, so no textbook CRC
 * gives its values; but every step is linear, so slicing works on it as on any other.
 */
const POLYNOMIAL = 0xedb88320;

let made: Int32Array | null = null;

/** Made for the first who asks: most WAL is newer. */
function slicingBy8(): Int32Array {
  made ??= slicingTables(POLYNOMIAL, 8, (crc, table) => (crc << 8) ^ table[crc >>> 24]);
  return made;
}

/** The state of a CRC before its first byte. */
export const LEGACY_CRC32_INITIAL = -1;

/**
 * The legacy CRC of `bytes[start, end)` as an unsigned number. For anything but hot loops.
 */
export function legacyCrc32(bytes: Uint8Array, start: number, end: number): number {
  return ~legacyCrc32Bytes(LEGACY_CRC32_INITIAL, bytes, start, end) >>> 0;
}

/**
 * Carries a CRC's state on over `bytes[start, end)`, byte by byte.
 */
export function legacyCrc32Bytes(state: number, bytes: Uint8Array, start: number, end: number): number {
  const tables = slicingBy8();
  let crc = state;
  for (let at = start; at < end; at++) crc = (crc << 8) ^ tables[(crc >>> 24) ^ bytes[at]];
  return crc;
}

/**
 * Carries a CRC's state on over the 32-bit words `words[start, end)` of a little-endian machine. Plain and
 * long because every byte of old WAL passes through here.
 */
export function legacyCrc32Words(state: number, words: Int32Array, start: number, end: number): number {
  const tables = slicingBy8();
  let crc = state;
  let at = start;
  for (; at + 2 <= end; at += 2) {
    const a = words[at];
    const b = words[at + 1];
    crc =
      tables[1792 + ((crc >>> 24) ^ (a & 0xff))] ^
      tables[1536 + (((crc >>> 16) ^ (a >>> 8)) & 0xff)] ^
      tables[1280 + (((crc >>> 8) ^ (a >>> 16)) & 0xff)] ^
      tables[1024 + ((crc & 0xff) ^ (a >>> 24))] ^
      tables[768 + (b & 0xff)] ^
      tables[512 + ((b >>> 8) & 0xff)] ^
      tables[256 + ((b >>> 16) & 0xff)] ^
      tables[b >>> 24];
  }
  for (; at < end; at++) {
    const a = words[at];
    crc =
      tables[768 + ((crc >>> 24) ^ (a & 0xff))] ^
      tables[512 + (((crc >>> 16) ^ (a >>> 8)) & 0xff)] ^
      tables[256 + (((crc >>> 8) ^ (a >>> 16)) & 0xff)] ^
      tables[(crc & 0xff) ^ (a >>> 24)];
  }
  return crc;
}
