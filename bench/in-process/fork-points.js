// @ts-check
// The fork point of two histories of 1,000 timelines that part at the last.
import { findForkPoint, parseTimelineHistory } from 'pg-wal';
import { sample } from './samples.js';

const TIMELINES = 1000;
const CALLS = 20_000;

/** @param {bigint} last - where the last timeline but one ends */
function history(last) {
  const lines = [];
  for (let timeline = 1; timeline < TIMELINES; timeline++) {
    const end = timeline === TIMELINES - 1 ? last : BigInt(timeline) << 24n;
    lines.push(`${timeline}\t${(end >> 32n).toString(16)}/${(end & 0xffffffffn).toString(16)}\tpromoted\n`);
  }
  return parseTimelineHistory(TIMELINES, new TextEncoder().encode(lines.join('')));
}

const ours = history(0xfffff0000n);
const theirs = history(0xfffff8000n);
if (findForkPoint(ours, theirs)?.lsn !== 0xfffff0000n) throw new Error('found another fork point');

let timelines = 0;
const milliseconds = sample(() => {
  for (let call = 0; call < CALLS; call++) timelines += findForkPoint(ours, theirs)?.timeline ?? 0;
});
console.log(
  JSON.stringify({
    timelines,
    figures: [
      {
        subject: 'fork point of two histories of 1,000 timelines',
        unit: 'µs',
        values: milliseconds.map((time) => (time * 1000) / CALLS),
        goal: 'under 20',
      },
    ],
  }),
);
