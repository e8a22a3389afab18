import type { TextWriter } from '../bytes/text-writer.js';
import { calendarTime, startOfDay } from './calendar.js';
import { type TimeZone, utc } from './time-zone.js';

/** From 1970 to 2000, in seconds. */
const POSTGRES_EPOCH = 946_684_800;
const MICROSECONDS = 1_000_000;

/** Some 140 years, in microseconds: so far the number of seconds in them is right to more than six places. */
const FAR = 2 ** 52;

const ZERO = 0x30;
const COLON = 0x3a;
const DOT = 0x2e;
const MINUS = 0x2d;

/**
 * Prints moments in a time zone, such as `2026-11-23 13:53:39.012345 CET`, as `timestamptz_to_str` of
 * `pg_waldump` does (`src/bin/pg_waldump/compat.c`), its slips before the year 2000 included. One that is used
 * for many moments remembers the day and asks neither calendar nor time zone for each of them.
 *
 * @category Records as data
 */
export class TimestampFormat {
  readonly #zone: TimeZone;
  /** A stretch of time on one day and with clocks set alike, in seconds since 1970. */
  #from = 0;
  #until = 0;
  /** When clocks showed, or would have shown, the beginning of that day. */
  #midnight = 0;
  #date = '';
  #zoneName = '';

  /** @param zone - the time zone to print in */
  constructor(zone: TimeZone = utc) {
    this.#zone = zone;
  }

  /** @param microseconds - since 2000-01-01 UTC, a signed number of 64 bits */
  write(out: TextWriter, microseconds: bigint): void {
    // C divides toward zero: before 2000, a fraction counts back from the second and is negative.
    const near = Number(microseconds);
    const isNear = near > -FAR && near < FAR;
    const whole = isNear ? Math.trunc(near / MICROSECONDS) : Number(microseconds / BigInt(MICROSECONDS));
    const fraction = isNear ? near - whole * MICROSECONDS : Number(microseconds % BigInt(MICROSECONDS));
    const seconds = whole + POSTGRES_EPOCH;
    if (!(seconds >= this.#from && seconds < this.#until)) this.#turnTo(seconds);
    const clock = seconds - this.#midnight;
    const hour = (clock / 3600) | 0;
    const minute = ((clock / 60) | 0) - hour * 60;
    out.text(this.#date).uint(hour, 2, ZERO);
    out.code(COLON).uint(minute, 2, ZERO);
    out.code(COLON).uint(clock % 60, 2, ZERO);
    if (fraction < 0) out.code(DOT).code(MINUS).uint(-fraction, 5, ZERO);
    else out.code(DOT).uint(fraction, 6, ZERO);
    out.text(this.#zoneName);
  }

  #turnTo(seconds: number): void {
    const { from, until, offset, abbreviation } = this.#zone(seconds);
    const { year, month, day } = calendarTime(seconds + offset);
    const [ofMonth, ofDay] = [month, day].map((part) => `${part}`.padStart(2, '0'));
    this.#midnight = startOfDay(year, month, day) - offset;
    this.#from = Math.max(from, this.#midnight);
    this.#until = Math.min(until, startOfDay(year, month, day + 1) - offset);
    this.#date = `${year}-${ofMonth}-${ofDay} `;
    this.#zoneName = ` ${abbreviation}`;
  }
}
