import { startOfDay } from './calendar.js';
import { posixTimeZone } from './posix-time-zone.js';

/**
 * How many seconds local clocks are ahead of UTC at a moment.
 *
 * @param seconds - since 1970, from the years 200 to 9900
 */
export type UtcOffset = (seconds: number) => number;

/** What names in the time zone database look like; `Intl` knows more, such as `utc` and `+03:00`. */
const ZONE_NAME = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;

/** The file of a time zone, as in `TZ=:/usr/share/zoneinfo/Europe/Berlin`. */
const ZONE_FILE = /^\/.*\/zoneinfo\/(?<name>.*)$/;

/** Where a system keeps its own time zone: `TZ=:/etc/localtime` is short for none at all. */
const SYSTEM_ZONE_FILE = '/etc/localtime';

/**
 * The time zone that a C library chooses by the environment variable `TZ`: a name from the time zone
 * database or a rule as in POSIX, with or without a colon before it; UTC where it makes nothing of the text.
 *
 * @param tz - the value of `TZ`; undefined where it is not set, which means the system's own time zone
 */
export function timeZone(tz: string | undefined): UtcOffset {
  if (tz === undefined) return namedTimeZone(undefined) ?? utc;
  const text = tz.replace(/^:/, '');
  if (text === SYSTEM_ZONE_FILE) return namedTimeZone(undefined) ?? utc;
  const name = ZONE_FILE.exec(text)?.groups?.name ?? text;
  return (ZONE_NAME.test(name) ? namedTimeZone(name) : null) ?? posixTimeZone(text) ?? utc;
}

function utc(): number {
  return 0;
}

/** A time zone from the database that `Intl` has; null where it has none of that name. */
function namedTimeZone(name: string | undefined): UtcOffset | null {
  const clock = clockOf(name);
  if (clock === null) return null;
  return (seconds) => {
    const shown = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
    for (const { type, value } of clock.formatToParts(seconds * 1000)) {
      if (type in shown) shown[type as keyof typeof shown] = Number(value);
    }
    const { year, month, day, hour, minute, second } = shown;
    return startOfDay(year, month, day) + hour * 3600 + minute * 60 + second - seconds;
  };
}

function clockOf(name: string | undefined): Intl.DateTimeFormat | null {
  try {
    const clock = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return isSpeltOtherwise(name, clock.resolvedOptions().timeZone) ? null : clock;
  } catch {
    // A RangeError: the one way that Intl has to say that it knows no such time zone.
    return null;
  }
}

/** Libc looks for a file of that very name, where `Intl` takes `EUROPE/BERLIN` for `Europe/Berlin`. */
function isSpeltOtherwise(name: string | undefined, found: string): boolean {
  return name !== undefined && name !== found && name.toLowerCase() === found.toLowerCase();
}
