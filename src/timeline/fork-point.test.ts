import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lsn } from '../lsn.js';
import { findForkPoint, findTwinTimeline } from './fork-point.js';
import { historyWithoutParents, parseTimelineHistory, type TimelineHistory } from './history.js';
import { isBeginningOf, timelineAt } from './lineage.js';

const one = historyWithoutParents(1);
const two = parseTimelineHistory(2, '1\t0/1000');
const three = parseTimelineHistory(3, '1\t0/1000\n2\t0/2000');

describe('findForkPoint', () => {
  it('finds no fork between nodes on one running timeline', () => {
    expect(findForkPoint(two, two)).toEqual({ timeline: 2, lsn: null });
  });

  it('finds the switch point of a promotion', () => {
    expect(findForkPoint(one, two)).toEqual({ timeline: 1, lsn: 0x1000n });
  });

  it('finds the first switch point of several', () => {
    expect(findForkPoint(one, three)).toEqual({ timeline: 1, lsn: 0x1000n });
    expect(findForkPoint(two, three)).toEqual({ timeline: 2, lsn: 0x2000n });
  });

  it('passes over a timeline that the other one skipped', () => {
    const skipped = parseTimelineHistory(3, '1\t0/1800');
    expect(findForkPoint(two, skipped)).toEqual({ timeline: 1, lsn: 0x1000n });
    expect(findTwinTimeline(two, skipped)).toBeNull();
  });

  it('does not take twins for one timeline', () => {
    const twin = parseTimelineHistory(2, '1\t0/1008');
    expect(findForkPoint(two, twin)).toEqual({ timeline: 1, lsn: 0x1000n });
    expect(findTwinTimeline(two, twin)).toBe(2);
    expect(findTwinTimeline(three, twin)).toBe(2);
  });

  it('finds none between lineages that never met', () => {
    expect(findForkPoint(one, historyWithoutParents(5))).toBeNull();
  });
});

/** A random tree of promotions: each new timeline forks off an earlier one at some point after it began. */
const promotions = fc.array(fc.record({ parent: fc.nat(), distance: fc.bigInt({ min: 0n, max: 50n }) }), {
  minLength: 1,
  maxLength: 8,
});

interface Promoted {
  history: TimelineHistory;
  /** What the node holds: the timeline that wrote each byte up to 1000. */
  bytes: number[];
}

function playPromotions(steps: { parent: number; distance: Lsn }[]): Promoted[] {
  const all: Promoted[] = [{ history: one, bytes: new Array<number>(1000).fill(1) }];
  for (const { parent, distance } of steps) {
    const from = all[parent % all.length];
    const fork = (from.history.entries.at(-1)?.begin ?? 0n) + distance;
    const timeline = all.length + 1;
    const entries = from.history.entries.map((entry) => ({ ...entry, end: entry.end ?? fork }));
    all.push({
      history: { timeline, entries: [...entries, { timeline, begin: fork, end: null }] },
      bytes: from.bytes.map((owner, lsn) => (BigInt(lsn) < fork ? owner : timeline)),
    });
  }
  return all;
}

describe('random histories', () => {
  it('fork where the bytes that they wrote first differ', () => {
    fc.assert(
      fc.property(promotions, fc.nat(), fc.nat(), (steps, first, second) => {
        const nodes = playPromotions(steps);
        const a = nodes[first % nodes.length];
        const b = nodes[second % nodes.length];
        const fork = findForkPoint(a.history, b.history);
        const differs = a.bytes.findIndex((owner, lsn) => owner !== b.bytes[lsn]);
        expect(fork?.lsn).toEqual(differs < 0 ? null : BigInt(differs));
      }),
    );
  });

  it('fork at the same point seen from either side, past the end of neither', () => {
    fc.assert(
      fc.property(promotions, fc.nat(), fc.nat(), (steps, first, second) => {
        const nodes = playPromotions(steps);
        const a = nodes[first % nodes.length].history;
        const b = nodes[second % nodes.length].history;
        const fork = findForkPoint(a, b);
        expect(findForkPoint(b, a)).toEqual(fork);
        for (const entry of [...a.entries, ...b.entries]) {
          if (entry.timeline !== fork?.timeline || entry.end === null) continue;
          expect(fork.lsn !== null && fork.lsn <= entry.end).toBe(true);
        }
        expect(isBeginningOf(a, b)).toBe(fork?.timeline === a.timeline);
      }),
    );
  });

  it('say which timeline owns a byte', () => {
    fc.assert(
      fc.property(promotions, fc.nat(), fc.nat({ max: 999 }), (steps, pick, lsn) => {
        const nodes = playPromotions(steps);
        const node = nodes[pick % nodes.length];
        expect(timelineAt(node.history, BigInt(lsn)).timeline).toBe(node.bytes[lsn]);
      }),
    );
  });
});
