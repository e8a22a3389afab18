import { SourceError, TimelineHistoryError } from '../errors.js';
import { formatLsn, isValidSegmentSize, type Lsn } from '../lsn.js';
import { readWholeFile, type Source, type SourceEntry } from '../source/source.js';
import { parseTimelineHistory, type TimelineHistory } from '../timeline/history.js';
import { looksLikeWal, readFirstPageOf, saidOfStrangeName } from '../wal/wal-directory.js';
import type { WalFormat } from '../wal/wal-format.js';
import { listWalFiles } from '../wal/wal-places.js';
import {
  historyFileName,
  parseWalFileName,
  type SegmentName,
  segmentFileName,
  segmentNumberOfName,
} from '../wal-file-name.js';

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
  /** What is wrong with the files, a line each. */
  readonly problems: readonly string[];
}

/** A run of segments without a gap, by their file names. */
export interface HeldSegments {
  /** The place that holds them. */
  readonly place: string;
  /** The name of the first. */
  readonly first: string;
  /** The name of the last. */
  readonly last: string;
  /** How many. */
  readonly count: number;
}

/**
 * A timeline. Promotions apart from each other give two timelines the same ID: each is a branch of its own.
 */
export interface TimelineBranch {
  readonly timeline: number;
  /** Its parent and where it left it; null for the first timeline, and where no history tells. */
  readonly forkPoint: { readonly timeline: number; readonly lsn: Lsn } | null;
  /** Whether its own history file is there. Timeline 1 needs none. */
  readonly history: 'file' | 'missing' | 'invalid' | 'none-needed';
  /** What is held of it, place by place. */
  readonly segments: readonly HeldSegments[];
  /** The timelines that left it, by ID. */
  readonly children: readonly TimelineBranch[];
}

