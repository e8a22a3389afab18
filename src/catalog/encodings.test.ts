import { describe, expect, it } from 'vitest';
import { nameDecoder } from './encodings.js';

describe('names in bytes', () => {
  it.each<[string, number | null, number[], string]>([
    ['UTF-8', 6, [0xc3, 0xbc], 'ü'],
    ['Latin 1', 8, [0xfc], 'ü'],
    ['EUC-JP', 1, [0xb8, 0xdc, 0xb5, 0xd2], '顧客'],
    ['KOI8-R', 22, [0xd4], 'т'],
    ['Latin 2 that is none', 9, [0xb9], 'š'],
    ['EUC-JP that is none', 1, [0xb8], '¸'],
    ['SQL_ASCII that is UTF-8', 0, [0xc3, 0xbc], 'ü'],
    ['SQL_ASCII that is not', 0, [0xfc], 'ü'],
    ['an encoding that does not exist', 99, [0xc3, 0xbc], 'ü'],
    ['an encoding that is not known', null, [0xfc], 'ü'],
  ])('%s', (_, encoding, bytes, text) => {
    expect(nameDecoder(encoding)(Uint8Array.from(bytes))).toBe(text);
  });
});
