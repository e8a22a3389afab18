import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from './processes.js';
import { copyHistories, NEVER_FOLLOW, pair, type Scenario, startAlone, trio, turnTo } from './scenario.js';

/** Nodes that look like standbys and were primaries once. */
export const FORMER_PRIMARIES: readonly Scenario[] = [
  {
    // a process that wrote pages out in crash recovery, where there is no minimum recovery point to be moved, never
    // moves it afterwards either: then only page LSNs show what such a standby has replayed
    name: 'crashed primary as a standby, ahead',
    verdicts: [...NEVER_FOLLOW, 'discard-wal'],
    async stage(field) {
      const [a, b, c] = await trio(field);
      await a.query(
        "insert into t select i, repeat('before the crash', 40) from generate_series(1, 20000) i",
      );
      await field.level(b, a);
      await field.level(c, a);
      await field.crash(a);
      await field.promote(b);
      await turnTo(field, c, b);
      await field.level(c, b);
      a.follow(b);
      a.configure("shared_buffers = '4MB'", "bgwriter_delay = '10ms'", 'bgwriter_lru_multiplier = 10');
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
];
