// @ts-check
// Verdicts from facts in memory: those of all staged failovers among the fixtures, in turn.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assessFailback, compareEvidence, readEvidence } from 'pg-wal';
import { directorySource } from 'pg-wal/node';
import { sample } from './samples.js';

/** @typedef {import('pg-wal').NodeEvidence} NodeEvidence */
/** @typedef {import('pg-wal').WalComparison} WalComparison */

const FIXTURES = fileURLToPath(new URL('../../fixtures/failback/', import.meta.url));
const VERDICTS = 200_000;

/** @type {{ node: NodeEvidence, upstream: NodeEvidence, comparison: WalComparison | null }[]} */
const cases = [];
for (const name of readdirSync(FIXTURES).filter((each) => /^\d/.test(each))) {
  const nodeSource = await directorySource(`${FIXTURES}${name}/node`);
  const upstreamSource = await directorySource(`${FIXTURES}${name}/upstream`);
  const node = await readEvidence(nodeSource);
  const upstream = await readEvidence(upstreamSource);
  cases.push({
    node,
    upstream,
    comparison: await compareEvidence(node, nodeSource, upstream, upstreamSource),
  });
}

let reasons = 0;
const milliseconds = sample(() => {
  for (let count = 0; count < VERDICTS; count++) {
    const { node, upstream, comparison } = cases[count % cases.length];
    reasons += assessFailback(node, upstream, comparison).reasons.length;
  }
});
console.log(
  JSON.stringify({
    reasons,
    figures: [
      {
        subject: 'verdicts from facts in memory',
        unit: 'thousand/s',
        values: milliseconds.map((time) => VERDICTS / time),
        goal: 'at least 500',
      },
    ],
  }),
);
