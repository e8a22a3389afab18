import { describe, expect, it } from 'vitest';
import { handMadeRecord, uint16, uint32 } from '../../testing/hand-made-records.js';
import type { MajorVersion } from '../../version.js';
import { decodeRecord, describeRecord } from '../describe-record.js';

// Fields against the structs of src/include/access/spgxlog.h (spgist_private.h up to 9.6), read by hand, and
// contents that lie. What is printed is held against the real tools in record-fixtures.test.ts.

const SPGIST = 16;

function make(version: MajorVersion, info: number, data: number[]) {
  return handMadeRecord(version, { resourceManager: SPGIST, info, data: Uint8Array.from(data) });
}

const decode = async (...of: Parameters<typeof make>) => decodeRecord(await make(...of));

const LOCATOR = uint32(1663, 5, 16999);
const locator = { tablespace: 1663, database: 5, relation: 16999 };
const STATE = [...uint32(745), 1, 0, 0, 0];
const stateSrc = { redirectXid: 745, isBuild: true };

/** `spgxlogPickSplit` of 9.3 and 9.4, with two tuples deleted and three put there. */
const OLD_PICK_SPLIT = [
  ...LOCATOR,
  ...uint32(1, 2),
  ...uint16(2, 3),
  ...[1, 0, 0, 0],
  ...uint32(3),
  ...uint16(9),
  ...[1, 0],
  ...uint32(4),
  ...uint16(5, 6),
  ...STATE,
];
const oldPickSplit = {
  resourceManager: 'SPGist',
  type: 'PICKSPLIT',
  locator,
  blknoSrc: 1,
  blknoDest: 2,
  nDelete: 2,
  nInsert: 3,
  initSrc: true,
  initDest: false,
  blknoInner: 3,
  offnumInner: 9,
  initInner: true,
  storesNulls: false,
  blknoParent: 4,
  offnumParent: 5,
  nodeI: 6,
  stateSrc,
  toDelete: [11, 12],
  toInsert: [21, 22, 23],
  leafPageSelect: Uint8Array.of(0, 1, 1),
};
const INNER_TUPLE = [...uint32(0), ...uint16(24), ...new Array<number>(18).fill(0x77)];

