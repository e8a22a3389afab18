import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handMadeRecord, handMadeRecords, uint16, uint32, uint64 } from '../../testing/hand-made-records.js';
import type { BlockParts } from '../../testing/wal-builder.js';
import { type MajorVersion, POSTGRES_VERSIONS } from '../../version.js';
import { decodeRecord, describeRecord } from '../describe-record.js';

// Fields against the structs of src/include/access/ginxlog.h (gin_private.h up to 9.6), read by hand, and contents
// that lie. What is printed is held against the real tools in record-fixtures.test.ts.

const GIN = 13;

async function make(version: MajorVersion, info: number, data: number[], blocks: BlockParts[] = []) {
  return handMadeRecord(version, { resourceManager: GIN, info, data: Uint8Array.from(data), blocks });
}

const decode = async (...of: Parameters<typeof make>) => decodeRecord(await make(...of));

const LOCATOR = uint32(1663, 5, 16999);
const locator = { tablespace: 1663, database: 5, relation: 16999 };
const IMAGE = { bytes: new Uint8Array(8).fill(1), info: 0x01, holeOffset: 4, holeLength: 8184 };
const VERIFICATION = { ...IMAGE, info: 0x01 };
const RESTORED = { ...IMAGE, info: 0x03 };

const blockId = (block: number) => uint16(block >>> 16, block & 0xffff);
const itemPointer = (block: number, offset: number) => [...blockId(block), ...uint16(offset)];

/** `GinMetaPageData`, 56 bytes. */
const META = [
  ...uint32(2, 3, 4000, 6),
  ...uint64(-7n),
  ...uint32(8, 9, 10, 0),
  ...uint64(0x1_0000_000bn),
  ...uint32(2, 0),
];
const metadata = {
  head: 2,
  tail: 3,
  tailFreeSize: 4000,
  nPendingPages: 6,
  nPendingHeapTuples: -7n,
  nTotalPages: 8,
  nEntryPages: 9,
  nDataPages: 10,
  nEntries: 0x1_0000_000bn,
  ginVersion: 2,
};

/** `GinPostingList` with 3 bytes, and the one that makes it even. */
const POSTING_LIST = [...itemPointer(70000, 6), ...uint16(3), 0xa, 0xb, 0xc, 0];
const ITEMS = [...itemPointer(1, 2), ...itemPointer(3, 4)];
/** `ginxlogRecompressDataLeaf`: a segment replaced, one deleted, two items added to another. */
const ACTIONS = [...uint16(3), 5, 3, ...POSTING_LIST, 6, 1, 9, 4, ...uint16(2), ...ITEMS];
const actions = [
  { segno: 5, type: 3, postingList: Uint8Array.from(POSTING_LIST) },
  { segno: 6, type: 1 },
  { segno: 9, type: 4, nitems: 2, items: Uint8Array.from(ITEMS) },
];
const DATA_LEAF = 3;
const DATA = 1;
const ENTRY = 0;
const ENTRY_LEAF = 2;

