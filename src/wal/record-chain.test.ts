import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatLsn, type Lsn } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import { WalBuilder } from '../testing/wal-builder.js';
import { parseTimelineHistory } from '../timeline/history.js';
import type { MajorVersion } from '../version.js';
import { FIRST_IS_OVERWRITE_CONTRECORD, PAGE_FIELD } from './page-header.js';
import type { WalEnd } from './wal-end.js';
import { WalReader, type WalReaderOptions } from './wal-reader.js';

// The words that are expected here are those of src/backend/access/transam/xlogreader.c of each version.

const KB = 1024;
const MB = 1024 * KB;
const FAMILIES: MajorVersion[] = ['9.3', '9.4', '9.5', '15', '16', '18'];

async function walk(
  files: Record<string, Uint8Array>,
  options?: WalReaderOptions,
): Promise<{ lsns: Lsn[]; timelines: number[]; lengths: number[]; end: WalEnd }> {
  const reader = await WalReader.open(memorySource(files), options);
  const lsns: Lsn[] = [];
  const timelines: number[] = [];
  const lengths: number[] = [];
  for await (const window of reader) {
    for (const record of window) {
      lsns.push(record.lsn);
      timelines.push(record.timeline);
      lengths.push(record.totalLength);
    }
  }
  return { lsns, timelines, lengths, end: reader.end! };
}

function setUint32(bytes: Uint8Array, at: number, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, value, true);
}

describe.each(FAMILIES)('records of %s over boundaries', (version) => {
  it.each([8, 16, 24, 32, 40])('with %i bytes of it left on a page', async (left) => {
    const wal = new WalBuilder({ version });
    wal.fillPage(left);
    expect(wal.left).toBe(left);
    wal.append({ length: 100, xid: 7 });
    wal.append({ length: 64 });
    const found = await walk(wal.files());
    expect(found.lsns).toEqual(wal.lsns);
    expect(found.end).toMatchObject({ code: 'zeroed-tail', lsn: wal.position, lastRecord: wal.lsns.at(-1) });
  });

  it('over many pages, ending anywhere on the last', async () => {
    const wal = new WalBuilder({ version });
    const lengths = [8192, 3 * 8192, 8168, 8169, 8160, 40_001, 100, 16_336, 70_000];
    for (const length of lengths) wal.append({ length });
    const found = await walk(wal.files());
    expect(found.lsns).toEqual(wal.lsns);
    expect(found.lengths).toEqual(lengths);
    expect(found.end.lsn).toBe(wal.position);
  });

  it('over the edge of a segment, header and all', async () => {
    for (const left of [8, 16, 24, 4096]) {
      const wal = new WalBuilder({ version, segment: 4095 });
      while (wal.position % BigInt(MB) < BigInt(MB - 8192)) wal.append({ length: 8000 });
      wal.fillPage(left);
      wal.append({ length: 20_000 });
      wal.append({ length: 48 });
      expect(Object.keys(wal.files())).toEqual([
        'pg_wal/000000010000000000000FFF',
        'pg_wal/000000010000000100000000',
      ]);
      const found = await walk(wal.files());
      expect(found.lsns).toEqual(wal.lsns);
      expect(found.end.lsn).toBe(wal.position);
    }
  });

  it('behind a switch record, in the next segment', async () => {
    const wal = new WalBuilder({ version });
    wal.append({ length: 56 });
    const place = wal.appendSwitch();
    expect(place / BigInt(MB)).toBe(1n);
    wal.append({ length: 64 });
    const found = await walk(wal.files());
    expect(found.lsns).toEqual(wal.lsns);
    expect(found.lsns[2]).toBe(BigInt(2 * MB + 40));
  });

  it('nowhere, where a switch record has no segment to follow it', async () => {
    const wal = new WalBuilder({ version });
    wal.append({ length: 56 });
    wal.appendSwitch();
    const { lsns, end } = await walk(wal.files());
    expect(lsns).toEqual(wal.lsns);
    expect(end).toMatchObject({ code: 'missing-segment', lsn: BigInt(2 * MB) });
    expect(end.message).toContain('000000010000000000000002');
  });

  it('that were given up: the walk goes on where the server did', async () => {
    const wal = new WalBuilder({ version });
    wal.append({ length: 64 });
    wal.fillPage(48);
    wal.appendUnfinished({ length: 500 });
    wal.flagNextPage(FIRST_IS_OVERWRITE_CONTRECORD);
    wal.append({ length: 64 });
    wal.append({ length: 72 });
    const found = await walk(wal.files());
    expect(found.lsns).toEqual(wal.lsns);
    expect(found.end).toMatchObject({ code: 'zeroed-tail', lsn: wal.position });
  });
});

