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
  let last = 0;
  for (const line of linesAsServerReads(text)) {
    if (/^[ \t\n\v\f\r]*(#|$)/.test(line)) continue;
    const fields = LINE.exec(line);
    if (fields === null) throw invalidLine(timeline, line, 'expected a numeric timeline ID');
    const [, id, high, low] = fields;
    if (low === undefined) {
      throw invalidLine(timeline, line, 'expected a WAL switch point, as in 0/82603A30');
    }
    const parent = readNumber(id, '');
    if (entries.length > 0 && parent <= last) {
      throw invalidLine(timeline, line, 'timeline IDs must be in increasing sequence');
    }
    last = parent;
    const end = lsnFromWords(readNumber(high, '0x'), readNumber(low, '0x'));
    entries.push({ timeline: parent, begin, end });
    begin = end;
  }
  if (entries.length > 0 && timeline <= last) {
    throw refusal(
      timeline,
      'data',
      `it lists timeline ${last}, but timeline IDs must be less than the file's own, ${timeline}`,
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

/**
 * The line as `sscanf("%u\t%X/%X")` reads it: each number from where the one before it stopped, behind any white
 * space, with a sign and hexadecimal ones with `0x` if they like.
 */
const LINE =
  /^[ \t\n\v\f\r]*([+-]?\d+)(?:[ \t\n\v\f\r]*([+-]?(?:0x(?=[\da-f]))?[\da-f]+)\/[ \t\n\v\f\r]*([+-]?(?:0x(?=[\da-f]))?[\da-f]+))?/i;

/** What `strtoul` makes of it: it saturates at 64 bits, and then the server keeps the lower 32. */
function readNumber(text: string, prefix: '' | '0x'): number {
  const magnitude = BigInt(prefix + text.replace(/^[+-]?(0x)?/i, ''));
  if (magnitude >> 64n > 0n) return 0xffff_ffff;
  return Number(BigInt.asUintN(32, text.startsWith('-') ? -magnitude : magnitude));
}

function invalidLine(timeline: number, line: string, expected: string): TimelineHistoryError {
  return refusal(timeline, `line ${JSON.stringify(line.trimEnd().slice(0, 80))}`, expected);
}

function refusal(timeline: number, what: string, why: string): TimelineHistoryError {
  return new TimelineHistoryError(
    'HISTORY_SYNTAX',
    `invalid ${what} in history file ${historyFileName(timeline)}: ${why}`,
  );
}

/** Reasons are free text in any encoding: only their length matters, so a byte stays a character. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
