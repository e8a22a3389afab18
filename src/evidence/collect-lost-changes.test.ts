import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatLsn, parseLsn } from '../lsn.js';
import { DescriptionWriter } from '../rmgr/description-writer.js';
import { memorySource } from '../source/memory.js';
import { TOURS, tourFiles, tourPath } from '../testing/tours.js';
import { WalReader } from '../wal/wal-reader.js';
import { LostChangesCollector } from './collect-lost-changes.js';
import type { LostChanges } from './lost-changes.js';

// What the collector adds up of a tour is held against what the server's own pg_waldump printed of it.

const LINE = /^rmgr: (\S+) .*tx: +(\d+), lsn: (\S+), .*desc: (.*)$/;

interface Printed {
  readonly resourceManager: string;
  readonly xid: number;
  readonly lsn: string;
  readonly text: string;
}

function printedOf(name: string): Printed[] {
  const text = gunzipSync(readFileSync(`${tourPath(name)}/expected/waldump.txt.gz`)).toString('latin1');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => LINE.exec(line))
    .filter((match) => match !== null)
    .map(([, resourceManager, xid, lsn, text]) => ({
      resourceManager,
      xid: Number(xid),
      lsn: formatLsn(parseLsn(lsn)),
      text,
    }));
}

async function collect(name: string): Promise<LostChanges> {
  const reader = await WalReader.open(memorySource(tourFiles(name)));
  const collector = new LostChangesCollector();
  for await (const window of reader) for (const record of window) collector.add(record);
  return collector.finish(0n, reader.end?.lsn ?? 0n);
}

function timeText(microseconds: bigint): string {
  return new DescriptionWriter().timestamp(microseconds).toString();
}

describe.each(TOURS)('the tour of %s', (name) => {
  const printed = printedOf(name);

  it('committed what its own pg_waldump says was committed, and when', async () => {
    const { transactions } = await collect(name);
    const expected = printed
      .filter(({ resourceManager }) => resourceManager === 'Transaction')
      .map((line) => ({
        ...line,
        match: /^(?:COMMIT|commit)(?:_PREPARED| prepared)?(?: (\d+))?:? +(\S+ \S+ UTC)/.exec(line.text),
      }))
      .filter(({ match }) => match !== null)
      .map(({ lsn, match }) => `${lsn} ${match?.[2]}`);
    expect(
      transactions.map(({ commitLsn, commitTime }) => `${formatLsn(commitLsn)} ${timeText(commitTime)}`),
    ).toEqual(expected);
  });

  it('wrote as many records of each kind', async () => {
    const { byResourceManager, records } = await collect(name);
    const expected: Record<string, number> = {};
    for (const { resourceManager } of printed) {
      expected[resourceManager] = (expected[resourceManager] ?? 0) + 1;
    }
    expect(Object.fromEntries(byResourceManager.map((row) => [row.resourceManager, row.records]))).toEqual(
      expected,
    );
    expect(records).toBe(printed.length);
  });

  it('added rows to the tables that it says', async () => {
    const { tupleChanges, transactions } = await collect(name);
    const committed = new Set(transactions.flatMap(({ xid, subtransactions }) => [xid, ...subtransactions]));
    const expected: Record<string, number> = {};
    for (const { resourceManager, xid, text } of printed) {
      if (resourceManager !== 'Heap' || !/^INSERT|^insert/i.test(text) || !committed.has(xid)) continue;
      const relation = /rel (\d+\/\d+\/\d+)/.exec(text)?.[1] ?? '';
      expected[relation] = (expected[relation] ?? 0) + 1;
    }
    const multi = new Set(
      printed
        .filter(({ text }) => /multi.insert/i.test(text))
        .map(({ text }) => /rel (\d+\/\d+\/\d+)/.exec(text)?.[1]),
    );
    const actual = tupleChanges
      .map(
        ({ locator, inserts }) =>
          [`${locator.tablespace}/${locator.database}/${locator.relation}`, inserts] as const,
      )
      .filter(([relation, inserts]) => inserts > 0 && !multi.has(relation));
    for (const relation of multi) delete expected[relation ?? ''];
    expect(Object.fromEntries(actual)).toEqual(expected);
  });
});
