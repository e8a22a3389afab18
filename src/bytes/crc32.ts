import { slicingTables } from './slicing-tables.js';

/**
 * CRC-32 of ISO 3309, which ends a member of a gzip file (RFC 1952): reflected polynomial 0xEDB88320, initial
 * value and final XOR 0xFFFFFFFF.
 */
const POLYNOMIAL = 0xedb88320;

const TABLES = slicingTables(POLYNOMIAL, 8, (crc, table) => (crc >>> 8) ^ table[crc & 0xff]);

/**
 * The CRC-32 of some bytes as an unsigned number.
 *
 * @param before - the CRC-32 of what comes before them, where they go on from something
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const tables = TABLES;
  let crc = ~before;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    crc =
      tables[1792 + ((crc ^ bytes[at]) & 0xff)] ^
      tables[1536 + (((crc >>> 8) ^ bytes[at + 1]) & 0xff)] ^
      tables[1280 + (((crc >>> 16) ^ bytes[at + 2]) & 0xff)] ^
      tables[1024 + ((crc >>> 24) ^ bytes[at + 3])] ^
      tables[768 + bytes[at + 4]] ^
      tables[512 + bytes[at + 5]] ^
      tables[256 + bytes[at + 6]] ^
      tables[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]) & 0xff];
  return ~crc >>> 0;
}
