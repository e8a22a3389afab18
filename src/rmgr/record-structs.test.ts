import { describe, expect, it } from 'vitest';
import { handMadeRecord, uint8, uint16, uint32, uint64 } from '../testing/hand-made-records.js';
import { type MajorVersion, versionOfMajor } from '../version.js';
import { decodeRecord, describeRecord } from './describe-record.js';

// Fields of resource managers with few kinds of records against their structs, read by hand, and contents that
// lie. What is printed is held against the real tools in record-fixtures.test.ts.

interface Parts {
  readonly version: MajorVersion;
  readonly resourceManager: string;
  readonly info: number;
  readonly data: readonly number[];
}

function recordOf({ version, resourceManager, info, data }: Parts) {
  const id = versionOfMajor(version)!.resourceManagers.indexOf(resourceManager);
  return handMadeRecord(version, { resourceManager: id, info, data: Uint8Array.from(data) });
}

const cases: readonly (Parts & { readonly fields: object })[] = [
  {
    version: '15',
    resourceManager: 'Standby',
    info: 0x00,
    data: [...uint32(1), ...uint32(700, 5, 1259)],
    fields: { type: 'LOCK', locks: [{ xid: 700, dbOid: 5, relOid: 1259 }] },
  },
  {
    version: '9.3',
    resourceManager: 'Standby',
    info: 0x10,
    data: [...uint32(1, 2), 1, 0, 0, 0, ...uint32(900, 850, 899), ...uint32(850, 851, 852)],
    fields: {
      type: 'RUNNING_XACTS',
      xids: [850],
      subxids: [851, 852],
      subxidOverflow: true,
      nextXid: 900,
      oldestRunningXid: 850,
      latestCompletedXid: 899,
    },
  },
  {
    version: '18',
    resourceManager: 'Standby',
    info: 0x20,
    data: [
      ...[...uint32(5, 1663), 1, 0, 0, 0, ...uint32(4), 54, 0, 0, 0, ...uint32(5, 99, 0)],
      ...[
        ...uint8(-3, -1),
        ...uint16(-1),
        ...uint32(1663, 5, 16999),
        ...uint8(-4, 0, 0, 0),
        ...uint32(5, 0, 0),
      ],
      ...[...uint8(-7, 0, 0, 0), ...uint32(0, 0, 0)],
    ],
    fields: {
      type: 'INVALIDATIONS',
      dbId: 5,
      tsId: 1663,
      relcacheInitFileInval: true,
      msgs: [
        { kind: 'catcache', id: 54, dbId: 5, hashValue: 99 },
        { kind: 'smgr', id: -3, backend: -1, rlocator: { tablespace: 1663, database: 5, relation: 16999 } },
        { kind: 'relmap', id: -4, dbId: 5 },
        { kind: 'unrecognized', id: -7 },
      ],
    },
  },
  {
    version: '9.6',
    resourceManager: 'CLOG',
    info: 0x10,
    data: uint32(-1),
    fields: { type: 'TRUNCATE', pageno: -1n },
  },
  {
    version: '17',
    resourceManager: 'CLOG',
    info: 0x10,
    data: [...uint64(1n << 40n), ...uint32(777, 5)],
    fields: { type: 'TRUNCATE', pageno: 1n << 40n, oldestXact: 777, oldestXactDb: 5 },
  },
  {
    version: '13',
    resourceManager: 'CommitTs',
    info: 0x20,
    data: [...uint64(-5n), ...uint16(65535, 0), ...uint32(900, 901, 902)],
    fields: { type: 'SETTS', timestamp: -5n, nodeid: 65535, mainxid: 900, subxids: [901, 902] },
  },
  {
    version: '16',
    resourceManager: 'CommitTs',
    info: 0x10,
    data: uint32(3, 900),
    fields: { type: 'TRUNCATE', pageno: 3n, oldestXid: 900 },
  },
  {
    version: '12',
    resourceManager: 'MultiXact',
    info: 0x20,
    data: [...uint32(7, 9, 2), ...uint32(700, 0, 701, 5)],
    fields: {
      type: 'CREATE_ID',
      mid: 7,
      moff: 9,
      members: [
        { xid: 700, status: 0 },
        { xid: 701, status: 5 },
      ],
    },
  },
  {
    version: '9.5',
    resourceManager: 'MultiXact',
    info: 0x30,
    data: uint32(5, 1, 2, 3, 4),
    fields: {
      type: 'TRUNCATE_ID',
      oldestMultiDB: 5,
      startTruncOff: 1,
      endTruncOff: 2,
      startTruncMemb: 3,
      endTruncMemb: 4,
    },
  },
  {
    version: '14',
    resourceManager: 'ReplicationOrigin',
    info: 0x00,
    data: [...uint64(0xabcd_0000_0001n), ...uint16(65534), 1, 0, 0, 0, 0, 0],
    fields: { type: 'SET', remoteLsn: 0xabcd_0000_0001n, nodeId: 65534, force: true },
  },
  {
    version: '9.6',
    resourceManager: 'LogicalMessage',
    info: 0x00,
    data: [...uint32(5), 1, 0, 0, 0, ...uint64(3n, 2n), 0x61, 0x62, 0, 7, 0xff],
    fields: {
      type: 'MESSAGE',
      dbId: 5,
      transactional: true,
      prefix: 'ab',
      messageSize: 2n,
      message: Uint8Array.of(7, 0xff),
    },
  },
  {
    version: '12',
    resourceManager: 'Database',
    info: 0x00,
    data: uint32(16400, 1663, 1, 1664),
    fields: { type: 'CREATE', dbId: 16400, tablespaceId: 1663, srcDbId: 1, srcTablespaceId: 1664 },
  },
  {
    version: '15',
    resourceManager: 'Database',
    info: 0x20,
    data: uint32(16400, 2, 1663, 17000),
    fields: { type: 'DROP', dbId: 16400, tablespaceIds: [1663, 17000] },
  },
  {
    version: '9.4',
    resourceManager: 'Tablespace',
    info: 0x00,
    data: [...uint32(17001), 0x2f, 0xc3, 0xa4, 0],
    fields: { type: 'CREATE', tsId: 17001, tsPath: '/ä' },
  },
  {
    version: '9.6',
    resourceManager: 'Storage',
    info: 0x20,
    data: uint32(12, 1663, 5, 16999, 7),
    fields: {
      type: 'TRUNCATE',
      blkno: 12,
      rlocator: { tablespace: 1663, database: 5, relation: 16999 },
      flags: 7,
    },
  },
  ...(['15', '16'] as const).map((version) => ({
    version,
    resourceManager: 'RelMap',
    info: 0x00,
    data: [
      ...[...uint32(5, 1663, 512), ...uint32(0x59_2717, 1), ...uint32(1259, 20000)],
      ...[...new Array<number>(version === '15' ? 61 * 8 : 63 * 8).fill(0), ...uint32(0xcafe_babe)],
    ],
    fields: {
      type: 'UPDATE',
      dbid: 5,
      tsid: 1663,
      nbytes: 512,
      magic: 0x59_2717,
      mappings: [{ mapoid: 1259, mapfilenumber: 20000 }],
      crc: 0xcafe_babe,
    },
  })),
];

