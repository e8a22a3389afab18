import { describe, expect, it } from 'vitest';
import { SourceError } from '../errors.js';
import type { Lsn } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import type { Source } from '../source/source.js';
import { type ScanProgress, scanPageLsns } from './scan-page-lsns.js';

const BLOCK = 8192;

/** Pages with these LSNs, laid out as `PageXLogRecPtr` is: the upper half first. 0 is a page never written. */
function pages(...lsns: Lsn[]): Uint8Array {
  const bytes = new Uint8Array(lsns.length * BLOCK);
  const view = new DataView(bytes.buffer);
  lsns.forEach((lsn, index) => {
    if (lsn === 0n) return;
    view.setUint32(index * BLOCK, Number(lsn >> 32n), true);
    view.setUint32(index * BLOCK + 4, Number(lsn & 0xffff_ffffn), true);
    // pd_upper, and a row at the end of the page, which is no LSN
    view.setUint16(index * BLOCK + 14, BLOCK - 64, true);
    bytes.fill(0xff, (index + 1) * BLOCK - 64, (index + 1) * BLOCK);
  });
  return bytes;
}

const dataDirectory = {
  PG_VERSION: new Uint8Array([0x31, 0x35]),
  'global/pg_control': new Uint8Array(BLOCK).fill(0xff),
  'global/1262': pages(0x10n, 0x20n),
  'base/5/PG_VERSION': new Uint8Array(BLOCK).fill(0xff),
  'base/5/pg_filenode.map': new Uint8Array(512).fill(0xff),
  'base/5/16384': pages(0n, 0x1_0000_0300n, 0x2_0000_0100n),
  'base/5/16384.1': pages(0x300n),
  'base/5/16384_fsm': pages(0x400n),
  'base/5/16384_vm': pages(0x500n),
  // an unlogged relation, whose LSNs are made up, and a temporary one
  'base/5/16390': pages(0xffff_0000_0000n),
  'base/5/16390_fsm': pages(0xffff_0000_0000n),
  'base/5/16390_init': pages(0xffff_0000_0000n),
  'base/5/t3_16400': pages(0xffff_0000_0000n),
  'base/pgsql_tmp/pgsql_tmp12.0': pages(0xffff_0000_0000n),
};

describe('scanPageLsns', () => {
  it('finds the page that was changed last', async () => {
    const scan = await scanPageLsns(memorySource(dataDirectory));
    expect(scan).toEqual({
      files: 5,
      pages: 8,
      highest: { lsn: 0x2_0000_0100n, file: 'base/5/16384', block: 2 },
      pastCount: 0,
      past: [],
      unreadable: [],
    });
  });

  it('counts the pages past a position, which itself is not past it', async () => {
    const scan = await scanPageLsns(memorySource(dataDirectory), { past: 0x400n, blocksPerFile: 3 });
    expect(scan?.pastCount).toBe(3);
    expect(scan?.past).toEqual([
      { lsn: 0x1_0000_0300n, file: 'base/5/16384', block: 1 },
      { lsn: 0x2_0000_0100n, file: 'base/5/16384', block: 2 },
      { lsn: 0x500n, file: 'base/5/16384_vm', block: 0 },
    ]);
    const below = await scanPageLsns(memorySource(dataDirectory), { past: 0x2ffn, blocksPerFile: 3 });
    expect(below?.past).toContainEqual({ lsn: 0x300n, file: 'base/5/16384.1', block: 3 });
  });

  it('looks into tablespaces', async () => {
    const scan = await scanPageLsns(
      memorySource({
        ...dataDirectory,
        'pg_tblspc/16500/PG_15_202209061/5/16501': pages(0x9_0000_0000n),
      }),
    );
    expect(scan?.highest).toEqual({
      lsn: 0x9_0000_0000n,
      file: 'pg_tblspc/16500/PG_15_202209061/5/16501',
      block: 0,
    });
  });

  it('reads pages of another size, files of many windows, and one that is cut off', async () => {
    const large = new Uint8Array(5 * 1024 * 1024 + 100);
    const last = 5 * 1024 * 1024;
    large.set(pages(0x70n).subarray(0, 16), last);
    large.set(pages(0x60n).subarray(0, 16), last - 32768);
    const seen: ScanProgress[] = [];
    const scan = await scanPageLsns(memorySource({ 'base/1/2': large }), {
      blockSize: 32768,
      past: 0x5fn,
      onProgress: (progress) => seen.push(progress),
    });
    expect(scan?.past.map(({ lsn, block }) => [lsn, block])).toEqual([
      [0x60n, 159],
      [0x70n, 160],
    ]);
    expect(seen.at(-1)).toEqual({ file: 'base/1/2', files: 0, pages: 161 });
  });

  it('names what it could not read, and reads on', async () => {
    const memory = memorySource(dataDirectory);
    const broken: Source = {
      ...memory,
      open: (path) =>
        path.endsWith('16384')
          ? Promise.reject(new SourceError('SOURCE_UNREADABLE', `${path}: permission denied`))
          : memory.open(path),
    };
    const scan = await scanPageLsns(broken);
    expect(scan?.unreadable).toEqual(['base/5/16384: permission denied']);
    expect(scan?.highest?.lsn).toBe(0x500n);
  });

  it('says nothing where there are no data files', async () => {
    const { 'global/pg_control': control } = dataDirectory;
    expect(await scanPageLsns(memorySource({ 'global/pg_control': control }))).toBeNull();
  });
});
