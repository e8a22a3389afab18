import { type Stats, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { SourceError } from '../errors.js';
import { formatLsn, type Lsn, segmentStart } from '../lsn.js';
import { waitingDirectorySource } from '../source/directory-waiting.js';
import { isTarName, readStoredName } from '../source/stored-name.js';
import { WalDirectory } from '../wal/wal-directory.js';
import type { WalFormat } from '../wal/wal-format.js';
import { parseWalFileName, type SegmentName, segmentNumberOfName } from '../wal-file-name.js';
import { DumpFailure } from './dump-failure.js';
import type { DumpOptions } from './dump-options.js';

/** `BLCKSZ` of nearly all servers. */
const DEFAULT_PAGE_SIZE = 8192;

/** Which WAL is to be printed, and where it is. */
export interface DumpRange {
  /** Looks at the directory; anew each time it is called. */
  readonly directory: () => Promise<WalDirectory>;
  /** What there was when the range was located. */
  readonly opened: WalDirectory;
  readonly format: WalFormat;
  readonly timeline: number;
  /** The first record is the first at or behind this. */
  readonly start: Lsn;
  /** No byte from here on counts; null where WAL is read to its end. */
  readonly end: Lsn | null;
  /** Where the last segment ends that is there, or `end` where that comes first. */
  readonly last: Lsn;
  /** `BLCKSZ`, in bytes. */
  readonly pageSize: number;
}

/**
 * Makes out from the command line what is to be read, as `main` of `pg_waldump.c` does.
 *
 * @param files - `[STARTSEG [ENDSEG]]`; instead of STARTSEG also a directory, of which all is read. A segment may
 * be compressed, and a tar file stands for what it was made of
 * @param path - the value of `--path`
 * @throws DumpFailure in pg_waldump's words
 */
export async function locateDump(
  files: readonly string[],
  path: string | undefined,
  options: DumpOptions,
): Promise<DumpRange> {
  const [first, last] = files;
  if (path !== undefined) requireDirectory(path);
  if (first !== undefined && isDirectory(first)) return wholeDirectory(first, options);
  const name = first === undefined ? null : plainName(first);
  const place = path ?? (first === undefined || dirname(first) === '.' ? undefined : dirname(first));
  if (path === undefined && place !== undefined) requireDirectory(place);
  const found = await findWal(place, name);
  const { format } = found;
  const pageSize = DEFAULT_PAGE_SIZE;
  if (name === null) {
    if (options.start === null) throw new DumpFailure('no start WAL location given');
    const { start, end } = options;
    const timeline = options.timeline ?? 1;
    return { ...found, timeline, start, end, last: lastPosition(found, timeline, start, end), pageSize };
  }
  const begin = segmentOf(name, found);
  const stop = last === undefined ? begin : segmentOf(plainName(last), found);
  if (stop.number < begin.number) throw new DumpFailure(`ENDSEG ${last} is before STARTSEG ${first}`);
  const start = options.start ?? segmentStart(begin.number, format.segmentSize);
  const end = options.end ?? segmentStart(stop.number + 1, format.segmentSize);
  const segmentAt = (lsn: Lsn) => Number(lsn / BigInt(format.segmentSize));
  if (segmentAt(start) !== begin.number) {
    throw new DumpFailure(`start WAL location ${formatLsn(start)} is not inside file "${name}"`);
  }
  if (segmentAt(end) !== stop.number && end !== segmentStart(stop.number + 1, format.segmentSize)) {
    throw new DumpFailure(`end WAL location ${formatLsn(end)} is not inside file "${last ?? first}"`);
  }
  const { timeline } = stop;
  return { ...found, timeline, start, end, last: lastPosition(found, timeline, start, end), pageSize };
}

/** All of the newest timeline's WAL, from its oldest segment on. */
async function wholeDirectory(path: string, options: DumpOptions): Promise<DumpRange> {
  const found = await findWal(path, null);
  const { opened, format } = found;
  const timeline = options.timeline ?? opened.timelines.at(-1) ?? 1;
  const oldest = opened.segments(timeline).at(0);
  if (oldest === undefined) throw new DumpFailure('could not find any WAL file');
  const start = options.start ?? segmentStart(oldest.number, format.segmentSize);
  const last = lastPosition(found, timeline, start, options.end);
  return { ...found, timeline, start, end: options.end, last, pageSize: DEFAULT_PAGE_SIZE };
}

/** Where the last segment in an unbroken run from `start` on ends, or `end` where that comes first. */
function lastPosition({ opened, format }: FoundWal, timeline: number, start: Lsn, end: Lsn | null): Lsn {
  let number = Number(start / BigInt(format.segmentSize));
  while (opened.segment(timeline, number) !== null) number++;
  const last = segmentStart(number, format.segmentSize);
  return end !== null && end < last ? end : last;
}

interface FoundWal {
  readonly directory: () => Promise<WalDirectory>;
  readonly opened: WalDirectory;
  readonly format: WalFormat;
}

/** Where no directory is named: the current one, its `pg_wal`, and that of `$PGDATA`. */
async function findWal(place: string | undefined, name: string | null): Promise<FoundWal> {
  const places = place !== undefined ? [place] : ['.', ...(process.env.PGDATA ? [process.env.PGDATA] : [])];
  for (const each of places) {
    const source = await waitingDirectorySource(each).catch((error: unknown) => {
      if (error instanceof SourceError && places.length > 1) return null;
      throw error;
    });
    if (source === null) continue;
    const directory = () => WalDirectory.openWithPartial(source);
    const opened = await directory();
    const { format } = opened;
    if (format === null && opened.formatProblem !== null) throw new DumpFailure(opened.formatProblem);
    if (format === null || (name !== null && !holds(opened, format, name))) continue;
    return { directory, opened, format };
  }
  throw new DumpFailure(
    name === null ? 'could not find any WAL file' : `could not locate WAL file "${name}"`,
  );
}

function holds(directory: WalDirectory, { segmentSize }: WalFormat, name: string): boolean {
  const parsed = parseSegmentName(name);
  if (parsed === null) return false;
  const number = segmentNumberOfName(parsed, segmentSize);
  return number !== null && directory.segment(parsed.timeline, number) !== null;
}

function segmentOf(name: string, { opened, format }: FoundWal): { timeline: number; number: number } {
  const parsed = parseSegmentName(name);
  const number = parsed === null ? null : segmentNumberOfName(parsed, format.segmentSize);
  if (parsed === null || number === null || opened.segment(parsed.timeline, number) === null) {
    throw new DumpFailure(`could not open file "${name}"`);
  }
  return { timeline: parsed.timeline, number };
}

/** What a server calls the file at a path. */
function plainName(path: string): string {
  return readStoredName(basename(path)).plain;
}

function parseSegmentName(name: string): SegmentName | null {
  const parsed = parseWalFileName(name);
  return parsed?.kind === 'segment' || parsed?.kind === 'partial' ? parsed : null;
}

function requireDirectory(path: string): void {
  if (isDirectory(path)) return;
  const why = statusOf(path) === null ? 'No such file or directory' : 'Not a directory';
  throw new DumpFailure(`could not open directory "${path}": ${why}`);
}

/** Whether there are files at a path: in a directory, or in a tar file. */
function isDirectory(path: string): boolean {
  const there = statusOf(path);
  return there !== null && (there.isDirectory() || isTarName(basename(path)));
}

/** What is at a path; null for nothing, or nothing that may be looked at. */
function statusOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
