import { decodeText } from '../bytes/text-writer.js';
import { posixTimeZone } from './posix-time-zone.js';
import type { ClockPeriod, TimeZone } from './time-zone.js';

// A file of the time zone database: RFC 9636. It begins with a header and a block of data in times of 32 bits.
// From version 2 on there follow another header, a block in times of 64 bits, and between line feeds a rule for
// all time to come, as in `TZ`. The first block is then skipped.

const MAGIC = 0x545a6966; // TZif
const HEADER_SIZE = 44;
const TYPE_SIZE = 6;
const LINE_FEED = 0x0a;

/** A header: how many there are of what. */
interface Counts {
  readonly version: number;
  readonly utcIndicators: number;
  readonly standardIndicators: number;
  readonly leapSeconds: number;
  readonly transitions: number;
  readonly types: number;
  /** Of the characters of all abbreviations. */
  readonly characters: number;
}

/** How clocks may be set. */
interface LocalTimeType {
  readonly offset: number;
  readonly isDaylightSaving: boolean;
  readonly abbreviation: string;
}

/**
 * The time zone that a file of the time zone database describes, or null where it is no such file. Where the
 * RFC leaves something open it is done as glibc does it (`time/tzfile.c`).
 *
 * Leap seconds are passed over: PostgreSQL's time has none, and its servers refuse the zones that have.
 */
export function tzifTimeZone(bytes: Uint8Array): TimeZone | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = readCounts(view, 0);
  if (first === null) return null;
  if (first.version === 0) return readBlock(view, HEADER_SIZE, first, 4, null);
  const start = HEADER_SIZE + sizeOf(first, 4);
  const counts = readCounts(view, start);
  if (counts === null) return null;
  const end = start + HEADER_SIZE + sizeOf(counts, 8);
  if (bytes.length < end + 2) return null;
  const isRule = bytes[end] === LINE_FEED && bytes[end + 1] !== LINE_FEED;
  const rule = isRule ? posixTimeZone(decodeText(bytes.subarray(end + 1, bytes.length - 1))) : null;
  return readBlock(view, start + HEADER_SIZE, counts, 8, rule);
}

function readCounts(view: DataView, at: number): Counts | null {
  if (at + HEADER_SIZE > view.byteLength || view.getUint32(at) !== MAGIC) return null;
  return {
    version: view.getUint8(at + 4),
    utcIndicators: view.getUint32(at + 20),
    standardIndicators: view.getUint32(at + 24),
    leapSeconds: view.getUint32(at + 28),
    transitions: view.getUint32(at + 32),
    types: view.getUint32(at + 36),
    characters: view.getUint32(at + 40),
  };
}

function sizeOf(counts: Counts, timeSize: 4 | 8): number {
  return (
    counts.transitions * (timeSize + 1) +
    counts.types * TYPE_SIZE +
    counts.characters +
    counts.leapSeconds * (timeSize + 4) +
    counts.standardIndicators +
    counts.utcIndicators
  );
}

/** @param rule - for the time from the last transition on */
function readBlock(
  view: DataView,
  start: number,
  counts: Counts,
  timeSize: 4 | 8,
  rule: TimeZone | null,
): TimeZone | null {
  if (start + sizeOf(counts, timeSize) > view.byteLength) return null;
  const indexes = start + counts.transitions * timeSize;
  const types = readTypes(view, indexes + counts.transitions, counts);
  const first = types.find(({ isDaylightSaving }) => !isDaylightSaving) ?? types[0];
  if (first === undefined) return null;
  const timeAt = (index: number): number => {
    if (index === counts.transitions) return Infinity;
    const at = start + index * timeSize;
    return timeSize === 4 ? view.getInt32(at) : Number(view.getBigInt64(at));
  };
  let last = periodOf(first, -Infinity, timeAt(0));
  const periods: ClockPeriod[] = [last];
  for (let index = 0; index < counts.transitions; index++) {
    const type = types[view.getUint8(indexes + index)];
    if (type === undefined) return null;
    last = periodOf(type, timeAt(index), timeAt(index + 1));
    periods.push(last);
  }
  return (seconds) => {
    if (rule === null || seconds < last.from) return periodAt(periods, seconds);
    const period = rule(seconds);
    return { ...period, from: Math.max(period.from, last.from) };
  };
}

function readTypes(view: DataView, start: number, { types, characters }: Counts): LocalTimeType[] {
  const names = new Uint8Array(view.buffer, view.byteOffset + start + types * TYPE_SIZE, characters);
  return Array.from({ length: types }, (_, index) => {
    const at = start + index * TYPE_SIZE;
    const name = names.subarray(view.getUint8(at + 5));
    const end = name.indexOf(0);
    return {
      offset: view.getInt32(at),
      isDaylightSaving: view.getUint8(at + 4) !== 0,
      abbreviation: decodeText(end < 0 ? name : name.subarray(0, end)),
    };
  });
}

function periodOf({ offset, abbreviation }: LocalTimeType, from: number, until: number): ClockPeriod {
  return { from, until, offset, abbreviation };
}

/** The last period that begins at that moment or before it. */
function periodAt(periods: readonly ClockPeriod[], seconds: number): ClockPeriod {
  let low = 0;
  let high = periods.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (periods[middle].from <= seconds) low = middle;
    else high = middle;
  }
  return periods[low];
}
