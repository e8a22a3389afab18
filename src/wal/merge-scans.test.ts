import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../bytes/crc32c.js';
import { WalError } from '../errors.js';
import { formatLsn, segmentStart } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import { TOURS, tourFiles } from '../testing/tours.js';
import { WalBuilder } from '../testing/wal-builder.js';
import { historyWithoutParents, parseTimelineHistory, type TimelineHistory } from '../timeline/history.js';
import type { MajorVersion } from '../version.js';
import { segmentFileName } from '../wal-file-name.js';
import { mergeScans } from './merge-scans.js';
import { FIRST_IS_OVERWRITE_CONTRECORD } from './page-header.js';
import { scanSegment } from './scan-segment.js';
import type { SegmentScan, WalStretch } from './segment-scan.js';
import type { WalEnd } from './wal-end.js';
import { readFirstPage, type WalFormat } from './wal-format.js';
import { WalReader } from './wal-reader.js';

type Files = Record<string, Uint8Array>;

const SEGMENT = 1024 * 1024;

const RUNS = Number(process.env.PGWAL_RUNS ?? 15);

function formatOf(files: Files): WalFormat {
  for (const bytes of Object.values(files)) {
    const first = readFirstPage(bytes);
    if (first.kind === 'format') return first.format;
  }
  throw new Error('no format');
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** In the order of WAL, whatever their timelines. */
const inOrder = (files: Files): string[] =>
  Object.keys(files).sort((a, b) => (nameOf(a).slice(8) < nameOf(b).slice(8) ? -1 : 1));

function scansOf(files: Files, history = historyWithoutParents(1), format = formatOf(files)): SegmentScan[] {
  return inOrder(files).map((path) => scanSegment(files[path], { name: nameOf(path), format, history }));
}

/** Merges neighbours until one is left, choosing which. */
function mergeAnyhow(scans: readonly SegmentScan[], choose: () => number): SegmentScan {
  const left = [...scans];
  while (left.length > 1) {
    const at = choose() % (left.length - 1);
    left.splice(at, 2, mergeScans(left[at], left[at + 1]));
  }
  return left[0];
}

interface Found {
  readonly records: number;
  readonly recordBytes: number;
  readonly end: WalEnd;
}

/** What a walk finds that begins at a segment, and looks for the first record in it. */
async function walkFrom(
  files: Files,
  history: TimelineHistory,
  format: WalFormat,
  segment: number,
): Promise<Found> {
  const start = segmentStart(segment, format.segmentSize);
  const reader = await WalReader.open(memorySource(files), { start, history });
  let records = 0;
  let recordBytes = 0;
  for await (const window of reader) {
    for (const record of window) {
      records++;
      recordBytes += record.totalLength;
    }
  }
  return { records, recordBytes, end: reader.end! };
}

/** With bytes told by length and checksum: comparing them one by one would take long. */
function briefly(scan: SegmentScan): unknown {
  const brief = (parts: readonly Uint8Array[]) =>
    parts.map((part) => [part.length, crc32c(part, 0, part.length)]);
  return JSON.parse(
    JSON.stringify(scan, (key, value) => {
      if (typeof value === 'bigint') return `${value}`;
      return key === 'parts' ? brief(value) : value;
    }),
  );
}

/** Walks to the end, and again from behind every break: from the segment that does not fit, or the one behind it. */
async function walkOn(files: Files, history: TimelineHistory, format: WalFormat): Promise<Found[]> {
  const numberOf = (path: string) => Number.parseInt(nameOf(path).slice(16), 16);
  const numbers = inOrder(files).map(numberOf);
  const found: Found[] = [];
  for (let from: number | undefined = numbers[0]; from !== undefined; ) {
    const before = found.at(-1);
    const walked = await walkFrom(files, history, format, from);
    const isSame = before?.end.message === walked.end.message && before.end.file === walked.end.file;
    if (!isSame) found.push(walked);
    const broken = numberOf(walked.end.file);
    from = numbers.find((number) => number > from! && (isSame || number >= broken));
  }
  return found;
}

/** A walk ends where the next segment is not there, a scan is open to it. */
function foundBy(stretch: WalStretch, scan: SegmentScan): Found {
  const { records, recordBytes, endLsn: lsn, lastRecord, timeline } = stretch;
  const file = segmentFileName(scan.last.timeline, scan.last.number + 1, scan.format.segmentSize);
  const message = `segment ${file} is not there`;
  const end = stretch.end ?? { lsn, timeline, code: 'missing-segment', message, file, lastRecord };
  return { records, recordBytes, end };
}

/** On its own, a segment does not know that its first page's timeline is older than that of the one before. */
const inSameWords = (found: Found): Found =>
  found.end.code === 'other-timeline' ? { ...found, end: { ...found.end, message: '' } } : found;

async function expectSameAsWalk(
  files: Files,
  merged: SegmentScan,
  history = historyWithoutParents(1),
): Promise<void> {
  const walked = await walkOn(files, history, merged.format);
  const scanned = merged.stretches.map((stretch) => foundBy(stretch, merged));
  expect(scanned.map(inSameWords)).toEqual(walked.map(inSameWords));
}

describe.each(TOURS)('the segments of %s, scanned one by one', (name) => {
  const files = tourFiles(name);

  it('are together what a walk over them finds', async () => {
    const merged = scansOf(files).reduce(mergeScans);
    expect(merged.stretches).toHaveLength(1);
    expect(merged.stretches[0].records).toBeGreaterThan(900);
    await expectSameAsWalk(files, merged);
  });
});

const lengths = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 40, max: 400 }) },
  { weight: 6, arbitrary: fc.integer({ min: 8000, max: 8400 }) },
  { weight: 3, arbitrary: fc.integer({ min: 60_000, max: 300_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: SEGMENT - 9000, max: 2 * SEGMENT + 100_000 }) },
);

