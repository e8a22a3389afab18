import { describe, expect, it } from 'vitest';
import { handMadeRecord, uint16, uint32, uint64 } from '../../testing/hand-made-records.js';
import type { BlockParts } from '../../testing/wal-builder.js';
import type { MajorVersion } from '../../version.js';
import { decodeRecord, describeRecord } from '../describe-record.js';

// Fields against the structs of src/include/access/gistxlog.h (gist_private.h up to 9.6), read by hand, and
// contents that lie. What is printed is held against the real tools in record-fixtures.test.ts.

const GIST = 14;

type Blocks = readonly (Omit<BlockParts, 'data'> & { readonly data?: readonly number[] })[];

function make(version: MajorVersion, info: number, data: number[], blocks: Blocks = []) {
  return handMadeRecord(version, {
    resourceManager: GIST,
    info,
    data: Uint8Array.from(data),
    blocks: blocks.map(({ data: own, ...rest }) => ({ ...rest, ...(own && { data: Uint8Array.from(own) }) })),
  });
}

const decode = async (...of: Parameters<typeof make>) => decodeRecord(await make(...of));

const LOCATOR = uint32(1663, 5, 16999);
const locator = { tablespace: 1663, database: 5, relation: 16999 };
const TUPLE = [...uint16(0, 7, 3, 0x4010), 1, 2, 3, 4, 5, 6, 7, 8];
const IMAGE = { bytes: new Uint8Array(8192), info: 0, holeOffset: 0, holeLength: 0 };

/** `gistxlogPageSplit` of 9.3 and 9.4. */
const oldSplit = (npage: number) => [
  ...LOCATOR,
  ...uint32(6, 7, 0),
  ...uint64(0x1_0000_0008n),
  ...uint32(1, 8),
  ...uint16(npage, 1, 0, 0),
];
const split = (npage: number) => [
  ...uint32(7, 0),
  ...uint64(0x1_0000_0008n),
  ...uint16(1, npage),
  1,
  0,
  0,
  0,
];

describe('a record of Gist', () => {
  it('of an update lists what was deleted, unless the page comes along (9.4)', async () => {
    const update = [...LOCATOR, ...uint32(5, 0xffff_ffff), ...uint16(2, 0)];
    const fields = {
      resourceManager: 'Gist',
      type: 'PAGE_UPDATE',
      locator,
      blkno: 5,
      leftchild: 0xffff_ffff,
      ntodelete: 2,
    };
    expect(await decode('9.4', 0, [...update, ...uint16(3, 4), ...TUPLE])).toEqual({
      ...fields,
      deleted: [3, 4],
    });
    expect(await decode('9.4', 0, update, [{ image: IMAGE }])).toEqual(fields);
  });

  it('of an update has it with the block (9.5)', async () => {
    expect(await decode('9.5', 0, uint16(2, 1), [{ data: [...uint16(3, 4), ...TUPLE] }])).toEqual({
      resourceManager: 'Gist',
      type: 'PAGE_UPDATE',
      ntodelete: 2,
      ntoinsert: 1,
      deleted: [3, 4],
    });
  });

  it('of a split has the pages, which are as long as their tuples (9.3)', async () => {
    const pages = [...uint32(6, 2), ...TUPLE, ...TUPLE, ...uint32(9, 1), ...TUPLE, ...uint32(10, 0)];
    expect(await decode('9.3', 0x30, [...oldSplit(3), ...pages])).toEqual({
      resourceManager: 'Gist',
      type: 'PAGE_SPLIT',
      locator,
      origblkno: 6,
      origrlink: 7,
      orignsn: 0x1_0000_0008n,
      origleaf: true,
      leftchild: 8,
      npage: 3,
      markfollowright: true,
      pages: [
        { blkno: 6, num: 2 },
        { blkno: 9, num: 1 },
        { blkno: 10, num: 0 },
      ],
    });
  });

  it('of a split has the pages as blocks (18)', async () => {
    const blocks = [
      { id: 0 },
      { id: 1, block: 6, data: [...uint32(1), ...TUPLE] },
      { id: 2, block: 9, data: uint32(0) },
    ];
    expect(await decode('18', 0x30, split(2), blocks)).toEqual({
      resourceManager: 'Gist',
      type: 'PAGE_SPLIT',
      origrlink: 7,
      orignsn: 0x1_0000_0008n,
      origleaf: true,
      npage: 2,
      markfollowright: true,
      pages: [
        { blkno: 6, num: 1 },
        { blkno: 9, num: 0 },
      ],
    });
  });

  it.each([
    ['15', [...uint32(740), ...uint16(2)], {}],
    ['16', [...uint32(740), ...uint16(2), 1, 0], { isCatalogRel: true }],
  ] as const)('of deleted tuples is laid out as in %s', async (version, head, fields) => {
    expect(await decode(version, 0x10, [...head, ...uint16(3, 4)])).toEqual({
      resourceManager: 'Gist',
      type: 'DELETE',
      snapshotConflictHorizon: 740,
      ntodelete: 2,
      offsets: [3, 4],
      ...fields,
    });
  });
});

describe('a record of Gist whose contents lie', () => {
  it('about pages gives those that there are (9.3)', async () => {
    expect(await decode('9.3', 0x30, [...oldSplit(0xffff), ...uint32(6, 1), ...TUPLE])).toMatchObject({
      npage: 0xffff,
      pages: { 0: { blkno: 6, num: 1 } },
      malformed: 'the data has room for 3 elements at byte 48, not for 65535',
    });
  });

  it.each([0x7fff_ffff, -1])('about the %d tuples of a page goes no further than the data', async (num) => {
    const data = [...oldSplit(1), ...uint32(6, num), ...TUPLE];
    expect(await decode('9.4', 0x30, data)).toMatchObject({
      pages: [{ blkno: 6, num }],
      malformed: `the data has room for 2 elements at byte 56, not for ${num}`,
    });
  });

  it('about the length of a tuple says so', async () => {
    const endless = uint16(0, 7, 3, 0x1fff);
    expect(await decode('9.4', 0x30, [...oldSplit(1), ...uint32(6, 1), ...endless])).toMatchObject({
      malformed: "the pages' tuples end at byte 8247, the data at 64",
    });
    // a length of 0 is taken as that of a tuple's header
    expect(await decode('9.4', 0x30, [...oldSplit(1), ...uint32(6, 1), ...uint16(0, 7, 3, 0)])).toMatchObject(
      {
        pages: [{ blkno: 6, num: 1 }],
      },
    );
  });

  it('about pages gives those that there are as blocks (18)', async () => {
    const record = await make('18', 0x30, split(0xffff), [{ id: 1, block: 6, data: uint32(0) }, { id: 2 }]);
    expect(decodeRecord(record)).toMatchObject({
      pages: [{ blkno: 6, num: 0 }],
      malformed: 'there are 65535 pages, but block 2 comes without tuples',
    });
    expect(describeRecord(record)).toBe(
      'PAGE_SPLIT page_split: splits to 65535 pages ' +
        '(malformed: there are 65535 pages, but block 2 comes without tuples)',
    );
  });

  it('about deleted tuples gives those that there are', async () => {
    expect(await decode('13', 0x10, [...uint32(740), ...uint16(9, 1, 2)])).toMatchObject({
      offsets: [1, 2],
      malformed: 'the data has room for 2 elements at byte 6, not for 9',
    });
    expect(await decode('13', 0, uint16(3, 0), [{ data: uint16(1) }])).toMatchObject({
      deleted: [1],
      malformed: "the block's data has room for 1 elements at byte 0, not for 3",
    });
  });
});
