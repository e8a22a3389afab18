import { describe, expect, it } from 'vitest';
import { SERVER_MESSAGES, type ServerMessage } from '../server-messages.js';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { evidenceOf, failover } from '../testing/failback.js';
import { asLogged, knowable, startLogOf } from '../testing/start-log.js';
import { predictMessages } from './predicted-messages.js';

const failovers = corpusFolders('failback').map(({ name, path }) => failover(name, path));

describe.skipIf(CORPUS === undefined)('the start logs of PGWAL_CORPUS', () => {
  it.each(failovers)('$name is foretold word for word and in order', async ({ path }) => {
    const { node, upstream, comparison } = await evidenceOf({ path });
    const predicted = predictMessages(node, upstream, comparison).filter(({ server }) => server === 'node');
    expect(predicted.map(asLogged)).toEqual(knowable(startLogOf(path), predicted));
    expect(predicted.filter(({ verified }) => verified !== 'log')).toEqual([]);
  });

  it('hold every wording that is marked as seen in a log', () => {
    const logs = failovers.map(({ name, path }) => ({
      major: name === 'seed' ? '9.4' : name.replace(/-.*/, ''),
      text: startLogOf(path).join('\n'),
    }));
    const missing = Object.entries<ServerMessage>(SERVER_MESSAGES).flatMap(([key, { text, seenIn }]) =>
      seenIn
        .filter((major) => !logs.some((log) => log.major === major && patternOf(text).test(log.text)))
        .map((major) => `${key} in ${major}`),
    );
    expect(missing).toEqual([]);
  });
});

function patternOf(template: string): RegExp {
  return new RegExp(template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '\\S+'));
}
