import { afterAll, describe, expect, it } from 'vitest';
import { Field, removeTemplates } from '../testing/live/field.js';
import { findInstallations, type Installation } from '../testing/live/installation.js';
import { Random } from '../testing/live/random.js';
import type { Scenario } from '../testing/live/scenario.js';
import { SCENARIOS } from '../testing/live/scenarios.js';
import { type Trial, tryOut } from '../testing/live/trial.js';

// Stages failovers with real servers, of random size and timing, and holds each verdict against what becomes of
// the node when it is started. PGWAL_LIVE_RUNS says how many, for each version that is installed. A seed tells the
// kind as well, so a run is told again by PGWAL_LIVE_SEED=… PGWAL_LIVE_RUNS=1; PGWAL_LIVE_KIND limits the kinds to those
// whose names hold it.

const RUNS = Number(process.env.PGWAL_LIVE_RUNS ?? 12);
const FIRST_SEED = Number(process.env.PGWAL_LIVE_SEED ?? Math.floor(Math.random() * 1_000_000));
const KIND = process.env.PGWAL_LIVE_KIND ?? '';

const installations = findInstallations();

describe.skipIf(installations.length > 0)('live failovers', () => {
  const why = 'no PostgreSQL server found, in PGWAL_PG_BIN or /usr/lib/postgresql/*/bin';
  if (installations.length === 0) console.warn(`live tests are skipped: ${why}`);
  it.skip(why, () => {});
});

const kinds = SCENARIOS.filter(({ name }) => name.includes(KIND));
const runs = Array.from({ length: RUNS }, (_, index) => {
  const seed = FIRST_SEED + index;
  return { seed, scenario: kinds[seed % kinds.length]! };
});

afterAll(removeTemplates);

describe.each(installations)('$version.major', (installation) => {
  it.each(runs)('$scenario.name, seed $seed', async ({ scenario, seed }) => {
    const { trial, story } = await stageAndTry(installation, scenario, seed);
    const { verdict, unscanned, asItIs, afterSteps } = trial;
    const told = `${story.join('; ')}\n${verdict.verdict}: ${verdict.reasons.map(({ message }) => message).join('\n  ')}`;
    report(installation, scenario, seed, trial, told);
    if (verdict.verdict === 'follow' || unscanned.verdict === 'follow') {
      expect(asItIs, told).toMatchObject({ follows: true, difference: null });
    }
    if (afterSteps !== null) expect(afterSteps, told).toMatchObject({ follows: true, difference: null });
    if (scenario.isSilentlyWrong) {
      expect(asItIs, told).toMatchObject({ follows: true, difference: expect.any(String) });
    }
    if (scenario.verdicts !== undefined) expect(scenario.verdicts, told).toContain(verdict.verdict);
  });
});

async function stageAndTry(
  installation: Installation,
  scenario: Scenario,
  seed: number,
): Promise<{ trial: Trial; story: readonly string[] }> {
  const field = new Field(installation, new Random(seed));
  try {
    const staged = await scenario.stage(field);
    const story = [...field.story];
    return { trial: await tryOut(field, staged), story };
  } catch (error) {
    throw new Error(`seed ${seed}: ${field.story.join('; ')}`, { cause: error });
  } finally {
    await field.clear();
  }
}

/** One line a run, and more where verdict and reality disagree, be it only that the verdict was too cautious. */
function report(
  { version }: Installation,
  { name }: Scenario,
  seed: number,
  { verdict, unscanned, asItIs, afterSteps }: Trial,
  told: string,
): void {
  const words = ({ follows, difference }: Trial['asItIs']) =>
    follows ? (difference === null ? 'follows' : 'follows, but differs') : 'does not follow';
  const isCautious = verdict.verdict !== 'follow' && asItIs.follows && asItIs.difference === null;
  const line = [
    `${version.major} ${seed} ${name}: ${verdict.verdict} (${verdict.reasons[0]?.code}); as it is, it ${words(asItIs)}`,
    ...(afterSteps === null ? [] : [`after the steps, it ${words(afterSteps)}`]),
    ...(unscanned.verdict === verdict.verdict ? [] : [`without its data files: ${unscanned.verdict}`]),
    ...(isCautious ? ['more cautious than need be'] : []),
  ].join('; ');
  process.stderr.write(`${line}\n${isCautious ? `    ${told}\n` : ''}`);
}
