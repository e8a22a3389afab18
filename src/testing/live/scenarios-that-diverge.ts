import type { Field } from './field.js';
import {
  copyHistories,
  copyWal,
  diverge,
  NEVER_FOLLOW,
  pair,
  type Scenario,
  type Staged,
  trio,
  turnTo,
} from './scenario.js';

/** An old primary whose last checkpoint precedes the fork, and which has written out pages from past it. */
async function flushSurplus(field: Field): Promise<Staged> {
  const a = await field.newPrimary('a');
  await field.stop(a);
  // so little that what is written has to be written out
  a.configure("shared_buffers = '512kB'");
  await field.start(a);
  const b = await field.newStandby('b', a);
  await field.load(a);
  await field.checkpoint(a);
  await field.level(b, a);
  await field.stop(b);
  const rows = field.random.integer(4000, 16000);
  // read once more, so that hints say on the pages themselves that it was committed
  await a.query(
    `insert into t select i, repeat(md5(i::text), 20) from generate_series(1, ${rows}) i;
     select count(*) from t; select count(*) from t;`,
  );
  field.tell('a writes more than its buffers hold');
  await field.crash(a);
  await field.start(b);
  await field.promote(b);
  for (let count = 0; count < 3; count++) await field.load(b);
  return { node: a, upstream: b };
}

/** Nodes that hold changes which the upstream never had. */
export const DIVERGING: readonly Scenario[] = [
  {
    name: 'diverged, crashed',
    verdicts: ['rewind'],
    async stage(field) {
      const [a, b] = await pair(field);
      await diverge(field, a, b, (old) => field.crash(old));
      return { node: a, upstream: b };
    },
  },
  {
    name: 'diverged, stopped',
    verdicts: ['rewind'],
    async stage(field) {
      const [a, b] = await pair(field);
      await diverge(field, a, b, (old) => field.stop(old));
      return { node: a, upstream: b };
    },
  },
  {
    name: 'nothing but a shutdown checkpoint',
    verdicts: ['rewind'],
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
    verdicts: ['rewind'],
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
    // the server starts it, replays what the upstream never had, and waits for WAL in vain
    name: 'new history file at hand',
    verdicts: ['rewind'],
    async stage(field) {
      const staged = await flushSurplus(field);
      copyHistories(staged.upstream, staged.node);
      return staged;
    },
  },
  {
    name: 'new history file and WAL at hand',
    verdicts: ['rewind'],
    isSilentlyWrong: true,
    async stage(field) {
      const staged = await flushSurplus(field);
      copyHistories(staged.upstream, staged.node);
      copyWal(staged.upstream, staged.node, '00000002');
      return staged;
    },
  },
];