type Step =
  | { readonly kind: 'record'; readonly length: number }
  /** Fills the segment up to so many bytes before its end, where the next record begins. */
  | { readonly kind: 'edge'; readonly left: number }
  | { readonly kind: 'switch' | 'give-up' | 'promote' };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: lengths.map((length) => ({ kind: 'record' as const, length })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(0, 8, 16, 24, 32).map((left) => ({ kind: 'edge' as const, left })),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'switch' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'give-up' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'promote' as const }) },
);

const versions = fc.constantFrom<MajorVersion>('9.3', '9.4', '9.5', '12', '15', '18');

interface Built {
  readonly files: Files;
  readonly history: TimelineHistory;
}

function build(version: MajorVersion, todo: readonly Step[]): Built {
  const wal = new WalBuilder({ version });
  const switches: string[] = [];
  for (const step of todo) {
    if (step.kind === 'record') wal.append({ length: step.length });
    else if (step.kind === 'edge') fillSegment(wal, step.left);
    else if (step.kind === 'switch') wal.appendSwitch();
    else if (step.kind === 'promote' && wal.position % BigInt(SEGMENT) !== 0n) {
      switches.push(`${wal.timeline}\t${formatLsn(wal.position)}`);
      wal.switchTimeline(wal.timeline + 1);
      // a promotion logs that recovery is over
      wal.append({ length: 48 });
    } else if (step.kind === 'give-up') {
      // what a crash left of a record at the end of a segment
      fillSegment(wal, 48);
      wal.appendUnfinished({ length: 20_000 });
      wal.flagNextPage(FIRST_IS_OVERWRITE_CONTRECORD);
      wal.append({ length: 50 });
    }
  }
  // the last segment is used for good
  wal.append({ length: 64 });
  const history = parseTimelineHistory(wal.timeline, switches.join('\n'));
  return { files: newestOf(wal.files()), history };
}

/** Of each segment, the file of the newest timeline: what recovery reads. */
function newestOf(files: Files): Files {
  const newest = new Map<string, string>();
  for (const path of Object.keys(files).sort()) newest.set(nameOf(path).slice(8), path);
  return Object.fromEntries([...newest.values()].map((path) => [path, files[path]]));
}

function fillSegment(wal: WalBuilder, left: number): void {
  const inSegment = () => Number(wal.position % BigInt(SEGMENT));
  if (inSegment() < 64 * 1024 || inSegment() > SEGMENT - 128) wal.append({ length: 600_000 });
  while (SEGMENT - inSegment() > wal.blockSize) wal.fillPage(0);
  if (inSegment() > 0 || left > 0) wal.fillPage(left);
}

const choices = fc.infiniteStream(fc.nat(1000));

describe('scans of any WAL', { timeout: 600_000 }, () => {
  it('merge to what a walk finds, in any grouping', async () => {
    await fc.assert(
      fc.asyncProperty(
        versions,
        fc.array(steps, { minLength: 3, maxLength: 14 }),
        choices,
        async (version, todo, choice) => {
          const { files, history } = build(version, todo);
          const scans = scansOf(files, history);
          const merged = scans.reduce(mergeScans);
          expect(briefly(mergeAnyhow(scans, () => choice.next().value))).toEqual(briefly(merged));
          await expectSameAsWalk(files, merged, history);
          expect(merged.stretches.map(({ end }) => end?.code)).toEqual(['zeroed-tail']);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

type Damage =
  | { readonly kind: 'flip'; readonly segment: number; readonly at: number; readonly bits: number }
  | { readonly kind: 'cut' | 'zero'; readonly segment: number; readonly at: number }
  | { readonly kind: 'remove'; readonly segment: number }
  | { readonly kind: 'copy'; readonly segment: number; readonly from: number };

const place = fc.oneof(
  fc.nat(SEGMENT - 1),
  // page headers, and what comes right behind them
  fc.tuple(fc.nat(127), fc.nat(80)).map(([page, at]) => page * 8192 + at),
  // the ends of segments
  fc.nat(64).map((at) => SEGMENT - 1 - at),
);
const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    segment: fc.nat(20),
    at: place,
    bits: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'zero' as const), segment: fc.nat(20), at: place }),
  fc.record({ kind: fc.constant('remove' as const), segment: fc.nat(20) }),
  fc.record({ kind: fc.constant('copy' as const), segment: fc.nat(20), from: fc.nat(20) }),
);

function damage(files: Files, todo: readonly Damage[]): Files {
  const damaged = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, bytes.slice()]));
  for (const step of todo) {
    const paths = Object.keys(damaged).sort();
    const path = paths[step.segment % paths.length];
    if (step.kind === 'flip') damaged[path][step.at] ^= step.bits;
    else if (step.kind === 'cut') damaged[path] = damaged[path].slice(0, step.at);
    else if (step.kind === 'zero') damaged[path].fill(0, step.at);
    else if (step.kind === 'copy') damaged[path] = damaged[paths[step.from % paths.length]].slice();
    else if (paths.length > 1) delete damaged[path];
  }
  return damaged;
}

