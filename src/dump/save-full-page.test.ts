import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../source/memory.js';
import { restoredImages } from '../testing/page-images.js';
import { TOURS, tourFiles } from '../testing/tours.js';
import { WalBuilder } from '../testing/wal-builder.js';
import { WalReader } from '../wal/wal-reader.js';
import { fullPageFileName, fullPageFiles } from './save-full-page.js';

describe('fullPageFiles', () => {
  it.each(TOURS)('names and restores what pg_waldump --save-fullpage does: %s', async (tour) => {
    const files = new Map<string, string>();
    const reader = await WalReader.open(memorySource(tourFiles(tour)));
    for await (const window of reader) {
      for (const record of window) {
        for (const { name, page } of fullPageFiles(record)) files.set(name, md5(page));
      }
    }
    expect([...files].sort()).toEqual([...restoredImages(tour)].sort());
  });
});

describe('fullPageFileName', () => {
  it('has positions, timelines and numbers up to the largest', async () => {
    const wal = new WalBuilder({ timeline: 0xfffffffe, segment: 0xfff });
    const relation = [0xffffffff, 0xfffffffe, 0xfffffffd] as const;
    wal.append({ blocks: [{ id: 1, relation, fork: 3, block: 0xfffffffc }], data: Uint8Array.of(1) });
    const reader = await WalReader.open(memorySource(wal.files()));
    await reader.nextWindow();
    expect(reader.next()).toBe(true);
    const [block] = reader.record.blocks;
    expect(fullPageFileName(reader.record, block)).toBe(
      'FFFFFFFE-00000000-FFF00028.4294967295.4294967294.4294967293.4294967292_init',
    );
    expect(fullPageFileName(reader.record, block, 0x1f)).toMatch(/^0000001F-00000000-FFF00028\./);
  });
});

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