describe.each(FAMILIES)('broken WAL of %s', (version) => {
  const isOld = version === '9.3' || version === '9.4';

  /** A record over three pages, one before and one behind it. */
  function threePages() {
    const wal = new WalBuilder({ version });
    wal.append({ length: 64 });
    const long = wal.append({ length: 20_000 });
    wal.append({ length: 64 });
    return { wal, long, second: BigInt(MB + 8192), third: BigInt(MB + 2 * 8192) };
  }

  it('without the contrecord flag', async () => {
    for (const page of ['second', 'third'] as const) {
      const pages = threePages();
      pages.wal.page(pages[page])[PAGE_FIELD.info] = 0;
      const { lsns, end } = await walk(pages.wal.files());
      expect(lsns).toEqual(pages.wal.lsns.slice(0, 1));
      expect(end).toMatchObject({
        code: 'broken-record',
        lsn: pages.long,
        lastRecord: pages.wal.lsns[0],
        message: `there is no contrecord flag at ${formatLsn(pages.long)}`,
      });
    }
  });

  it('with a wrong length of what remains', async () => {
    const { wal, long, second } = threePages();
    const remaining = 20_000 - (8192 - Number(long % 8192n));
    for (const wrong of [0, remaining - 1, remaining + 1, 0xffff_ffff]) {
      setUint32(wal.page(second), PAGE_FIELD.remainingLength, wrong);
      const { lsns, end } = await walk(wal.files());
      expect(lsns).toEqual(wal.lsns.slice(0, 1));
      const detail = isOld ? '' : ` (expected ${remaining})`;
      expect(end).toMatchObject({
        code: 'broken-record',
        message: `invalid contrecord length ${wrong}${detail} at ${formatLsn(long)}`,
      });
    }
  });

  it('with a page from an older use of the segment', async () => {
    const { wal, long, third } = threePages();
    setUint32(wal.page(third), PAGE_FIELD.addressLow, 0x4000);
    const { end } = await walk(wal.files());
    expect(end).toMatchObject({ code: 'recycled-segment', lsn: long, file: '000000010000000000000001' });
    expect(end.message).toContain('unexpected pageaddr 0/4000 in ');
    expect(end.message).toMatch(/segment 000000010000000000000001, .*offset 16384$/);
  });

  it('with a page of a later or an earlier timeline', async () => {
    for (const [wrong, words] of [
      [9, 'unexpected timeline ID 9'],
      [2, 'out-of-sequence timeline ID 2 (after 5)'],
    ] as const) {
      const wal = new WalBuilder({ version, timeline: 5 });
      wal.append({ length: 9000 });
      wal.fillPage(0);
      const stop = wal.position;
      wal.append({ length: 64 });
      setUint32(wal.page(stop), PAGE_FIELD.timeline, wrong);
      const { lsns, end } = await walk(wal.files());
      expect(lsns).toEqual(wal.lsns.slice(0, -1));
      expect(end).toMatchObject({ code: 'other-timeline', lsn: stop, timeline: 5 });
      expect(end.message).toContain(words);
    }
  });

  it('with a segment of another cluster', async () => {
    const wal = new WalBuilder({ version });
    wal.append({ length: 64 });
    wal.appendSwitch();
    wal.append({ length: 64 });
    setUint32(wal.page(BigInt(2 * MB)), PAGE_FIELD.systemIdentifier, 1);
    const { lsns, end } = await walk(wal.files());
    expect(lsns).toEqual(wal.lsns.slice(0, 2));
    expect(end).toMatchObject({
      code: 'other-format',
      lsn: BigInt(2 * MB),
      file: '000000010000000000000002',
    });
  });

  it('with a record length made up to be huge, without setting memory aside for it', async () => {
    for (const huge of [0xffff_ffff, 0x7fff_ffff, 0x4000_0000]) {
      const wal = new WalBuilder({ version });
      wal.append({ length: 64 });
      const broken = wal.append({ length: 64 });
      const inPage = Number(broken % 8192n);
      setUint32(wal.page(broken), inPage, huge);
      if (isOld) setUint32(wal.page(broken), inPage + 8, huge - 32);
      wal.fillPage(0);
      wal.append({ length: 30_000 });
      const before = process.memoryUsage().arrayBuffers;
      const { lsns, end } = await walk(wal.files());
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MB);
      expect(lsns).toEqual(wal.lsns.slice(0, 1));
      expect(end).toMatchObject({ code: 'broken-record', lsn: broken });
    }
  });

  it('with a wrong checksum, prev-link or resource manager', async () => {
    const broken = (at: number, value: number) => {
      const wal = new WalBuilder({ version });
      wal.append({ length: 64 });
      const lsn = wal.append({ length: 64 });
      wal.append({ length: 64 });
      wal.page(lsn)[Number(lsn % 8192n) + at] = value;
      return walk(wal.files()).then((found) => ({ ...found, lsn }));
    };
    const previous = isOld ? 16 : 8;
    for (const [at, value, words] of [
      [50, 0, 'incorrect resource manager data checksum in record'],
      [previous, 0x99, 'record with incorrect prev-link 0/100099'],
      [isOld ? 13 : 17, 99, 'invalid resource manager ID 99'],
    ] as const) {
      const { lsns, end, lsn } = await broken(at, value);
      expect(lsns).toHaveLength(1);
      expect(end).toMatchObject({ code: 'broken-record', lsn, message: `${words} at ${formatLsn(lsn)}` });
    }
  });
});

