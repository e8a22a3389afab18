import { formatLsn, type Lsn, MIN_SEGMENT_SIZE, segmentNumberOf } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import { historyFileName } from '../wal-file-name.js';
import { gapsOf, namedRun, runsOf, type SegmentNumbers, type SegmentRun } from './segment-runs.js';
import type { TimelinePlace } from './timeline-place.js';
import { isSwitchAt, type TimelineSwitch } from './timeline-switch.js';

/** A run of segments that a place holds, without a gap. */
export interface HeldSegments extends SegmentRun {
  /** The place that holds them. */
  readonly place: string;
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
  /** Segments that are in no place, though there are some before and behind them. */
  readonly gaps: readonly SegmentRun[];
  /** Segments that are in more than one place. */
  readonly duplicates: readonly (SegmentRun & { readonly places: readonly string[] })[];
  /** Its `.partial` segments, which no server reads. */
  readonly partial: readonly { readonly place: string; readonly name: string }[];
  /** How much WAL the segments held are, in bytes; those that are in several places once. */
  readonly bytes: number;
  /** Where it left its parent by what its WAL says; null where no place has that. */
  readonly switch: TimelineSwitch | null;
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

interface GrowingBranch extends TimelineBranch {
  history: TimelineBranch['history'];
  /** The histories that tell of it: in which place, and of which timeline. */
  readonly tellers: { readonly place: string; readonly timeline: number }[];
  readonly segments: HeldSegments[];
  /** The places that hold a segment, by its number. */
  readonly held: Map<number, string[]>;
  /** In bytes. */
  segmentSize: number;
  gaps: readonly SegmentRun[];
  duplicates: TimelineBranch['duplicates'];
  readonly partial: { readonly place: string; readonly name: string }[];
  bytes: number;
  switch: TimelineSwitch | null;
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
      const branch = branchFor(branches, timeline, place.name);
      hold(branch, place, numbers);
      branch.switch ??= place.switches.get(timeline) ?? null;
    }
    for (const [timeline, names] of place.partial) {
      const { partial } = branchFor(branches, timeline, place.name);
      partial.push(...names.map((name) => ({ place: place.name, name })));
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
  const roots = all.filter((branch) => !children.has(branch));
  for (const root of roots) noteHoldings(root, false);
  for (const branch of all) {
    const problem = switchProblem(branch);
    if (problem !== null) problems.push(problem);
  }
  return { roots, problems };
}

function hold(branch: GrowingBranch, place: TimelinePlace, numbers: readonly number[]): void {
  const { timeline, held, segments } = branch;
  branch.segmentSize = place.segmentSize;
  for (const run of runsOf(numbers)) {
    segments.push({ place: place.name, ...namedRun(run, timeline, place.segmentSize) });
  }
  for (const number of numbers) held.set(number, [...(held.get(number) ?? []), place.name]);
}

/**
 * Fills in what a branch and those that left it lack and have twice.
 *
 * @param isReached - whether there is WAL from before the branch began, which it goes on from
 * @returns whether anything is held of it or of those that left it
 */
function noteHoldings(branch: GrowingBranch, isReached: boolean): boolean {
  const { timeline, held, segmentSize, forkPoint } = branch;
  const numbers = [...held.keys()].sort((a, b) => a - b);
  const begin = forkPoint === null ? null : segmentNumberOf(forkPoint.lsn, segmentSize);
  const first = isReached && begin !== null ? begin : numbers[0];
  let last = numbers.at(-1) ?? -1;
  let isHeld = numbers.length > 0;
  for (const child of branch.children) {
    const left = segmentNumberOf(child.forkPoint?.lsn ?? 0n, segmentSize);
    const hasBefore =
      (isReached && begin !== null && begin < left) || numbers.some((number) => number < left);
    if (!noteHoldings(child, hasBefore)) continue;
    isHeld = true;
    if (first !== undefined) last = Math.max(last, left - 1);
  }
  branch.bytes = numbers.length * segmentSize;
  const named = (run: SegmentNumbers) => namedRun(run, timeline, segmentSize);
  branch.gaps = first === undefined ? [] : gapsOf(numbers, { first, last }).map(named);
  branch.duplicates = numbersByPlaces(held).flatMap(({ places, numbers: shared }) =>
    runsOf(shared).map((run) => ({ ...named(run), places })),
  );
  return isHeld;
}

/** The segments that several places have, by which these are. */
function numbersByPlaces(held: ReadonlyMap<number, readonly string[]>) {
  const shared = new Map<string, { readonly places: readonly string[]; readonly numbers: number[] }>();
  for (const [number, places] of [...held].sort(([a], [b]) => a - b)) {
    if (places.length < 2) continue;
    const key = JSON.stringify(places);
    const entry = shared.get(key) ?? { places, numbers: [] };
    shared.set(key, entry);
    entry.numbers.push(number);
  }
  return [...shared.values()];
}

/** What a history says of where a timeline began, against what its server logged then. */
function switchProblem({ timeline, forkPoint, switch: found }: GrowingBranch): string | null {
  if (forkPoint === null || found === null) return null;
  if (isSwitchAt(found, forkPoint)) return null;
  return `by its history, timeline ${timeline} left timeline ${forkPoint.timeline} at ${formatLsn(forkPoint.lsn)}, by its WAL timeline ${found.previous} at ${formatLsn(found.to)}`;
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
  return {
    timeline,
    forkPoint,
    history,
    tellers: [],
    segments: [],
    held: new Map(),
    segmentSize: MIN_SEGMENT_SIZE,
    gaps: [],
    duplicates: [],
    partial: [],
    bytes: 0,
    switch: null,
    children: [],
  };
}

function byTimeline(a: GrowingBranch, b: GrowingBranch): number {
  if (a.timeline !== b.timeline) return a.timeline - b.timeline;
  return Number((a.forkPoint?.lsn ?? 0n) - (b.forkPoint?.lsn ?? 0n));
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