describe('a record of Gin', () => {
  it('of an insertion has all in one struct (9.3)', async () => {
    const data = [...LOCATOR, ...uint32(9, 8), ...uint16(3), 1, 0, 1, 0, ...uint16(2)];
    expect(await decode('9.3', 0x20, data)).toEqual({
      resourceManager: 'Gin',
      type: 'INSERT',
      locator,
      blkno: 9,
      isData: false,
      isLeaf: true,
      updateBlkno: 8,
      offset: 3,
      isDelete: true,
      nitem: 2,
    });
  });

  it('of an insertion into a leaf of a posting tree has what was done to its segments', async () => {
    const fields = { resourceManager: 'Gin', type: 'INSERT', isData: true, isLeaf: true };
    const inserted = { fullPageImage: 'none', nactions: 3, actions };
    const head = [...LOCATOR, ...uint32(9), ...uint16(DATA_LEAF, 0)];
    expect(await decode('9.4', 0x20, [...head, ...ACTIONS])).toEqual({
      ...fields,
      ...inserted,
      locator,
      blkno: 9,
    });
    const blocks = [{ data: Uint8Array.from(ACTIONS) }];
    expect(await decode('17', 0x20, uint16(DATA_LEAF), blocks)).toEqual({ ...fields, ...inserted });
  });

  it('of an insertion into an inner page has the split that it finishes', async () => {
    const children = [...blockId(0x10002), ...blockId(0x10003)];
    const entry = [...uint16(7), 1, 0, ...itemPointer(1, 2), ...uint16(8)];
    const posting = [...uint16(7), ...blockId(0x20001), ...itemPointer(70000, 5)];
    const fields = {
      resourceManager: 'Gin',
      type: 'INSERT',
      isLeaf: false,
      fullPageImage: 'none',
      leftChildBlkno: 0x10002,
      rightChildBlkno: 0x10003,
      offset: 7,
    };
    const head = [...LOCATOR, ...uint32(9)];
    expect(await decode('9.4', 0x20, [...head, ...uint16(ENTRY, 0), ...children, ...entry])).toEqual({
      ...fields,
      locator,
      blkno: 9,
      isData: false,
      isDelete: true,
    });
    const blocks = [{ data: Uint8Array.from(posting) }, { block: 4 }];
    expect(await decode('15', 0x20, [...uint16(DATA), ...children], blocks)).toEqual({
      ...fields,
      isData: true,
      newitem: { childBlkno: 0x20001, key: { block: 70000, offset: 5 } },
    });
  });

  it('knows an image that comes instead of what was inserted', async () => {
    const head = [...LOCATOR, ...uint32(9), ...uint16(ENTRY_LEAF, 0)];
    const old = await decode('9.4', 0x20, head, [{ image: { ...IMAGE, info: 0 } }]);
    expect(old).toMatchObject({ fullPageImage: 'restored' });
    expect(old).not.toHaveProperty('isDelete');
    expect(old).not.toHaveProperty('malformed');
    expect(await decode('18', 0x90, [], [{ image: RESTORED }])).toEqual({
      resourceManager: 'Gin',
      type: 'VACUUM_DATA_LEAF_PAGE',
      fullPageImage: 'restored',
    });
    const blocks = [{ image: VERIFICATION, data: Uint8Array.from(ACTIONS) }];
    expect(await decode('18', 0x90, [], blocks)).toEqual({
      resourceManager: 'Gin',
      type: 'VACUUM_DATA_LEAF_PAGE',
      fullPageImage: 'verification',
      nactions: 3,
      actions,
    });
    // up to 9.6 there are none for verification
    expect(await decode('9.6', 0x90, [], [{ image: IMAGE }])).toMatchObject({ fullPageImage: 'restored' });
  });

  it('of a split is laid out as in 9.3', async () => {
    const blocks = uint32(6, 7, 8, 9);
    const kind = [...uint16(20, 40), 1, 0, 1, 0];
    const data = [...LOCATOR, ...blocks, ...kind, ...uint32(10, 11), ...itemPointer(70000, 5), 0, 0];
    expect(await decode('9.3', 0x30, data)).toEqual({
      resourceManager: 'Gin',
      type: 'SPLIT',
      locator,
      lblkno: 6,
      rootBlkno: 7,
      rblkno: 8,
      rrlink: 9,
      isData: true,
      isLeaf: false,
      isRootSplit: true,
      leftChildBlkno: 10,
      updateBlkno: 11,
      separator: 20,
      nitem: 40,
      rightbound: { block: 70000, offset: 5 },
    });
  });

  it.each([
    [0, { isData: false, isLeaf: false, separator: 20, nitem: 40 }],
    [1, { isData: true, isLeaf: false, separator: 20, nitem: 40, rightbound: { block: 1, offset: 2 } }],
    [
      3,
      {
        isData: true,
        isLeaf: true,
        lsize: 20,
        rsize: 40,
        lrightbound: { block: 1, offset: 2 },
        rrightbound: { block: 3, offset: 4 },
      },
    ],
  ])('of a split is laid out as in 9.4, flags %d', async (flags, fields) => {
    const data = [...LOCATOR, ...uint32(6, 7, 8, 9, 10), ...uint16(flags, 0, 20, 40), ...ITEMS];
    expect(await decode('9.4', 0x30, data)).toEqual({
      resourceManager: 'Gin',
      type: 'SPLIT',
      locator,
      lblkno: 6,
      rblkno: 7,
      rrlink: 8,
      leftChildBlkno: 9,
      rightChildBlkno: 10,
      isRootSplit: false,
      ...fields,
    });
  });

  it('of a split is laid out as in 9.5 and later', async () => {
    expect(await decode('18', 0x30, [...LOCATOR, ...uint32(8, 9, 10), ...uint16(6, 0)])).toEqual({
      resourceManager: 'Gin',
      type: 'SPLIT',
      locator,
      rrlink: 8,
      isData: false,
      isLeaf: true,
      isRootSplit: true,
      leftChildBlkno: 9,
      rightChildBlkno: 10,
    });
  });

  it('has the metapage', async () => {
    const change = { prevTail: 12, newRightlink: 13, ntuples: -1 };
    for (const version of ['9.3', '9.5', '18'] as const) {
      const data = [...LOCATOR, ...uint32(0), ...META, ...uint32(12, 13, -1, 0)];
      expect(await decode(version, 0x60, data)).toEqual({
        resourceManager: 'Gin',
        type: 'UPDATE_META_PAGE',
        locator,
        metadata,
        ...change,
      });
    }
    const deletion = { resourceManager: 'Gin', type: 'DELETE_LISTPAGE', metadata, ndeleted: 2 };
    expect(await decode('18', 0x80, [...META, ...uint32(2, 0)])).toEqual(deletion);
    const pages = uint32(2, 7, 8, ...Array<number>(14).fill(0), 0);
    expect(await decode('9.4', 0x80, [...LOCATOR, ...uint32(0), ...META, ...pages])).toEqual({
      ...deletion,
      locator,
      toDelete: [7, 8],
    });
  });

  it('of a deleted page has a transaction where its length says so', async () => {
    const old = [...LOCATOR, ...uint32(5, 6), ...uint16(7, 0), ...uint32(8, 9)];
    const fields = {
      resourceManager: 'Gin',
      type: 'DELETE_PAGE',
      locator,
      blkno: 5,
      parentBlkno: 6,
      parentOffset: 7,
      leftBlkno: 8,
      rightLink: 9,
    };
    expect(await decode('9.4', 0x50, old)).toEqual(fields);
    expect(await decode('9.4', 0x50, [...old, ...uint32(900)])).toEqual({ ...fields, deleteXid: 900 });
    const { resourceManager, type, parentOffset, rightLink } = fields;
    const kept = { resourceManager, type, parentOffset, rightLink };
    expect(await decode('10', 0x50, [...uint16(7, 0), ...uint32(9)])).toEqual(kept);
    expect(await decode('18', 0x50, [...uint16(7, 0), ...uint32(9, 900)])).toEqual({
      ...kept,
      deleteXid: 900,
    });
  });
});

