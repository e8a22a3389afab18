import { type Lsn, segmentNumberOf } from '../lsn.js';
import { historyWithoutParents, type TimelineHistory } from '../timeline/history.js';
import { isBeginningOf } from '../timeline/lineage.js';

/** Which timeline left which, and where, as far as some history files tell. */
export class Lineages {
  readonly #own = new Map<number, TimelineHistory>();

  /** @param histories - of which a server would read the first of a timeline */
  constructor(histories: readonly TimelineHistory[]) {
    for (const history of histories) {
      if (!this.#own.has(history.timeline)) this.#own.set(history.timeline, history);
    }
  }

  /** The timelines that a history tells of, in increasing order. */
  get timelines(): number[] {
    const told = [...this.#own.values()].flatMap(({ entries }) => entries.map(({ timeline }) => timeline));
    return [...new Set(told)].sort((a, b) => a - b);
  }

  /** Whether there is a timeline's own history file. */
  hasFile(timeline: number): boolean {
    return this.#own.has(timeline);
  }

  /** A timeline's history: by its own file, or else by what the oldest of its descendants' says. Null where none does. */
  of(timeline: number): TimelineHistory | null {
    const own = this.#own.get(timeline);
    if (own !== undefined) return own;
    for (const [, { entries }] of [...this.#own].sort(([a], [b]) => a - b)) {
      const index = entries.findIndex((entry) => entry.timeline === timeline);
      if (index < 0) continue;
      const upTo = entries.slice(0, index + 1);
      return { timeline, entries: upTo.map((entry, at) => (at === index ? { ...entry, end: null } : entry)) };
    }
    return timeline === 1 ? historyWithoutParents(1) : null;
  }

  /** The parent of a timeline and where it left it; null for the first, and where no history tells. */
  forkOf(timeline: number): { readonly timeline: number; readonly lsn: Lsn } | null {
    const [parent, self] = this.of(timeline)?.entries.slice(-2) ?? [];
    return parent === undefined || self === undefined ? null : { timeline: parent.timeline, lsn: self.begin };
  }

  /** The timelines that left this one, in increasing order. */
  childrenOf(timeline: number): number[] {
    return this.timelines.filter((other) => this.forkOf(other)?.timeline === timeline);
  }

  /**
   * The timeline whose file holds a segment in the history of another: the newest that had begun by then
   * (`XLogFileReadAnyTLI`).
   */
  ownerOfSegment(timeline: number, number: number, segmentSize: number): number {
    const begun = this.of(timeline)?.entries.filter(
      ({ begin }) => segmentNumberOf(begin, segmentSize) <= number,
    );
    return begun?.at(-1)?.timeline ?? timeline;
  }

  /** An ancestor of which its own history file says something else than this timeline's; null where there is none. */
  contradicted(timeline: number): number | null {
    const history = this.#own.get(timeline);
    const ancestors = history?.entries.slice(0, -1) ?? [];
    for (const ancestor of ancestors) {
      const own = this.#own.get(ancestor.timeline);
      if (own !== undefined && history !== undefined && !isBeginningOf(own, history))
        return ancestor.timeline;
    }
    return null;
  }
}
