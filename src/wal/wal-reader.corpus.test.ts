import { describe, expect, it } from 'vitest';
import { directorySource } from '../source/directory.js';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { dumpRecord, firstDifference, readDump } from '../testing/tours.js';
import { WalReader } from './wal-reader.js';

describe.skipIf(CORPUS === undefined)('tours of the corpus in PGWAL_CORPUS', () => {
  const tours = corpusFolders('tour');

  it('are there', () => expect(tours.length).toBeGreaterThan(0));

  it.each(tours)('walks the whole WAL of $name as its own pg_waldump does', async ({ path }) => {
    const dump = readDump(path);
    const reader = await WalReader.open(await directorySource(path));
    let index = 0;
    for await (const window of reader) {
      for (const record of window) {
        const actual = dumpRecord(record);
        const expected = dump.records[index++];
        if (expected === undefined || firstDifference([actual], [expected]) !== -1) {
          expect(actual).toEqual(expected);
        }
      }
    }
    expect(index).toBe(dump.records.length);
    expect(reader.end).toMatchObject({
      code: 'zeroed-tail',
      message: dump.message,
      lastRecord: dump.lastRecord,
    });
  });
});
