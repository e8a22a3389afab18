import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handMadeRecord, handMadeRecords, uint16, uint32 } from '../testing/hand-made-records.js';
import { type MajorVersion, POSTGRES_VERSIONS } from '../version.js';
import { decodeRecord, describeRecord } from './describe-record.js';

// Fields against the structs of src/include/access/brin_xlog.h, read by hand, and contents that lie. What is printed
// is held against the real tools in record-fixtures.test.ts.

const BRIN = 17;

async function decode(version: MajorVersion, info: number, data: number[]) {
  const parts = { resourceManager: BRIN, info, data: Uint8Array.from(data) };
  return decodeRecord(await handMadeRecord(version, parts));
}

describe('a record of BRIN', () => {
  const insert = { heapBlk: 256, pagesPerRange: 128, offnum: 3 };
  const INSERT = [...uint32(256, 128), ...uint16(3)];

  it.each([
    [0x00, [...uint32(128), ...uint16(1)], { type: 'CREATE_INDEX', pagesPerRange: 128, version: 1 }],
    [0x10, INSERT, { type: 'INSERT', ...insert }],
    [0x90, INSERT, { type: 'INSERT+INIT', ...insert }],
    [0x20, [...uint16(7, 0), ...INSERT], { type: 'UPDATE', oldOffnum: 7, ...insert }],
    [0xa0, [...uint16(7, 0), ...INSERT], { type: 'UPDATE+INIT', oldOffnum: 7, ...insert }],
    [0x30, uint16(9), { type: 'SAMEPAGE_UPDATE', offnum: 9 }],
    [0x40, uint32(0xffff_fffe), { type: 'REVMAP_EXTEND', targetBlk: 0xffff_fffe }],
    [
      0x50,
      [...uint32(128, 256), ...uint16(3)],
      { type: 'DESUMMARIZE', pagesPerRange: 128, heapBlk: 256, regOffset: 3 },
    ],
  ])('has the fields of its struct: %d', async (info, data, fields) => {
    expect(await decode('18', info, data)).toEqual({ resourceManager: 'BRIN', ...fields });
  });

  it('that ends early says so', async () => {
    expect(await decode('13', 0x10, uint32(256, 128))).toMatchObject({
      ...insert,
      offnum: 0,
      malformed: 'the data has 8 bytes, 2 are wanted at byte 8',
    });
  });

  it('of a kind that the version does not have is none of it', async () => {
    expect(await decode('9.6', 0x50, [...uint32(128, 256), ...uint16(3)])).toMatchObject({
      resourceManager: 'other',
      resourceManagerName: 'BRIN',
      info: 0x50,
    });
  });
});

const versions = POSTGRES_VERSIONS.filter(({ resourceManagers }) => resourceManagers.includes('BRIN'));

describe.each(versions)('records of BRIN with anything in them, of $major', ({ major }) => {
  const parts = fc.record({
    resourceManager: fc.constant(BRIN),
    info: fc.nat(15).map((upper) => upper << 4),
    data: fc.uint8Array({ maxLength: 24 }),
  });

  it('are decoded and told, as far as they go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { minLength: 50, maxLength: 100 }), async (all) => {
        for (const record of await handMadeRecords(major, all)) {
          const isMalformed = decodeRecord(record).malformed !== undefined;
          expect(describeRecord(record).includes('(malformed: ')).toBe(isMalformed);
        }
      }),
      { numRuns: 10 },
    );
  });
});
