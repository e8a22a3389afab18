import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressedFixtures, damaged, lengthOrError } from '../testing/compressed.js';
import { CompressionError } from './compressed-data.js';
import { decompressPglz } from './pglz.js';

const fixtures = compressedFixtures('pglz');

describe('decompressPglz', () => {
  it.each(fixtures)('gives back what PostgreSQL compressed: $what', ({ compressed, plain }) => {
    expect(Buffer.compare(decompressPglz(compressed, plain.length), plain)).toBe(0);
  });

  it('repeats what it has just written where a reference overlaps its target', () => {
    expect([...decompressPglz(Uint8Array.of(0b100, 1, 2, 0x04, 2), 9)]).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1]);
  });

  it('cuts off a last reference that leads past the end, as servers from 12 on do', () => {
    expect([...decompressPglz(Uint8Array.of(0b10, 7, 0x0f, 1, 255), 5)]).toEqual([7, 7, 7, 7, 7]);
  });

  it.each([
    ['holds too little', [0, 1, 2], 3, 'it holds 2 bytes, not 3'],
    ['is empty', [], 1, 'it holds 0 bytes, not 1'],
    ['goes on behind its end', [0, 1, 2, 3], 2, '1 bytes follow its end'],
    ['refers to nothing', [0b10, 1, 0x00, 0], 4, 'it refers 0 bytes back at byte 1'],
    ['refers to before its beginning', [0b10, 1, 0x00, 2], 4, 'it refers 2 bytes back at byte 1'],
    ['ends in the first half of a reference', [0b10, 1, 0x00], 4, 'it ends within a reference'],
    ['ends before the rest of a length', [0b10, 1, 0x0f, 1], 30, 'it ends within a reference'],
  ])('refuses what %s', (_, source, size, message) => {
    expect(() => decompressPglz(Uint8Array.from(source), size)).toThrow(new CompressionError(message));
  });

  it('refuses everything that is cut off', () => {
    for (const { compressed, plain } of fixtures) {
      for (let length = 0; length < compressed.length; length++) {
        expect(() => decompressPglz(compressed.subarray(0, length), plain.length)).toThrow(CompressionError);
      }
    }
  });

  it('ends on any bytes, with as many as asked for or an error of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(2000), (source, size) => {
        expect(lengthOrError(decompressPglz, source, size)).toBe(size);
      }),
    );
  });

  it('ends on damaged data', () => {
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)));
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), damage, ({ compressed, plain }, places) => {
        expect(lengthOrError(decompressPglz, damaged(compressed, places), plain.length)).toBe(plain.length);
      }),
    );
  });
});
