import { intlTimeZone } from './intl-time-zone.js';
import { posixTimeZone } from './posix-time-zone.js';
import { type TimeZone, utc } from './time-zone.js';
import { tzifTimeZone } from './tzif.js';

/**
 * Reads a file of the time zone database.
 *
 * @param name - a path, or a name such as `Europe/Berlin`, which is one in the directory of the database
 * @returns its bytes, or null where there is none or it cannot be read
 */
export type ReadZoneFile = (name: string) => Uint8Array | null;

/** The file of a time zone, as in `TZ=:/usr/share/zoneinfo/Europe/Berlin`. */
const ZONE_FILE = /^\/.*\/zoneinfo\/(?<name>.*)$/;

/** Where a system keeps its own time zone: `TZ=:/etc/localtime` is short for none at all. */
const SYSTEM_ZONE_FILE = '/etc/localtime';

/**
 * The time zone that glibc chooses by the environment variable `TZ` (`time/tzset.c`): a name from the time
 * zone database or else a rule as in POSIX, with or without a colon before it. Where it makes nothing of the
 * text it goes by UTC, under such a name as it could read.
 *
 * Without the files of the database, `Intl` is asked for what it has.
 *
 * @param tz - the value of `TZ`; undefined where it is not set, which means the system's own time zone
 */
export function timeZone(tz: string | undefined, readZoneFile: ReadZoneFile = () => null): TimeZone {
  const text = fileOrRule(tz);
  if (text === '') return utc;
  const bytes = readZoneFile(text);
  const zone = bytes === null ? null : tzifTimeZone(bytes);
  if (zone !== null) return zone;
  // A database has UTC. Where there is one, a name that it does not have is none, whatever Intl says.
  const known = readZoneFile('UTC') === null ? intlTimeZone(intlName(text)) : null;
  if (known !== null) return known;
  return text === SYSTEM_ZONE_FILE ? utc : posixTimeZone(text);
}

function fileOrRule(tz: string | undefined): string {
  if (tz === undefined) return SYSTEM_ZONE_FILE;
  return tz === '' ? 'Universal' : tz.replace(/^:/, '');
}

function intlName(text: string): string | undefined {
  return text === SYSTEM_ZONE_FILE ? undefined : (ZONE_FILE.exec(text)?.groups?.name ?? text);
}
