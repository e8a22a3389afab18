import { deflateRawSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompressionError } from '../bytes/compressed-data.js';
import { CONTAINED_HISTORY, CONTAINED_SEGMENT, containerPath, filesBelow } from '../testing/containers.js';
import { CutOffError } from './byte-stream.js';
import type { Decompressor } from './compression.js';
import { gunzip } from './gzip.js';
import { lz4 } from './lz4.js';
import { zstd } from './zstd.js';

/** What real tools wrote; `lz4-linked` has a checksum a block, the others one at the end. */
const files = (name: string, suffix: string) => {
  const found = filesBelow(containerPath(name));
  return {
    segment: found[`${CONTAINED_SEGMENT}.${suffix}`]!,
    history: found[`${CONTAINED_HISTORY}.${suffix}`]!,
  };
};
const METHODS: [
  name: string,
  decompressor: Decompressor,
  files: { segment: Uint8Array; history: Uint8Array },
][] = [
  ['gzip', gunzip, files('gzip', 'gz')],
  ['zstd', zstd, files('zstd', 'zst')],
  ['lz4', lz4, files('lz4', 'lz4')],
  ['lz4-linked', lz4, files('lz4-linked', 'lz4')],
];

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function run(decompressor: Decompressor, bytes: Uint8Array, size = 4096): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decompressor(chunksOf(bytes, size))) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe.each(METHODS)('%s', (_, decompressor, { segment, history }) => {
  it('comes out the same whatever pieces it comes in', async () => {
    const whole = await run(decompressor, segment);
    expect(whole.length).toBe(1024 * 1024);
    for (const size of [7, 1000, 1_000_000]) {
      expect(whole.equals(await run(decompressor, segment, size)), `in pieces of ${size}`).toBe(true);
    }
    expect((await run(decompressor, history, 1)).equals(await run(decompressor, history))).toBe(true);
  });

  it('may be several files one after another', async () => {
    const twice = await run(decompressor, Uint8Array.from([...segment, ...history, ...segment]), 1000);
    const [first, second] = [await run(decompressor, segment), await run(decompressor, history)];
    expect(twice.equals(Buffer.concat([first, second, first]))).toBe(true);
  });

  it('is refused where any byte is changed, or comes out the same', async () => {
    const plain = await run(decompressor, history);
    let refused = 0;
    for (let at = 0; at < history.length; at++) {
      for (const bit of [0x01, 0x10, 0x80]) {
        const changed = history.slice();
        changed[at]! ^= bit;
        const found = await run(decompressor, changed).catch((error: unknown) => error);
        if (found instanceof CompressionError) refused++;
        else expect(found, `byte ${at}`).toEqual(plain);
      }
    }
    expect(refused).toBeGreaterThan(2 * history.length);
  });

  it('ends on any input', async () => {
    const start = segment.slice(0, 40);
    await fc.assert(
      fc.asyncProperty(fc.nat(start.length), fc.uint8Array({ maxLength: 300 }), async (kept, rest) => {
        const input = Uint8Array.from([...start.slice(0, kept), ...rest]);
        const found = await run(decompressor, input).catch((error: unknown) => error);
        expect(found instanceof CompressionError || found instanceof Buffer).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('gives what there is before it says that it is cut off', async () => {
    const whole = await run(decompressor, segment);
    for (const length of [segment.length >> 1, segment.length >> 4]) {
      const pieces: Uint8Array[] = [];
      const reading = (async () => {
        for await (const piece of decompressor(chunksOf(segment.slice(0, length), 4096))) pieces.push(piece);
      })();
      await expect(reading).rejects.toThrow(CutOffError);
      const found = Buffer.concat(pieces);
      expect(found.equals(whole.subarray(0, found.length))).toBe(true);
    }
  });
});

describe('gzip', () => {
  it('is read as zlib writes it, with empty members and names of any length between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 2000 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 500 }),
        async (contents, size) => {
          const members = contents.map((content, index) => withName(content, 'n'.repeat(97 * index)));
          const found = await run(gunzip, Uint8Array.from(Buffer.concat(members)), size);
          expect(found.equals(Buffer.concat(contents))).toBe(true);
        },
      ),
    );
  });
});

/** A gzip file with a name in its header. */
function withName(content: Uint8Array, name: string): Buffer {
  const plain = gzipSync(content);
  const header = Buffer.from(plain.subarray(0, 10));
  header[3] = 0x08;
  return Buffer.concat([header, Buffer.from(`${name}\0`), deflateRawSync(content), plain.subarray(-8)]);
}

describe('frames of LZ4 and Zstandard', () => {
  it.each([
    ['lz4', lz4, files('lz4', 'lz4').history],
    ['zstd', zstd, files('zstd', 'zst').history],
  ])('of %s may have others between them that are passed over', async (_, decompressor, history) => {
    const skipped = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    const found = await run(decompressor, Uint8Array.from([...skipped, ...history, ...skipped]), 5);
    expect(found.equals(await run(decompressor, history))).toBe(true);
  });

  it('of Zstandard may not ask for more memory than their window may have', async () => {
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00);
    await expect(run(zstd, frame)).rejects.toThrow('its window of 1073741824 bytes is larger than 134217728');
  });
});
