import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directorySource } from '../source/directory.js';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { differingLines, dumpStatistics, dumpText } from '../testing/dump-text.js';
import { WalReader } from '../wal/wal-reader.js';

describe.skipIf(CORPUS === undefined)('the whole WAL of a tour, as its own pg_waldump prints it', () => {
  const tours = corpusFolders('tour');
  const expected = (path: string, file: string) => readFileSync(join(path, 'expected', file));
  const open = async (path: string) => WalReader.open(await directorySource(path), { singleTimeline: true });

  it('is there', () => expect(tours.length).toBeGreaterThan(0));

  it.each(tours)('$name: records', async ({ path }) => {
    const text = await dumpText(await open(path));
    expect(differingLines(text, expected(path, 'waldump.txt'))).toEqual(NONE);
  });

  it.each(tours)('$name: records with their blocks', async ({ path }) => {
    const text = await dumpText(await open(path), { blockDetails: true });
    expect(differingLines(text, expected(path, 'waldump-b.txt'))).toEqual(NONE);
  });

  // the tools of 9.3 and 9.4 have no statistics
  it.each(tours.filter(({ path }) => existsSync(join(path, 'expected/stats.txt'))))(
    '$name: statistics',
    async ({ path }) => {
      const { rmgr, record } = await dumpStatistics(await open(path));
      expect(rmgr).toBe(expected(path, 'stats.txt').toString());
      expect(record).toBe(expected(path, 'stats-record.txt').toString());
    },
  );
});

const NONE = { count: 0, first: null };