/** All timelines that some places know of. */
export interface TimelineTree {
  /** The timelines without a known parent, by ID. */
  readonly roots: readonly TimelineBranch[];
  /** What is wrong, a line each. */
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
  for (const entry of sorted) {
    const wal = parseWalFileName(entry.name);
    const path = folder + entry.name;
    if (wal?.kind === 'segment') named.push({ entry, path, wal });
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
    problems,
  };
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

interface GrowingBranch extends TimelineBranch {
  history: TimelineBranch['history'];
  /** The histories that tell of it: in which place, and of which timeline. */
  readonly tellers: { readonly place: string; readonly timeline: number }[];
  readonly segments: HeldSegments[];
  readonly children: GrowingBranch[];
}

/**
 * Joins what places know into one tree. Histories that start a timeline at different positions tell of
 * different timelines, as for `findForkPoint`; segments go to the one that the history of their place tells of.
 */
export function timelineTree(places: readonly TimelinePlace[]): TimelineTree {
  const problems = places.flatMap((place) => place.problems);
  const clusters = places.filter(({ systemIdentifier }) => systemIdentifier !== null);
  for (const { name, systemIdentifier } of clusters) {
    if (systemIdentifier === clusters[0].systemIdentifier) continue;
    problems.push(
      `${name} is of system ${systemIdentifier}, ${clusters[0].name} of ${clusters[0].systemIdentifier}: the places are of different clusters`,
    );
  }
  // by the whole lineage: timelines with the same ID and beginning may have parents that are not the same
  const branches = new Map<string, GrowingBranch>();
  for (const { name: place, histories } of places) {
    for (const history of histories) addLineage(branches, history, place);
  }
  for (const place of places) {
    for (const [timeline, numbers] of place.segments) {
      branchFor(branches, timeline, place.name).segments.push(...runs(place, timeline, numbers));
    }
    for (const timeline of place.invalidHistories) {
      const branch = branchFor(branches, timeline, place.name);
      if (branch.history === 'missing') branch.history = 'invalid';
    }
  }
  const all = [...branches.values()].sort(byTimeline);
  for (const branch of all) {
    branch.children.sort(byTimeline);
    if (branch.history === 'missing' && branch.segments.length > 0) problems.push(missingHistory(branch));
  }
  for (const timeline of new Set(all.map((branch) => branch.timeline))) {
    const twins = all.filter((branch) => branch.timeline === timeline && branch.tellers.length > 0);
    if (twins.length > 1) problems.push(contradiction(timeline, twins));
  }
  const children = new Set(all.flatMap((branch) => branch.children));
  return { roots: all.filter((branch) => !children.has(branch)), problems };
}

function addLineage(branches: Map<string, GrowingBranch>, history: TimelineHistory, place: string): void {
  let key = '';
  let parent: GrowingBranch | null = null;
  for (const { timeline, begin } of history.entries) {
    key += `/${timeline}@${begin}`;
    let branch: GrowingBranch | undefined = branches.get(key);
    if (branch === undefined) {
      branch = newBranch(timeline, parent === null ? null : { timeline: parent.timeline, lsn: begin });
      branches.set(key, branch);
      parent?.children.push(branch);
    }
    if (timeline > 1 && timeline === history.timeline) branch.history = 'file';
    branch.tellers.push({ place, timeline: history.timeline });
    parent = branch;
  }
}

/** The timeline that an ID means in a place: what its own histories tell of, or else the only one there is. */
function branchFor(branches: Map<string, GrowingBranch>, timeline: number, place: string): GrowingBranch {
  const known = [...branches.values()].filter((branch) => branch.timeline === timeline);
  const told = known.filter((branch) => branch.tellers.some((teller) => teller.place === place));
  const own = told.find((branch) =>
    branch.tellers.some((teller) => teller.place === place && teller.timeline === timeline),
  );
  const found = own ?? told[0] ?? (known.length === 1 ? known[0] : branches.get(`/${timeline}@?`));
  if (found !== undefined) return found;
  const branch = newBranch(timeline, null);
  // the first timeline has one beginning only, others could have any
  branches.set(timeline === 1 ? '/1@0' : `/${timeline}@?`, branch);
  return branch;
}

function newBranch(timeline: number, forkPoint: TimelineBranch['forkPoint']): GrowingBranch {
  const history = timeline > 1 ? 'missing' : 'none-needed';
  return { timeline, forkPoint, history, tellers: [], segments: [], children: [] };
}

function byTimeline(a: GrowingBranch, b: GrowingBranch): number {
  if (a.timeline !== b.timeline) return a.timeline - b.timeline;
  return Number((a.forkPoint?.lsn ?? 0n) - (b.forkPoint?.lsn ?? 0n));
}

function runs(place: TimelinePlace, timeline: number, numbers: readonly number[]): HeldSegments[] {
  const found: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const run = found.at(-1);
    if (run !== undefined && run.last + 1 === number) run.last = number;
    else found.push({ first: number, last: number });
  }
  const name = (number: number) => segmentFileName(timeline, number, place.segmentSize);
  return found.map(({ first, last }) => ({
    place: place.name,
    first: name(first),
    last: name(last),
    count: last - first + 1,
  }));
}

function missingHistory({ timeline, forkPoint, segments }: GrowingBranch): string {
  const holders = [...new Set(segments.map(({ place }) => place))].join(' and ');
  const known =
    forkPoint === null
      ? `where timeline ${timeline} comes from is not known`
      : `only a later timeline's history tells where timeline ${timeline} comes from`;
  return `${historyFileName(timeline)} is missing, though ${holders} has segments of it: ${known}`;
}

function contradiction(timeline: number, twins: readonly GrowingBranch[]): string {
  const told = twins.map(({ forkPoint, tellers }) => {
    const start =
      forkPoint === null
        ? 'has no parent'
        : `left timeline ${forkPoint.timeline} at ${formatLsn(forkPoint.lsn)}`;
    // a place's own file of the timeline says more than what a later one repeats
    const teller = tellers.find((candidate) => candidate.timeline === timeline) ?? tellers[0];
    return `it ${start} by ${historyFileName(teller.timeline)} in ${teller.place}`;
  });
  return `timeline ${timeline} is not one timeline but ${twins.length} of the same ID (promotions apart from each other): ${told.join(', ')}`;
}
