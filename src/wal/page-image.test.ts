import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WalError } from '../errors.js';
import { memorySource } from '../source/memory.js';
import { type Compressed, compressedFixtures, damaged } from '../testing/compressed.js';
import { type BlockParts, WalBuilder } from '../testing/wal-builder.js';
import type { MajorVersion } from '../version.js';
import { restorePageImage } from './page-image.js';
import type { WalRecord } from './record.js';
import { WalReader, type WalReaderOptions } from './wal-reader.js';

// That images of real WAL come out as PostgreSQL restores them is tested in src/dump/save-full-page.test.ts.

type ImageParts = NonNullable<BlockParts['image']>;

const PAGE = Uint8Array.from({ length: 8192 }, (_, index) => index % 251);

/** A record with an image, as read. */
async function recordWith(
  version: MajorVersion,
  image: ImageParts | undefined,
  options: WalReaderOptions = {},
): Promise<WalRecord> {
  const wal = new WalBuilder({ version, segmentSize: 16 * 1024 * 1024 });
  wal.append({ data: Uint8Array.of(1), blocks: [{ id: 2, block: 7, ...(image && { image }) }] });
  const reader = await WalReader.open(memorySource(wal.files()), options);
  await reader.nextWindow();
  expect(reader.next(), reader.end?.message).toBe(true);
  return reader.record;
}

async function restore(version: MajorVersion, image: ImageParts): Promise<Uint8Array> {
  const record = await recordWith(version, image);
  return restorePageImage(record, record.blocks[0]);
}

/** A page with zeros in its middle, and what of it is stored. */
function pageWithHole(holeOffset: number, holeLength: number): { page: Uint8Array; stored: Uint8Array } {
  const page = Uint8Array.from(PAGE).fill(0, holeOffset, holeOffset + holeLength);
  const stored = Uint8Array.from([
    ...PAGE.subarray(0, holeOffset),
    ...PAGE.subarray(holeOffset + holeLength),
  ]);
  return { page, stored };
}

/** Bits of `bimg_info` as the releases have them: the hole's, and each method's with the hole's. */
const COMPRESSED = [
  { version: '9.5', method: 'pglz', info: 0x03 },
  { version: '9.6', method: 'pglz', info: 0x03 },
  { version: '10', method: 'pglz', info: 0x07 },
  { version: '14', method: 'pglz', info: 0x07 },
  { version: '15', method: 'pglz', info: 0x07 },
  { version: '15', method: 'lz4-block', info: 0x0b },
  { version: '18', method: 'lz4-block', info: 0x0b },
  { version: '15', method: 'zstd', info: 0x13 },
  { version: '18', method: 'zstd', info: 0x13 },
] as const;

/** An image with a hole that leaves just the data of a fixture. */
function imageOf({ compressed, plain }: Compressed, info: number): ImageParts {
  return { bytes: compressed, info, holeOffset: 10, holeLength: 8192 - plain.length };
}

/** Fixtures that are shorter than a page, as images with a hole are. */
function fixturesOf(method: (typeof COMPRESSED)[number]['method']): Compressed[] {
  return compressedFixtures(method).filter(({ plain }) => plain.length > 10 && plain.length < 8192);
}

