import { describe, expect, it } from 'vitest';
import { handMadeRecord, uint16, uint32 } from '../../testing/hand-made-records.js';
import type { MajorVersion } from '../../version.js';
import { decodeRecord, describeRecord } from '../describe-record.js';

// Fields against the structs of src/include/access/hash_xlog.h and what src/backend/access/hash/hash_xlog.c
// reads of blocks, by hand, and contents that lie. What is printed is held against the real tools in
// record-fixtures.test.ts.

const HASH = 12;

type Blocks = Readonly<Record<number, readonly number[]>>;

function make(version: MajorVersion, info: number, data: number[], blocks: Blocks = {}) {
  return handMadeRecord(version, {
    resourceManager: HASH,
    info,
    data: Uint8Array.from(data),
    blocks: Object.entries(blocks).map(([id, own]) => ({
      id: Number(id),
      ...(own.length > 0 && { data: Uint8Array.from(own) }),
    })),
  });
}

const decode = async (...of: Parameters<typeof make>) => decodeRecord(await make(...of));

describe('a record of Hash', () => {
  it('of an overflow page has what its blocks say', async () => {
    const blocks = { 0: uint32(7), 1: [], 2: uint32(31), 4: uint32(9) };
    expect(await decode('10', 0x30, [...uint16(4096), 1], blocks)).toEqual({
      resourceManager: 'Hash',
      type: 'ADD_OVFL_PAGE',
      bmsize: 4096,
      bmpageFound: true,
      bucket: 7,
      bitmapPageBit: 31,
      firstFree: 9,
    });
    expect(await decode('10', 0x30, [...uint16(4096), 1], { 0: uint32(7) })).not.toHaveProperty('firstFree');
  });

  it('of a split has what changes on the metapage', async () => {
    const split = (flags: number, metapage: number[]) =>
      decode('17', 0x40, [...uint32(5), ...uint16(2, 3), flags], { 2: metapage });
    const masks = { lowmask: 3, highmask: 7 };
    const splitPoint = { ovflpoint: 4, ovflpages: 1 };
    const fields = {
      resourceManager: 'Hash',
      type: 'SPLIT_ALLOCATE_PAGE',
      newBucket: 5,
      oldBucketFlag: 2,
      newBucketFlag: 3,
    };
    expect(await split(0, [])).toEqual({ ...fields, flags: 0 });
    expect(await split(1, uint32(3, 7))).toEqual({ ...fields, flags: 1, ...masks });
    expect(await split(2, uint32(4, 1))).toEqual({ ...fields, flags: 2, ...splitPoint });
    expect(await split(3, uint32(3, 7, 4, 1))).toEqual({ ...fields, flags: 3, ...masks, ...splitPoint });
  });

  it('of moved tuples has their places before and after', async () => {
    const tuple = [...uint16(0, 7, 3, 8)];
    const blocks = { 0: [], 1: [...uint16(4, 5), ...tuple, ...tuple], 2: uint16(7, 8) };
    expect(await decode('13', 0x70, [...uint16(2), 1], blocks)).toEqual({
      resourceManager: 'Hash',
      type: 'MOVE_PAGE_CONTENTS',
      ntups: 2,
      isPrimBucketSameWrt: true,
      inserted: [4, 5],
      deleted: [7, 8],
    });
  });

  it('of a freed page has what its blocks say', async () => {
    const blocks = { 0: [], 1: uint16(4, 0, 7, 3, 8), 5: uint32(33), 6: uint32(34) };
    expect(await decode('18', 0x80, [...uint32(7, 0xffff_ffff), ...uint16(1), 0, 1], blocks)).toEqual({
      resourceManager: 'Hash',
      type: 'SQUEEZE_PAGE',
      prevblkno: 7,
      nextblkno: 0xffff_ffff,
      ntups: 1,
      isPrimBucketSameWrt: false,
      isPrevBucketSameWrt: true,
      inserted: [4],
      bitmapPageBit: 33,
      firstFree: 34,
    });
  });

  it.each([
    [
      '11',
      [...uint32(1663, 5, 16999), ...uint32(2)],
      { hnode: { tablespace: 1663, database: 5, relation: 16999 } },
    ],
    ['15', uint32(740, 2), { snapshotConflictHorizon: 740 }],
    ['16', [...uint32(740), ...uint16(2), 1, 0], { snapshotConflictHorizon: 740, isCatalogRel: true }],
  ] as const)('of deleted tuples is laid out as in %s', async (version, head, fields) => {
    expect(await decode(version, 0xc0, [...head, ...uint16(3, 4)])).toEqual({
      resourceManager: 'Hash',
      type: 'VACUUM_ONE_PAGE',
      ntuples: 2,
      offsets: [3, 4],
      ...fields,
    });
  });
});

describe('a record of Hash whose contents lie', () => {
  it('about how many tuples were deleted gives what there are', async () => {
    expect(await decode('15', 0xc0, [...uint32(740, 0x7fff_ffff), ...uint16(3)])).toMatchObject({
      ntuples: 0x7fff_ffff,
      offsets: [3],
      malformed: 'the data has room for 1 elements at byte 8, not for 2147483647',
    });
    expect(await decode('11', 0xc0, uint32(1663, 5, 16999, -5))).toMatchObject({
      offsets: [],
      malformed: 'the data has room for 0 elements at byte 16, not for -5',
    });
  });

  it('by ending early is told as far as it goes', async () => {
    expect(describeRecord(await make('12', 0xb0, [1, 2, 3]))).toBe(
      'UPDATE_META_PAGE ntuples 0 (malformed: the data has 3 bytes, 8 are wanted at byte 0)',
    );
    expect(
      await decode('12', 0x40, [...uint32(5), ...uint16(2, 3), 3], { 2: uint32(3, 7, 4) }),
    ).toMatchObject({
      lowmask: 3,
      ovflpoint: 4,
      ovflpages: 0,
      malformed: "the block's data has 12 bytes, 4 are wanted at byte 12",
    });
  });
});
