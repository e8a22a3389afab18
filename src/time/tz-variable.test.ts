import { describe, expect, it } from 'vitest';
import { formatLocalTime } from './local-time.js';
import { timeZone } from './tz-variable.js';

/** 1 July and 15 January 2026, noon UTC. */
const JULY = 1782907200n;
const JANUARY = 1768478400n;

function clock(tz: string, seconds = JULY): string | undefined {
  return formatLocalTime(seconds, timeZone(tz))?.slice(11, 19);
}

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

  it.each([
    ['Europe/Berlin', '+02', '+01'],
    ['America/New_York', 'EDT', 'EST'],
    ['Asia/Kolkata', '+0530', '+0530'],
    ['America/St_Johns', '-0230', '-0330'],
    ['UTC', 'UTC', 'UTC'],
    ['CET-1CEST,M3.5.0,M10.5.0/3', 'CEST', 'CET'],
    ['<+03>-3', '+03', '+03'],
  ])('has a name for the time of %s', (tz, july, january) => {
    const zone = timeZone(tz);
    expect([zone(Number(JULY)), zone(Number(JANUARY))].map((it) => it.abbreviation)).toEqual([july, january]);
  });

  it.each(['PST', 'IST', 'JST'])('does not know %s, whatever Intl does', (tz) => {
    expect(timeZone(tz)(Number(JULY))).toMatchObject({ offset: 0, abbreviation: tz });
  });

  it('says how long clocks stay as they are by a rule, the year at most', () => {
    const zone = timeZone('CET-1CEST,M3.5.0,M10.5.0/3');
    const [newYear, toSummer, toWinter] = [1767225600, 1774746000, 1792890000];
    expect(zone(toSummer - 1)).toMatchObject({ from: newYear, until: toSummer, abbreviation: 'CET' });
    expect(zone(toSummer)).toMatchObject({ from: toSummer, until: toWinter, abbreviation: 'CEST' });
    expect(zone(toWinter)).toMatchObject({ from: toWinter, until: 1798761600, abbreviation: 'CET' });
  });
});
