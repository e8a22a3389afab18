import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handMadeRecord, handMadeRecords, uint8, uint16, uint32 } from '../../testing/hand-made-records.js';
import { type MajorVersion, POSTGRES_VERSIONS } from '../../version.js';
import { decodeRecord, describeRecord } from '../describe-record.js';

// Fields against the structs of src/include/access/heapam_xlog.h, read by hand, and contents that lie. What is
// printed is held against the real tools in record-fixtures.test.ts.

const HEAP = 10;
const HEAP2 = 9;

async function decode(version: MajorVersion, info: number, data: number[]) {
  const parts = { resourceManager: HEAP, info, data: Uint8Array.from(data) };
  return decodeRecord(await handMadeRecord(version, parts));
}

const LOCATOR = uint32(1663, 5, 16999);
const locator = { tablespace: 1663, database: 5, relation: 16999 };

describe('a record of Heap', () => {
  it('of an update tells two row versions (17)', async () => {
    const data = [...uint32(900), ...uint16(3), ...uint8(0x05, 0x12), ...uint32(901), ...uint16(4)];
    expect(await decode('17', 0xc0, data)).toEqual({
      resourceManager: 'Heap',
      type: 'HOT_UPDATE+INIT',
      oldXmax: 900,
      oldOffnum: 3,
      oldInfobitsSet: 5,
      flags: 0x12,
      newXmax: 901,
      newOffnum: 4,
    });
  });

  it.each([
    ['9.3', uint8(0, 1)],
    ['9.4', uint8(2, 0xff)],
  ] as const)('of an update has its blocks and flags in the main data (%s)', async (version, flags) => {
    const target = [...LOCATOR, ...uint16(1, 2, 3, 0)];
    const data = [...target, ...uint32(900, 901), ...uint16(0, 9, 4), 0x10, ...flags];
    expect(await decode(version, 0x20, data)).toEqual({
      resourceManager: 'Heap',
      type: 'UPDATE',
      locator,
      block: 0x10002,
      oldXmax: 900,
      oldOffnum: 3,
      oldInfobitsSet: 0x10,
      flags: 2,
      newXmax: 901,
      newOffnum: 4,
      newBlock: 9,
    });
  });

  it('of a new page has the page, but for its hole (9.4)', async () => {
    const data = [...LOCATOR, ...uint32(1, 7), ...uint16(3, 8186), 1, 2, 3, 4, 5, 6];
    expect(await decode('9.4', 0x50, data)).toEqual({
      resourceManager: 'Heap',
      type: 'NEWPAGE',
      locator,
      forknum: 1,
      block: 7,
      holeOffset: 3,
      holeLength: 8186,
      page: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  it('of an update in place has what caches must forget (18)', async () => {
    const message = [0xfe, 0, 0, 0, ...uint32(5, 1259, 0)];
    const data = [...uint16(6, 0), ...uint32(5, 1663), 1, 0, 0, 0, ...uint32(1), ...message];
    expect(await decode('18', 0x70, data)).toEqual({
      resourceManager: 'Heap',
      type: 'INPLACE',
      offnum: 6,
      dbId: 5,
      tsId: 1663,
      relcacheInitFileInval: true,
      msgs: [{ kind: 'relcache', id: -2, dbId: 5, relId: 1259 }],
    });
  });
});

describe('a record whose contents lie', () => {
  it.each(['11', '16', '18'] as const)('about relations truncated (%s)', async (version) => {
    const data = [...uint32(5, 0xffff_ffff), 0, 0, 0, 0, ...uint32(16999)];
    expect(await decode(version, 0x30, data)).toMatchObject({
      nrelids: 0xffff_ffff,
      relids: [16999],
      malformed: 'the data has room for 1 elements at byte 12, not for 4294967295',
    });
  });

  it.each([
    [0x7fff_ffff, 1],
    [-1, 0],
  ])('about %d messages to caches', async (count, held) => {
    const data = [...uint16(6, 0), ...uint32(0, 0, 1, count), ...uint32(0, 0, 0, 0)];
    expect(await decode('18', 0x70, data)).toMatchObject({
      msgs: { length: held },
      malformed: `the data has room for 1 elements at byte 20, not for ${count}`,
    });
  });

  it('by ending early says so in the text', async () => {
    const record = await handMadeRecord('15', { resourceManager: HEAP, info: 0, data: Uint8Array.of(7, 0) });
    expect(describeRecord(record)).toBe(
      'INSERT off 7 flags 0x00 (malformed: the data has 2 bytes, 1 are wanted at byte 2)',
    );
  });
});

const bytes = (least: number) =>
  fc.array(fc.oneof(fc.constantFrom(0, 1, 2, 0xff), fc.nat(255)), { minLength: least, maxLength: 72 });

describe.each(POSTGRES_VERSIONS.map(({ major }) => major))('records of anything in WAL of %s', (version) => {
  it('are decoded and told, as far as they go', async () => {
    // up to 9.4 a record has to have data
    const parts = fc.record({
      resourceManager: fc.constantFrom(HEAP, HEAP2),
      info: fc.nat(15).map((upper) => upper << 4),
      data: bytes(1).map((each) => Uint8Array.from(each)),
      block: fc.option(bytes(1).map((each) => Uint8Array.from(each))),
    });
    const isOld = Number(version) < 9.5;
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { minLength: 100, maxLength: 200 }), async (all) => {
        const records = await handMadeRecords(
          version,
          all.map(({ block, ...rest }) => ({
            ...rest,
            blocks: block === null || isOld ? [] : [{ data: block }],
          })),
        );
        records.forEach((record, index) => {
          const decoded = decodeRecord(record);
          const told = describeRecord(record);
          expect(told.includes('(malformed: ')).toBe(decoded.malformed !== undefined);
          // nothing in it that the record does not hold
          const { data, block } = all[index];
          expect(elementsIn(decoded) * 2).toBeLessThanOrEqual(data.length + (block?.length ?? 0));
        });
      }),
      { numRuns: 10 },
    );
  });
});

/** How many elements of arrays there are in an object. */
function elementsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Uint8Array) return value.length / 2;
  const inner = Object.values(value).reduce((sum: number, each) => sum + elementsIn(each), 0);
  return inner + (Array.isArray(value) ? value.length : 0);
}
