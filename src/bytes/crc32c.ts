import { slicingTables } from './slicing-tables.js';

/**
 * CRC-32C (Castagnoli), which guards WAL records and `pg_control` from 9.5 on
 * (`src/port/pg_crc32c_sb8.c`): reflected polynomial 0x82F63B78, initial value and final XOR 0xFFFFFFFF.
 */
const POLYNOMIAL = 0x82f63b78;

let made: Int32Array | null = null;

/** The tables for slicing by 16, see {@link slicingTables}. Made for the first who asks: WebAssembly has its own. */
function slicingBy16(): Int32Array {
  made ??= slicingTables(POLYNOMIAL, 16, (crc, table) => (crc >>> 8) ^ table[crc & 0xff]);
  return made;
}

/** The state of a CRC before its first byte. */
export const CRC32C_INITIAL = -1;

/**
 * The CRC-32C of `bytes[start, end)` as an unsigned number. For anything but hot loops.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  return ~crc32cBytes(CRC32C_INITIAL, bytes, start, end) >>> 0;
}

/**
 * Carries a CRC's state on over `bytes[start, end)`, byte by byte.
 */
export function crc32cBytes(state: number, bytes: Uint8Array, start: number, end: number): number {
  const tables = slicingBy16();
  let crc = state;
  for (let at = start; at < end; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]) & 0xff];
  return crc;
}

/**
 * Carries a CRC's state on over the 32-bit words `words[start, end)` of a little-endian machine. Plain and
 * long because every byte of WAL passes through here: four words a step, no call, no view.
 */
export function crc32cWords(state: number, words: Int32Array, start: number, end: number): number {
  const tables = slicingBy16();
  let crc = state;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const a = crc ^ words[at];
    const b = words[at + 1];
    const c = words[at + 2];
    const d = words[at + 3];
    crc =
      tables[3840 + (a & 0xff)] ^
      tables[3584 + ((a >>> 8) & 0xff)] ^
      tables[3328 + ((a >>> 16) & 0xff)] ^
      tables[3072 + (a >>> 24)] ^
      tables[2816 + (b & 0xff)] ^
      tables[2560 + ((b >>> 8) & 0xff)] ^
      tables[2304 + ((b >>> 16) & 0xff)] ^
      tables[2048 + (b >>> 24)] ^
      tables[1792 + (c & 0xff)] ^
      tables[1536 + ((c >>> 8) & 0xff)] ^
      tables[1280 + ((c >>> 16) & 0xff)] ^
      tables[1024 + (c >>> 24)] ^
      tables[768 + (d & 0xff)] ^
      tables[512 + ((d >>> 8) & 0xff)] ^
      tables[256 + ((d >>> 16) & 0xff)] ^
      tables[d >>> 24];
  }
  for (; at < end; at++) {
    const a = crc ^ words[at];
    crc =
      tables[768 + (a & 0xff)] ^
      tables[512 + ((a >>> 8) & 0xff)] ^
      tables[256 + ((a >>> 16) & 0xff)] ^
      tables[a >>> 24];
  }
  return crc;
}
