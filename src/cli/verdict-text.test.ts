import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { noEvidence } from '../evidence/node-evidence.js';
import { readServerLog } from '../evidence/server-log.js';
import { assessFailback } from '../failback/assess-failback.js';
import { predictMessages } from '../failback/predicted-messages.js';
import { memorySource } from '../source/memory.js';
import { OLD_PRIMARY_LOGS } from '../testing/article-logs.js';
import { evidenceOf, failoverFixtures } from '../testing/failback.js';
import { verdictAsText } from './verdict-text.js';

const NO_FINDINGS = { node: [], upstream: [] };

async function textOf(name: string): Promise<string> {
  const failover = failoverFixtures().find((fixture) => fixture.name === name)!;
  const { node, upstream, comparison } = await evidenceOf(failover);
  const options = { settings: { transfer: 'commit' } } as const;
  return stripVTControlCharacters(
    verdictAsText(
      assessFailback(node, upstream, comparison, options),
      NO_FINDINGS,
      predictMessages(node, upstream, comparison),
    ),
  );
}

describe('verdictAsText', () => {
  it.each(failoverFixtures())('says of $name first what it comes down to', async ({ name, path }) => {
    const { node, upstream, comparison } = await evidenceOf({ path });
    const { verdict, summary, distance } = assessFailback(node, upstream, comparison);
    const [first, second] = (await textOf(name)).split('\n');
    expect(first).toBe(`${verdict}: ${summary}`);
    expect(second).toBe('');
    if (distance !== null && distance !== 0n && verdict !== 'rebuild') {
      expect(first).toContain(`${distance < 0n ? -distance : distance} bytes`);
    }
  });

  it('goes on with the places, then the grounds, then what to do, then the rest', async () => {
    const text = await textOf('15-surplus-wal');
    const order = [
      'discard-wal: ',
      'fork point  0/C39A98 on timeline 1\n',
      'node        0/C56320 on timeline 1, 116872 bytes past the fork point\n',
      'upstream    0/C6FE10 on timeline 2\n',
      '\nWhy\n',
      '\nWhat pg_rewind cannot do\n',
      '\nWhat to do\n  1. ',
      '\nWhat the node would log, started as a standby now\n  LOG:  entering standby mode\n',
      '\nHow the node replicated as a primary\n',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it.each([
    // the forks and ends are those of the servers' logs and history files
    ['9.6-switchover', 'node        0/A4EDB0 on timeline 1, right at the fork point'],
    ['17-behind-standby', 'node        0/C00000 on timeline 1, 236176 bytes before the fork point'],
    ['seed', 'node        0/4985838 on timeline 1, 26188864 bytes (25 MB) past the fork point'],
    ['17-wrong-system', 'fork point  not known'],
  ])('tells in %s how far apart they are', async (name, line) => {
    expect(await textOf(name)).toContain(`${line}\n`);
  });

  it('shows a message that quotes another as a log does', async () => {
    expect(await textOf('17-diverged-clean')).toContain(
      "  FATAL:  could not start WAL streaming: ERROR:  requested starting point 0/B00000 on timeline 1 is not in this server's history\n" +
        "          DETAIL:  This server's history forked from timeline 1 at 0/A8CB10.\n",
    );
  });

  it('shows what a log tells, and where', async () => {
    const nodeLog = await readServerLog(
      memorySource({ 'old.csv': new TextEncoder().encode(OLD_PRIMARY_LOGS.second) }),
    );
    const verdict = assessFailback(noEvidence('node'), noEvidence('upstream'), null, { nodeLog });
    const text = stripVTControlCharacters(verdictAsText(verdict, NO_FINDINGS, []));
    expect(text.split('\n')[0]).toBe(
      'undetermined: by the logs the node cannot follow as it is, and no file settles what would help; do not start it',
    );
    expect(text).toContain(
      '  - record with zero length at 0/89217048 (old.csv:2, 2013-07-19 15:03:15.413 JST)\n',
    );
  });
});
