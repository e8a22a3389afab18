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

/** @param seconds - from the years 1 to 9999 */
export function calendarTime(seconds: number): CalendarTime {
  const date = new Date(seconds * 1000);
  return {
    year: date.getUTCFullYear(),
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
 * @param year - 100 to 9999
 * @param month - 1 to 12
 * @param day - counted from 1; may be past the end of the month, or before its beginning
 */
export function startOfDay(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 1000;
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
