import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Field } from './field.js';
import { waitUntil } from './processes.js';
import { NEVER_FOLLOW, type Scenario, type Staged, trio } from './scenario.js';
import type { Server } from './server.js';

/** A standby that has received WAL past the fork point and not replayed it. */
async function stageSurplus(field: Field, write: (a: Server) => Promise<void>): Promise<Staged> {
  const [a, b, c] = await trio(field);
  if (field.random.chance(0.5)) await field.checkpoint(c);
  await c.pauseReplay();
  field.tell('c stops replaying');
  await field.stop(b);
  await write(a);
  await field.received(c, a);
  await field.stopOrCrash(a);
  await field.start(b);
  await field.promote(b);
  await field.load(b);
  await field.stopOrCrash(c);
  return { node: c, upstream: b };
}

/** Nodes of which only WAL goes past the fork point, or an archive does. */
export const SURPLUS: readonly Scenario[] = [
  {
    name: 'surplus WAL',
    verdicts: ['discard-wal'],
    stage: (field) => stageSurplus(field, (a) => field.load(a)),
  },
  {
    name: 'surplus WAL from a segment boundary on',
    verdicts: ['discard-wal'],
    async stage(field) {
      const [a, b, c] = await trio(field);
      await a.switchSegment();
      await field.level(b, a);
      await field.level(c, a);
      await c.pauseReplay();
      await field.stop(b);
      await field.load(a);
      await field.received(c, a);
      await field.stopOrCrash(a);
      await field.start(b);
      await field.promote(b);
      await field.load(b);
      await field.stopOrCrash(c);
      return { node: c, upstream: b };
    },
  },
  {
    name: 'surplus WAL with a prepared transaction',
    verdicts: NEVER_FOLLOW,
    stage: (field) =>
      stageSurplus(field, async (a) => {
        await field.load(a);
        await a.query("begin; insert into t values (1, 'prepared'); prepare transaction 'p';");
        await field.load(a);
      }),
  },
  {
    name: 'archive with WAL past the fork point',
    verdicts: ['discard-wal'],
    async stage(field) {
      const archive = field.newFolder('archive');
      const a = await field.newPrimary('a');
      await a.stop('fast');
      a.configure('archive_mode = on', `archive_command = 'cp %p ${archive}/%f'`);
      await field.start(a);
      const b = await field.newStandby('b', a);
      b.configure("archive_command = '/bin/true'");
      const c = await field.newStandby('c', a, `cp ${archive}/%f %p`);
      await field.load(a);
      await field.level(b, a);
      await field.level(c, a);
      await field.stopOrCrash(c);
      await field.stop(b);
      await field.load(a);
      await a.switchSegment();
      await field.load(a);
      await a.switchSegment();
      await waitUntil(
        () => readdirSync(join(a.walDirectory, 'archive_status')).every((name) => name.endsWith('.done')),
        30,
      );
      await field.stopOrCrash(a);
      await field.start(b);
      await field.promote(b);
      await field.load(b);
      return { node: c, upstream: b, archive };
    },
  },
];
