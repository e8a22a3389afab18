import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XxHash32, xxHash32 } from './xxhash32.js';
import { XxHash64 } from './xxhash64.js';

const pattern = (length: number) => Uint8Array.from({ length }, (_, index) => index * 7 + 3);

/** What `xxhsum -H0` and `xxhsum -H1` of xxHash 0.8.1 print of so many bytes of the pattern. */
const PRINTED: [length: number, xxh32: number, xxh64: bigint][] = [
  [0, 0x02cc5d05, 0xef46db3751d8e999n],
  [1, 0x21ae663a, 0x1f25c8d0bc1f4bb6n],
  [3, 0xcd3d2242, 0x31d2363f52e564c9n],
  [4, 0x725479f2, 0x9bb64b7d66ee9fdan],
  [7, 0xf3a90eb0, 0x9a7b149959ce60d8n],
  [8, 0x29b5025a, 0xdab99d95c6f90092n],
  [15, 0x82d3c84d, 0x1b47cb8243cc8e32n],
  [16, 0x8845547d, 0x434850232b787be2n],
  [17, 0x450e5f84, 0x1efa7025f1b97a7an],
  [31, 0x1f73d3c7, 0xa2aa5f33cc4a6119n],
  [32, 0xe988ccb7, 0x23c3c17ef790fd97n],
  [33, 0x94f536d5, 0x50a7cfc7ba588784n],
  [36, 0x9ea6aa57, 0xc0b52b0dcc5e3f7fn],
  [40, 0x6be094bd, 0xb620306b253d76b6n],
  [63, 0x0bedc2f7, 0x5e3e54b431c7493cn],
  [64, 0xecd2ac44, 0x0eb64b3ef6eeb01fn],
  [100, 0x73091a4d, 0xa61f8d4c170fe531n],
  [1000, 0xc85a5152, 0x5f235fa033f1a3fbn],
];

describe('xxHash', () => {
  it.each(PRINTED)('of %d bytes is what xxhsum prints', (length, xxh32, xxh64) => {
    expect(xxHash32(pattern(length))).toBe(xxh32);
    expect(new XxHash64().update(pattern(length)).digestLow()).toBe(Number(xxh64 & 0xffff_ffffn));
  });

  it.each([
    ['XXH32', (pieces: Uint8Array[]) => feed(new XxHash32(), pieces).digest()],
    ['XXH64', (pieces: Uint8Array[]) => feed(new XxHash64(), pieces).digestLow()],
  ])('%s is the same in pieces as in one', (_, hash) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 6 }), (pieces) => {
        expect(hash(pieces)).toBe(hash([Uint8Array.from(pieces.flatMap((piece) => [...piece]))]));
      }),
    );
  });
});

function feed<T extends { update(bytes: Uint8Array): unknown }>(hash: T, pieces: readonly Uint8Array[]): T {
  for (const piece of pieces) hash.update(piece);
  return hash;
}
