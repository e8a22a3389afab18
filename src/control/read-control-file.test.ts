import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ControlFileError } from '../errors.js';
import {
  CONTROL_FIXTURES,
  CRC_OFFSETS,
  controlFileOf19,
  controlFixture,
  withCrc,
  withLegacyCrc,
  withNumber,
} from '../testing/control-files.js';
import { readControlFile } from './read-control-file.js';

describe('readControlFile', () => {
  it.each(CONTROL_FIXTURES)('tells the version of a file from %s, whose CRC is right', (name) => {
    const control = readControlFile(controlFixture(name));
    expect(control.version.major).toBe(name.replace('-16k', ''));
    expect(control).toMatchObject({ development: null, crcMatches: true, floatFormat: 1234567, maxAlign: 8 });
    expect(control.computedCrc).toBe(control.crc);
  });

  it('gives every field its type', () => {
    const { version, ...control } = readControlFile(controlFixture('9.4'));
    expect(version.major).toBe('9.4');
    expect(control).toEqual({
      development: null,
      systemIdentifier: 7711266126918204628n,
      pgControlVersion: 942,
      catalogVersionNo: 201409291,
      state: 'shut down',
      time: expect.any(BigInt),
      checkPoint: expect.any(BigInt),
      prevCheckPoint: expect.any(BigInt),
      checkPointCopy: {
        redo: control.checkPoint,
        thisTimeLineID: 1,
        prevTimeLineID: 1,
        fullPageWrites: true,
        walLevel: null,
        logicalDecodingEnabled: null,
        nextXid: expect.any(BigInt),
        nextOid: expect.any(Number),
        nextMulti: expect.any(Number),
        nextMultiOffset: expect.any(BigInt),
        oldestXid: expect.any(Number),
        oldestXidDB: 1,
        oldestMulti: 1,
        oldestMultiDB: 1,
        time: control.time,
        oldestCommitTsXid: null,
        newestCommitTsXid: null,
        oldestActiveXid: 0,
        dataChecksumState: null,
      },
      unloggedLSN: 1n,
      minRecoveryPoint: 0n,
      minRecoveryPointTLI: 0,
      backupStartPoint: 0n,
      backupEndPoint: 0n,
      backupEndRequired: false,
      walLevel: 3,
      walLevelName: 'logical',
      walLogHints: true,
      maxConnections: expect.any(Number),
      maxWorkerProcesses: 8,
      maxWalSenders: null,
      maxPreparedXacts: 10,
      maxLocksPerXact: 64,
      trackCommitTimestamp: null,
      maxAlign: 8,
      floatFormat: 1234567,
      blcksz: 8192,
      relsegSize: 131072,
      slruPagesPerSegment: null,
      xlogBlcksz: 8192,
      xlogSegSize: 16777216,
      nameDataLen: 64,
      indexMaxKeys: 32,
      toastMaxChunkSize: 1996,
      loblksize: 2048,
      enableIntTimes: true,
      float4ByVal: true,
      float8ByVal: true,
      dataChecksumVersion: 1,
      defaultCharSignedness: null,
      mockAuthenticationNonce: null,
      crc: expect.any(Number),
      computedCrc: control.crc,
      crcMatches: true,
    });
  });

  it('reads what 19 has added', () => {
    const control = readControlFile(controlFileOf19());
    const like18 = readControlFile(controlFixture('18'));
    expect(control).toMatchObject({
      ...like18,
      version: { major: '19' },
      pgControlVersion: 1902,
      catalogVersionNo: 202607071,
      slruPagesPerSegment: 32,
      checkPointCopy: {
        ...like18.checkPointCopy,
        walLevel: 2,
        logicalDecodingEnabled: true,
        nextMultiOffset: 0x1_0000_0007n,
        dataChecksumState: 1,
      },
      crc: expect.any(Number),
      computedCrc: expect.any(Number),
      crcMatches: true,
    });
  });

  it('joins the two halves of a transaction ID', () => {
    const bytes = withNumber(withNumber(controlFixture('9.6'), 68, 5), 72, 0xffff_fffe);
    expect(readControlFile(bytes).checkPointCopy.nextXid).toBe(0x5_ffff_fffen);
  });

  it('reads 64-bit numbers exactly', () => {
    const bytes = withNumber(withNumber(controlFixture('15'), 0, -1n), 24, -62135596800n);
    expect(readControlFile(bytes)).toMatchObject({ systemIdentifier: 2n ** 64n - 1n, time: -62135596800n });
  });

  it.each([
    ['9.3', 164, ['minimal', 'archive', 'hot_standby', null]],
    ['9.4', 164, ['minimal', 'archive', 'hot_standby', 'logical', null]],
    ['9.5', 172, ['minimal', 'archive', 'hot_standby', 'logical', null]],
    ['9.6', 172, ['minimal', 'replica', 'logical', null]],
    ['11', 164, ['minimal', 'replica', 'logical', null]],
    ['18', 172, ['minimal', 'replica', 'logical', null]],
  ])('knows what numbers of wal_level mean in %s', (name, at, names) => {
    for (const [walLevel, walLevelName] of [...names.entries(), [-1, null] as const]) {
      const control = readControlFile(withNumber(controlFixture(name), at, walLevel));
      expect(control).toMatchObject({ walLevel, walLevelName });
    }
  });

  it('knows all states, and that others mean nothing', () => {
    const states = [0, 1, 2, 3, 4, 5, 6, 7, 0xffff_ffff].map(
      (state) => readControlFile(withNumber(controlFixture('12'), 16, state)).state,
    );
    expect(states).toEqual([
      'starting up',
      'shut down',
      'shut down in recovery',
      'shutting down',
      'in crash recovery',
      'in archive recovery',
      'in production',
      'unrecognized status code',
      'unrecognized status code',
    ]);
  });

  it('reads out of the middle of a larger buffer', () => {
    const larger = new Uint8Array(9000);
    larger.set(controlFixture('14'), 7);
    expect(readControlFile(larger.subarray(7, 7 + 8192))).toEqual(readControlFile(controlFixture('14')));
  });
});

