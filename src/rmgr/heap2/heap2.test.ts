import { describe, expect, it } from 'vitest';
import { handMadeRecord, uint8, uint16, uint32, uint64 } from '../../testing/hand-made-records.js';
import type { BlockParts } from '../../testing/wal-builder.js';
import type { MajorVersion } from '../../version.js';
import { decodeRecord } from '../describe-record.js';

// Fields against the structs of src/include/access/heapam_xlog.h, read by hand, and contents that lie.

const HEAP2 = 9;

const IMAGE: BlockParts = { image: { bytes: Uint8Array.of(1), info: 1, holeOffset: 1, holeLength: 8191 } };

async function decode(version: MajorVersion, info: number, data: number[], block?: number[] | 'image') {
  const blocks = block === undefined ? [] : [block === 'image' ? IMAGE : { data: Uint8Array.from(block) }];
  const parts = { resourceManager: HEAP2, info, data: Uint8Array.from(data), blocks };
  return decodeRecord(await handMadeRecord(version, parts));
}

const LOCATOR = uint32(1663, 5, 16999);
const locator = { tablespace: 1663, database: 5, relation: 16999 };

describe('a record of pruning', () => {
  it('from 17 has freeze plans, and their rows at the end', async () => {
    const block = [
      ...uint16(2, 0),
      ...[...uint32(0), ...uint16(3, 0xb02), ...uint8(4, 0), ...uint16(2)],
      ...[...uint32(9), ...uint16(3, 0xb02), ...uint8(4, 0), ...uint16(1)],
      ...uint16(1, 5, 6),
      ...uint16(2, 7, 8),
      ...uint16(1, 9),
      ...uint16(11, 12, 13),
    ];
    expect(await decode('17', 0x20, [...uint8(0, 0xfa), ...uint32(731)], block)).toEqual({
      resourceManager: 'Heap2',
      type: 'PRUNE_VACUUM_SCAN',
      reason: 0,
      flags: 0xfa,
      snapshotConflictHorizon: 731,
      items: {
        plans: [
          { xmax: 0, tInfomask2: 3, tInfomask: 0xb02, frzflags: 4, ntuples: 2, offsets: [11, 12] },
          { xmax: 9, tInfomask2: 3, tInfomask: 0xb02, frzflags: 4, ntuples: 1, offsets: [13] },
        ],
        redirected: [{ from: 5, to: 6 }],
        nowdead: [7, 8],
        nowunused: [9],
      },
    });
  });

  it('from 17 has none of it where its flags say so, or a page image is there instead', async () => {
    const common = {
      resourceManager: 'Heap2',
      type: 'PRUNE_ON_ACCESS',
      reason: 2,
      snapshotConflictHorizon: null,
    };
    const items = { plans: [], redirected: [], nowdead: [], nowunused: [] };
    expect(await decode('18', 0x10, uint8(2, 4), uint16(1))).toEqual({ ...common, flags: 4, items });
    expect(await decode('18', 0x10, uint8(2, 0xf4), 'image')).toEqual({
      ...common,
      flags: 0xf4,
      items: null,
    });
  });

  const items = { plans: [], redirected: [{ from: 1, to: 2 }], nowdead: [3, 4], nowunused: [5, 6, 7] };
  const pruned = { resourceManager: 'Heap2', snapshotConflictHorizon: 731, nredirected: 1, ndead: 2, items };

  it.each([
    ['9.5', 'CLEAN', {}, []],
    ['13', 'CLEAN', {}, []],
    ['14', 'PRUNE', {}, []],
    ['16', 'PRUNE', { isCatalogRel: true }, uint8(1)],
  ] as const)('up to 16 frees what is left of the data (%s)', async (version, type, more, rest) => {
    const data = [...uint32(731), ...uint16(1, 2), ...rest];
    expect(await decode(version, 0x10, data, uint16(1, 2, 3, 4, 5, 6, 7))).toEqual({
      ...pruned,
      type,
      ...more,
    });
  });

  it('up to 9.4 has all of it in the main data', async () => {
    const data = [...LOCATOR, ...uint32(7, 731), ...uint16(1, 2)];
    const common = { ...pruned, type: 'CLEAN', locator, block: 7 };
    expect(await decode('9.4', 0x10, [...data, ...uint16(1, 2, 3, 4, 5, 6, 7)])).toEqual(common);
    expect(await decode('9.4', 0x10, data, 'image')).toEqual({ ...common, items: null });
  });
});

describe('a record of freezing', () => {
  const tuple = [...uint32(9), ...uint16(5, 3, 0xb02), ...uint8(2, 0)];
  const tuples = [{ xmax: 9, offset: 5, tInfomask2: 3, tInfomask: 0xb02, frzflags: 2 }];
  const frozen = { resourceManager: 'Heap2', type: 'FREEZE_PAGE', cutoffXid: 731, ntuples: 1 };

  it('has its rows up to 15', async () => {
    const data = [...uint32(731), ...uint16(1)];
    expect(await decode('15', 0x30, data, tuple)).toEqual({ ...frozen, tuples });
    expect(await decode('15', 0x30, data, 'image')).toEqual({ ...frozen, tuples: null });
  });

  it('has them in the main data up to 9.4', async () => {
    const data = [...LOCATOR, ...uint32(7, 731), ...uint16(1, 0)];
    const common = { ...frozen, locator, block: 7 };
    expect(await decode('9.3', 0x20, [...data, ...tuple])).toEqual({ ...common, tuples });
    expect(await decode('9.4', 0x20, data, 'image')).toEqual({ ...common, tuples: null });
  });

  it('of old is in 9.3 only', async () => {
    const data = [...LOCATOR, ...uint32(7, 731, 1), ...uint16(2, 3)];
    expect(await decode('9.3', 0x00, data)).toEqual({
      resourceManager: 'Heap2',
      type: 'FREEZE',
      locator,
      block: 7,
      cutoffXid: 731,
      cutoffMulti: 1,
      offsets: [2, 3],
    });
    expect(await decode('9.4', 0x00, data)).toMatchObject({ type: 'REWRITE' });
  });
});

