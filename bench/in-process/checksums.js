// @ts-check
// CRC-32C by size of record, as the walk computes it: words, and what is left of bytes.
import { sample } from './samples.js';

const SIZES = [32, 64, 128, 256, 1024, 8192];
const ROUNDS = 40;

// the package does not export it; its declarations are those of the source, which is there without a build
const { href } = new URL('../../dist/bytes/crc32c.js', import.meta.url);
/** @type {typeof import('../../src/bytes/crc32c.js')} */
const { CRC32C_INITIAL, crc32cBytes, crc32cWords } = await import(href);

const words = new Int32Array(2 ** 18);
for (let at = 0; at < words.length; at++) words[at] = Math.imul(at, 0x9e3779b1);
const bytes = new Uint8Array(words.buffer);

let state = 0;
const figures = SIZES.map((size) => {
  // two bytes short of a multiple of 4: most records end on none
  const length = size - 2;
  const milliseconds = sample(() => {
    for (let round = 0; round < ROUNDS; round++) {
      for (let start = 0; start + size <= bytes.length; start += size) {
        const end = start + length;
        const crc = crc32cWords(CRC32C_INITIAL, words, start >> 2, end >> 2);
        state ^= crc32cBytes(crc, bytes, end & ~3, end);
      }
    }
  });
  return {
    subject: `CRC-32C in JavaScript, records of ${size} bytes`,
    unit: 'MB/s',
    values: milliseconds.map((time) => (ROUNDS * bytes.length * length) / size / 2 ** 20 / (time / 1000)),
    goal: null,
  };
});
console.log(JSON.stringify({ figures, state }));