describe('development snapshots', () => {
  it('counts as the release that comes next', () => {
    const control = readControlFile(withNumber(controlFixture('14'), 12, 202104281, CRC_OFFSETS['14']));
    expect(control).toMatchObject({ version: { major: '14' }, development: '14', crcMatches: true });
  });

  it.each([
    ['9.4', withLegacyCrc],
    ['9.5', withCrc],
  ])('tells 942 of %s by its CRC', (name, makeGood) => {
    for (const catalogVersion of [201401011, 201501011, 201601011]) {
      const altered = withNumber(controlFixture(name), 12, catalogVersion);
      const control = readControlFile(makeGood(altered, CRC_OFFSETS[name]!));
      expect(control).toMatchObject({ version: { major: name }, development: name, crcMatches: true });
    }
  });

  it.each(['9.4', '9.5'])('tells a damaged 942 of %s by its constant', (name) => {
    for (const catalogVersion of [0, 201501011, 0xffff_ffff]) {
      const control = readControlFile(withNumber(controlFixture(name), 12, catalogVersion));
      expect(control).toMatchObject({ version: { major: name }, floatFormat: 1234567, crcMatches: false });
    }
  });
});

describe('control files that cannot be read', () => {
  it.each([...CONTROL_FIXTURES, '19'])('says of one from %s that is cut off how much there is', (name) => {
    const whole = name === '19' ? controlFileOf19() : controlFixture(name);
    const size = (CRC_OFFSETS[name] ?? 304) + 4;
    // All lengths of one version, and of the others those that matter.
    const longest = name === '15' ? whole.length : 512;
    for (let length = 0; length <= longest; length++) {
      const read = () => readControlFile(whole.subarray(0, length));
      if (length >= size) expect(read().crcMatches).toBe(true);
      else expect(read).toThrow(expect.objectContaining({ code: 'CONTROL_FILE_TOO_SHORT' }));
    }
    expect(() => readControlFile(whole.subarray(0, size - 1))).toThrow(
      `has ${size - 1} bytes, not the ${size} `,
    );
  });

  it('says so of an empty one', () => {
    expect(() => readControlFile(new Uint8Array())).toThrow(
      'control file is empty: it has 0 bytes, not the 16 that it takes to tell its version (a whole one has 8192)',
    );
  });

  it('says that one was written on a big-endian machine', () => {
    const bytes = new Uint8Array(8192);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, 7000000000000000000n);
    view.setUint32(8, 1300);
    view.setUint32(12, 202209061);
    expect(() => readControlFile(bytes)).toThrow(
      new ControlFileError(
        'CONTROL_FILE_BIG_ENDIAN',
        'control file of version 1300 was written on a big-endian machine, and only little-endian ones can ' +
          'be read here: use pg_controldata on a machine of its kind',
      ),
    );
  });

  it.each([
    [0, 937, '9.3'],
    [922, 937, '9.3'],
    [1901, 1902, '19'],
    [0xffff_ffff, 1902, '19'],
  ])('names version %i, which is unknown, and its neighbour', (unknown, known, major) => {
    expect(() => readControlFile(withNumber(controlFixture('15'), 8, unknown))).toThrow(
      new ControlFileError(
        'CONTROL_FILE_VERSION',
        `unknown control file version ${unknown} (catalog version 202209061): the nearest known one is ` +
          `${known}, of PostgreSQL ${major}`,
      ),
    );
  });
});

describe('damaged control files', () => {
  it.each([...CONTROL_FIXTURES, '19'])('notices every altered byte of one from %s', (name) => {
    const whole = name === '19' ? controlFileOf19() : controlFixture(name);
    const size = (CRC_OFFSETS[name] ?? 304) + 4;
    for (let at = 0; at < size; at++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const altered = Uint8Array.from(whole);
        altered[at]! ^= mask;
        expect(readOrCode(altered)).toMatch(at >= 8 && at < 12 ? /^(CONTROL_FILE_|damaged)/ : /^damaged$/);
      }
    }
  });

  it('does not care for what stands behind the struct', () => {
    const altered = controlFixture('16').fill(0xff, 292);
    expect(readControlFile(altered)).toEqual(readControlFile(controlFixture('16')));
  });

  it('never does anything but read or say why not', () => {
    const start = fc.constantFrom(...CONTROL_FIXTURES.map((name) => controlFixture(name).subarray(0, 16)));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), fc.nat(16), (header, random, kept) => {
        const bytes = Uint8Array.from([...header.subarray(0, kept), ...random]);
        expect(readOrCode(bytes)).toMatch(/^(CONTROL_FILE_|damaged)/);
      }),
      { numRuns: 2000 },
    );
  });

  function readOrCode(bytes: Uint8Array): string {
    try {
      return readControlFile(bytes).crcMatches ? 'sound' : 'damaged';
    } catch (error) {
      if (error instanceof ControlFileError) return error.code;
      throw error;
    }
  }
});
