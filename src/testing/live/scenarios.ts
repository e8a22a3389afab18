import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VerdictKind } from '../../failback/verdict.js';
import type { Field } from './field.js';
import { giveToServers, waitUntil } from './processes.js';
import type { Server } from './server.js';

/** What a scenario leaves behind: a node that is stopped, and the running upstream that it is to follow. */
export interface Staged {
  readonly node: Server;
  readonly upstream: Server;
  /** The archive that the node restores from. */
  readonly archive?: string;
}

/** A kind of failover, staged with real servers. Sizes and timing are the field's to choose. */
export interface Scenario {
  readonly name: string;
  /** What it may come out as; any verdict that reality bears out, where there is no saying before. */
  readonly verdicts?: readonly VerdictKind[];
  stage(field: Field): Promise<Staged>;
}

const FOLLOW = ['follow'] as const;
const REWIND = ['rewind'] as const;
const NEVER_FOLLOW = ['rewind', 'rebuild', 'undetermined'] as const;

/** An old primary and its standby, level with each other. */
async function pair(field: Field): Promise<[a: Server, b: Server]> {
  const a = await field.newPrimary('a');
  const b = await field.newStandby('b', a);
  await field.load(a);
  await field.level(b, a);
  return [a, b];
}

/** The same with a second standby. */
async function trio(field: Field): Promise<[a: Server, b: Server, c: Server]> {
  const [a, b] = await pair(field);
  const c = await field.newStandby('c', a);
  await field.load(a);
  await field.level(b, a);
  await field.level(c, a);
  return [a, b, c];
}

/** The standby is gone, and the primary writes on; then the standby takes over. */
async function diverge(field: Field, a: Server, b: Server, end: (a: Server) => Promise<void>): Promise<void> {
  await field.stop(b);
  await field.load(a);
  await end(a);
  await field.start(b);
  await field.promote(b);
  await field.load(b);
}

/** Follows another upstream from now on. */
async function turnTo(field: Field, standby: Server, upstream: Server): Promise<void> {
  await standby.stop('fast');
  standby.follow(upstream);
  await field.start(standby);
  field.tell(`${standby.name} follows ${upstream.name}`);
}

/** Starts a standby as a primary, without a promotion: it goes on with the timeline that it is on. */
async function startAlone(field: Field, server: Server): Promise<void> {
  server.forgetUpstream();
  await field.start(server);
  field.tell(`${server.name} was started alone`);
}

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