describe('a record of Gin whose contents lie', () => {
  it('about segments gives those that there are', async () => {
    const blocks = [{ data: Uint8Array.from([...uint16(0xffff), 5, 1]) }];
    const record = await make('18', 0x90, [], blocks);
    expect(decodeRecord(record)).toMatchObject({
      nactions: 0xffff,
      actions: [{ segno: 5, type: 1 }],
      malformed: "the block's data has room for 1 elements at byte 2, not for 65535",
    });
    expect(describeRecord(record)).toBe(
      'VACUUM_DATA_LEAF_PAGE  65535 segments: 5 (delete) ' +
        "(malformed: the block's data has room for 1 elements at byte 2, not for 65535)",
    );
  });

  it('about the items of a segment gives those that there are', async () => {
    const added = [...uint16(2), 5, 4, ...uint16(0xffff), ...itemPointer(1, 2), 6, 1];
    expect(await decode('18', 0x90, [], [{ data: Uint8Array.from(added) }])).toMatchObject({
      actions: [{ segno: 5, type: 4, nitems: 0xffff, items: Uint8Array.from(itemPointer(1, 2)) }],
      malformed: "the block's data has room for 1 elements at byte 6, not for 65535",
    });
  });

  it('about the length of a posting list gives as much as there is', async () => {
    const list = [...itemPointer(1, 2), ...uint16(0xffff), 7];
    expect(
      await decode('18', 0x90, [], [{ data: Uint8Array.from([...uint16(9), 5, 2, ...list]) }]),
    ).toMatchObject({
      actions: [{ segno: 5, type: 2, postingList: Uint8Array.from(list) }],
      malformed: expect.any(String),
    });
  });

  it('about deleted pages gives those that there are (9.3)', async () => {
    for (const [count, held] of [
      [-1, []],
      [0x7fff_ffff, [7, 8]],
    ] as const) {
      const data = [...LOCATOR, ...uint32(0), ...META, ...uint32(count, 7, 8)];
      expect(await decode('9.3', 0x80, data)).toMatchObject({
        ndeleted: count,
        toDelete: held,
        malformed: `the data has room for 2 elements at byte 76, not for ${count}`,
      });
    }
  });

  it('by having nothing about the page says so', async () => {
    const record = await make('18', 0x20, uint16(ENTRY_LEAF), [{}]);
    expect(describeRecord(record)).toBe(
      'INSERT isdata: F isleaf: T (malformed: block 0 has neither data nor an image)',
    );
  });
});

