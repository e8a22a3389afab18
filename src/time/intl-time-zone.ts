import { cyclesAwayOf, SECONDS_IN_400_YEARS, startOfDay } from './calendar.js';
import { type TimeZone, utc } from './time-zone.js';

/** What names in the time zone database look like; `Intl` knows more, such as `utc` and `+03:00`. */
const ZONE_NAME = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;

/** Names of three letters in the database. `Intl` may know more of old, such as `PST`, and `IST` for India. */
const SHORT_NAMES = /^(?:CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$/;

const MINUTE = 60;
/** 1973. Liberia was the last to keep odd seconds, up to January 1972. */
const WHOLE_MINUTES_SINCE = 94_694_400;

/**
 * A time zone from the database that `Intl` has; null where it has none of that name. Abbreviations are those
 * of American English, which has few: others are made of the offset, as `+01`.
 *
 * @param name - undefined for the system's own time zone
 */
export function intlTimeZone(name: string | undefined): TimeZone | null {
  const clock = name === undefined || isInDatabase(name) ? clockOf(name) : null;
  if (clock === null) return null;
  if (clock.resolvedOptions().timeZone === 'UTC') return utc;
  return (seconds) => {
    const similar = seconds - cyclesAwayOf(seconds) * SECONDS_IN_400_YEARS;
    const shown: Record<string, string> = {};
    for (const { type, value } of clock.formatToParts(similar * 1000)) shown[type] = value;
    const { year, month, day, hour, minute, second, timeZoneName } = shown;
    const midnight = startOfDay(Number(year), Number(month), Number(day));
    const offset = midnight + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - similar;
    const abbreviation = /^GMT[+-]/.test(timeZoneName) ? nameOfOffset(offset) : timeZoneName;
    return { ...stretchAround(seconds), offset, abbreviation };
  };
}

/** `Intl` does not say when clocks are changed; but by now that is at the beginning of a minute. */
function stretchAround(seconds: number): { from: number; until: number } {
  if (seconds < WHOLE_MINUTES_SINCE) return { from: seconds, until: seconds + 1 };
  const from = seconds - (seconds % MINUTE);
  return { from, until: from + MINUTE };
}

function isInDatabase(name: string): boolean {
  return ZONE_NAME.test(name) && (name.length !== 3 || SHORT_NAMES.test(name));
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
      timeZoneName: 'short',
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

/** As the database calls a time zone that has no name: `+01`, `-0330`. */
function nameOfOffset(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const parts = [Math.floor(minutes / 60), minutes % 60].map((part) => `${part}`.padStart(2, '0'));
  return (offset < 0 ? '-' : '+') + parts.join('').replace(/00$/, '');
}
