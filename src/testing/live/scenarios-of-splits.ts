import { pair, type Scenario, startAlone, trio, turnTo } from './scenario.js';
import type { Server } from './server.js';

/** Two servers that wrote to timelines of the same number. */
export const SPLITS: readonly Scenario[] = [
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
];
