import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directorySource } from '../source/directory.js';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { blocksOfPlan, blocksOfRewind, differingBlocks } from '../testing/rewound-blocks.js';
import { compareEvidence } from './compare-evidence.js';
import { planRewind } from './plan-rewind.js';
import { readEvidence } from './read-evidence.js';

describe.skipIf(CORPUS === undefined)('the plan of a rewind', () => {
  const rewound = corpusFolders('failback')
    .map(({ name, path }) => ({ name, path, said: join(path, 'rewind.txt') }))
    .filter(({ said }) => existsSync(said))
    .map(({ name, path, said }) => ({ name, path, blocks: blocksOfRewind(readFileSync(said, 'latin1')) }))
    .filter(({ blocks }) => blocks.size > 0);

  it('is asked for', () => expect(rewound.length).toBeGreaterThan(0));

  it.each(rewound)('of $name names the blocks that pg_rewind copied', async ({ path, blocks }) => {
    const nodeSource = await directorySource(join(path, 'node'));
    const upstreamSource = await directorySource(join(path, 'upstream'));
    const node = await readEvidence(nodeSource);
    const upstream = await readEvidence(upstreamSource);
    const comparison = await compareEvidence(node, nodeSource, upstream, upstreamSource);
    const plan = await planRewind(node, nodeSource, upstream, upstreamSource, comparison);
    expect(plan && differingBlocks(blocksOfPlan(plan), blocks)).toEqual([]);
  });
});
