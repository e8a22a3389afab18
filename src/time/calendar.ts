/** The Gregorian calendar, carried on for ever in both directions, in seconds since 1970. */

export const SECONDS_A_DAY = 86_400;

/** After this long the calendar repeats itself, days of the week included. */
export const SECONDS_IN_400_YEARS = 146_097 * SECONDS_A_DAY;

/** A moment as a calendar and a clock show it. */
export interface CalendarTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** 0 to 6, Sunday first. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

// `Date` gives up some 270,000 years from now and takes the year 26 for 1926: it is asked about the years 1970
// to 2369 only.

/** @param seconds - any safe integer */
export function calendarTime(seconds: number): CalendarTime {
  const cycles = Math.floor(seconds / SECONDS_IN_400_YEARS);
  const date = new Date((seconds - cycles * SECONDS_IN_400_YEARS) * 1000);
  return {
    year: date.getUTCFullYear() + cycles * 400,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/**
 * Midnight at the beginning of a day.
 *
 * @param month - counted from 1; may be past the end of the year, or before its beginning
 * @param day - counted from 1; may be past the end of the month, or before its beginning
 */
export function startOfDay(year: number, month: number, day: number): number {
  const cycles = Math.floor((year - 1970) / 400);
  return Date.UTC(year - cycles * 400, month - 1, day) / 1000 + cycles * SECONDS_IN_400_YEARS;
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Wide enough for all changes of clocks that a rule does not describe: 1200 to 2799. */
const FIRST_KNOWN = startOfDay(1200, 1, 1);
const FIRST_UNKNOWN = startOfDay(2800, 1, 1);

/**
 * How many times 400 years away a moment is from the years that time zones say something of: the same rules
 * hold in all that come after, and the same local mean time in all that went before.
 */
export function cyclesAwayOf(seconds: number): number {
  if (seconds < FIRST_KNOWN) return Math.floor((seconds - FIRST_KNOWN) / SECONDS_IN_400_YEARS);
  if (seconds < FIRST_UNKNOWN) return 0;
  return Math.floor((seconds - FIRST_UNKNOWN) / SECONDS_IN_400_YEARS) + 1;
}
