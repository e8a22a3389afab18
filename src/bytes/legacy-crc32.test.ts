import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEGACY_CRC32_INITIAL, legacyCrc32, legacyCrc32Bytes, legacyCrc32Words } from './legacy-crc32.js';

/** `pg_crc32_table`, made bit by bit. */
const TABLE = Array.from({ length: 256 }, (_, index) => {
  let entry = index;
  for (let bit = 0; bit < 8; bit++) entry = ((entry >>> 1) ^ (entry & 1 ? 0xedb88320 : 0)) >>> 0;
  return entry;
});

/**
 * `COMP_LEGACY_CRC32` of `pg_crc.h` as it is written there:
 * `tab_index = ((int) ((crc) >> 24) ^ *data++) & 0xFF; (crc) = table[tab_index] ^ ((crc) << 8);`
 */
function slowLegacyCrc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    const index = ((crc >>> 24) ^ byte) & 0xff;
    crc = (TABLE[index] ^ (crc << 8)) >>> 0;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

describe('legacy CRC', () => {
  it('is neither of the textbook CRCs over its table', () => {
    const bytes = new TextEncoder().encode('123456789');
    expect(legacyCrc32(bytes, 0, 9)).toBe(slowLegacyCrc32(bytes));
    expect([0xcbf43926, 0xfc891918, 0xe3069283]).not.toContain(legacyCrc32(bytes, 0, 9));
  });

  it('is that of the macro, over any part', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, a, b) => {
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        expect(legacyCrc32(bytes, start, end)).toBe(slowLegacyCrc32(bytes.subarray(start, end)));
      }),
    );
  });

  it('is the same over words as over bytes, wherever they begin and end', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 400 }),
        fc.nat(100),
        fc.nat(100),
        (given, a, b) => {
          const bytes = given.slice(0, given.length & ~3);
          const words = new Int32Array(bytes.buffer);
          const [start, end] = [Math.min(a, b, words.length), Math.min(Math.max(a, b), words.length)];
          const state = legacyCrc32Bytes(LEGACY_CRC32_INITIAL, bytes, 0, start * 4);
          expect(legacyCrc32Words(state, words, start, end) >>> 0).toBe(
            legacyCrc32Bytes(state, bytes, start * 4, end * 4) >>> 0,
          );
        },
      ),
    );
  });
});
