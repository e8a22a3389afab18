import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../source/memory.js';
import { differingLines, dumpText } from '../testing/dump-text.js';
import { TOURS, tourFiles, tourPath } from '../testing/tours.js';
import { WalReader } from '../wal/wal-reader.js';

describe('the end of a tour through what a server can log', () => {
  it.each(TOURS)('of %s is printed as its own pg_waldump prints it', async (name) => {
    const reader = await WalReader.open(memorySource(tourFiles(name)));
    expect(differingLines(await dumpText(reader), expectedOf(name, 'waldump.txt'))).toEqual(NONE);
  });

  it.each(TOURS)('of %s is printed with its blocks as with --bkp-details', async (name) => {
    const reader = await WalReader.open(memorySource(tourFiles(name)));
    const text = await dumpText(reader, { blockDetails: true });
    expect(differingLines(text, expectedOf(name, 'waldump-b.txt'))).toEqual(NONE);
  });
});

const NONE = { count: 0, first: null };

function expectedOf(name: string, file: string): Buffer {
  return gunzipSync(readFileSync(`${tourPath(name)}/expected/${file}.gz`));
}