describe('a record of', () => {
  it.each(cases)('$resourceManager in $version has its fields', async ({ fields, ...parts }) => {
    const { resourceManager } = parts;
    expect(decodeRecord(await recordOf(parts))).toEqual({ resourceManager, ...fields });
  });

  it('Generic has the changes of each page', async () => {
    const record = await handMadeRecord('16', {
      resourceManager: 20,
      info: 0,
      data: new Uint8Array(0),
      blocks: [
        { id: 1, data: Uint8Array.from([...uint16(24, 2), 7, 8, ...uint16(8000, 0)]) },
        { id: 3, data: Uint8Array.from([...uint16(30, 1), 9]) },
      ],
    });
    expect(decodeRecord(record)).toEqual({
      resourceManager: 'Generic',
      type: 'Generic',
      regions: [],
      blocks: [
        {
          id: 1,
          regions: [
            { offset: 24, length: 2, data: Uint8Array.of(7, 8) },
            { offset: 8000, length: 0, data: new Uint8Array(0) },
          ],
        },
        { id: 3, regions: [{ offset: 30, length: 1, data: Uint8Array.of(9) }] },
      ],
    });
  });
});

describe('contents that lie', () => {
  it.each([
    ['Standby', 0x00, uint32(-1), 'room for 0 elements at byte 4, not for -1'],
    ['Standby', 0x00, uint32(0x7fff_ffff, 1, 2, 3), 'room for 1 elements at byte 4, not for 2147483647'],
    ['MultiXact', 0x20, uint32(1, 2, 99, 3, 4), 'room for 1 elements at byte 12, not for 99'],
    ['Database', 0x20, uint32(5, 3, 1663), 'room for 1 elements at byte 8, not for 3'],
    ['CLOG', 0x10, uint32(5), '4 bytes, 4 are wanted at byte 4'],
    ['LogicalMessage', 0x00, [...uint32(5, 0), ...uint64(1n, 1n << 60n), 0, 7], '26 bytes'],
    ['Generic', 0x00, uint16(24, 500), '4 bytes, 500 are wanted at byte 4'],
    ['Tablespace', 0x00, [...uint32(5), 0x2f], 'the text at byte 4 has no end'],
  ] as const)('of %s (%i) are told as far as they go', async (resourceManager, info, data, problem) => {
    const record = await recordOf({ version: '15', resourceManager, info, data });
    expect(decodeRecord(record).malformed).toContain(problem);
    expect(describeRecord(record)).toContain(problem);
  });
});