describe('a record for logical decoding', () => {
  it('says where rows of a catalog were moved', async () => {
    const fixed = [...uint32(700, 5, 1259, 0), ...uint64(72n), ...uint32(1, 0), ...uint64(0x12_3456_7890n)];
    const mapping = [...LOCATOR, ...LOCATOR, ...uint16(0, 1, 2), ...uint16(0, 3, 4)];
    expect(await decode('12', 0x00, [...fixed, ...mapping])).toEqual({
      resourceManager: 'Heap2',
      type: 'REWRITE',
      mappedXid: 700,
      mappedDb: 5,
      mappedRel: 1259,
      offset: 72n,
      numMappings: 1,
      startLsn: 0x12_3456_7890n,
      mappings: Uint8Array.from(mapping),
    });
  });

  it('says which commands made and deleted a row of a catalog', async () => {
    const data = [...uint32(700, 1, 2, 0xffff_ffff), ...LOCATOR, ...uint16(1, 2, 3)];
    expect(await decode('9.4', 0x70, data)).toEqual({
      resourceManager: 'Heap2',
      type: 'NEW_CID',
      topXid: 700,
      cmin: 1,
      cmax: 2,
      combocid: 0xffff_ffff,
      targetLocator: locator,
      targetTid: { block: 0x10002, offset: 3 },
    });
  });
});

describe('a record of several rows added', () => {
  it('has their line pointers, unless the page begins with them', async () => {
    const common = { resourceManager: 'Heap2', flags: 2, ntuples: 2 };
    const fixed = [...uint8(2, 0), ...uint16(2)];
    expect(await decode('16', 0x50, [...fixed, ...uint16(8, 9)], uint16(1))).toEqual({
      ...common,
      type: 'MULTI_INSERT',
      offsets: [8, 9],
      hasTuples: true,
    });
    expect(await decode('16', 0xd0, fixed, 'image')).toEqual({
      ...common,
      type: 'MULTI_INSERT+INIT',
      offsets: [],
      hasTuples: false,
    });
  });
});

describe('a record whose contents lie', () => {
  const NONE = uint32(0);
  const MANY = uint16(0xffff);

  it.each([
    ['redirections', '13', 0x10, [...NONE, ...MANY, ...uint16(0)], uint16(1, 2, 3), '1 elements at byte 0'],
    ['dead rows', '16', 0x10, [...NONE, ...uint16(1), ...MANY, 0], uint16(1, 2, 3), '1 elements at byte 4'],
    ['rows freed', '14', 0x20, MANY, uint16(1, 2, 3), '3 elements at byte 0'],
    ['rows frozen', '12', 0x20, [...NONE, ...MANY], uint16(1, 2, 3, 4, 5, 6), '1 elements at byte 0'],
    ['freeze plans', '16', 0x30, [...NONE, ...MANY, 0], uint16(1, 2, 3, 4, 5, 0), '1 elements at byte 0'],
    [
      "a plan's rows",
      '16',
      0x30,
      [...NONE, ...uint16(1), 0],
      uint16(1, 2, 3, 4, 5, 0xffff, 7),
      '1 elements at byte 12',
    ],
    ['freeze plans', '17', 0x20, uint8(0, 0x10), uint16(0xffff, 0, 1, 2, 3, 4, 5, 0), '1 elements at byte 4'],
    [
      "a plan's rows",
      '17',
      0x20,
      uint8(0, 0x10),
      uint16(1, 0, 1, 2, 3, 4, 5, 0xffff, 7),
      '1 elements at byte 16',
    ],
    ['redirections', '17', 0x20, uint8(0, 0x20), uint16(0xffff, 1, 2, 3), '1 elements at byte 2'],
    ['dead rows', '17', 0x20, uint8(0, 0x40), uint16(0xffff, 1, 2), '2 elements at byte 2'],
    ['rows freed', '18', 0x20, uint8(0, 0x80), uint16(0xffff, 1, 2), '2 elements at byte 2'],
  ] as const)('about %s (%s)', async (_, version, info, data, block, room) => {
    const malformed = `the block's data has room for ${room}, not for 65535`;
    expect(await decode(version, info, [...data], [...block])).toMatchObject({ malformed });
  });

  it('about rows added', async () => {
    expect(await decode('11', 0x50, [0, 0, ...MANY, ...uint16(1, 2)])).toMatchObject({
      ntuples: 0xffff,
      offsets: [1, 2],
      malformed: 'the data has room for 2 elements at byte 4, not for 65535',
    });
  });

  it('by ending early', async () => {
    expect(await decode('18', 0x30, uint8(0, 8))).toMatchObject({
      snapshotConflictHorizon: 0,
      malformed: 'the data has 2 bytes, 4 are wanted at byte 2',
    });
  });
});
