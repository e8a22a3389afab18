import { setTimeout as sleep } from 'node:timers/promises';
import type { Field } from './field.js';
import { copyHistories, type Scenario, type Staged, trio } from './scenario.js';

/** Whatever comes: any verdict that reality bears out. */
export const ANYTHING: Scenario = { name: 'whatever comes', stage: stageAnything };

/** A random history of a primary and two standbys. */
async function stageAnything(field: Field): Promise<Staged> {
  const { random } = field;
  const [a, b, c] = await trio(field);
  const standbys = [b, c];
  for (let count = random.integer(2, 7); count > 0; count--) {
    const standby = random.pick(...standbys);
    const deed = random.pick('load', 'load', 'checkpoint', 'toggle', 'toggle', 'pause', 'switch', 'wait');
    if (deed === 'load') await field.load(a);
    else if (deed === 'checkpoint') await field.checkpoint(a);
    else if (deed === 'switch') await a.switchSegment();
    else if (deed === 'wait') await sleep(random.integer(0, 1000));
    else if (deed === 'toggle') await (standby.isRunning ? field.stopOrCrash(standby) : field.start(standby));
    else if (standby === c && c.isRunning) {
      await c.pauseReplay();
      field.tell('c stops replaying');
    }
  }
  await sleep(random.integer(0, 1000));
  if (!b.isRunning) await field.start(b);
  const goesOn = random.chance(0.25);
  if (!goesOn) await field.stopOrCrash(a);
  await field.promote(b);
  await field.load(b);
  if (goesOn) {
    field.tell('a goes on beside b');
    await field.load(a);
    await field.stopOrCrash(a);
  }
  if (random.chance(0.25)) await field.checkpoint(b);
  const node = random.pick(a, a, c);
  await field.stopOrCrash(c);
  if (random.chance(0.2)) {
    copyHistories(b, node);
    field.tell(`${node.name} got the history files of b`);
  }
  return { node, upstream: b };
}
