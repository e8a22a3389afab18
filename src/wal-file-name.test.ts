import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backupHistoryFileName,
  historyFileName,
  parseWalFileName,
  type SegmentName,
  segmentFileName,
  segmentNumberOfName,
} from './wal-file-name.js';

const MB = 1024 * 1024;
const SEGMENT_SIZES = Array.from({ length: 11 }, (_, power) => MB * 2 ** power);
const timelines = fc.integer({ min: 1, max: 0xffff_ffff });

/** `XLogFileName` of `xlog_internal.h`, in numbers that cannot overflow. */
function slowName(timeline: number, number: number, size: number): string {
  const start = BigInt(number) * BigInt(size);
  const log = start >> 32n;
  const segment = (start & 0xffff_ffffn) / BigInt(size);
  return [BigInt(timeline), log, segment]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}

describe('names of segments', () => {
  it.each([
    [1, 1, 16 * MB, '000000010000000000000001'],
    [1, 255, 16 * MB, '0000000100000000000000FF'],
    [1, 256, 16 * MB, '000000010000000100000000'],
    [10, 4095, MB, '0000000A0000000000000FFF'],
    [10, 4096, MB, '0000000A0000000100000000'],
    [1, 3, 1024 * MB, '000000010000000000000003'],
    [1, 4, 1024 * MB, '000000010000000100000000'],
    [0xffffffff, 2 ** 40 - 1, 16 * MB, 'FFFFFFFFFFFFFFFF000000FF'],
  ])('timeline %i, segment %i of %i bytes: %s', (timeline, number, size, name) => {
    expect(segmentFileName(timeline, number, size)).toBe(name);
  });

  it.each(SEGMENT_SIZES)('are made and read as a slow reference does, for %i bytes', (size) => {
    const last = Number(2n ** 64n / BigInt(size)) - 1;
    fc.assert(
      fc.property(timelines, fc.integer({ min: 0, max: last }), (timeline, number) => {
        const name = segmentFileName(timeline, number, size);
        expect(name).toBe(slowName(timeline, number, size));
        const parsed = parseWalFileName(name);
        expect(parsed).toMatchObject({ kind: 'segment', timeline });
        expect(segmentNumberOfName(parsed as SegmentName, size)).toBe(number);
      }),
    );
  });

  it.each(SEGMENT_SIZES)('end where the 4 GB of a log do, for %i bytes', (size) => {
    const perLog = 2 ** 32 / size;
    const name = { timeline: 1, log: 7, segmentOfLog: perLog - 1 };
    expect(segmentNumberOfName(name, size)).toBe(8 * perLog - 1);
    expect(segmentNumberOfName({ ...name, segmentOfLog: perLog }, size)).toBeNull();
  });

  it('need a possible segment size', () => {
    const refusal = expect.objectContaining({ code: 'SEGMENT_SIZE' });
    expect(() => segmentFileName(1, 1, 1000)).toThrow(refusal);
    expect(() => segmentNumberOfName({ timeline: 1, log: 0, segmentOfLog: 1 }, 3 * MB)).toThrow(refusal);
  });
});

describe('other names', () => {
  const place = { timeline: 0x1f, log: 0xa, segmentOfLog: 0xff };
  const segment = '0000001F0000000A000000FF';

  it.each([
    [segment, { kind: 'segment', ...place }],
    [`${segment}.partial`, { kind: 'partial', ...place }],
    [`${segment}.00C0FFEE.backup`, { kind: 'backup', offset: 0xc0ffee, ...place }],
    ['0000001F.history', { kind: 'history', timeline: 0x1f }],
    [`${segment}.ready`, { kind: 'archive-status', status: 'ready', of: segment }],
    [`${segment}.done`, { kind: 'archive-status', status: 'done', of: segment }],
    ['0000001F.history.done', { kind: 'archive-status', status: 'done', of: '0000001F.history' }],
    [`${segment}.partial.ready`, { kind: 'archive-status', status: 'ready', of: `${segment}.partial` }],
    [
      `${segment}.00C0FFEE.backup.done`,
      { kind: 'archive-status', status: 'done', of: `${segment}.00C0FFEE.backup` },
    ],
  ])('%s', (name, expected) => expect(parseWalFileName(name)).toEqual(expected));

  it.each([
    '',
    segment.toLowerCase(),
    '0000001F0000000a000000FF',
    '0000001f.history',
    `${segment}.00c0ffee.backup`,
    `${segment}.PARTIAL`,
    `${segment}.partial.partial`,
    `${segment}.backup`,
    `${segment}.C0FFEE.backup`,
    `${segment}.gz`,
    `${segment}0`,
    segment.slice(1),
    ` ${segment}`,
    `${segment}\n`,
    '000000000000001F.history',
    '.history',
    '.ready',
    'anything.done',
    'archive_status',
    'xlogtemp.1234',
    'RECOVERYHISTORY',
  ])('%j means nothing', (name) => expect(parseWalFileName(name)).toBeNull());

  it('are made as they are read', () => {
    fc.assert(
      fc.property(
        timelines,
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.constantFrom(...SEGMENT_SIZES),
        (timeline, start, size) => {
          expect(parseWalFileName(historyFileName(timeline))).toEqual({ kind: 'history', timeline });
          const backup = parseWalFileName(backupHistoryFileName(timeline, start, size));
          expect(backup).toMatchObject({ kind: 'backup', timeline, offset: Number(start % BigInt(size)) });
          expect(segmentNumberOfName(backup as SegmentName, size)).toBe(Number(start / BigInt(size)));
        },
      ),
    );
  });

  it('never make reading fail', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        parseWalFileName(name);
      }),
    );
  });
});
