import { describe, expect, it } from 'vitest';
import { handMadeRecord, uint8, uint16, uint32, uint64 } from '../../testing/hand-made-records.js';
import type { MajorVersion } from '../../version.js';
import { decodeRecord, describeRecord } from '../describe-record.js';

// Fields against the structs of src/include/catalog/pg_control.h and src/include/access/xlog_internal.h, read by
// hand, and contents that lie. What is printed is held against the real tools in record-fixtures.test.ts.

async function decode(version: MajorVersion, info: number, data: readonly number[]) {
  return decodeRecord(await handMadeRecord(version, { info, data: Uint8Array.from(data) }));
}

describe('a checkpoint', () => {
  const start = [...uint64(0xabcd_0000_0028n), ...uint32(3, 2), ...uint8(1, 0, 0, 0)];
  const checkPoint = {
    redo: 0xabcd_0000_0028n,
    thisTimeLineID: 3,
    prevTimeLineID: 2,
    fullPageWrites: true,
    walLevel: null,
    logicalDecodingEnabled: null,
    nextXid: (7n << 32n) | 671n,
    nextOid: 12027,
    nextMulti: 11,
    nextMultiOffset: 12n,
    oldestXid: 13,
    oldestXidDB: 14,
    oldestMulti: 15,
    oldestMultiDB: 16,
    time: 1_700_000_000n,
    oldestCommitTsXid: null,
    newestCommitTsXid: null,
    oldestActiveXid: 17,
    dataChecksumState: null,
  };
  const numbers = uint32(12027, 11, 12, 13, 14, 15, 16);
  const time = uint64(1_700_000_000n);

  it.each([
    ['9.4', [...start, ...uint32(7, 671), ...numbers, ...time, ...uint32(17, 0)], {}],
    [
      '11',
      [...start, ...uint32(7, 671), ...numbers, ...time, ...uint32(18, 19, 17, 0)],
      { oldestCommitTsXid: 18, newestCommitTsXid: 19 },
    ],
    [
      '16',
      [...start, ...uint32(0, 671, 7), ...numbers, ...uint32(0), ...time, ...uint32(18, 19, 17, 0)],
      { oldestCommitTsXid: 18, newestCommitTsXid: 19 },
    ],
    [
      '18',
      [...start, ...uint32(2, 671, 7), ...numbers, ...uint32(0), ...time, ...uint32(18, 19, 17, 0)],
      { walLevel: 2, oldestCommitTsXid: 18, newestCommitTsXid: 19 },
    ],
    [
      '19',
      [
        ...[...start, ...uint32(2), 1, 0, 0, 0, 0, 0, 0, 0, ...uint32(671, 7), ...uint32(12027, 11)],
        ...[...uint64(1n << 40n), ...uint32(13, 14, 15, 16), ...time, ...uint32(18, 19, 17, 1)],
      ],
      {
        walLevel: 2,
        logicalDecodingEnabled: true,
        nextMultiOffset: 1n << 40n,
        oldestCommitTsXid: 18,
        newestCommitTsXid: 19,
        dataChecksumState: 1,
      },
    ],
  ] as const)('has the shape of the control file, as %s lays it out', async (version, data, others) => {
    expect(await decode(version, 0x10, data)).toEqual({
      resourceManager: 'XLOG',
      type: 'CHECKPOINT_ONLINE',
      checkPoint: { ...checkPoint, ...others },
    });
  });

  it('cut short has zeros, and says so', async () => {
    expect(await decode('15', 0x00, start)).toMatchObject({
      type: 'CHECKPOINT_SHUTDOWN',
      checkPoint: { thisTimeLineID: 3, nextXid: 0n, time: 0n },
      malformed: 'the data has 20 bytes, 4 are wanted at byte 28',
    });
  });
});

describe('a change of settings', () => {
  const shared = { resourceManager: 'XLOG', type: 'PARAMETER_CHANGE', maxConnections: 100, walLevel: 2 };

  it.each([
    ['9.3', uint32(100, 10, 64, 2), {}],
    ['9.4', [...uint32(100, 8, 10, 64, 2), 1, 0, 0, 0], { maxWorkerProcesses: 8, walLogHints: true }],
    [
      '11',
      [...uint32(100, 8, 10, 64, 2), 0, 1, 0, 0],
      { maxWorkerProcesses: 8, walLogHints: false, trackCommitTimestamp: true },
    ],
    [
      '18',
      [...uint32(100, 8, 5, 10, 64, 2), 0, 1, 0, 0],
      { maxWorkerProcesses: 8, maxWalSenders: 5, walLogHints: false, trackCommitTimestamp: true },
    ],
  ] as const)('has the settings that %s has', async (version, data, others) => {
    expect(await decode(version, 0x60, data)).toEqual({
      ...shared,
      maxPreparedXacts: 10,
      maxLocksPerXact: 64,
      ...others,
    });
  });
});

describe('a page in full', () => {
  it('is in the data of the record up to 9.4', async () => {
    const data = [...uint32(1663, 5, 16999, 1, 7), ...uint16(3, 8186), 1, 2, 3, 4, 5, 6];
    expect(await decode('9.4', 0xa0, data)).toEqual({
      resourceManager: 'XLOG',
      type: 'FPI',
      backupBlock: {
        node: { tablespace: 1663, database: 5, relation: 16999 },
        fork: 1,
        block: 7,
        holeOffset: 3,
        holeLength: 8186,
        image: Uint8Array.of(1, 2, 3, 4, 5, 6),
      },
    });
  });
});

describe('a restore point', () => {
  it('without an end to its name says so in the text', async () => {
    const record = await handMadeRecord('15', {
      info: 0x70,
      data: Uint8Array.from([...uint64(0n), 0x61, 0x62]),
    });
    expect(describeRecord(record)).toBe('RESTORE_POINT ab (malformed: the text at byte 8 has no end)');
  });
});
