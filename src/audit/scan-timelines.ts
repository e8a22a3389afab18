import { mergeScans } from '../wal/merge-scans.js';
import type { ScannedFile } from '../wal/scan-segment-file.js';
import type { SegmentScan, WalStretch } from '../wal/segment-scan.js';
import type { SegmentFile } from '../wal/wal-directory.js';
import { type SegmentScans, scanInOrder } from './segment-scans.js';
import type { StateProblem } from './segment-state.js';
import type { AuditSetting } from './timeline-files.js';

/** What was scanned of a timeline. */
export interface ScannedTimeline {
  /** Its own segments. */
  readonly own: SegmentScan;
  /** Its stretches of WAL. The first may have begun in the segments of an ancestor. */
  readonly stretches: readonly WalStretch[];
  /** How many records end in its own segments. */
  readonly records: number;
  /** How long these are together, in bytes. */
  readonly recordBytes: number;
  /** Files whose length is wrong, which nothing but reading them tells. */
  readonly wrongSizes: readonly { readonly file: SegmentFile; readonly problem: StateProblem }[];
}

/** Scans the segments of timelines, each of them once: parents first, as their children go on from them. */
export class TimelineScanner {
  readonly #setting: AuditSetting;
  readonly #scans: SegmentScans;
  /** What was scanned of a timeline's ancestor up to where its own segments begin. */
  readonly #before = new Map<number, SegmentScan>();
  /** The timelines whose own segments begin with one of this number. */
  readonly #beginningWith = new Map<number, number[]>();

  constructor(setting: AuditSetting, scans: SegmentScans) {
    this.#setting = setting;
    this.#scans = scans;
    for (const { timeline, used } of setting.timelines.values()) {
      const first = used[0]?.file.number;
      if (first === undefined) continue;
      this.#beginningWith.set(first, [...(this.#beginningWith.get(first) ?? []), timeline]);
    }
  }

  /** Scans a timeline; null where it has no segment with its WAL. */
  async scan(timeline: number): Promise<ScannedTimeline | null> {
    const before = this.#before.get(timeline) ?? null;
    const wrongSizes: { file: SegmentFile; problem: StateProblem }[] = [];
    let own: SegmentScan | null = null;
    const used = this.#setting.timelines.get(timeline)?.used ?? [];
    const live = used.flatMap(({ file, state }) => (state.kind === 'live' ? [{ file, state }] : []));
    const files = live.map(({ file }) => file);
    let index = 0;
    for await (const scanned of scanInOrder(files, this.#scans, (file) => this.#optionsOf(file))) {
      const { file, state } = live[index++];
      const { scan } = scanned;
      const problem = state.sizeProblem === null ? sizeProblem(scanned) : null;
      if (problem !== null) wrongSizes.push({ file, problem });
      own = own === null ? scan : mergeScans(own, scan);
      this.#keepForOthers(timeline, own, before);
    }
    if (own === null) return null;
    const joined = joinedScans(before, own);
    const known = joined === own || before === null ? [] : before.stretches;
    // the last stretch of the ancestor may have gone on
    const from = known.at(-1)?.end === null ? known.length - 1 : known.length;
    return {
      own,
      stretches: joined.stretches.slice(from),
      records: sum(joined.stretches, 'records') - sum(known, 'records'),
      recordBytes: sum(joined.stretches, 'recordBytes') - sum(known, 'recordBytes'),
      wrongSizes,
    };
  }

  async scanFile(file: SegmentFile): Promise<SegmentScan> {
    return (await this.#scans.scan(file, this.#optionsOf(file))).scan;
  }

  #optionsOf({ timeline }: SegmentFile) {
    const { format, pageSize, lineages } = this.#setting;
    return { format, pageSize, history: lineages.of(timeline) };
  }

  #keepForOthers(timeline: number, own: SegmentScan, before: SegmentScan | null): void {
    const { lineages, format } = this.#setting;
    const { number } = own.last;
    for (const other of this.#beginningWith.get(number + 1) ?? []) {
      if (other !== timeline && lineages.ownerOfSegment(other, number, format.segmentSize) === timeline) {
        this.#before.set(other, joinedScans(before, own));
      }
    }
  }
}

/** What is wrong with a file's length, if the scan has not come to it. */
function sizeProblem({ scan, size }: ScannedFile): StateProblem | null {
  const end = scan.stretches.at(-1)?.end?.code;
  if (size === null || size === 'right' || end === 'truncated-segment') return null;
  if (size === 'short') return { code: 'truncated-segment', why: 'it is shorter than a segment' };
  if (size === 'long') return { code: 'oversized-segment', why: 'it is longer than a segment' };
  return { code: 'unreadable', why: size.problem };
}

function joinedScans(before: SegmentScan | null, own: SegmentScan): SegmentScan {
  return before === null || before.last.number >= own.first.number ? own : mergeScans(before, own);
}

function sum(stretches: readonly WalStretch[], what: 'records' | 'recordBytes'): number {
  return stretches.reduce((total, stretch) => total + stretch[what], 0);
}
