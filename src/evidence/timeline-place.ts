import { SourceError, TimelineHistoryError } from '../errors.js';
import { isValidSegmentSize } from '../lsn.js';
import { readWholeFile, type Source, type SourceEntry } from '../source/source.js';
import { parseTimelineHistory, type TimelineHistory } from '../timeline/history.js';
import { looksLikeWal, readFirstPageOf, saidOfStrangeName, WalDirectory } from '../wal/wal-directory.js';
import type { WalFormat } from '../wal/wal-format.js';
import { listWalFiles } from '../wal/wal-places.js';
import { parseWalFileName, type SegmentName, segmentNumberOfName } from '../wal-file-name.js';
import { findTimelineSwitch, type TimelineSwitch } from './timeline-switch.js';

/** What one place holds of timelines: its history files and the names of its segments. */
export interface TimelinePlace {
  /** What messages call it. */
  readonly name: string;
  /** Identifies the cluster; null where no segment tells. */
  readonly systemIdentifier: bigint | null;
  /** In bytes; by it the names of segments follow on each other. */
  readonly segmentSize: number;
  /** The history files that a server would accept. */
  readonly histories: readonly TimelineHistory[];
  /** The timelines whose history file no server would accept. */
  readonly invalidHistories: readonly number[];
  /** The numbers of the segments held, increasing, by the timeline in their names. */
  readonly segments: ReadonlyMap<number, readonly number[]>;
  /** The names of `.partial` segments, by timeline. */
  readonly partial: ReadonlyMap<number, readonly string[]>;
  /** What WAL says of where timelines left their parents, by timeline; as far as it could be read. */
  readonly switches: ReadonlyMap<number, TimelineSwitch>;
  /** What is wrong with the files, a line each. */
  readonly problems: readonly string[];
}

const HISTORY_FILE_LIMIT = 1024 * 1024;
const DEFAULT_SEGMENT_SIZE = 16 * 1024 * 1024;

/**
 * Reads which timelines a data directory, WAL directory, archive or lone history file knows of.
 *
 * @throws {@link SourceError} `SOURCE_NOT_A_NODE` where it holds neither segments nor history files,
 * `SOURCE_UNREADABLE` where it cannot be listed
 */
export async function readTimelinePlace(source: Source): Promise<TimelinePlace> {
  const { folder, entries, problem } = await listWalFiles(source);
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const histories: TimelineHistory[] = [];
  const invalidHistories: number[] = [];
  const problems = problem === null ? [] : [problem];
  const named: { entry: SourceEntry; path: string; wal: SegmentName }[] = [];
  const partial = new Map<number, string[]>();
  for (const entry of sorted) {
    const wal = parseWalFileName(entry.name);
    const path = folder + entry.name;
    if (wal?.kind === 'segment') named.push({ entry, path, wal });
    if (wal?.kind === 'partial') {
      partial.set(wal.timeline, [...(partial.get(wal.timeline) ?? []), entry.name]);
    }
    if (wal === null && looksLikeWal(entry.name)) {
      problems.push(`${source.name}: ${saidOfStrangeName(entry.name)}`);
    }
    // a server never looks for a history of timeline 1
    if (wal?.kind !== 'history' || wal.timeline <= 1) continue;
    try {
      const content = await readWholeFile(source, path, HISTORY_FILE_LIMIT);
      if (content !== null) histories.push(parseTimelineHistory(wal.timeline, content));
    } catch (error) {
      if (!(error instanceof TimelineHistoryError || error instanceof SourceError)) throw error;
      invalidHistories.push(wal.timeline);
      problems.push(`${source.name}: ${error.message}`);
    }
  }
  const isWithoutWal = named.length === 0 && histories.length === 0 && invalidHistories.length === 0;
  if (isWithoutWal && problems.length === 0 && (source.findings ?? []).length === 0) {
    throw new SourceError(
      'SOURCE_NOT_A_NODE',
      `${source.name}: nothing of WAL: found no segment or history file (in pg_wal, pg_xlog or itself)`,
    );
  }
  let format: WalFormat | null = null;
  for (const { entry, path, wal } of named) {
    format = await formatOf(source, path, entry, wal.timeline);
    if (format !== null) break;
  }
  if (format === null && named.length > 0) {
    problems.push(`${source.name}: no segment has a first page that can be read, they are told by name only`);
  }
  const segmentSize =
    format?.segmentSize ??
    named.map(({ entry }) => entry.size).find((size) => size !== null && isValidSegmentSize(size)) ??
    DEFAULT_SEGMENT_SIZE;
  const segments = new Map<number, number[]>();
  for (const { entry, wal } of named) {
    const number = segmentNumberOfName(wal, segmentSize);
    if (number === null) {
      problems.push(`${source.name}: ${entry.name} cannot be a segment of ${segmentSize} bytes`);
      continue;
    }
    const numbers = segments.get(wal.timeline);
    if (numbers === undefined) segments.set(wal.timeline, [number]);
    else if (numbers.at(-1) !== number) numbers.push(number);
  }
  problems.push(...(source.findings ?? []).map(({ message }) => `${source.name}: ${message}`));
  return {
    name: source.name,
    systemIdentifier: format?.systemIdentifier ?? null,
    segmentSize,
    histories,
    invalidHistories,
    segments,
    partial,
    switches: await readSwitches(source, segments),
    problems,
  };
}

/** Looks for the switch in the first segment of each timeline but the first. */
async function readSwitches(
  source: Source,
  segments: ReadonlyMap<number, readonly number[]>,
): Promise<Map<number, TimelineSwitch>> {
  const switches = new Map<number, TimelineSwitch>();
  const timelines = [...segments.keys()].filter((timeline) => timeline > 1);
  if (timelines.length === 0) return switches;
  const directory = await WalDirectory.open(source);
  for (const timeline of timelines) {
    const first = segments.get(timeline)?.[0];
    const found = first === undefined ? null : await findTimelineSwitch(directory, timeline, first);
    if (found !== null) switches.set(timeline, found);
  }
  return switches;
}

async function formatOf(
  source: Source,
  path: string,
  { name, size }: SourceEntry,
  timeline: number,
): Promise<WalFormat | null> {
  try {
    const first = await readFirstPageOf({ name, timeline, number: 0, size, source, path });
    return first.kind === 'format' ? first.format : null;
  } catch (error) {
    if (error instanceof SourceError) return null;
    throw error;
  }
}
