import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Lsn, segmentNumberOf } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import type { Source } from '../source/source.js';
import { WalBuilder } from '../testing/wal-builder.js';
import { historyWithoutParents } from '../timeline/history.js';
import { WalDirectory } from '../wal/wal-directory.js';
import type { CommonWal } from './common-wal.js';
import { findDivergence } from './find-divergence.js';

const SEGMENT = 1024 * 1024;
const history = historyWithoutParents(1);

/** A record to be written: how long it is and what it says. */
interface Line {
  readonly length: number;
  readonly says: number;
}

function write(lines: readonly Line[]): WalBuilder {
  const builder = new WalBuilder({ version: '15' });
  for (const { length, says } of lines) {
    builder.append({ xid: 1, data: new Uint8Array(length).fill(says) });
  }
  return builder;
}

/** Segments of which each holds one record at its start, and nothing behind a switch record. */
function writeSparsely(contents: readonly number[]): WalBuilder {
  const builder = new WalBuilder({ version: '15' });
  for (const says of contents) {
    builder.append({ xid: 1, data: new Uint8Array(100).fill(says) });
    builder.appendSwitch();
  }
  return builder;
}

async function common(ours: Source, theirs: Source, to: Lsn): Promise<CommonWal> {
  const [mine, other] = [await WalDirectory.open(ours), await WalDirectory.open(theirs)];
  const numbers = mine
    .segments(1)
    .map(({ number }) => number)
    .filter((number) => other.segment(1, number) !== null && BigInt(number) * BigInt(SEGMENT) < to);
  return {
    ours: { directory: mine, history },
    theirs: { directory: other, history },
    format: mine.format!,
    numbers,
    to,
  };
}

function compare(ours: WalBuilder, theirs: WalBuilder, wholeBytes: number, redo?: Lsn) {
  const to = ours.position < theirs.position ? ours.position : theirs.position;
  const sources = [memorySource(ours.files()), memorySource(theirs.files())] as const;
  return common(...sources, to).then((wal) => findDivergence(wal, redo ?? to, wholeBytes));
}

const contents = fc.integer({ min: 1, max: 200 });
const lines = fc.array(fc.record({ length: fc.integer({ min: 8, max: 300_000 }), says: contents }), {
  minLength: 4,
  maxLength: 24,
});

describe('the first record that differs', () => {
  it('is found wherever two servers parted for good', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.nat(), fc.boolean(), async (written, seed, isSameLength) => {
        const parted = seed % written.length;
        const others = written.map(({ length, says }, index) =>
          index < parted ? { length, says } : { length: isSameLength ? length : length + 8, says: says + 1 },
        );
        const [ours, theirs] = [write(written), write(others)];
        const found = await compare(ours, theirs, SEGMENT);
        expect(found.firstDifference).toBe(ours.lsns[parted]);
      }),
      { numRuns: 30 },
    );
  });

  it('is never missed where the newest WAL differs, and never put before the place where they parted', async () => {
    const pairs = fc.array(
      fc.record({ length: fc.integer({ min: 8, max: 300_000 }), ours: contents, theirs: contents }),
      { minLength: 4, maxLength: 24 },
    );
    await fc.assert(
      fc.asyncProperty(pairs, async (written) => {
        const ours = write(written.map(({ length, ours: says }) => ({ length, says })));
        const theirs = write(written.map(({ length, theirs: says }) => ({ length, says })));
        const parted = written.findIndex((line) => line.ours !== line.theirs);
        const found = await compare(ours, theirs, SEGMENT);
        // so few segments are all looked at
        expect(found.firstDifference).toBe(parted < 0 ? null : ours.lsns[parted]);
      }),
      { numRuns: 30 },
    );
  });

  it('is found where the WAL behind it was overwritten by the other server', async () => {
    const overwritten = fc.record({
      before: lines,
      parted: fc.integer({ min: 8, max: 300_000 }),
      after: lines,
    });
    await fc.assert(
      fc.asyncProperty(overwritten, async ({ before, parted, after }) => {
        const theirs = write([...before, { length: parted, says: 0 }, ...after]);
        const others = after.map(({ length, says }) => ({ length, says: says + 1 }));
        const ours = write([...before, { length: parted, says: 1 }, ...others]);
        const split = ours.lsns[before.length];
        const lost = segmentNumberOf(ours.lsns[before.length + 1] - 1n, SEGMENT) + 1;
        const files = ours.files();
        for (const [name, bytes] of Object.entries(theirs.files())) {
          if (Number.parseInt(name.slice(-8), 16) >= lost) files[name] = bytes;
        }
        const wal = await common(memorySource(files), memorySource(theirs.files()), theirs.position);
        const found = await findDivergence(wal, theirs.position, 1);
        expect(found.firstDifference).toBe(split);
      }),
      { numRuns: 30 },
    );
  });

  it('is none where all is the same, and all of it counts as compared from the redo point on', async () => {
    const builder = writeSparsely(Array.from({ length: 12 }, () => 7));
    const redo = 9n * BigInt(SEGMENT) + 40n;
    const found = await compare(builder, builder, SEGMENT, redo);
    expect(found).toEqual({
      compared: { from: 9n * BigInt(SEGMENT), to: builder.position },
      sampledFrom: BigInt(SEGMENT),
      firstDifference: null,
    });
  });

  it('minds no byte behind a switch record, which may be left over', async () => {
    const [ours, theirs] = [writeSparsely([1, 2, 3]), writeSparsely([1, 2, 3])];
    ours.page(BigInt(SEGMENT + 500_000)).fill(0xaa);
    expect((await compare(ours, theirs, 4 * SEGMENT)).firstDifference).toBeNull();
    theirs.page(BigInt(SEGMENT)).fill(0xaa, 60, 61);
    expect((await compare(ours, theirs, 4 * SEGMENT)).firstDifference).toBe(ours.lsns[0]);
  });

  it('is the record that began in the segment before', async () => {
    const spread = (says: number) =>
      write([
        { length: SEGMENT - 5000, says: 1 },
        { length: 9000, says },
      ]);
    const ours = spread(1);
    const theirs = spread(1);
    theirs.page(BigInt(2 * SEGMENT)).fill(9, 200, 201);
    expect((await compare(ours, theirs, SEGMENT)).firstDifference).toBe(ours.lsns[1]);
  });
});

describe('the search', () => {
  it('reads some segments of many', async () => {
    const count = 128;
    const parted = 41;
    const said = (other: number) => Array.from({ length: count }, (_, at) => (at < parted ? 1 : 2 + other));
    const [ours, theirs] = [writeSparsely(said(0)), writeSparsely(said(1))];
    const opened: string[] = [];
    const counted: Source = counting(memorySource(theirs.files()), opened);
    const wal = await common(memorySource(ours.files()), counted, ours.position);
    opened.length = 0;
    const found = await findDivergence(wal, ours.position, SEGMENT);
    expect(found.firstDifference).toBe(ours.lsns[2 * parted]);
    // the newest, one for each halving, and those looked at before the place found
    expect(new Set(opened).size).toBeLessThanOrEqual(1 + Math.log2(count) + 16);
  });
});

function counting(source: Source, opened: string[]): Source {
  return {
    ...source,
    open(path) {
      opened.push(path);
      return source.open(path);
    },
  };
}
