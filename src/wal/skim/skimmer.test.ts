import * as fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { memorySource } from '../../source/memory.js';
import { TOURS, tourFiles } from '../../testing/tours.js';
import type { WalEnd } from '../wal-end.js';
import { WalReader } from '../wal-reader.js';
import { type PassOptions, RecordCounts, Skimmer } from './skimmer.js';

/** What a walk comes to, whichever way it takes. */
interface Walked {
  readonly records: number;
  readonly bytes: number;
  readonly table: readonly number[];
  readonly end: WalEnd | null;
}

/** The reader of a world without WebAssembly. */
let Plain: typeof WalReader;

beforeAll(async () => {
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  ({ WalReader: Plain } = await import('../wal-reader.js'));
  const plain = await import('./skimmer.js');
  const reader = await Plain.open(memorySource(tourFiles('17')));
  expect(plain.Skimmer.for(reader.format, 8192)).toBeNull();
  // that it is not there has been found out for good
  vi.unstubAllGlobals();
});

/** Steps from record to record, and counts what a skimmer would. */
async function step(Reader: typeof WalReader, files: Record<string, Uint8Array>): Promise<Walked> {
  const reader = await Reader.open(memorySource(files));
  const { table } = new RecordCounts();
  let records = 0;
  let bytes = 0;
  while (await reader.nextWindow()) {
    while (reader.next()) {
      const { record } = reader;
      const row = (record.resourceManager * 16 + (record.info >> 4)) * 3;
      table[row] += 1;
      table[row + 1] += record.totalLength - record.imageLength;
      table[row + 2] += record.imageLength;
      records++;
      bytes += record.totalLength;
    }
  }
  return { records, bytes, table: [...table], end: reader.end };
}

/** Passes over all that it may. */
async function pass(files: Record<string, Uint8Array>): Promise<Walked & { passed: number }> {
  const reader = await WalReader.open(memorySource(files));
  const counts = new RecordCounts();
  let records = 0;
  let bytes = 0;
  let passed = 0;
  while (await reader.nextWindow()) {
    for (;;) {
      const skimmed = reader.pass({ counts });
      passed += skimmed.records;
      records += skimmed.records;
      bytes += skimmed.recordBytes;
      if (!reader.next()) break;
      const { record } = reader;
      const row = (record.resourceManager * 16 + (record.info >> 4)) * 3;
      counts.table[row] += 1;
      counts.table[row + 1] += record.totalLength - record.imageLength;
      counts.table[row + 2] += record.imageLength;
      records++;
      bytes += record.totalLength;
    }
  }
  return { records, bytes, table: [...counts.table], end: reader.end, passed };
}

const isOld = (name: string): boolean => name.startsWith('9.3') || name.startsWith('9.4');

describe.each(TOURS)('the WAL of %s', (name) => {
  it('comes to the same, stepped through or passed over, with WebAssembly and without', async () => {
    const files = tourFiles(name);
    const expected = await step(Plain, files);
    expect(await step(WalReader, files)).toEqual(expected);
    const { passed, ...walked } = await pass(files);
    expect(walked).toEqual(expected);
    // nearly all records are passed over, but for versions whose records no skimmer knows
    if (isOld(name)) expect(passed).toBe(0);
    else expect(passed).toBeGreaterThan(0.9 * expected.records);
  });
});

