import { describe, expect, it } from 'vitest';
import { handMadeRecord, uint8, uint16, uint32, uint64 } from '../../testing/hand-made-records.js';
import type { MajorVersion } from '../../version.js';
import { decodeRecord, describeRecord } from '../describe-record.js';

// Fields against the structs of src/include/access/xact.h, read by hand, and contents that lie. What is printed
// is held against the real tools in record-fixtures.test.ts.

const TRANSACTION = 1;
const TIME = 845_218_799_123_456n;
const RELATION = uint32(1663, 5, 16999);
const relation = { tablespace: 1663, database: 5, relation: 16999 };
const RELCACHE_MESSAGE = [0xfe, 0, 0, 0, ...uint32(5, 1259, 0)];
const relcacheMessage = { kind: 'relcache', id: -2, dbId: 5, relId: 1259 };

async function decode(version: MajorVersion, info: number, data: number[], origin = 0) {
  const parts = { resourceManager: TRANSACTION, info, origin, data: Uint8Array.from(data) };
  return decodeRecord(await handMadeRecord(version, parts));
}

/** A NUL-terminated text. */
const text = (letters: string): number[] => [...new TextEncoder().encode(letters), 0];

const unsaid = {
  xinfo: 0,
  relcacheInitFileInval: false,
  forceSyncCommit: false,
  applyFeedback: false,
  dbId: 0,
  tsId: 0,
  subxacts: [],
  xlocators: [],
  stats: [],
  msgs: [],
  twophaseXid: 0,
  twophaseGid: '',
  originId: 0,
  originLsn: 0n,
  originTimestamp: 0n,
};

describe('a commit', () => {
  it.each(['9.5', '14', '18'] as const)('may say nothing but when (%s)', async (version) => {
    expect(await decode(version, 0x00, uint64(TIME))).toEqual({
      ...unsaid,
      resourceManager: 'Transaction',
      type: 'COMMIT',
      xactTime: TIME,
    });
  });

  it('may say everything (15)', async () => {
    const xinfo = (0b111 << 29) | 0x1bf;
    const data = [
      ...[...uint64(TIME), ...uint32(xinfo), ...uint32(5, 1663), ...uint32(2, 701, 702)],
      ...[...uint32(1), ...RELATION, ...uint32(1, 2, 5, 16999), ...uint32(1), ...RELCACHE_MESSAGE],
      ...[...uint32(700), ...text('the gid'), ...uint64(0xabcd_0000_0001n, 7n)],
    ];
    expect(await decode('15', 0xb0, data, 3)).toEqual({
      resourceManager: 'Transaction',
      type: 'COMMIT_PREPARED',
      xactTime: TIME,
      xinfo: xinfo >>> 0,
      relcacheInitFileInval: true,
      forceSyncCommit: true,
      applyFeedback: true,
      dbId: 5,
      tsId: 1663,
      subxacts: [701, 702],
      xlocators: [relation],
      stats: [{ kind: 2, dboid: 5, objid: 16999n }],
      msgs: [relcacheMessage],
      twophaseXid: 700,
      twophaseGid: 'the gid',
      originId: 3,
      originLsn: 0xabcd_0000_0001n,
      originTimestamp: 7n,
    });
  });

  it('numbers statistics in 64 bits from 18 on', async () => {
    const data = [...uint64(TIME), ...uint32(0x100), ...uint32(1, 2, 5), ...uint64(0xff_0000_0001n)];
    expect(await decode('18', 0x80, data)).toMatchObject({
      stats: [{ kind: 2, dboid: 5, objid: 0xff_0000_0001n }],
    });
  });

  it('of a prepared transaction has a struct of its own up to 9.4', async () => {
    const counts = uint32(0x01, 1, 2, 1);
    const arrays = [...RELATION, ...uint32(701, 702), ...RELCACHE_MESSAGE];
    const data = [...uint32(700, 0), ...uint64(TIME), ...counts, ...uint32(5, 1663), ...arrays];
    expect(await decode('9.4', 0x30, data)).toEqual({
      ...unsaid,
      resourceManager: 'Transaction',
      type: 'COMMIT_PREPARED',
      xactTime: TIME,
      xinfo: 1,
      relcacheInitFileInval: true,
      dbId: 5,
      tsId: 1663,
      subxacts: [701, 702],
      xlocators: [relation],
      msgs: [relcacheMessage],
      twophaseXid: 700,
    });
  });
});