describe('scans of damaged WAL', { timeout: 600_000 }, () => {
  it('merge to what walks find that begin anew behind every break, in any grouping', async () => {
    await fc.assert(
      fc.asyncProperty(
        versions,
        fc.array(steps, { minLength: 3, maxLength: 10 }),
        fc.array(damages, { minLength: 1, maxLength: 4 }),
        choices,
        async (version, todo, toDamage, choice) => {
          const { files: sound, history } = build(version, todo);
          const format = formatOf(sound);
          const files = damage(sound, toDamage);
          const scans = scansOf(files, history, format);
          const merged = scans.reduce(mergeScans);
          expect(briefly(mergeAnyhow(scans, () => choice.next().value))).toEqual(briefly(merged));
          // a walk takes the format from the first segment that tells one
          const paths = Object.keys(files).sort();
          const first = readFirstPage(files[paths[0]]);
          fc.pre(first.kind === 'format' && first.format.systemIdentifier === format.systemIdentifier);
          await expectSameAsWalk(files, merged, history);
        },
      ),
      { numRuns: 2 * RUNS },
    );
  });
});

describe('mergeScans', () => {
  const wal = new WalBuilder({ segment: 5 });
  for (let index = 0; index < 40; index++) wal.append({ length: 100_000 });
  const files = wal.files();
  const scans = scansOf(files);

  it('breaks the chain at a segment that is missing', () => {
    const merged = mergeScans(scans[0], scans[2]);
    expect([merged.first.number, merged.last.number]).toEqual([5, 7]);
    expect(merged.stretches.map(({ end }) => end?.code)).toEqual(['missing-segment', undefined]);
    expect(merged.stretches[0].end).toMatchObject({
      message: 'segment 000000010000000000000006 is not there',
      lsn: scans[0].stretches[0].endLsn,
      lastRecord: scans[0].stretches[0].lastRecord,
    });
    expect(merged.stretches[1]).toEqual({ ...scans[2].stretches[0], head: null });
  });

  it('refuses scans in the wrong order, twice the same, and of another cluster', () => {
    expect(() => mergeScans(scans[1], scans[0])).toThrow(WalError);
    expect(() => mergeScans(scans[1], scans[1])).toThrow(
      '000000010000000000000006 is to be merged behind 000000010000000000000006, but lies before it',
    );
    const other = { ...scans[1], format: { ...scans[1].format, systemIdentifier: 1n } };
    expect(() => mergeScans(scans[0], other)).toThrow(WalError);
  });

  it('gives plain data that can be sent to another thread', () => {
    const sent = structuredClone(scans);
    expect(sent.map(briefly)).toEqual(scans.map(briefly));
    expect(briefly(sent.reduce(mergeScans))).toEqual(briefly(scans.reduce(mergeScans)));
  });
});

describe('scanSegment', () => {
  const wal = new WalBuilder();
  wal.append({ length: 100 });
  const bytes = wal.files()['pg_wal/000000010000000000000001'];

  it('takes the format from the first page, and bytes at any place in memory', () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const scan = scanSegment(shifted.subarray(3), { name: '000000010000000000000001.partial' });
    expect(scan.stretches[0]).toMatchObject({ records: 1, recordBytes: 100, end: { code: 'zeroed-tail' } });
  });

  it('refuses names that are not of a segment, and segments that do not tell their format', () => {
    for (const name of ['00000002.history', 'x', '000000010000000000001000']) {
      expect(() => scanSegment(bytes, { name }), name).toThrow(WalError);
    }
    expect(() => scanSegment(new Uint8Array(SEGMENT), { name: '000000010000000000000001' })).toThrow(
      '000000010000000000000001: its first page is zeroed',
    );
  });
});