describe.each(TOURS.filter((name) => !isOld(name)))('damaged WAL of %s', (name) => {
  const files = tourFiles(name);
  const [[path, segment]] = Object.entries(files);
  const part = segment.slice(0, 64 * 1024);

  it('ends where it does without a skimmer, and for the same reason', async () => {
    const damage = fc.array(fc.record({ at: fc.nat(part.length - 1), value: fc.nat(255) }), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = part.slice();
        // the first page says what all WAL has in common
        for (const { at, value } of changes) bytes[Math.max(at, 8192)] = value;
        const damaged = { [path]: bytes };
        const expected = await step(Plain, damaged);
        expect(await step(WalReader, damaged)).toEqual(expected);
        const { passed: _, ...walked } = await pass(damaged);
        expect(walked).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('records that are changed with their checksums', () => {
  /** Where in the segment a record's bytes are: it goes on behind the header of the next page. */
  function placesOf(start: number, total: number): number[] {
    const places: number[] = [];
    for (let at = start; places.length < total; at++) {
      if ((at & 8191) === 0) at += 24;
      places.push(at);
    }
    return places;
  }

  it.each([
    ['within a page', false],
    ['that go on beyond their page', true],
  ])('are held against all rules but the checksum, %s', async (_, isSpanning) => {
    const { crc32c } = await import('../../bytes/crc32c.js');
    const files = tourFiles('17');
    const [[path, segment]] = Object.entries(files);
    const part = segment.slice(0, isSpanning ? 480 * 1024 : 64 * 1024);
    const starts: number[] = [];
    const reader = await WalReader.open(memorySource({ [path]: part }));
    for await (const window of reader) {
      for (const { lsnLow, totalLength } of window) {
        const at = lsnLow & (segment.length - 1);
        if (at > 8192 && (at & 8191) + totalLength > 8192 === isSpanning) starts.push(at);
      }
    }
    expect(starts.length).toBeGreaterThan(isSpanning ? 40 : 100);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.nat(60), fc.nat(255), async (start, offset, value) => {
        const bytes = part.slice();
        const total = new DataView(bytes.buffer).getUint32(start, true);
        // what a checksum does not cover, or tells the length, is damaged above
        const places = placesOf(start, total);
        bytes[places[4 + (offset % (total - 4))]] = value;
        const covered = Uint8Array.from([...places.slice(24), ...places.slice(0, 20)], (at) => bytes[at]);
        const checksum = crc32c(covered, 0, covered.length);
        for (let byte = 0; byte < 4; byte++) bytes[places[20 + byte]] = checksum >>> (8 * byte);
        const damaged = { [path]: bytes };
        const expected = await step(Plain, damaged);
        const { passed: _, ...walked } = await pass(damaged);
        expect(walked).toEqual(expected);
      }),
      { numRuns: isSpanning ? 150 : 500 },
    );
  });
});

describe('WalReader.pass', () => {
  /** Where the records begin and end that are not passed over, and how many are. */
  async function seen(options: PassOptions) {
    const reader = await WalReader.open(memorySource(tourFiles('17')));
    const records: { lsn: bigint; end: bigint; resourceManager: number }[] = [];
    let passed = 0;
    while (await reader.nextWindow()) {
      for (;;) {
        passed += reader.pass(options).records;
        if (!reader.next()) break;
        const { lsn, endLsn, resourceManager } = reader.record;
        records.push({ lsn, end: endLsn, resourceManager });
      }
    }
    return { records, passed };
  }

  it('leaves the records of a resource manager that is watched', async () => {
    const all = (await seen({ before: 0n })).records;
    const transactions = all.filter(({ resourceManager }) => resourceManager === 1);
    const { records, passed } = await seen({ watched: 1 });
    expect(transactions.length).toBeGreaterThan(0);
    expect(records.filter(({ resourceManager }) => resourceManager === 1)).toEqual(transactions);
    expect(passed + records.length).toBe(all.length);
    expect(passed).toBeGreaterThan(all.length / 2);
  });

  it('passes over nothing that ends behind a position', async () => {
    const all = (await seen({ before: 0n })).records;
    for (const { end } of [all[10], all[500], all[all.length - 1]]) {
      for (const before of [end - 1n, end, end + 1n]) {
        const { records, passed } = await seen({ before });
        const behind = all.filter((record) => record.end > before);
        expect(records.slice(records.length - behind.length)).toEqual(behind);
        expect(passed + records.length).toBe(all.length);
      }
    }
  });
});

describe('Skimmer', () => {
  it('is there for all records with block references', async () => {
    const reader = await WalReader.open(memorySource(tourFiles('9.5')));
    expect(Skimmer.for(reader.format, 8192)).not.toBeNull();
  });
});
