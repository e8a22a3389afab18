import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressedFixtures, damaged, lengthOrError } from '../testing/compressed.js';
import { CompressionError } from './compressed-data.js';
import { decompressZstd } from './zstd.js';

const fixtures = compressedFixtures('zstd');

/** A frame that says how much it holds, up to 255 bytes: a single segment without a checksum. */
function frame(size: number, ...blocks: number[][]): Uint8Array {
  return Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, size, ...blocks.flat()]);
}

function block(type: number, size: number, body: number[], isLast = true): number[] {
  const header = (isLast ? 1 : 0) | (type << 1) | (size << 3);
  return [header & 0xff, (header >> 8) & 0xff, header >> 16, ...body];
}

/** A compressed block of so many literals, of a Huffman code whose weights are compressed in turn. */
function blockOfWeights(size: number, weights: number[]): number[] {
  const compressed = [weights.length, ...weights, 1, 1];
  const sizes = 0x02 | (size << 4) | (compressed.length << 14);
  const body = [sizes & 0xff, (sizes >> 8) & 0xff, sizes >> 16, ...compressed, 0];
  return block(2, body.length, body);
}

describe('decompressZstd', () => {
  it.each(fixtures)('gives back what libzstd compressed: $what', ({ compressed, plain }) => {
    expect(Buffer.compare(decompressZstd(compressed, plain.length), plain)).toBe(0);
  });

  it('reads blocks of bytes as they are and of one byte repeated', () => {
    const bytes = frame(5, block(0, 2, [1, 2], false), block(1, 3, [7]));
    expect([...decompressZstd(bytes, 5)]).toEqual([1, 2, 7, 7, 7]);
  });

  it.each([
    ['no frame', Uint8Array.of(1, 2, 3, 4, 5), 5, 'it is no frame of Zstandard'],
    ['nothing', new Uint8Array(0), 5, 'it is cut off'],
    ['a frame of another size', frame(5, block(1, 5, [7])), 6, 'it holds 5 bytes, not 6'],
    ['a frame with too little in it', frame(6, block(1, 5, [7])), 6, 'it holds 5 bytes, not 6'],
    ['a frame with too much in it', frame(4, block(1, 5, [7])), 4, 'it holds more than 4 bytes'],
    ['a block of an unknown type', frame(4, block(3, 4, [1])), 4, 'it has a block of an unknown type'],
    ['a frame with no last block', frame(5, block(1, 5, [7], false)), 5, 'it is cut off'],
    ['a block that is cut off', frame(5, block(0, 5, [7])), 5, 'it is cut off'],
    ['more behind the frame', frame(5, block(1, 5, [7]), [1, 2]), 5, '2 bytes follow its end'],
    // a single state that takes no bits would give weights for ever
    [
      'weights without an end',
      frame(20, blockOfWeights(20, [0xf0, 0x03, 0xff, 0xff, 0xff, 0xff])),
      20,
      'a Huffman table is damaged',
    ],
  ])('refuses %s', (_, source, size, message) => {
    expect(() => decompressZstd(source, size)).toThrow(new CompressionError(message));
  });

  it('refuses everything that is cut off or of another size', () => {
    for (const { compressed, plain } of fixtures) {
      expect(() => decompressZstd(compressed, plain.length + 1)).toThrow(CompressionError);
      expect(() => decompressZstd(compressed, plain.length - 1)).toThrow(CompressionError);
      for (let length = 0; length < compressed.length; length += 1 + (length >> 6)) {
        expect(() => decompressZstd(compressed.subarray(0, length), plain.length)).toThrow(CompressionError);
      }
    }
  });

  it('ends on any bytes, with as many as asked for or an error of its own', () => {
    const body = fc.uint8Array({ maxLength: 200 }).map((bytes) => [...bytes]);
    fc.assert(
      fc.property(fc.nat(255), fc.nat(2), body, (size, type, bytes) => {
        expect(lengthOrError(decompressZstd, frame(size, block(type, bytes.length, bytes)), size)).toBe(size);
      }),
    );
  });

  it('ends on damaged data', () => {
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)));
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), damage, ({ compressed, plain }, places) => {
        expect(lengthOrError(decompressZstd, damaged(compressed, places), plain.length)).toBe(plain.length);
      }),
      { numRuns: 500 },
    );
  });
});
