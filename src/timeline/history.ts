import { TimelineHistoryError } from '../errors.js';
import { type Lsn, lsnFromWords } from '../lsn.js';
import { historyFileName } from '../wal-file-name.js';

/**
 * A stretch of WAL that one timeline contributes to a history.
 *
 * @category Timelines
 */
export interface TimelineEntry {
  /** The timeline's ID. */
  readonly timeline: number;
  /** Where it took over from its parent, inclusive; 0 for the first timeline of a history. */
  readonly begin: Lsn;
  /** Where its child took over, exclusive; null for the last timeline, which has no end. */
  readonly end: Lsn | null;
}

/**
 * The lineage of a timeline: its ancestors and itself, oldest first, each beginning where its parent ends.
 * What `readTimeLineHistory` makes of a history file (`src/backend/access/transam/timeline.c`).
 *
 * @category Timelines
 */
export interface TimelineHistory {
  /** The ID of the timeline whose history this is: the last entry's. */
  readonly timeline: number;
  /** Never empty; IDs increase. */
  readonly entries: readonly TimelineEntry[];
}

/** `fgets` in the server reads this many bytes of a line; what is longer it takes for a further line. */
const LINE_BYTES = 1023;

/**
 * Reads a timeline history file as the server does, as lenient and as strict: blank lines and comments are
 * passed over, fields may be parted by any white space or none, what follows them is free text.
 *
 * @param timeline - the ID of the timeline that the file is of, as in its name
 * @param content - the file's bytes, or its text
 * @returns the lineage; for an empty file, the timeline alone
 * @throws {@link TimelineHistoryError} `HISTORY_SYNTAX` where the server would refuse the file: a line
 * without a timeline ID or switch point, IDs that do not increase, an ID not below the file's own
 * @category Timelines
 */
export function parseTimelineHistory(timeline: number, content: Uint8Array | string): TimelineHistory {
  const text = typeof content === 'string' ? content : latin1(content);
  const entries: TimelineEntry[] = [];
  let begin: Lsn = 0n;
  let lastTimeline = 0;
  for (const line of linesAsServerReads(text)) {
    if (/^[ \t\n\v\f\r]*(#|$)/.test(line)) continue;
    const fields = scanLine(line);
    if (fields.timeline === null) throw refusal(timeline, line, 'expected a numeric timeline ID');
    if (fields.end === null) throw refusal(timeline, line, 'expected a WAL switch point, as in 0/82603A30');
    if (entries.length > 0 && fields.timeline <= lastTimeline) {
      throw refusal(timeline, line, 'timeline IDs must be in increasing sequence');
    }
    lastTimeline = fields.timeline;
    entries.push({ timeline: lastTimeline, begin, end: fields.end });
    begin = fields.end;
  }
  if (entries.length > 0 && timeline <= lastTimeline) {
    throw new TimelineHistoryError(
      'HISTORY_SYNTAX',
      `invalid data in history file ${historyFileName(timeline)}: it lists timeline ${lastTimeline}, ` +
        `but timeline IDs must be less than the file's own, ${timeline}`,
    );
  }
  entries.push({ timeline, begin, end: null });
  return { timeline, entries };
}

/**
 * The history of a timeline that has no history file: itself alone, from the beginning of WAL. Right for
 * timeline 1; for any other it is what the server assumes when the file is not found.
 *
 * @category Timelines
 */
export function historyWithoutParents(timeline: number): TimelineHistory {
  return { timeline, entries: [{ timeline, begin: 0n, end: null }] };
}

function* linesAsServerReads(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline < 0 ? text.length : newline + 1;
    const end = Math.min(lineEnd, at + LINE_BYTES);
    const line = text.slice(at, end);
    const nul = line.indexOf('\0');
    yield nul < 0 ? line : line.slice(0, nul);
    at = end;
  }
}

const DECIMAL = /[ \t\n\v\f\r]*([+-]?)([0-9]+)/y;
const HEXADECIMAL = /[ \t\n\v\f\r]*([+-]?)(?:0x(?=[0-9a-f]))?([0-9a-f]+)/iy;

/** The line as `sscanf("%u\t%X/%X")` reads it: each number from where the one before it stopped. */
function scanLine(line: string): { timeline: number | null; end: Lsn | null } {
  const timeline = scanNumber(DECIMAL, 10, line, 0);
  if (timeline === null) return { timeline: null, end: null };
  const high = scanNumber(HEXADECIMAL, 16, line, timeline.next);
  if (high === null || line[high.next] !== '/') return { timeline: timeline.value, end: null };
  const low = scanNumber(HEXADECIMAL, 16, line, high.next + 1);
  if (low === null) return { timeline: timeline.value, end: null };
  return { timeline: timeline.value, end: lsnFromWords(high.value, low.value) };
}

function scanNumber(
  pattern: RegExp,
  radix: number,
  line: string,
  at: number,
): { value: number; next: number } | null {
  pattern.lastIndex = at;
  const match = pattern.exec(line);
  if (match === null) return null;
  const digits = match[2] ?? '';
  // strtoul saturates at 64 bits, then the server keeps the lower 32
  const magnitude = BigInt.asUintN(
    32,
    minimum(BigInt(radix === 16 ? `0x${digits}` : digits), 0xffff_ffff_ffff_ffffn),
  );
  const value = match[1] === '-' ? BigInt.asUintN(32, -magnitude) : magnitude;
  return { value: Number(value), next: pattern.lastIndex };
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function refusal(timeline: number, line: string, expected: string): TimelineHistoryError {
  const shown = line.trimEnd().slice(0, 80);
  return new TimelineHistoryError(
    'HISTORY_SYNTAX',
    `invalid line ${JSON.stringify(shown)} in history file ${historyFileName(timeline)}: ${expected}`,
  );
}

/** Reasons are free text in any encoding: only their length matters, so a byte stays a character. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
