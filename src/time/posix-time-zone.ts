import { calendarTime, isLeapYear, SECONDS_A_DAY, startOfDay } from './calendar.js';
import { type ClockPeriod, fixedTimeZone, type TimeZone } from './time-zone.js';

/** What clocks are set to for a part of the year. */
interface Setting {
  readonly abbreviation: string;
  /** In seconds ahead of UTC. */
  readonly offset: number;
  /** When they are changed to the other setting. */
  readonly until: Change;
}

/** A time on a day that comes every year. */
interface Change {
  /** What `day` is: a day of the year, one that leaves out 29 February, or one of a week in a month. */
  readonly kind: 'day' | 'julian' | 'weekday';
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 5, which is the last. */
  readonly week: number;
  /** From 0 on, which is Sunday or 1 January; `julian` from 1 on. */
  readonly day: number;
  /** In seconds, on the clock as it stood before. */
  readonly time: number;
  /** False if the text made sense only so far. */
  readonly isWhole: boolean;
}

const NAME = /(?<bare>[A-Za-z]{3,})|<(?<quoted>[A-Za-z0-9+-]{3,})>/y;
const SIGN = /[+-]/y;
const DIGIT_OR_SIGN = /[+\d-]/y;
const DAY_OF_YEAR = /(?<julian>J?)(?<day>\d*)/y;

// As scanf takes numbers: with white space before them, and a sign.
const NUMBER = '[ \\t-\\r]*([+-]?\\d+)';
const TIME = new RegExp(`${NUMBER}(?::${NUMBER}(?::${NUMBER})?)?`, 'y');
const DAY_OF_MONTH = new RegExp(`M(?:${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER})?)?)?`, 'y');

const TWO_O_CLOCK = 2 * 3600;
const NO_CHANGE: Change = { kind: 'day', month: 0, week: 0, day: 0, time: 0, isWhole: false };

// Where the text does not say when clocks change, it is as in the United States since 2007. No notice is taken of
// the file `posixrules`, which some systems still have: by it glibc shifts changes the wrong way.
const SECOND_SUNDAY_OF_MARCH: Change = {
  kind: 'weekday',
  month: 3,
  week: 2,
  day: 0,
  time: TWO_O_CLOCK,
  isWhole: true,
};
const FIRST_SUNDAY_OF_NOVEMBER: Change = { ...SECOND_SUNDAY_OF_MARCH, month: 11, week: 1 };

/**
 * A time zone spelt out as POSIX has it, such as `UTC-3` or `CET-1CEST,M3.5.0,M10.5.0/3`, read just as glibc
 * does (`__tzset_parse_tz`, `time/tzset.c`): of a text that is none, as much as there is.
 */
export function posixTimeZone(text: string): TimeZone {
  const rest = new Scanner(text);
  const name = takeName(rest) ?? '';
  const offset = name !== '' && rest.isNext(DIGIT_OR_SIGN) ? takeOffset(rest) : null;
  if (offset === null) return fixedTimeZone(0, name);
  if (rest.isAtEnd) return fixedTimeZone(offset, name);
  const summerName = takeName(rest);
  const summerOffset = summerName === null ? 0 : (takeOffset(rest) ?? offset + 3600);
  const toSummer = takeChange(rest, SECOND_SUNDAY_OF_MARCH);
  const toStandard = toSummer.isWhole ? takeChange(rest, FIRST_SUNDAY_OF_NOVEMBER) : NO_CHANGE;
  const standard = { abbreviation: name, offset, until: toSummer };
  const summer = { abbreviation: summerName ?? '', offset: summerOffset, until: toStandard };
  return (seconds) => periodAt(seconds, standard, summer);
}

function takeName(rest: Scanner): string | null {
  const { bare, quoted } = rest.take(NAME)?.groups ?? {};
  return bare ?? quoted ?? null;
}

