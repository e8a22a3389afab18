import { calendarTime, isLeapYear, SECONDS_A_DAY, startOfDay } from './calendar.js';
import type { UtcOffset } from './time-zone.js';

/** When clocks change in a given year, in seconds since 1970 and on the clock as it stood before. */
type Change = (year: number) => number;

const NAME = '(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)';
const TIME = '\\d+(?::\\d+(?::\\d+)?)?';
const RULE = `,[^,/]+(?:/-?${TIME})?`;
const ZONE = new RegExp(
  `^${NAME}(?<offset>[+-]?${TIME})` +
    `(?:(?<summer>${NAME})(?<summerOffset>[+-]?${TIME})?(?:(?<start>${RULE})(?<end>${RULE}))?)?`,
);
const MONTH_RULE = /^,M(?<month>\d+)\.(?<week>[1-5])\.(?<weekday>[0-6])(?:\/(?<time>.+))?$/;
const DAY_RULE = /^,(?<julian>J?)(?<day>\d+)(?:\/(?<time>.+))?$/;

/** Where the text does not say when clocks change, libc takes the rule of the United States since 2007. */
const DEFAULT_START = ',M3.2.0';
const DEFAULT_END = ',M11.1.0';

/**
 * A time zone spelt out in `TZ` as POSIX has it, such as `UTC-3` or `CET-1CEST,M3.5.0,M10.5.0/3`; null where
 * the text is none.
 */
export function posixTimeZone(text: string): UtcOffset | null {
  const zone = ZONE.exec(text)?.groups;
  if (zone === undefined) return null;
  const standard = offsetOf(zone.offset);
  if (zone.summer === undefined) return () => standard;
  const summer = zone.summerOffset === undefined ? standard + 3600 : offsetOf(zone.summerOffset);
  const start = changeOf(zone.start ?? DEFAULT_START);
  const end = changeOf(zone.end ?? DEFAULT_END);
  if (start === null || end === null) return () => standard;
  return (seconds) => {
    const { year } = calendarTime(seconds);
    const from = start(year) - standard;
    const until = end(year) - summer;
    // On the southern half of the globe a year begins and ends in summer.
    const isSummer = from < until ? seconds >= from && seconds < until : seconds >= from || seconds < until;
    return isSummer ? summer : standard;
  };
}

/** POSIX counts westward and to 24 hours at most, 59 minutes, 59 seconds. */
function offsetOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  const offset = Math.min(hours, 24) * 3600 + Math.min(minutes, 59) * 60 + Math.min(seconds, 59);
  return text.startsWith('-') ? offset : -offset;
}

function changeOf(rule: string): Change | null {
  const inMonth = MONTH_RULE.exec(rule)?.groups;
  if (inMonth !== undefined) {
    const month = Number(inMonth.month);
    if (month < 1 || month > 12) return null;
    const time = timeOf(inMonth.time);
    return (year) => weekdayOf(year, month, Number(inMonth.week), Number(inMonth.weekday)) + time;
  }
  const inYear = DAY_RULE.exec(rule)?.groups;
  if (inYear === undefined || Number(inYear.day) > 365) return null;
  const isJulian = inYear.julian === 'J';
  const time = timeOf(inYear.time);
  return (year) => startOfDay(year, 1, dayOf(year, Number(inYear.day), isJulian)) + time;
}

/** Counted from 1. A Julian day is counted so too, but as if no year had a 29 February. */
function dayOf(year: number, day: number, isJulian: boolean): number {
  if (!isJulian) return day + 1;
  return isLeapYear(year) && day >= 60 ? day + 1 : day;
}

/** The first, second, third, fourth or (5) last such day of the week in a month. */
function weekdayOf(year: number, month: number, week: number, weekday: number): number {
  const first = startOfDay(year, month, 1);
  const day = first + ((weekday - calendarTime(first).weekday + 7) % 7) * SECONDS_A_DAY;
  const wanted = day + (week - 1) * 7 * SECONDS_A_DAY;
  const isInMonth = wanted < startOfDay(year, month + 1, 1);
  return isInMonth ? wanted : wanted - 7 * SECONDS_A_DAY;
}

function timeOf(text = '2'): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^-/, '').split(':').map(Number);
  const time = hours * 3600 + minutes * 60 + seconds;
  return text.startsWith('-') ? -time : time;
}
