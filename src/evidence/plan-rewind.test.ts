import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directorySource } from '../source/directory.js';
import { type Failover, failoverFixtures } from '../testing/failback.js';
import { blocksOfPlan, blocksOfRewind, differingBlocks } from '../testing/rewound-blocks.js';
import { compareEvidence } from './compare-evidence.js';
import { planRewind } from './plan-rewind.js';
import { readEvidence } from './read-evidence.js';

async function planOf({ path }: Failover) {
  const nodeSource = await directorySource(join(path, 'node'));
  const upstreamSource = await directorySource(join(path, 'upstream'));
  const node = await readEvidence(nodeSource);
  const upstream = await readEvidence(upstreamSource);
  const comparison = await compareEvidence(node, nodeSource, upstream, upstreamSource);
  return planRewind(node, nodeSource, upstream, upstreamSource, comparison);
}

const rewound = failoverFixtures().filter(({ path }) => existsSync(join(path, 'rewind-blocks.txt')));

describe('the plan of a rewind', () => {
  it.each(rewound)('of $name names the blocks that pg_rewind named', async (failover) => {
    const theirs = blocksOfRewind(readFileSync(join(failover.path, 'rewind-blocks.txt'), 'utf8'));
    const plan = await planOf(failover);
    expect(theirs.size).toBeGreaterThan(0);
    expect(plan && differingBlocks(blocksOfPlan(plan), theirs)).toEqual([]);
    expect(plan?.lastCommonCheckpoint).toMatchObject(failover.checkpoint ?? {});
  });

  it('is none where the two have no WAL in common', async () => {
    const other = failoverFixtures().find(({ scenario }) => scenario === 'wrong-system');
    expect(other && (await planOf(other))).toBeNull();
  });
});
