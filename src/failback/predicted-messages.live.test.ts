import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { compareEvidence } from '../evidence/compare-evidence.js';
import { readEvidence } from '../evidence/read-evidence.js';
import { directorySource } from '../source/directory.js';
import { Field, removeTemplates } from '../testing/live/field.js';
import { findInstallations, type Installation } from '../testing/live/installation.js';
import { Random } from '../testing/live/random.js';
import type { Scenario, Staged } from '../testing/live/scenario.js';
import { SCENARIOS } from '../testing/live/scenarios.js';
import { asLogged, knowable, messagesOf } from '../testing/start-log.js';
import type { PredictedMessage } from './predicted-log.js';
import { predictMessages } from './predicted-messages.js';

// Stages failovers with real servers, of every kind once, and holds what is foretold of the node's start against what
// it logs. PGWAL_LIVE_SEED and PGWAL_LIVE_KIND choose what is staged; other live tests say more.

const SEED = Number(process.env.PGWAL_LIVE_SEED ?? Math.floor(Math.random() * 1_000_000));
const KIND = process.env.PGWAL_LIVE_KIND ?? '';

/** As long as a node takes to say all that it has to say, in milliseconds. */
const PATIENCE = 4000;

const installations = findInstallations();

// what an archive holds decides for itself where the node gets to
const kinds = SCENARIOS.filter(({ name }) => name.includes(KIND) && !name.includes('archive'));

afterAll(removeTemplates);

describe.skipIf(installations.length === 0).each(installations)('$version.major', (installation) => {
  it.each(kinds)(`$name, seed ${SEED}, logs what it is foretold to`, async (scenario) => {
    const { predicted, logged, story, hasParted } = await stageAndStart(installation, scenario);
    const foretold = predicted.filter(({ server }) => server === 'node');
    // of a node whose own checkpoint is gone, nothing is
    if (foretold.length === 0) return;
    const isConsistencyKnown = foretold.some(({ message }) => CONSISTENT.test(message));
    const said = sameOfAllMinors(knowable(logged, foretold)).filter(
      (message) => isConsistencyKnown || !CONSISTENT.test(message),
    );
    const told = `${story}\n${logged.join('\n')}`;
    // two processes write this log, so that not the order counts, but what is said
    const expected = sameOfAllMinors(foretold.map(asLogged));
    if (hasParted) expect(said, told).toEqual(expect.arrayContaining(expected));
    else expect(expected.sort(), told).toEqual(said.sort());
  });
});

/** Where the minimum recovery point is within a record, its end is not among the facts. */
const CONSISTENT = /^(LOG: )?consistent recovery state/;

/** At the end of a timeline, some minors of 16 and 17 end the receiver and start another, others go on with it. */
function sameOfAllMinors(messages: readonly string[]): string[] {
  const same = messages.map((message) =>
    message.replace('restarted WAL streaming at', 'started streaming WAL from primary at'),
  );
  return [...new Set(same)];
}

async function stageAndStart(installation: Installation, scenario: Scenario) {
  const field = new Field(installation, new Random(SEED));
  try {
    const staged = await scenario.stage(field);
    const { predicted, hasParted } = await foretell(staged);
    const logged = await logOfStart(field, staged);
    return { predicted, hasParted, logged, story: field.story.join('; ') };
  } finally {
    await field.clear();
  }
}

async function foretell({ node, upstream }: Staged): Promise<Foretold> {
  const nodeSource = await directorySource(node.directory);
  const upstreamSource = await directorySource(upstream.directory);
  const ours = await readEvidence(nodeSource);
  const theirs = await readEvidence(upstreamSource);
  const comparison = await compareEvidence(ours, nodeSource, theirs, upstreamSource);
  return {
    predicted: predictMessages({ ...ours, configuration: null }, theirs, comparison),
    hasParted: comparison?.firstDifference != null,
  };
}

interface Foretold {
  readonly predicted: readonly PredictedMessage[];
  /** Two servers wrote to one timeline: much of what is logged hangs on the bytes that are sent. */
  readonly hasParted: boolean;
}

async function logOfStart(field: Field, { node, upstream }: Staged): Promise<string[]> {
  const copy = field.newServer(`${node.name}-started`);
  await node.copyTo(copy);
  copy.follow(upstream);
  await copy.beginToStart();
  await sleep(PATIENCE);
  const logged = messagesOf(copy.logged());
  await copy.stop('immediate');
  return logged;
}
