import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLocalTime } from './local-time.js';
import { timeZone } from './tz-variable.js';

/** 1 July and 15 January 2026, noon UTC. */
const JULY = 1782907200n;
const JANUARY = 1768478400n;

function clock(tz: string, seconds = JULY): string | undefined {
  return formatLocalTime(seconds, timeZone(tz))?.slice(11, 19);
}

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
});

describe('timeZone', () => {
  it.each([
    ['UTC', '12:00:00', '12:00:00'],
    ['Europe/Berlin', '14:00:00', '13:00:00'],
    [':Europe/Berlin', '14:00:00', '13:00:00'],
    ['/usr/share/zoneinfo/Europe/Berlin', '14:00:00', '13:00:00'],
    ['America/New_York', '08:00:00', '07:00:00'],
    ['Asia/Kolkata', '17:30:00', '17:30:00'],
    ['Australia/Lord_Howe', '22:30:00', '23:00:00'],
    ['EST5EDT', '08:00:00', '07:00:00'],
    ['Etc/GMT+3', '09:00:00', '09:00:00'],
  ])('knows %s', (tz, july, january) => {
    expect([clock(tz), clock(tz, JANUARY)]).toEqual([july, january]);
  });

  it.each([
    ['UTC-3', '15:00:00', '15:00:00'],
    ['XYZ3', '09:00:00', '09:00:00'],
    ['<+0530>-5:30', '17:30:00', '17:30:00'],
    ['XYZ-1:02:03', '13:02:03', '13:02:03'],
    ['XYZ99', '12:00:00', '12:00:00'],
    ['XXX3YYY', '10:00:00', '09:00:00'],
    ['XXX3YYY1:30', '10:30:00', '09:00:00'],
    ['CET-1CEST,M3.5.0,M10.5.0/3', '14:00:00', '13:00:00'],
    ['AEST-10AEDT,M10.1.0,M4.1.0/3', '22:00:00', '23:00:00'],
    ['XXX3YYY,J60/0,300/25', '10:00:00', '09:00:00'],
    ['XXX3YYY,M13.1.0,M10.1.0', '09:00:00', '09:00:00'],
  ])('reads %s as POSIX has it', (tz, july, january) => {
    expect([clock(tz), clock(tz, JANUARY)]).toEqual([july, january]);
  });

  it.each([
    '',
    ':',
    'nonsense',
    'Foo/Bar',
    'europe/berlin',
    'EUROPE/BERLIN',
    '+03:00',
    'AB3',
    '\u0000',
    '../UTC',
  ])('takes "%s" for UTC', (tz) => expect(clock(tz)).toBe('12:00:00'));

  it('takes the time zone of the system where none is set', () => {
    const seconds = Number(JULY);
    const expected = 0 - new Date(seconds * 1000).getTimezoneOffset() * 60;
    expect(timeZone(undefined)(seconds).offset).toBe(expected);
    expect(timeZone(':/etc/localtime')(seconds).offset).toBe(expected);
  });

  it('changes clocks to the second', () => {
    // 29 March 2026, 01:00 UTC.
    expect([clock('Europe/Berlin', 1774745999n), clock('Europe/Berlin', 1774746000n)]).toEqual([
      '01:59:59',
      '03:00:00',
    ]);
    const posix = 'CET-1CEST,M3.5.0,M10.5.0/3';
    expect([clock(posix, 1774745999n), clock(posix, 1774746000n)]).toEqual(['01:59:59', '03:00:00']);
  });

  it('carries the last rule on for ever, and local mean time back', () => {
    expect(clock('Europe/Berlin', JULY + 146097n * 86400n * 5n)).toBe('14:00:00');
    expect(clock('Europe/Berlin', JULY - 146097n * 86400n * 5n)).toBe('12:53:28');
  });
});
