import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressedFixtures, damaged, lengthOrError } from '../testing/compressed.js';
import { CompressionError } from './compressed-data.js';
import { decompressLz4Block } from './lz4-block.js';

const fixtures = compressedFixtures('lz4-block');

describe('decompressLz4Block', () => {
  it.each(fixtures)('gives back what liblz4 compressed: $what', ({ compressed, plain }) => {
    expect(Buffer.compare(decompressLz4Block(compressed, plain.length), plain)).toBe(0);
  });

  it('repeats what it has just written where a reference overlaps its target', () => {
    expect([...decompressLz4Block(Uint8Array.of(0x21, 1, 2, 2, 0, 0x10, 9), 8)]).toEqual([
      1, 2, 1, 2, 1, 2, 1, 9,
    ]);
  });

  it.each([
    ['holds too little', [0x20, 1, 2], 3, 'it holds 2 bytes, not 3'],
    ['is empty', [], 1, 'it holds 0 bytes, not 1'],
    ['holds too many literals', [0x30, 1, 2, 3], 2, 'it holds more than 2 bytes'],
    ['repeats too much', [0x14, 1, 1, 0, 0x10, 1], 6, 'it holds more than 6 bytes'],
    ['has fewer literals than it says', [0x30, 1, 2], 3, 'it ends within a sequence'],
    ['ends in the first half of a reference', [0x10, 1, 1], 9, 'it ends within a sequence'],
    ['ends before the rest of a length', [0x1f, 1, 1, 0, 255], 900, 'it ends within a sequence'],
    ['refers to nothing', [0x10, 1, 0, 0, 0], 5, 'it refers 0 bytes back at byte 1'],
    ['refers to before its beginning', [0x10, 1, 2, 0, 0], 5, 'it refers 2 bytes back at byte 1'],
  ])('refuses what %s', (_, source, size, message) => {
    expect(() => decompressLz4Block(Uint8Array.from(source), size)).toThrow(new CompressionError(message));
  });

  it('refuses everything that is cut off or of another size', () => {
    for (const { compressed, plain } of fixtures) {
      expect(() => decompressLz4Block(compressed, plain.length + 1)).toThrow(CompressionError);
      expect(() => decompressLz4Block(compressed, plain.length - 1)).toThrow(CompressionError);
      for (let length = 0; length < compressed.length; length++) {
        expect(() => decompressLz4Block(compressed.subarray(0, length), plain.length)).toThrow(
          CompressionError,
        );
      }
    }
  });

  it('ends on any bytes, with as many as asked for or an error of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(2000), (source, size) => {
        expect(lengthOrError(decompressLz4Block, source, size)).toBe(size);
      }),
    );
  });

  it('ends on damaged data', () => {
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)));
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), damage, ({ compressed, plain }, places) => {
        expect(lengthOrError(decompressLz4Block, damaged(compressed, places), plain.length)).toBe(
          plain.length,
        );
      }),
    );
  });
});
