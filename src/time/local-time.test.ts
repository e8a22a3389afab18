import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLocalTime } from './local-time.js';
import { timeZone } from './tz-variable.js';

describe('formatLocalTime', () => {
  it.each([
    [0n, 'Thu Jan  1 00:00:00 1970'],
    [-1n, 'Wed Dec 31 23:59:59 1969'],
    [951782400n, 'Tue Feb 29 00:00:00 2000'],
    [2147483648n, 'Tue Jan 19 03:14:08 2038'],
    [253402300800n, 'Sat Jan  1 00:00:00 10000'],
    [-62135596801n, 'Sun Dec 31 23:59:59 0'],
    [-62167219201n, 'Fri Dec 31 23:59:59 -1'],
    [8640000000001n, 'Sat Sep 13 00:00:01 275760'],
    [67767976233532799n, 'Tue Dec 31 23:59:59 2147483647'],
    [67768036191676799n, 'Wed Dec 31 23:59:59 -2147481749'],
    [67768036191676800n, null],
    [-67768040609740800n, 'Thu Jan  1 00:00:00 -2147481748'],
    [-67768040609740801n, null],
    [2n ** 63n - 1n, null],
    [-(2n ** 63n), null],
  ])('prints %i in UTC as libc does', (seconds, text) => {
    expect(formatLocalTime(seconds, timeZone('UTC'))).toBe(text);
  });

  it('prints any time at all in any time zone at all', () => {
    const zone = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('Europe/Berlin', 'EST5EDT', 'XXX3YYY'),
    );
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.nat(40), zone, (time, shift, tz) => {
        const text = formatLocalTime(time >> BigInt(shift), timeZone(tz));
        expect(text ?? 'Thu Jan  1 00:00:00 1970').toMatch(
          /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d -?\d+$/,
        );
      }),
    );
  });

  it('agrees with Date wherever Date can tell', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62135596800, max: 8640000000000 }), (seconds) => {
        const [weekday, day, month, year, time] = new Date(seconds * 1000).toUTCString().split(/,? /);
        const text = `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${Number(year)}`;
        expect(formatLocalTime(BigInt(seconds), timeZone('UTC'))).toBe(text);
      }),
    );
  });

  it('carries the last rule on for ever, and local mean time back', () => {
    const clock = (seconds: bigint) => formatLocalTime(seconds, timeZone('Europe/Berlin'))?.slice(11, 19);
    // 1 July 2026, noon UTC, and some thousand years away.
    expect(clock(1782907200n + 146097n * 86400n * 5n)).toBe('14:00:00');
    expect(clock(1782907200n - 146097n * 86400n * 5n)).toBe('12:53:28');
  });
});
