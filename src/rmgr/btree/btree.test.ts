import { describe, expect, it } from 'vitest';
import { handMadeRecord, uint16, uint32, uint64 } from '../../testing/hand-made-records.js';
import type { BlockParts } from '../../testing/wal-builder.js';
import type { MajorVersion } from '../../version.js';
import { decodeRecord, describeRecord } from '../describe-record.js';

// Fields against the structs of src/include/access/nbtxlog.h (nbtree.h up to 9.6), read by hand, and contents
// that lie. What is printed is held against the real tools in record-fixtures.test.ts.

const BTREE = 11;

type Blocks = readonly (Omit<BlockParts, 'data'> & { readonly data?: readonly number[] })[];

function make(version: MajorVersion, info: number, data: number[], blocks: Blocks = []) {
  return handMadeRecord(version, {
    resourceManager: BTREE,
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

describe('a record of Btree', () => {
  it('of an insert names page and place in the main data (9.3)', async () => {
    const target = [...LOCATOR, ...uint16(1, 2, 9)];
    const metadata = { root: 3, level: 1, fastroot: 3, fastlevel: 1 };
    expect(await decode('9.3', 0x20, [...target, ...uint32(77, 3, 1, 3, 1), ...TUPLE])).toEqual({
      resourceManager: 'Btree',
      type: 'INSERT_META',
      locator,
      block: 0x10002,
      offnum: 9,
      downlink: 77,
      metadata,
    });
  });

  it('of an insert has the finished split, unless its page comes along (9.4)', async () => {
    const target = [...LOCATOR, ...uint16(0, 2, 9)];
    const metadata = { root: 3, level: 1, fastroot: 3, fastlevel: 1 };
    const fields = { resourceManager: 'Btree', type: 'INSERT_META', locator, block: 2, offnum: 9, metadata };
    expect(await decode('9.4', 0x20, [...target, ...uint32(77, 3, 1, 3, 1), ...TUPLE])).toEqual({
      ...fields,
      finishesSplit: 77,
    });
    expect(await decode('9.4', 0x20, [...target, ...uint32(3, 1, 3, 1)], [{ image: IMAGE }])).toEqual(fields);
  });

  it('of a split finds the new item behind downlink and high key (9.3)', async () => {
    const split = [...LOCATOR, ...uint32(1, 2, 0, 1), ...uint16(7)];
    const fields = {
      resourceManager: 'Btree',
      type: 'SPLIT_L',
      locator,
      leftsib: 1,
      rightsib: 2,
      rnext: 0,
      level: 1,
      firstrightoff: 7,
      downlink: 0x10005,
      newitemoff: 40,
    };
    expect(await decode('9.3', 0x30, [...split, ...uint16(1, 5), ...TUPLE, ...uint16(40), ...TUPLE])).toEqual(
      fields,
    );
    expect(await decode('9.3', 0x30, [...split, ...uint16(1, 5, 40)], [{ image: IMAGE }])).toEqual(fields);
  });

  it('of a split has the new item first (9.4), and only if it went left', async () => {
    const split = [...LOCATOR, ...uint32(1, 2, 0, 1), ...uint16(7), ...uint16(40), ...TUPLE, ...TUPLE];
    expect(await decode('9.4', 0x50, split)).toMatchObject({ type: 'SPLIT_L_ROOT', newitemoff: 40 });
    expect(await decode('9.4', 0x60, split)).not.toHaveProperty('newitemoff');
  });

  it('of a page deleted in one step may change the metapage (9.3)', async () => {
    const target = [...LOCATOR, ...uint16(0, 2, 9, 0)];
    const data = [...target, ...uint32(11, 12, 13, 744), ...uint32(3, 1, 4, 0)];
    const fields = { deadblk: 11, leftblk: 12, rightblk: 13, btpoXact: 744, block: 2, offnum: 9 };
    const metadata = { root: 3, level: 1, fastroot: 4, fastlevel: 0 };
    expect(await decode('9.3', 0x90, data)).toMatchObject({ type: 'DELETE_PAGE_META', ...fields, metadata });
    expect(await decode('9.3', 0xb0, data)).not.toHaveProperty('metadata');
  });

  it('of a vacuum lists the deleted items, unless the page comes along (9.3 to 12)', async () => {
    const old = [...LOCATOR, ...uint32(8, 7)];
    expect(await decode('9.3', 0xc0, [...old, ...uint16(4, 5)])).toMatchObject({ deleted: [4, 5] });
    expect(await decode('9.4', 0xc0, old, [{ image: IMAGE }])).not.toHaveProperty('deleted');
    expect(await decode('12', 0xc0, uint32(7), [{ data: uint16(4, 5) }])).toEqual({
      resourceManager: 'Btree',
      type: 'VACUUM',
      lastBlockVacuumed: 7,
      deleted: [4, 5],
    });
  });

  it.each(['14', '18'] as const)('of a delete has posting lists that lost entries (%s)', async (version) => {
    const items = uint16(4, 9, 11, 12, 1, 0, 3, 5, 6, 7);
    expect(
      await decode(version, 0x70, [...uint32(740), ...uint16(2, 2), 1], [{ data: items }]),
    ).toMatchObject({
      snapshotConflictHorizon: 740,
      ndeleted: 2,
      nupdated: 2,
      deleted: [4, 9],
      updated: [
        { offnum: 11, ptids: [0] },
        { offnum: 12, ptids: [5, 6, 7] },
      ],
    });
  });

  it('of a merge of equal tuples lists the groups (13)', async () => {
    expect(await decode('13', 0x60, uint16(2), [{ data: uint16(3, 4, 9, 50) }])).toEqual({
      resourceManager: 'Btree',
      type: 'DEDUP',
      nintervals: 2,
      intervals: [
        { baseoff: 3, nitems: 4 },
        { baseoff: 9, nitems: 50 },
      ],
    });
  });

  it('of an unlinked page changes the metapage of its version (14)', async () => {
    const data = [...uint32(1, 2, 0, 0), ...uint64(0x2_0000_02e8n), ...uint32(4, 5, 6)];
    const metapage = [...uint32(4, 3, 1, 5, 0, 17), 1, 0, 0, 0];
    expect(await decode('14', 0x90, data, [{ id: 4, data: metapage }])).toEqual({
      resourceManager: 'Btree',
      type: 'UNLINK_PAGE_META',
      leftsib: 1,
      rightsib: 2,
      level: 0,
      safexid: 0x2_0000_02e8n,
      leafleftsib: 4,
      leafrightsib: 5,
      leaftopparent: 6,
      metadata: {
        version: 4,
        root: 3,
        level: 1,
        fastroot: 5,
        fastlevel: 0,
        lastCleanupNumDelpages: 17,
        allequalimage: true,
      },
    });
  });

  it('of a split posting list says where (13)', async () => {
    expect(await decode('13', 0x50, uint16(8), [{ data: [...uint16(5), ...TUPLE] }])).toMatchObject({
      offnum: 8,
      postingoff: 5,
    });
  });
});

describe('a record of Btree whose contents lie', () => {
  it('by ending early is told as far as it goes', async () => {
    expect(describeRecord(await make('15', 0x30, uint16(1)))).toBe(
      'SPLIT_L level 0, firstrightoff 0, newitemoff 0, postingoff 0 ' +
        '(malformed: the data has 2 bytes, 4 are wanted at byte 0)',
    );
  });

  it('about how much was deleted gives what there is', async () => {
    const delvacuum = await decode(
      '17',
      0x70,
      [...uint32(740), ...uint16(0xffff, 0xffff), 0],
      [{ data: uint16(4, 9) }],
    );
    expect(delvacuum).toMatchObject({
      ndeleted: 0xffff,
      deleted: [4, 9],
      updated: [],
      malformed: "the block's data has room for 2 elements at byte 0, not for 65535",
    });
    expect(await decode('13', 0x70, uint32(740, 0xffff_ffff), [{ data: uint16(4) }])).toMatchObject({
      deleted: [4],
      malformed: "the block's data has room for 1 elements at byte 0, not for 4294967295",
    });
    expect(await decode('12', 0x70, [...uint32(740, -1), ...uint16(4)])).toMatchObject({
      ndeleted: -1,
      deleted: [],
      malformed: 'the data has room for 1 elements at byte 8, not for -1',
    });
    expect(await decode('9.4', 0x70, [...LOCATOR, ...uint32(1), ...LOCATOR, ...uint32(9)])).toMatchObject({
      deleted: [],
      malformed: 'the data has room for 0 elements at byte 32, not for 9',
    });
  });

  it('about entries of a posting list gives what there is', async () => {
    const items = uint16(11, 12, 0xffff, 7);
    expect(await decode('16', 0xc0, uint16(0, 2), [{ data: items }])).toMatchObject({
      updated: [
        { offnum: 11, ptids: [7] },
        { offnum: 12, ptids: [] },
      ],
      malformed: "the block's data has room for 1 elements at byte 6, not for 65535",
    });
  });

  it('about groups of equal tuples gives what there are', async () => {
    expect(await decode('18', 0x60, uint16(3), [{ data: uint16(3, 4, 9) }])).toMatchObject({
      intervals: [{ baseoff: 3, nitems: 4 }],
      malformed: "the block's data has room for 1 elements at byte 0, not for 3",
    });
  });

  it.each(['11', '14', '18'] as const)('by leaving the metapage out says so (%s)', async (version) => {
    const record = await make(version, 0xe0, [0], [{}]);
    expect(decodeRecord(record)).toEqual({
      resourceManager: 'Btree',
      type: 'META_CLEANUP',
      malformed: "block 0 comes without the metapage's contents",
    });
    expect(describeRecord(record)).toBe(
      "META_CLEANUP  (malformed: block 0 comes without the metapage's contents)",
    );
  });

  it('about the length of a high key looks for the new item behind the end (9.3)', async () => {
    const split = [...LOCATOR, ...uint32(1, 2, 0, 1), ...uint16(7)];
    const key = uint16(0, 7, 3, 0x1fff);
    expect(await decode('9.3', 0x30, [...split, ...uint16(0, 5), ...key])).toMatchObject({
      newitemoff: 0,
      malformed: 'the data has 42 bytes, 2 are wanted at byte 8226',
    });
  });
});