describe('timelines', () => {
  it('are crossed where the history says', async () => {
    for (const version of FAMILIES) {
      const wal = new WalBuilder({ version });
      wal.append({ length: 5000 });
      const fork = wal.position;
      wal.switchTimeline(2);
      wal.append({ length: 20_000 });
      wal.append({ length: 64 });
      const files = wal.files();
      const text = `1\t${formatLsn(fork)}\tno recovery target specified\n`;
      files['pg_wal/00000002.history'] = new TextEncoder().encode(text);
      const found = await walk(files);
      expect(found.lsns).toEqual(wal.lsns);
      // the page of the fork was begun by timeline 1
      expect(found.timelines).toEqual([1, 1, 2]);
      expect(found.end).toMatchObject({ code: 'zeroed-tail', timeline: 2, lsn: wal.position });

      const parent = await walk(files, { timeline: 1 });
      expect(parent.lsns).toEqual(wal.lsns.slice(0, 1));
      expect(parent.end).toMatchObject({ code: 'zeroed-tail', timeline: 1, lsn: fork });
    }
  });

  it('are not crossed anywhere else', async () => {
    const wal = new WalBuilder();
    wal.append({ length: 5000 });
    wal.switchTimeline(2);
    wal.append({ length: 20_000 });
    const history = parseTimelineHistory(2, new TextEncoder().encode('1\t0/108000\tlater\n'));
    const { lsns, end } = await walk(wal.files(), { history });
    expect(lsns).toEqual(wal.lsns.slice(0, 1));
    expect(end).toMatchObject({ code: 'other-timeline', timeline: 1 });
    expect(end.message).toContain('unexpected timeline ID 2');
  });
});

describe('sizes', () => {
  it.each([1, 2, 4, 8, 16, 32, 64])('blocks of %i kB', async (kilobytes) => {
    for (const version of ['9.4', '15'] as const) {
      const wal = new WalBuilder({ version, blockSize: kilobytes * KB });
      for (let length = 40; wal.position < BigInt(2 * MB + 200_000); length = (length * 3 + 11) % 30_011) {
        wal.append({ length: 40 + length });
      }
      const found = await walk(wal.files());
      expect(found.lsns).toEqual(wal.lsns);
      expect(found.end.lsn).toBe(wal.position);
      const start = wal.lsns[20] + 1n;
      expect((await walk(wal.files(), { start })).lsns).toEqual(wal.lsns.slice(21));
    }
  });

  it.each([1, 2, 16, 64])('segments of %i MB', async (megabytes) => {
    const wal = new WalBuilder({ segmentSize: megabytes * MB });
    wal.append({ length: 100_000 });
    wal.appendSwitch();
    wal.append({ length: 100 });
    const found = await walk(wal.files());
    expect(found.lsns).toEqual(wal.lsns);
    expect(found.lsns.at(-1)).toBe(BigInt(2 * megabytes * MB + 40));
  });
});

it('reads compressed segments, and says of a broken one that it is', async () => {
  const wal = new WalBuilder();
  for (let count = 0; count < 300; count++) wal.append({ length: 5000 });
  const compressed = Object.fromEntries(
    Object.entries(wal.files()).map(([name, bytes]) => [`${name}.gz`, Uint8Array.from(gzipSync(bytes))]),
  );
  expect((await walk(compressed)).lsns).toEqual(wal.lsns);
  const second = 'pg_wal/000000010000000000000002.gz';
  for (const broken of [
    compressed[second].subarray(0, 300),
    compressed[second].map((byte, at) => (at > 99 ? 0xff : byte)),
  ]) {
    const { lsns, end } = await walk({ ...compressed, [second]: broken });
    expect(lsns).toEqual(wal.lsns.slice(0, lsns.length));
    expect(['unreadable', 'truncated-segment', 'broken-record', 'broken-page']).toContain(end.code);
  }
});
