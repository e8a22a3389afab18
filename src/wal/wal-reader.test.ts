import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLsn } from '../lsn.js';
import { directorySource } from '../source/directory.js';
import { memorySource } from '../source/memory.js';
import {
  type Dump,
  type DumpedRecord,
  dumpAll,
  firstDifference,
  indexAtOrAfter,
  readDump,
  TOURS,
  tourFiles,
  tourPath,
} from '../testing/tours.js';
import { WalReader, type WalReaderOptions } from './wal-reader.js';

interface Tour {
  readonly files: Record<string, Uint8Array>;
  readonly dump: Dump;
}

const tours = new Map<string, Tour>();

function tour(name: string): Tour {
  const known = tours.get(name) ?? { files: tourFiles(name), dump: readDump(tourPath(name)) };
  tours.set(name, known);
  return known;
}

/**
 * What a walk from `start` gives first: nothing in the pages that a switch record left unused, for there even
 * a server finds no record (`XLogFindNextRecord`).
 */
function expectedFrom(name: string, start: bigint, limit: number): readonly DumpedRecord[] {
  const { dump, files } = tour(name);
  const blockSize = blockSizeOf(name);
  const from = indexAtOrAfter(dump.records, start);
  const before = dump.records[from - 1];
  const after = dump.records[from];
  const segmentSize = BigInt(Object.values(files)[0].length);
  const isSwitch =
    before !== undefined &&
    before.resourceManager === 'XLOG' &&
    before.totalLength <= 32 &&
    before.lsn / segmentSize !== after?.lsn / segmentSize;
  if (
    isSwitch &&
    start / blockSize > before.lsn / blockSize &&
    start / segmentSize === before.lsn / segmentSize
  )
    return [];
  return dump.records.slice(from, from + limit);
}

const blockSizeOf = (name: string): bigint => (name === '9.4-16k' ? 16384n : 8192n);

const open = (name: string, options?: WalReaderOptions) =>
  WalReader.open(memorySource(tour(name).files), options);

it('has fixtures of every version that a server was at hand of', () => {
  expect(TOURS).toHaveLength(14);
});

describe.each(TOURS)('WAL of %s', (name) => {
  const { dump } = tour(name);

  it('is walked as its own pg_waldump walks it, straight from the compressed files', async () => {
    const reader = await WalReader.open(await directorySource(tourPath(name)));
    const records = await dumpAll(reader);
    const at = firstDifference(records, dump.records);
    expect({ at, record: records[at] }).toEqual({ at: -1, record: undefined });
    expect(reader.end).toMatchObject({
      code: 'zeroed-tail',
      message: dump.message,
      lastRecord: dump.lastRecord,
      timeline: 1,
    });
    // the server's own words name the end of WAL
    expect(reader.end?.lsn).toBe(parseLsn(/ at (\w+\/\w+)/.exec(dump.message)?.[1] ?? ''));
    expect(reader.format.version.major).toBe(name.replace('-16k', ''));
    expect(reader.format.blockSize).toBe(Number(blockSizeOf(name)));
  });

  it('is walked from anywhere: the first record is the first at or behind the start', async () => {
    const first = dump.records[0].lsn;
    const span = Number(dump.lastRecord - first) + 64;
    const somewhere = fc.integer({ min: 0, max: span }).map((offset) => first + BigInt(offset));
    await fc.assert(
      fc.asyncProperty(somewhere, async (start) => {
        const expected = expectedFrom(name, start, 20);
        const reader = await open(name, { start });
        const records = await dumpAll(reader, 20);
        await reader.close();
        expect(firstDifference(records, expected)).toBe(-1);
        if (expected.length === 0) expect(reader.end?.code).toBe('zeroed-tail');
      }),
      { numRuns: 60 },
    );
  });

  it('is walked from around every page and segment boundary', async () => {
    const blockSize = blockSizeOf(name);
    const first = dump.records[0].lsn;
    const boundaries: bigint[] = [];
    for (let at = first - (first % blockSize) + blockSize; at < dump.lastRecord; at += blockSize) {
      boundaries.push(at);
    }
    const chosen = boundaries.filter((at, index) => index % 13 === 0 || at % 0x10_0000n === 0n);
    for (const boundary of chosen) {
      for (const start of [-8n, -1n, 0n, 1n, 24n, 40n].map((offset) => boundary + offset)) {
        const expected = expectedFrom(name, start, 3);
        const reader = await open(name, { start });
        const records = await dumpAll(reader, 3);
        await reader.close();
        expect({ start, at: firstDifference(records, expected) }).toEqual({
          start,
          at: -1,
        });
      }
    }
  });

  it('is walked from a record exactly, and from nothing else', async () => {
    const middle = dump.records.findIndex(
      ({ lsn, totalLength }) => totalLength > 64 && Number(lsn % 8192n) < 4096 && lsn > dump.records[99].lsn,
    );
    const { lsn } = dump.records[middle];
    const reader = await open(name, { start: lsn, exact: true });
    expect(firstDifference(await dumpAll(reader, 50), dump.records.slice(middle, middle + 50))).toBe(-1);
    await reader.close();
    const astray = await open(name, { start: lsn + 8n, exact: true });
    expect(await dumpAll(astray)).toEqual([]);
    expect(astray.end).toMatchObject({ lsn: lsn + 8n, lastRecord: null });
  });

  it('is walked up to a position that was asked for', async () => {
    const { lsn } = dump.records[300];
    for (const end of [lsn, lsn - 1n, dump.records[299].lsn + 1n]) {
      const reader = await open(name, { end });
      expect(firstDifference(await dumpAll(reader), dump.records.slice(0, 300))).toBe(-1);
      expect(reader.end).toMatchObject({ code: 'requested-end' });
    }
  });
});