function copyHistories(from: Server, to: Server): void {
  for (const name of readdirSync(from.walDirectory)) {
    if (!name.endsWith('.history')) continue;
    copyFileSync(join(from.walDirectory, name), join(to.walDirectory, name));
    giveToServers(join(to.walDirectory, name));
  }
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'switchover',
    verdicts: FOLLOW,
    async stage(field) {
      const [a, b] = await pair(field);
      await field.load(a);
      await field.level(b, a);
      await field.stop(a);
      await field.pause();
      await field.promote(b);
      await field.load(b);
      return { node: a, upstream: b };
    },
  },
  {
    name: 'crash, level',
    verdicts: FOLLOW,
    async stage(field) {
      const [a, b] = await pair(field);
      await field.load(a);
      await field.level(b, a);
      // a server that is idle for a while may still log its running transactions
      await sleep(300);
      await field.level(b, a);
      await field.crash(a);
      await field.promote(b);
      await field.load(b);
      return { node: a, upstream: b };
    },
  },
  {
    name: 'standby left behind',
    verdicts: FOLLOW,
    async stage(field) {
      const [a, b, c] = await trio(field);
      await field.stopOrCrash(c);
      await field.load(a);
      await field.level(b, a);
      await field.stopOrCrash(a);
      await field.promote(b);
      await field.load(b);
      return { node: c, upstream: b };
    },
  },
  {
    name: 'two promotions elsewhere',
    verdicts: FOLLOW,
    async stage(field) {
      const [a, b, c] = await trio(field);
      await field.stop(a);
      await field.promote(b);
      await field.load(b);
      await turnTo(field, c, b);
      await field.level(c, b);
      await field.stop(b);
      await field.promote(c);
      await field.load(c);
      return { node: a, upstream: c };
    },
  },
  {
    name: 'diverged, crashed',
    verdicts: REWIND,
    async stage(field) {
      const [a, b] = await pair(field);
      await diverge(field, a, b, (old) => field.crash(old));
      return { node: a, upstream: b };
    },
  },
  {
    name: 'diverged, stopped',
    verdicts: REWIND,
    async stage(field) {
      const [a, b] = await pair(field);
      await diverge(field, a, b, (old) => field.stop(old));
      return { node: a, upstream: b };
    },
  },
  {
    name: 'nothing but a shutdown checkpoint',
    verdicts: REWIND,
    async stage(field) {
      const [a, b] = await pair(field);
      await field.stop(b);
      await field.stop(a);
      await field.start(b);
      await field.promote(b);
      await field.load(b);
      return { node: a, upstream: b };
    },
  },
  {
    // after a crash, what it replayed past the fork point may never have reached its data files
    name: 'standby ahead',
    verdicts: [...NEVER_FOLLOW, 'discard-wal'],
    async stage(field) {
      const [a, b, c] = await trio(field);
      await field.stop(b);
      await field.load(a);
      await field.level(c, a);
      await field.stopOrCrash(a);
      await field.start(b);
      await field.promote(b);
      await field.load(b);
      await field.stopOrCrash(c);
      return { node: c, upstream: b };
    },
  },
  {
    name: 'diverged, two promotions elsewhere',
    verdicts: REWIND,
    async stage(field) {
      const [a, b, c] = await trio(field);
      await field.stop(b);
      await field.stop(c);
      await field.load(a);
      await field.stop(a);
      await field.start(b);
      await field.start(c);
      await field.promote(b);
      await field.load(b);
      await turnTo(field, c, b);
      await field.level(c, b);
      await field.stop(b);
      await field.promote(c);
      await field.load(c);
      return { node: a, upstream: c };
    },
  },
  {
    name: 'no checksums and no hints',
    verdicts: ['rebuild'],
    async stage(field) {
      const a = await field.newPrimary('a', { isRewindable: false });
      const b = await field.newStandby('b', a);
      await field.load(a);
      await field.level(b, a);
      await diverge(field, a, b, (old) => field.stop(old));
      return { node: a, upstream: b };
    },
  },
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
    // the server's own fault: the processes that write pages out do not move the minimum recovery point of a standby
    // that was a crashed primary
    name: 'crashed primary as a standby, ahead',
    verdicts: [...NEVER_FOLLOW, 'discard-wal'],
    async stage(field) {
      const [a, b, c] = await trio(field);
      await field.crash(a);
      await field.promote(b);
      await turnTo(field, c, b);
      await field.level(c, b);
      a.follow(b);
      // what replay itself writes out for want of room does move it
      a.configure("shared_buffers = '16MB'");
      await field.start(a);
      await field.load(b);
      await field.checkpoint(b);
      await field.level(a, b);
      await field.level(c, b);
      await field.stop(c);
      await field.load(b);
      await field.load(b);
      await field.level(a, b);
      // a restartpoint writes all pages out, and counts from the last checkpoint, which is before the fork point
      if (field.random.chance(0.8)) await field.checkpoint(a);
      await field.stopOrCrash(b);
      await field.start(c);
      await field.promote(c);
      await field.load(c);
      await field.stopOrCrash(a);
      return { node: a, upstream: c };
    },
  },
  {
    name: 'split on one timeline',
    verdicts: ['rebuild'],
    async stage(field) {
      const [a, b] = await pair(field);
      await field.stop(b);
      await field.load(a);
      await field.stopOrCrash(a);
      await startAlone(field, b);
      await field.load(b);
      return { node: a, upstream: b };
    },
  },
  {
    name: 'split on one timeline, upstream promoted since',
    verdicts: ['rebuild'],
    async stage(field) {
      const [a, b, c] = await trio(field);
      await field.stop(c);
      await field.stop(b);
      await field.load(a, 200);
      await field.stopOrCrash(a);
      await startAlone(field, b);
      await turnTo(field, c, b);
      await field.load(b);
      await field.level(c, b);
      await field.stopOrCrash(b);
      await field.promote(c);
      await field.load(c);
      return { node: a, upstream: c };
    },
  },
  {
    name: 'a copy started twice',
    verdicts: ['rebuild'],
    async stage(field) {
      const a = await field.newPrimary('a');
      await field.load(a);
      await field.stop(a);
      const b = field.newServer('b');
      await a.copyTo(b);
      // the same lengths, so that links and places agree, and only contents differ
      const rows = field.random.size(400);
      const write = (server: Server, letter: string) =>
        server.query(`insert into t select i, repeat('${letter}', 100) from generate_series(1, ${rows}) i`);
      await Promise.all([field.start(a), field.start(b)]);
      await Promise.all([write(a, 'a'), write(b, 'b')]);
      await field.stopOrCrash(a);
      await field.load(b);
      return { node: a, upstream: b };
    },
  },
  {
    name: 'twin promotions',
    verdicts: ['rebuild'],
    async stage(field) {
      const [a, b, c] = await trio(field);
      await field.stop(b);
      await field.load(a);
      await field.level(c, a);
      await field.stopOrCrash(a);
      await field.start(b);
      await field.promote(b);
      await field.load(b);
      await field.promote(c);
      await field.load(c);
      await field.stopOrCrash(c);
      return { node: c, upstream: b };
    },
  },
  {
    name: 'tried once as a standby',
    verdicts: NEVER_FOLLOW,
    async stage(field) {
      const [a, b] = await pair(field);
      await field.stop(b);
      await field.load(a, 300);
      await field.stopOrCrash(a);
      await startAlone(field, b);
      await field.load(b);
      await field.load(b);
      a.follow(b);
      await a.beginToStart();
      await sleep(field.random.integer(500, 2500));
      await field.load(b);
      await sleep(field.random.integer(0, 1000));
      await field.stopOrCrash(a);
      return { node: a, upstream: b };
    },
  },
  {
    name: 'stopped in its first recovery as a standby',
    verdicts: NEVER_FOLLOW,
    async stage(field) {
      const [a, b] = await pair(field);
      await field.stop(b);
      const rows = field.random.integer(20_000, 60_000);
      await a.query(
        `create table surplus as select i, repeat('x', 900) b from generate_series(1, ${rows}) i`,
      );
      await field.crash(a);
      await field.start(b);
      await field.promote(b);
      await field.load(b);
      a.follow(b);
      const before = a.logged().length;
      await a.beginToStart();
      await waitUntil(() => a.logged().slice(before).includes('redo starts'), 10, 2);
      await sleep(field.random.integer(0, 100));
      await field.stopOrCrash(a);
      return { node: a, upstream: b };
    },
  },
  {
    name: 'promoted, and dead before its first checkpoint',
    async stage(field) {
      const [a, b, c] = await trio(field);
      await field.stop(a);
      await field.promote(b);
      if (field.random.chance(0.7)) await field.load(b, 100);
      if (field.random.chance(0.5)) {
        // the next one is promoted from the new timeline, perhaps without all of it
        await turnTo(field, c, b);
        await field.level(c, b);
        if (field.random.chance(0.6)) {
          await field.stop(c);
          await field.load(b, 100);
          await field.crash(b);
          await field.start(c);
        } else await field.crash(b);
      } else {
        // the next one never saw the new timeline, and knows only that its number is taken
        await field.crash(b);
        await c.stop('fast');
        copyHistories(b, c);
        c.follow(b, { targetTimeline: 'current' });
        await field.start(c);
      }
      await field.promote(c);
      await field.load(c);
      if (field.random.chance(0.5)) {
        b.follow(c);
        await b.beginToStart();
        await sleep(field.random.integer(0, 1500));
        await field.stopOrCrash(b);
        field.tell('b was tried as a standby of c');
      }
      return { node: b, upstream: c };
    },
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
  {
    // the server starts it, it streams, looks healthy, and is not
    name: 'new history file at hand',
    verdicts: REWIND,
    async stage(field) {
      const [a, b] = await pair(field);
      await field.checkpoint(a);
      await field.level(b, a);
      await field.stop(b);
      // more than fits into shared buffers, read once more so that hints say that it was committed
      await a.query(
        `insert into t select i, repeat(md5(i::text), 20) from generate_series(1, ${field.random.integer(8000, 16000)}) i;
         select count(*) from t; select count(*) from t;`,
      );
      await sleep(500);
      await field.crash(a);
      await field.start(b);
      await field.promote(b);
      for (let count = 0; count < 3; count++) await field.load(b);
      copyHistories(b, a);
      field.tell('a got the history file of b');
      return { node: a, upstream: b };
    },
  },
  {
    name: 'whatever comes',
    stage: stageAnything,
  },
];

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
