import { type CalendarTime, calendarTime, SECONDS_IN_400_YEARS, startOfDay } from './calendar.js';
import type { UtcOffset } from './time-zone.js';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const CYCLE = BigInt(SECONDS_IN_400_YEARS);

/** Wide enough for all changes of clocks that a rule does not describe: 1200 to 2799. */
const FIRST_KNOWN = BigInt(startOfDay(1200, 1, 1));
const FIRST_UNKNOWN = BigInt(startOfDay(2800, 1, 1));

/** `struct tm` counts years from 1900 in 32 bits. */
const FIRST_YEAR = 1900 - 2 ** 31;
const LAST_YEAR = 1900 + 2 ** 31 - 1;

/**
 * Prints a moment as C's `localtime` and `strftime("%c")` do in the C locale: `Thu Jan  1 00:00:00 2026`.
 * Null where `localtime` cannot tell, because the year does not fit into an `int`.
 *
 * @param seconds - since 1970, any 64-bit number
 */
export function formatLocalTime(seconds: bigint, offset: UtcOffset): string | null {
  const cycles = cyclesAwayOf(seconds);
  const similar = Number(seconds - cycles * CYCLE);
  const shown = calendarTime(similar + offset(similar));
  const year = shown.year + Number(cycles) * 400;
  return year < FIRST_YEAR || year > LAST_YEAR ? null : formatCalendarTime(shown, year);
}

/**
 * How many times 400 years away a moment is from the years that time zones say something of: the same rules
 * hold in all that come after, and the same local mean time in all that went before.
 */
function cyclesAwayOf(seconds: bigint): bigint {
  if (seconds < FIRST_KNOWN) return (seconds - FIRST_KNOWN + 1n) / CYCLE - 1n;
  if (seconds >= FIRST_UNKNOWN) return (seconds - FIRST_UNKNOWN) / CYCLE + 1n;
  return 0n;
}

function formatCalendarTime(shown: CalendarTime, year: number): string {
  const day = `${shown.day}`.padStart(2, ' ');
  const clock = [shown.hour, shown.minute, shown.second].map((part) => `${part}`.padStart(2, '0')).join(':');
  // From 2147483648 on, strftime's own sum of 1900 and `tm_year` has come out at the other end of an `int`.
  return `${WEEKDAYS[shown.weekday]} ${MONTHS[shown.month - 1]} ${day} ${clock} ${year | 0}`;
}
