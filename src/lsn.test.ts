import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WalPositionError } from './errors.js';
import {
  formatLsn,
  formatLsnWords,
  isValidSegmentSize,
  lsnFromWords,
  lsnHigh,
  lsnLow,
  parseLsn,
  segmentNumberOf,
  segmentOffsetOf,
  segmentStart,
} from './lsn.js';

const MAX = 2n ** 64n - 1n;
const anyLsn = fc.bigInt({ min: 0n, max: MAX });
const MB = 1024 * 1024;
const SEGMENT_SIZES = Array.from({ length: 11 }, (_, power) => MB * 2 ** power);

describe('LSN as text', () => {
  it.each([
    ['0/0', 0n],
    ['0/82603A30', 0x82603a30n],
    ['0/82603a30', 0x82603a30n],
    ['1/0', 0x1_0000_0000n],
    ['00000001/00000002', 0x1_0000_0002n],
    ['FFFFFFFF/FFFFFFFF', MAX],
  ])('reads %s', (text, lsn) => expect(parseLsn(text)).toBe(lsn));

  it.each([
    '',
    '/',
    '0',
    '0/',
    '/0',
    '0/0/0',
    '000000001/0',
    '0/123456789',
    'G/0',
    '0x1/0',
    '-1/0',
    '+1/0',
    ' 0/0',
    '0/0 ',
    '0/0\n',
    '1 /0',
    '82603A30',
  ])('refuses %j and names it', (text) => {
    expect(() => parseLsn(text)).toThrow(WalPositionError);
    expect(() => parseLsn(text)).toThrow(expect.objectContaining({ code: 'LSN_SYNTAX' }));
    expect(() => parseLsn(text)).toThrow(`invalid LSN "${text}"`);
  });

  it.each([
    [0n, '0/0'],
    [0x82603a30n, '0/82603A30'],
    [0xa_0000_000bn, 'A/B'],
    [MAX, 'FFFFFFFF/FFFFFFFF'],
  ])('prints %s as pg_controldata does', (lsn, text) => expect(formatLsn(lsn)).toBe(text));

  it.each([-1n, MAX + 1n, -MAX])('does not print %s, which is no LSN', (lsn) => {
    expect(() => formatLsn(lsn)).toThrow(expect.objectContaining({ code: 'LSN_RANGE' }));
  });

  it('reads back every LSN that it prints, in either case and padded', () => {
    fc.assert(
      fc.property(anyLsn, (lsn) => {
        const text = formatLsn(lsn);
        const [high, low] = text.split('/');
        expect(text).toMatch(/^(0|[1-9A-F][0-9A-F]*)\/(0|[1-9A-F][0-9A-F]*)$/);
        expect(parseLsn(text)).toBe(lsn);
        expect(parseLsn(text.toLowerCase())).toBe(lsn);
        expect(parseLsn(`${high.padStart(8, '0')}/${low.padStart(8, '0')}`)).toBe(lsn);
      }),
    );
  });

  it('never takes other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[0-9a-f]{1,8}\/[0-9a-f]{1,8}$/i.test(text));
        expect(() => parseLsn(text)).toThrow(WalPositionError);
      }),
    );
  });
});

it('parts an LSN into words and joins them again', () => {
  fc.assert(
    fc.property(anyLsn, (lsn) => {
      const [high, low] = [lsnHigh(lsn), lsnLow(lsn)];
      expect(BigInt(high) * 2n ** 32n + BigInt(low)).toBe(lsn);
      expect(lsnFromWords(high, low)).toBe(lsn);
      expect(formatLsnWords(high, low)).toBe(formatLsn(lsn));
    }),
  );
});

describe('segments', () => {
  it('have sizes of a power of two from 1 MB to 1 GB', () => {
    for (const size of SEGMENT_SIZES) expect(isValidSegmentSize(size)).toBe(true);
    for (const size of [0, -MB, 1, MB / 2, MB - 1, MB + 1, 3 * MB, 2048 * MB, Number.NaN, 1.5 * MB]) {
      expect(isValidSegmentSize(size)).toBe(false);
    }
  });

  it.each(SEGMENT_SIZES)('of %i bytes are found by plain division', (size) => {
    fc.assert(
      fc.property(anyLsn, (lsn) => {
        const number = lsn / BigInt(size);
        expect(segmentNumberOf(lsn, size)).toBe(Number(number));
        expect(segmentOffsetOf(lsn, size)).toBe(Number(lsn % BigInt(size)));
        expect(segmentStart(segmentNumberOf(lsn, size), size) + BigInt(segmentOffsetOf(lsn, size))).toBe(lsn);
      }),
    );
  });

  it.each(SEGMENT_SIZES)('of %i bytes meet without a gap', (size) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 34 }), (number) => {
        const start = segmentStart(number, size);
        expect(segmentNumberOf(start, size)).toBe(number);
        expect(segmentOffsetOf(start, size)).toBe(0);
        expect(segmentNumberOf(start - 1n, size)).toBe(number - 1);
        expect(segmentOffsetOf(start - 1n, size)).toBe(size - 1);
      }),
    );
  });

  it('of an impossible size are refused', () => {
    const refusal = expect.objectContaining({ code: 'SEGMENT_SIZE' });
    for (const size of [0, 1000, 3 * MB, 2048 * MB]) {
      expect(() => segmentNumberOf(0n, size)).toThrow(refusal);
      expect(() => segmentOffsetOf(0n, size)).toThrow(refusal);
      expect(() => segmentStart(0, size)).toThrow(refusal);
    }
  });
});