/** POSIX counts westward and to 24 hours at most, 59 minutes, 59 seconds. */
function takeOffset(rest: Scanner): number | null {
  const sign = rest.take(SIGN)?.[0];
  const time = rest.take(TIME);
  if (time === null) return null;
  const [hours, minutes, seconds] = numbersIn(time);
  const offset = Math.min(hours, 24) * 3600 + Math.min(minutes, 59) * 60 + Math.min(seconds, 59);
  return sign === '-' ? offset : 0 - offset;
}

function takeChange(rest: Scanner, otherwise: Change): Change {
  rest.take(/,/y);
  if (rest.isAtEnd) return otherwise;
  const change = takeDay(rest);
  if (!change.isWhole) return change;
  if (rest.isAtEnd || rest.isNext(/,/y)) return { ...change, time: TWO_O_CLOCK };
  if (rest.take(/\//y) === null || rest.isAtEnd) return { ...change, isWhole: false };
  const isNegative = rest.take(/-/y) !== null;
  const time = rest.take(TIME);
  const [hours, minutes, seconds] = time === null ? [2, 0, 0] : numbersIn(time);
  const amount = hours * 3600 + minutes * 60 + seconds;
  return { ...change, time: isNegative ? -amount : amount };
}

function takeDay(rest: Scanner): Change {
  const inMonth = rest.take(DAY_OF_MONTH);
  if (inMonth !== null) {
    const [month, week, day] = numbersIn(inMonth);
    const isWhole =
      inMonth[3] !== undefined && month >= 1 && month <= 12 && week >= 1 && week <= 5 && day <= 6;
    return { kind: 'weekday', month, week, day, time: 0, isWhole };
  }
  const { julian = '', day: digits = '' } = rest.take(DAY_OF_YEAR)?.groups ?? {};
  const kind = julian === '' ? 'day' : 'julian';
  const day = Number(digits);
  const isWhole = digits !== '' && day <= 365 && !(kind === 'julian' && day === 0);
  return { ...NO_CHANGE, kind, day: isWhole ? day : 0, isWhole };
}

/** Up to three of them, 0 where there is none. They are kept in 16 bits. */
function numbersIn(match: RegExpExecArray): [number, number, number] {
  const [, first = '', second = '', third = ''] = match;
  return [Number(first) & 0xffff, Number(second) & 0xffff, Number(third) & 0xffff];
}

function periodAt(seconds: number, standard: Setting, summer: Setting): ClockPeriod {
  const { year } = calendarTime(seconds);
  const start = momentOf(standard.until, year) - standard.offset;
  const end = momentOf(summer.until, year) - summer.offset;
  // On the southern half of the globe a year begins and ends in summer.
  const isSummer = start > end ? seconds < end || seconds >= start : seconds >= start && seconds < end;
  const { offset, abbreviation } = isSummer ? summer : standard;
  const bounds = [startOfDay(year, 1, 1), start, end, startOfDay(year + 1, 1, 1)];
  const from = Math.max(...bounds.filter((bound) => bound <= seconds));
  const until = Math.min(...bounds.filter((bound) => bound > seconds));
  return { from, until, offset, abbreviation };
}

/** On a clock as it stood before the change. */
function momentOf(change: Change, year: number): number {
  // To glibc all earlier years begin with 1970.
  return startOfDay(Math.max(year, 1970), 1, 1) + dayOfYear(change, year) * SECONDS_A_DAY + change.time;
}

/** Counted from 0. */
function dayOfYear({ kind, month, week, day }: Change, year: number): number {
  if (kind === 'day') return day;
  if (kind === 'julian') return isLeapYear(year) && day >= 60 ? day : day - 1;
  const first = startOfDay(year, month, 1);
  const days = (startOfDay(year, month + 1, 1) - first) / SECONDS_A_DAY;
  const daysToFirst = day - calendarTime(first).weekday;
  let inMonth = daysToFirst < 0 ? daysToFirst + 7 : daysToFirst;
  for (let count = 1; count < week && inMonth + 7 < days; count++) inMonth += 7;
  return (first - startOfDay(year, 1, 1)) / SECONDS_A_DAY + inMonth;
}

/** A text and how far it is read. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Goes past what a sticky pattern matches here. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  isNext(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }
}
