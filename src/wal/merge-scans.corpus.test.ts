import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directorySource } from '../source/directory.js';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { mergeScans } from './merge-scans.js';
import { scanSegment } from './scan-segment.js';
import { WalReader } from './wal-reader.js';

describe.skipIf(CORPUS === undefined)('the segments of a whole tour, scanned one by one', () => {
  it.each(corpusFolders('tour'))('are together what a walk over $name finds', async ({ path }) => {
    const folder = join(path, readdirSync(path).includes('pg_wal') ? 'pg_wal' : 'pg_xlog');
    const names = readdirSync(folder)
      .filter((name) => /^[0-9A-F]{24}$/.test(name))
      .sort();
    const scans = names.map((name) => scanSegment(readFileSync(join(folder, name)), { name }));
    const merged = scans.reduce(mergeScans);
    // neighbours first, as a tree of threads would
    const merge = (from: number, to: number): (typeof scans)[number] => {
      const middle = (from + to) >> 1;
      return to - from === 1 ? scans[from] : mergeScans(merge(from, middle), merge(middle, to));
    };
    expect(merge(0, scans.length)).toEqual(merged);

    const reader = await WalReader.open(await directorySource(path));
    let records = 0;
    for await (const window of reader) for (const _ of window) records++;
    const [first, ...recycled] = merged.stretches;
    expect({ records: first.records, end: first.end }).toEqual({ records, end: reader.end });
    expect(recycled.map((stretch) => stretch.records)).toEqual(recycled.map(() => 0));
  });
});