describe('restorePageImage', () => {
  it.each([
    ['9.3', 0],
    ['9.4', 0],
    ['9.5', 0],
    ['10', 0x04],
    ['18', 0x02],
  ] as const)('gives a whole page as it is: %s', async (version, info) => {
    const image = { bytes: PAGE, info, holeOffset: 0, holeLength: 0 };
    expect(Buffer.compare(await restore(version, image), PAGE)).toBe(0);
  });

  it.each([
    ['9.3', 0],
    ['9.4', 0],
    ['9.5', 0x01],
    ['10', 0x05],
    ['18', 0x03],
  ] as const)('fills the hole with zeros: %s', async (version, info) => {
    for (const [holeOffset, holeLength] of [
      [28, 8000],
      [8000, 192],
      [4096, 1],
    ]) {
      const { page, stored } = pageWithHole(holeOffset, holeLength);
      const restored = await restore(version, { bytes: stored, info, holeOffset, holeLength });
      expect(Buffer.compare(restored, page)).toBe(0);
    }
  });

  it.each(COMPRESSED)(
    'decompresses what is around the hole: $version $method',
    async ({ version, method, info }) => {
      for (const fixture of fixturesOf(method)) {
        const { plain } = fixture;
        const page = await restore(version, imageOf(fixture, info));
        expect(page.length).toBe(8192);
        expect(Buffer.compare(page.subarray(0, 10), plain.subarray(0, 10))).toBe(0);
        expect(page.subarray(10, 8192 - plain.length + 10).every((byte) => byte === 0)).toBe(true);
        expect(Buffer.compare(page.subarray(8192 - plain.length + 10), plain.subarray(10))).toBe(0);
      }
    },
  );

  it('knows pages of other sizes', async () => {
    const { compressed, plain } = fixturesOf('zstd')[0];
    const bytes = { bytes: compressed, info: 0x13, holeOffset: 10, holeLength: 32768 - plain.length };
    const record = await recordWith('15', bytes, { pageSize: 32768 });
    expect(restorePageImage(record, record.blocks[0], 32768).length).toBe(32768);
    const whole = { bytes: PAGE.subarray(0, 4096), info: 0x02, holeOffset: 0, holeLength: 0 };
    const plainRecord = await recordWith('15', whole, { pageSize: 4096 });
    expect(restorePageImage(plainRecord, plainRecord.blocks[0]).length).toBe(4096);
  });

  it('gives a page that outlives the record', async () => {
    const record = await recordWith('18', { bytes: PAGE, info: 0x02, holeOffset: 0, holeLength: 0 });
    const page = restorePageImage(record, record.blocks[0]);
    record.bytes.fill(0);
    expect(Buffer.compare(page, PAGE)).toBe(0);
  });

  it.each(COMPRESSED)('says where and why it cannot: $version $method', async ({ version, method, info }) => {
    const [fixture] = fixturesOf(method);
    const record = await recordWith(
      version,
      imageOf({ ...fixture, compressed: fixture.compressed.subarray(0, 9) }, info),
    );
    const attempt = () => restorePageImage(record, record.blocks[0]);
    expect(attempt).toThrow(WalError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'PAGE_IMAGE' }));
    expect(attempt).toThrow(
      /^could not restore the page image of block reference 2 \(block 7 of 1663\/5\/16384\) in the record at 0\/1000028: it \w/,
    );
  });

  it('refuses a hole that does not fit', async () => {
    const [{ compressed }] = fixturesOf('pglz');
    const image = { bytes: compressed, info: 0x07, holeOffset: 8000, holeLength: 193 };
    await expect(restore('15', image)).rejects.toThrow(
      ': a hole of 193 bytes at 8000 does not fit into a page of 8192',
    );
  });

  it('refuses where there is no image', async () => {
    const record = await recordWith('18', undefined);
    expect(() => restorePageImage(record, record.blocks[0])).toThrow(': there is none');
  });

  it('ends on damaged images, with a page or an error of its own', async () => {
    const records = await Promise.all(
      COMPRESSED.map(async ({ version, method, info }) =>
        (await recordWith(version, imageOf(fixturesOf(method)[0], info))).copy(),
      ),
    );
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)));
    fc.assert(
      fc.property(fc.constantFrom(...records), damage, fc.nat(65535), (record, places, holeOffset) => {
        const [block] = record.blocks;
        const image = { ...block.image!, bytes: damaged(block.image!.bytes, places) };
        expect(['page', 'PAGE_IMAGE']).toContain(outcome(record, { ...block, image }));
        expect(['page', 'PAGE_IMAGE']).toContain(
          outcome(record, { ...block, image: { ...image, holeOffset } }),
        );
      }),
      { numRuns: 300 },
    );
  });
});

function outcome(record: WalRecord, block: WalRecord['blocks'][number]): string {
  try {
    return restorePageImage(record, block).length === 8192 ? 'page' : 'a page of another size';
  } catch (error) {
    if (error instanceof WalError) return error.code;
    throw error;
  }
}
