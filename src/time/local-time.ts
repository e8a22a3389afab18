import { type CalendarTime, calendarTime, cyclesAwayOf, SECONDS_IN_400_YEARS } from './calendar.js';
import type { TimeZone } from './time-zone.js';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `struct tm` counts years from 1900 in 32 bits. */
const FIRST_YEAR = 1900 - 2 ** 31;
const LAST_YEAR = 1900 + 2 ** 31 - 1;

/**
 * Prints a moment as C's `localtime` and `strftime("%c")` do in the C locale: `Thu Jan  1 00:00:00 2026`.
 * Null where `localtime` cannot tell, because the year does not fit into an `int`.
 *
 * @param seconds - since 1970, any 64-bit number
 */
export function formatLocalTime(seconds: bigint, zone: TimeZone): string | null {
  const cycles = cyclesAwayOf(Number(seconds));
  const similar = Number(seconds - BigInt(cycles) * BigInt(SECONDS_IN_400_YEARS));
  const shown = calendarTime(similar + zone(similar).offset);
  const year = shown.year + cycles * 400;
  return year < FIRST_YEAR || year > LAST_YEAR ? null : formatCalendarTime(shown, year);
}

function formatCalendarTime(shown: CalendarTime, year: number): string {
  const day = `${shown.day}`.padStart(2, ' ');
  const clock = [shown.hour, shown.minute, shown.second].map((part) => `${part}`.padStart(2, '0')).join(':');
  // From 2147483648 on, strftime's own sum of 1900 and `tm_year` has come out at the other end of an `int`.
  return `${WEEKDAYS[shown.weekday]} ${MONTHS[shown.month - 1]} ${day} ${clock} ${year | 0}`;
}
