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

describe('fullPageFiles of hand-made records', () => {
  it('are there for every image, also for those that replay would not restore', async () => {
    const wal = new WalBuilder({ version: '18', timeline: 0xab });
    const relation = [0xffff_fffe, 0xffff_ffff, 5] as const;
    const verification = { bytes: new Uint8Array(500), info: 0x01, holeOffset: 200, holeLength: 7692 };
    const whole = { bytes: new Uint8Array(8192), info: 0, holeOffset: 0, holeLength: 0 };
    for (const fork of [0, 1, 2, 3]) {
      const first = { relation, fork, block: 0xffff_fffd, image: verification };
      const second = { id: 5, relation: [1663, 0, 9] as const, block: 3, image: whole };
      wal.append({ blocks: [first, second, { id: 7 }], data: Uint8Array.of(1) });
    }
    const names: string[] = [];
    const reader = await WalReader.open(memorySource(wal.files()));
    for await (const window of reader) {
      for (const record of window) names.push(...fullPageFiles(record).map(({ name }) => name));
    }
    // as those of 16, 17 and 18 name them, but for the positions
    expect(names.map((name) => name.replace(/-\w{8}\./, '-….'))).toEqual([
      '000000AB-00000000-….4294967294.4294967295.5.4294967293_main',
      '000000AB-00000000-….1663.0.9.3_main',
      '000000AB-00000000-….4294967294.4294967295.5.4294967293_fsm',
      '000000AB-00000000-….1663.0.9.3_main',
      '000000AB-00000000-….4294967294.4294967295.5.4294967293_vm',
      '000000AB-00000000-….1663.0.9.3_main',
      '000000AB-00000000-….4294967294.4294967295.5.4294967293_init',
      '000000AB-00000000-….1663.0.9.3_main',
    ]);
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