const bytes = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 0xff), fc.nat(255)), { minLength: 1, maxLength: 96 })
  .map((each) => Uint8Array.from(each));

describe.each(POSTGRES_VERSIONS)(
  'records of Gin with anything in them, of $major',
  ({ major, recordFormat }) => {
    const isOld = recordFormat === 'backup-blocks';
    const image = fc.constantFrom<NonNullable<BlockParts['image']>>(
      { ...IMAGE, info: isOld ? 0 : 1 },
      RESTORED,
    );
    const block = fc.oneof(
      fc.record({ data: bytes }),
      image.filter(({ info }) => info < 2 || Number(major) >= 15).map((each) => ({ image: each })),
    );
    const parts = fc.record({
      resourceManager: fc.constant(GIN),
      info: fc.nat(15).map((upper) => upper << 4),
      data: bytes,
      blocks: fc.array(block, { maxLength: 2 }),
    });

    it('are decoded and told, as far as they go', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(parts, { minLength: 50, maxLength: 100 }), async (all) => {
          // up to 9.4 blocks are there for their images only
          const written = all.map((each) => ({
            ...each,
            blocks: each.blocks.filter((own) => !isOld || 'image' in own),
          }));
          const records = await handMadeRecords(major, written);
          records.forEach((record, index) => {
            const decoded = decodeRecord(record);
            expect(describeRecord(record).includes(' (malformed: ')).toBe(decoded.malformed !== undefined);
            const held = all[index].blocks.reduce(
              (sum, own) => sum + ('data' in own ? own.data.length : 0),
              all[index].data.length,
            );
            expect(elementsIn(decoded) * 2).toBeLessThanOrEqual(held);
          });
        }),
        { numRuns: 15 },
      );
    });
  },
);

/** How many elements of arrays there are in an object; they take two bytes in a record at least. */
function elementsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Uint8Array) return value.length / 2;
  const inner = Object.values(value).reduce((sum: number, each) => sum + elementsIn(each), 0);
  return inner + (Array.isArray(value) ? value.length : 0);
}
