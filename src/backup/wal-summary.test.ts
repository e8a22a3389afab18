import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../bytes/crc32c.js';
import { BackupFileError } from '../errors.js';
import { backupFile, backupNames, backupText } from '../testing/backups.js';
import { parseWalSummary, parseWalSummaryName, type SummarizedRelation } from './wal-summary.js';

const FORKS = ['main', 'fsm', 'vm', 'init'];
const summaries = backupNames('17', 'summaries').filter((name) => name.endsWith('.summary'));

/** What `pg_walsummary` prints of a relation. */
function printed({ tablespace, database, relation, fork, limitBlock, blocks }: SummarizedRelation): string[] {
  const name = `TS ${tablespace}, DB ${database}, REL ${relation}, FORK ${FORKS[fork]}`;
  const ranges: [number, number][] = [];
  for (const block of blocks) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] + 1 === block) range[1] = block;
    else ranges.push([block, block]);
  }
  return [
    ...(limitBlock === null ? [] : [`${name}: limit ${limitBlock}`]),
    ...ranges.map(([first, last]) =>
      first === last ? `${name}: block ${first}` : `${name}: blocks ${first}..${last}`,
    ),
  ];
}

describe('parseWalSummary', () => {
  it.each(summaries)('says of %s what pg_walsummary says', (name) => {
    const expected = backupText('17', `summaries/${name.replace('.summary', '.txt')}`);
    const lines = parseWalSummary(backupFile('17', `summaries/${name}`)).flatMap(printed);
    expect(lines.map((line) => `${line}\n`).join('')).toBe(expected);
  });

  it('has seen a bitmap, a list and a relation that was cut short', () => {
    const all = summaries.flatMap((name) => parseWalSummary(backupFile('17', `summaries/${name}`)));
    const counts = all.map(({ blocks }) => [...blocks].length);
    expect(Math.max(...counts)).toBeGreaterThan(4096);
    expect(counts.some((count) => count > 1 && count < 4096)).toBe(true);
    expect(all.some(({ limitBlock }) => limitBlock !== null && limitBlock > 0)).toBe(true);
  });

  it('reads relations of many chunks, lists and bitmaps, in any order', () => {
    const content = summary([
      { chunks: [[5, 3, 65535], [], bitmap([0, 17, 65535])] },
      { fork: 2, limit: 7, chunks: [] },
    ]);
    const [first, second] = parseWalSummary(content);
    expect([...first.blocks]).toEqual([3, 5, 65535, 131072, 131089, 196607]);
    expect(first).toMatchObject({ tablespace: 1663, database: 5, relation: 16384, limitBlock: null });
    expect([...second.blocks]).toEqual([]);
    expect(second).toMatchObject({ fork: 2, limitBlock: 7 });
  });

  it('refuses files that are cut off, and those with a byte that is wrong', () => {
    const content = backupFile('17', `summaries/${summaries[0]}`);
    fc.assert(
      fc.property(fc.nat(content.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        expect(() => parseWalSummary(content.slice(0, at))).toThrow(BackupFileError);
        const altered = Uint8Array.from(content);
        altered[at] ^= change;
        expect(() => parseWalSummary(altered)).toThrow(BackupFileError);
      }),
    );
  });

  it('refuses what cannot be, though its checksum is right', () => {
    const wrong = [
      summary([{ fork: 4, chunks: [] }]),
      summary([{ chunks: [], sizes: [4097] }]),
      summary([{ chunks: [], sizes: [1, 2, 3] }]),
      summary([{ chunks: [], count: 0xffff_ffff }]),
      withChecksum([...words(0x652b137b), ...words(0, 0, 0, 0, 0, 0), 1]),
      withChecksum([...words(0x652b137b), ...words(1663, 5, 16384, 0, 0, 0)]),
    ];
    for (const content of wrong) expect(() => parseWalSummary(content)).toThrow(BackupFileError);
  });
});

describe('parseWalSummaryName', () => {
  it('reads the timeline and the stretch of WAL', () => {
    expect(parseWalSummaryName('0000000200000001573A400000000003573B4000.summary')).toEqual({
      timeline: 2,
      start: 0x1_573a_4000n,
      end: 0x3_573b_4000n,
    });
  });

  it('reads no other name', () => {
    const names = [...summaries, 'temp.summary', `${summaries[0]}.gz`, summaries[0].toLowerCase()];
    expect(names.map((name) => parseWalSummaryName(name) !== null)).toEqual([
      ...summaries.map(() => true),
      false,
      false,
      false,
    ]);
  });
});

interface Entry {
  readonly fork?: number;
  readonly limit?: number;
  readonly chunks: readonly (readonly number[])[];
  readonly sizes?: readonly number[];
  readonly count?: number;
}

function summary(entries: readonly Entry[]): Uint8Array {
  const bytes = words(0x652b137b);
  for (const { fork = 0, limit = 0xffff_ffff, chunks, sizes, count } of entries) {
    const lengths = sizes ?? chunks.map((chunk) => chunk.length);
    bytes.push(...words(1663, 5, 16384, fork, limit, count ?? lengths.length), ...halves(lengths));
    for (const chunk of chunks) bytes.push(...halves(chunk));
  }
  return withChecksum([...bytes, ...words(0, 0, 0, 0, 0, 0)]);
}

function bitmap(offsets: readonly number[]): number[] {
  const bits = new Uint16Array(4096);
  for (const offset of offsets) bits[offset >> 4] |= 1 << (offset & 15);
  return [...bits];
}

function withChecksum(bytes: readonly number[]): Uint8Array {
  const content = Uint8Array.from(bytes);
  return Uint8Array.from([...bytes, ...words(crc32c(content, 0, content.length))]);
}

function words(...values: readonly number[]): number[] {
  return values.flatMap((value) => halves([value & 0xffff, value >>> 16]));
}

function halves(values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 0xff, value >>> 8]);
}