describe('an abort', () => {
  it.each([
    ['10', { dbId: 0, originLsn: 0n }],
    ['11', { dbId: 5, originLsn: 9n }],
  ] as const)('has a database and an origin from 11 on (%s)', async (version, fields) => {
    const data = [...uint64(TIME), ...uint32(0x21), ...uint32(5, 1663), ...uint64(9n, 10n)];
    expect(await decode(version, 0xa0, data)).toMatchObject({ type: 'ABORT', ...fields });
  });
});

describe('a prepared transaction', () => {
  const start = [...uint32(0x57f9_4534, 999, 700, 5), ...uint64(TIME), ...uint32(10, 1, 0, 1)];
  const locks = [...uint32(3), ...uint8(1, 0), ...uint16(7), 1, 2, 3, 0, 0, 0, 0, 0];
  const arrays = [...uint32(701, 0), ...RELATION, ...uint32(0), ...RELCACHE_MESSAGE, ...locks];
  const end = [...uint32(0, 0)];
  const fields = {
    resourceManager: 'Transaction',
    type: 'PREPARE',
    magic: 0x57f9_4534,
    totalLen: 999,
    xid: 700,
    database: 5,
    preparedAt: TIME,
    owner: 10,
    initfileinval: true,
    gid: 'gx1',
    originId: 0,
    originLsn: 0n,
    originTimestamp: 0n,
    subxacts: [701],
    commitLocators: [],
    abortLocators: [relation],
    commitStats: [],
    abortStats: [],
    msgs: [relcacheMessage],
    stateRecords: [{ rmid: 1, info: 7, data: Uint8Array.of(1, 2, 3) }],
  };

  it('is told by its state file, the name in its header (9.5)', async () => {
    const gid = [...text('gx1'), ...new Array<number>(196).fill(0)];
    const data = [...start, ...uint32(1), 1, ...gid, 0, 0, 0, ...arrays, ...end];
    expect(await decode('9.5', 0x10, data)).toEqual(fields);
  });

  it('has its name behind the header from 9.6 on', async () => {
    const gid = [...text('gx1'), 0, 0, 0, 0];
    const data = [...start, ...uint32(1), 1, 0, ...uint16(4), ...gid, ...arrays, ...end];
    expect(await decode('9.6', 0x10, data)).toEqual(fields);
  });

  it('has statistics from 15 on', async () => {
    const gid = [...text('gx1'), 0, 0, 0, 0];
    const header = [...start, ...uint32(0, 1), ...uint32(1), 1, 0, ...uint16(4), ...uint64(8n, 9n)];
    const stats = [...uint32(2, 5, 16999), ...uint32(0)];
    const data = [
      ...[...header, ...gid, ...uint32(701, 0), ...RELATION, ...uint32(0)],
      ...[...stats, ...RELCACHE_MESSAGE, ...locks, ...end],
    ];
    expect(await decode('15', 0x10, data, 4)).toEqual({
      ...fields,
      originId: 4,
      originLsn: 8n,
      originTimestamp: 9n,
      abortStats: [{ kind: 2, dboid: 5, objid: 16999n }],
    });
  });
});

describe('a record whose contents lie', () => {
  it.each([
    ['9.4', 0x60, [...uint64(TIME), ...uint32(0x7fff_ffff, 701)], 12],
    ['15', 0x80, [...uint64(TIME), ...uint32(2, 0x7fff_ffff, 701)], 16],
    ['18', 0x50, uint32(700, 0x7fff_ffff, 701), 8],
  ] as const)('about subtransactions (%s) has those that are there', async (version, info, data, at) => {
    const decoded = await decode(version, info, [...data]);
    expect(decoded.malformed).toBe(`the data has room for 1 elements at byte ${at}, not for 2147483647`);
    expect(decoded).toMatchObject({ [info === 0x50 ? 'xsub' : 'subxacts']: [701] });
  });

  it('about a negative number of relations has none', async () => {
    expect(await decode('15', 0x80, [...uint64(TIME), ...uint32(4, -1)])).toMatchObject({
      xlocators: [],
      malformed: 'the data has room for 0 elements at byte 16, not for -1',
    });
  });

  it('about the length of a prepared state ends with it', async () => {
    const data = [...new Array<number>(48).fill(0), ...uint32(0xffff_fff0), ...uint8(1, 0, 0, 0)];
    expect(await decode('9.6', 0x10, data)).toMatchObject({
      stateRecords: [{ rmid: 1, data: { length: 0 } }],
      malformed: 'the data has 56 bytes, 4294967280 are wanted at byte 56',
    });
  });

  it('by ending early says so in the text', async () => {
    const record = await handMadeRecord('15', { resourceManager: TRANSACTION, data: Uint8Array.of(0) });
    expect(describeRecord(record)).toMatch(/ \(malformed: the data has 1 bytes, 8 are wanted at byte 0\)$/);
  });
});
