import { setTimeout as sleep } from 'node:timers/promises';
import { pair, type Scenario, trio, turnTo } from './scenario.js';

/** Nodes that hold nothing past the fork point. */
export const FOLLOWING: readonly Scenario[] = [
  {
    name: 'switchover',
    verdicts: ['follow'],
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
    verdicts: ['follow'],
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
    verdicts: ['follow'],
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
    verdicts: ['follow'],
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
];
