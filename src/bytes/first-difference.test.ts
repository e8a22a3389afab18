import { describe, expect, it } from 'vitest';
import { firstDifference } from './first-difference.js';

describe('firstDifference', () => {
  const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index * 7);

  it.each([0, 1, 7, 8, 31, 32, 33, 100])('finds each byte of %i that differs', (length) => {
    const a = bytes(length);
    expect(firstDifference(a, bytes(length), length)).toBeNull();
    for (let at = 0; at < length; at++) {
      const b = bytes(length);
      for (let behind = at; behind < length; behind += 5) b[behind] = 255 - (b[behind] ?? 0);
      expect(firstDifference(a, b, length)).toBe(at);
      expect(firstDifference(a, b, at)).toBeNull();
    }
  });

  it('compares bytes that begin anywhere', () => {
    const a = bytes(80).subarray(3);
    const b = a.slice();
    expect(firstDifference(a, b, 77)).toBeNull();
    b[70] = 0;
    expect(firstDifference(a, b, 77)).toBe(70);
  });

  it('tells words apart that are the same as numbers', () => {
    const [a, b] = [new Uint8Array(64), new Uint8Array(64)];
    b[63] = 0x80;
    expect(firstDifference(a, b, 64)).toBe(63);
  });
});