describe('a record of SPGist', () => {
  it('of a split leaf has aligned arrays behind the new inner tuple (9.3)', async () => {
    const arrays = [...uint16(11, 12, 0, 0), ...uint16(21, 22, 23, 0), ...[0, 1, 1, 0, 0, 0, 0, 0]];
    const data = [...OLD_PICK_SPLIT, ...uint32(0), ...INNER_TUPLE, ...arrays];
    expect(await decode('9.3', 0x50, data)).toEqual(oldPickSplit);
  });

  it('of a split leaf has arrays before the new inner tuple (9.4)', async () => {
    const data = [...OLD_PICK_SPLIT, ...uint16(11, 12, 21, 22, 23), ...[0, 1, 1], ...INNER_TUPLE];
    expect(await decode('9.4', 0x50, data)).toEqual(oldPickSplit);
  });

  it('of a split leaf leaves blocks to block references (9.5)', async () => {
    const struct = [1, 0, ...uint16(2, 3), 1, 0, ...uint16(9), 0, 1, 1, 0, ...uint16(5, 6), 0, 0, ...STATE];
    expect(await decode('9.5', 0x50, [...struct, ...uint16(11, 12, 21, 22, 23), ...[0, 1, 1]])).toEqual({
      resourceManager: 'SPGist',
      type: 'PICKSPLIT',
      isRootSplit: true,
      nDelete: 2,
      nInsert: 3,
      initSrc: true,
      initDest: false,
      offnumInner: 9,
      initInner: false,
      storesNulls: true,
      innerIsParent: true,
      offnumParent: 5,
      nodeI: 6,
      stateSrc,
      toDelete: [11, 12],
      toInsert: [21, 22, 23],
      leafPageSelect: Uint8Array.of(0, 1, 1),
    });
  });

  it('of moved leafs inserts one more than it moves, or one that replaces a dead one', async () => {
    const struct = (nMoves: number, replaceDead: number) => [
      ...uint16(nMoves),
      0,
      replaceDead,
      0,
      0,
      ...uint16(5, 6),
      0,
      0,
      ...STATE,
    ];
    expect(await decode('18', 0x20, [...struct(2, 0), ...uint16(7, 8, 1, 2, 3)])).toMatchObject({
      toDelete: [7, 8],
      toInsert: [1, 2, 3],
    });
    expect(await decode('18', 0x20, [...struct(1, 1), ...uint16(7, 1)])).toMatchObject({
      toDelete: [7],
      toInsert: [1],
    });
  });

  it.each([
    ['9.3', [...uint16(7, 8, 0, 0), ...uint16(1, 2, 3, 0)], 4],
    ['9.4', uint16(7, 8, 1, 2, 3), 0],
  ] as const)('of moved leafs is laid out as in %s', async (version, arrays, padding) => {
    const moves = [...uint16(2), 1, 0, 0, 0, 0, 0];
    const struct = [...LOCATOR, ...uint32(1, 2), ...moves, ...uint32(4), ...uint16(5, 6), ...STATE];
    const data = [...struct, ...new Array<number>(padding).fill(0), ...arrays];
    expect(await decode(version, 0x20, data)).toEqual({
      resourceManager: 'SPGist',
      type: 'MOVE_LEAFS',
      locator,
      blknoSrc: 1,
      blknoDst: 2,
      nMoves: 2,
      newPage: true,
      replaceDead: false,
      storesNulls: false,
      blknoParent: 4,
      offnumParent: 5,
      nodeI: 6,
      stateSrc,
      toDelete: [7, 8],
      toInsert: [1, 2, 3],
    });
  });

  it.each([
    ['9.4', [...LOCATOR, ...uint32(8)], { locator, blkno: 8 }],
    ['14', [], {}],
  ] as const)('of a vacuumed leaf has six arrays (%s)', async (version, head, fields) => {
    const arrays = uint16(10, 20, 21, 30, 31, 32, 40, 41, 42, 50, 60);
    expect(await decode(version, 0x60, [...head, ...uint16(1, 2, 3, 1), ...STATE, ...arrays])).toEqual({
      resourceManager: 'SPGist',
      type: 'VACUUM_LEAF',
      ...fields,
      nDead: 1,
      nPlaceholder: 2,
      nMove: 3,
      nChain: 1,
      stateSrc,
      toDead: [10],
      toPlaceholder: [20, 21],
      moveSrc: [30, 31, 32],
      moveDest: [40, 41, 42],
      chainSrc: [50],
      chainDest: [60],
    });
  });

  it('of removed redirections has its array at an odd word from 16 on', async () => {
    const fields = {
      nToPlaceholder: 2,
      firstPlaceholder: 9,
      snapshotConflictHorizon: 744,
      itemToPlaceholder: [5, 6],
    };
    expect(await decode('15', 0x80, [...uint16(2, 9), ...uint32(744), ...uint16(5, 6)])).toMatchObject(
      fields,
    );
    expect(await decode('16', 0x80, [...uint16(2, 9), ...uint32(744), 1, 0, ...uint16(5, 6)])).toMatchObject({
      ...fields,
      isCatalogRel: true,
    });
  });

  it('of an added node may leave the parent alone', async () => {
    expect(
      await decode('17', 0x30, [...uint16(3, 0), 0, 0xff, ...uint16(0, 0), 0, 0, ...STATE]),
    ).toMatchObject({
      parentBlk: -1,
    });
  });
});

describe('a record of SPGist whose contents lie', () => {
  it('about tuples gives those that there are', async () => {
    const data = [...uint16(0xffff), 0, 0, 0, 0, ...uint16(5, 6), 0, 0, ...STATE, ...uint16(7)];
    expect(await decode('18', 0x20, data)).toMatchObject({
      nMoves: 0xffff,
      toDelete: [7],
      toInsert: [],
      malformed: 'the data has room for 1 elements at byte 20, not for 65535',
    });
    expect(await decode('9.3', 0x50, OLD_PICK_SPLIT)).toMatchObject({
      toDelete: [],
      toInsert: [],
      leafPageSelect: { length: 0 },
      malformed: 'the data has 52 bytes, 2 are wanted at byte 60',
    });
  });

  it('by ending early is told as far as it goes', async () => {
    expect(describeRecord(await make('16', 0x80, uint16(1, 2)))).toBe(
      'VACUUM_REDIRECT ntoplaceholder: 1, firstplaceholder: 2, snapshotConflictHorizon: 0 ' +
        '(malformed: the data has 4 bytes, 4 are wanted at byte 4)',
    );
  });
});
