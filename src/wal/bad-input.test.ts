import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PgWalError } from '../errors.js';
import type { Lsn } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import { type DumpedRecord, indexAtOrAfter, readDump, TOURS, tourFiles, tourPath } from '../testing/tours.js';
import type { WalEnd } from './wal-end.js';
import { WalReader } from './wal-reader.js';

/** As much of a segment as is damaged here: enough for several pages of every size. */
const PART = 64 * 1024;

interface Sample {
  readonly path: string;
  /** The first bytes of a tour's first segment. */
  readonly bytes: Uint8Array;
  readonly begin: Lsn;
  readonly blockSize: number;
  readonly headerBytes: number;
  readonly expected: readonly DumpedRecord[];
}

const samples = new Map(TOURS.map((name) => [name, sampleOf(name)]));

function sampleOf(name: string): Sample {
  const [[path, segment]] = Object.entries(tourFiles(name));
  const { records } = readDump(tourPath(name));
  const size = BigInt(segment.length);
  const begin = (records[0].lsn / size) * size;
  return {
    path,
    bytes: segment.slice(0, PART),
    begin,
    blockSize: name === '9.4-16k' ? 16384 : 8192,
    headerBytes: name.startsWith('9.3') || name.startsWith('9.4') ? 32 : 24,
    expected: records.slice(0, indexAtOrAfter(records, begin + BigInt(PART))),
  };
}

/** Walks damaged bytes. An error of this library is an answer; any other fails the test. */
async function walk(
  path: string,
  bytes: Uint8Array,
): Promise<{ lsns: Lsn[]; end: WalEnd | null; error: PgWalError | null }> {
  const lsns: Lsn[] = [];
  try {
    const reader = await WalReader.open(memorySource({ [path]: bytes }));
    for await (const window of reader) for (const record of window) lsns.push(record.lsn);
    return { lsns, end: reader.end, error: null };
  } catch (error) {
    if (!(error instanceof PgWalError)) throw error;
    return { lsns, end: null, error };
  }
}

const isRunOf = (lsns: readonly Lsn[], expected: readonly DumpedRecord[], from: number): boolean =>
  lsns.every((lsn, index) => lsn === expected[from + index]?.lsn);

describe.each(TOURS)('a segment of %s', (name) => {
  const { path, bytes, begin, blockSize, headerBytes, expected } = samples.get(name)!;
  const lsnsOfExpected = expected.map(({ lsn }) => lsn);

  it('cut short anywhere', async () => {
    const lengths: number[] = [];
    if (name === '15') for (let length = 0; length <= blockSize + 64; length++) lengths.push(length);
    for (let length = 0; length <= PART; length += name === '15' ? 61 : 1021) lengths.push(length);
    for (let page = 0; page <= PART; page += blockSize) lengths.push(Math.max(0, page - 1), page, page + 1);
    for (const length of lengths.filter((length) => length <= PART)) {
      const { lsns, end, error } = await walk(path, bytes.subarray(0, length));
      if (length < 40) {
        expect({ length, code: error?.code }).toEqual({
          length,
          code: length === 0 ? 'WAL_NOT_FOUND' : 'WAL_FORMAT',
        });
        continue;
      }
      // the last record that is there in whole pages, or the one before it
      const whole = begin + BigInt(length - (length % blockSize));
      const most = indexAtOrAfter(expected, whole);
      // in a tour there may be a switch record before the cut
      expect(['truncated-segment', 'missing-segment']).toContain(end?.code);
      expect(isRunOf(lsns, expected, 0)).toBe(true);
      expect(lsns.length).toBeLessThanOrEqual(most);
      expect(lsns.length).toBeGreaterThanOrEqual(most - 1);
    }
  });

  it('with any byte of a page header changed', async () => {
    for (const page of [0, blockSize, 2 * blockSize]) {
      for (let at = page; at < page + (page === 0 ? 40 : 24); at++) {
        for (const change of [0x01, 0x80, 0xff]) {
          const damaged = Uint8Array.from(bytes);
          damaged[at] ^= change;
          const { lsns, end, error } = await walk(path, damaged);
          expect(end === null).toBe(error !== null);
          // what the first page says of the rest of a record may have the walk begin later, never wrongly
          const from = page === 0 && lsns.length > 0 ? lsnsOfExpected.indexOf(lsns[0]) : 0;
          expect({ at, change, from, isRun: from >= 0 && isRunOf(lsns, expected, from) }).toMatchObject({
            isRun: true,
          });
          if (end !== null && !['truncated-segment', 'missing-segment'].includes(end.code)) {
            expect(end.lsn).toBeLessThanOrEqual(begin + BigInt(page + (page === 0 ? PART : 0)));
          }
        }
      }
    }
  });

  it('with any byte of a record header changed', async () => {
    const chosen = [0, 1, 2, 3, 5, 8, 13, 21].filter((index) => index < expected.length - 1);
    for (const index of chosen) {
      const offset = Number(expected[index].lsn - begin);
      const inPage = offset % blockSize;
      // behind the checksum a long header has four bytes that nothing looks at
      const checked = Math.min(headerBytes === 32 ? 28 : 24, blockSize - inPage);
      for (let at = offset; at < offset + checked; at++) {
        for (const change of [0x01, 0x80, 0xff]) {
          const damaged = Uint8Array.from(bytes);
          damaged[at] ^= change;
          const { lsns, end } = await walk(path, damaged);
          expect({ at, change, count: lsns.length }).toEqual({ at, change, count: index });
          expect(isRunOf(lsns, expected, 0)).toBe(true);
          expect(['broken-record', 'zeroed-tail', 'truncated-segment']).toContain(end?.code);
        }
      }
    }
  });

  it('with random bytes written anywhere', async () => {
    const writes = fc.tuple(fc.nat(PART - 64), fc.uint8Array({ minLength: 1, maxLength: 64 }));
    await fc.assert(
      fc.asyncProperty(fc.array(writes, { minLength: 1, maxLength: 4 }), async (places) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, junk] of places) damaged.set(junk, at);
        const first = damaged.findIndex((byte, at) => byte !== bytes[at]);
        const { lsns, end, error } = await walk(path, damaged);
        expect(end === null).toBe(error !== null);
        if (first < blockSize) {
          expect(lsns.every((lsn) => lsnsOfExpected.includes(lsn))).toBe(true);
          return;
        }
        expect(isRunOf(lsns, expected, 0)).toBe(true);
        // all that ends before the damaged page is still given
        const sound = indexAtOrAfter(expected, begin + BigInt(first - (first % blockSize)));
        expect(lsns.length).toBeGreaterThanOrEqual(sound - 1);
      }),
      { numRuns: 60 },
    );
  });

  it('that is nothing but random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (junk) => {
        expect((await walk(path, junk)).lsns).toEqual([]);
        const behindHeader = Uint8Array.from([
          ...bytes.subarray(0, 40),
          ...junk,
          ...new Uint8Array(blockSize),
        ]);
        const { lsns, end } = await walk(path, behindHeader);
        expect(lsns.length).toBeLessThanOrEqual(0);
        expect(end).not.toBeNull();
      }),
      { numRuns: 30 },
    );
  });
});
