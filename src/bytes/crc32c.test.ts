import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRC32C_INITIAL, crc32c, crc32cBytes, crc32cWords } from './crc32c.js';

const ascii = (text: string) => new TextEncoder().encode(text);

/** Bit by bit, as the definition says. */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc = (crc ^ byte) >>> 0;
    for (let bit = 0; bit < 8; bit++) crc = ((crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)) >>> 0;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

describe('CRC-32C', () => {
  // "123456789" is the catalogues' check value, the 32-byte ones are of RFC 3720, B.4
  it.each([
    ['nothing', new Uint8Array(0), 0],
    ['"123456789"', ascii('123456789'), 0xe3069283],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ])('of %s', (_, bytes, crc) => expect(crc32c(bytes, 0, bytes.length)).toBe(crc));

  it('is that of the definition, over any part', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, a, b) => {
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        expect(crc32c(bytes, start, end)).toBe(slowCrc32c(bytes.subarray(start, end)));
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
          const state = crc32cBytes(CRC32C_INITIAL, bytes, 0, start * 4);
          expect(crc32cWords(state, words, start, end) >>> 0).toBe(
            crc32cBytes(state, bytes, start * 4, end * 4) >>> 0,
          );
        },
      ),
    );
  });
});
