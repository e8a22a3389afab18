import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CONTAINED_HISTORY, CONTAINED_SEGMENT, containerPath } from '../testing/containers.js';
import { type TarEntryToBuild, tarOf } from '../testing/tar-builder.js';
import { openCompressedTar } from './compressed-tar.js';
import { directorySource } from './directory.js';
import { FindingsByKind } from './findings.js';
import { gunzip } from './gzip.js';
import { memorySource } from './memory.js';
import { memoryFile } from './memory-file.js';
import { readWholeFile, type Source } from './source.js';
import { tarSource } from './tar-source.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = async (source: Source, path: string) => {
  const content = await readWholeFile(source, path, 10_000);
  return content && new TextDecoder().decode(content);
};
const names = async (source: Source, directory = '') =>
  (await source.list(directory))?.map(({ name }) => name).sort() ?? null;

const lone = (entries: readonly TarEntryToBuild[]) => memorySource({ 'x.tar': tarOf(entries) });

describe('tar files of GNU tar', () => {
  it.each(['gnu', 'pax'])('in format %s', async (format) => {
    const source = await directorySource(containerPath(`tar-names/${format}.tar`));
    const long = 'a-folder-of-a-long-name/'.repeat(6);
    expect(await text(source, long + CONTAINED_SEGMENT)).toBe('long\n');
    expect(await text(source, `folder/${CONTAINED_SEGMENT}`)).toBe('plain\n');
    expect(await text(source, 'folder/für')).toBe('umlaut\n');
    expect(await text(source, 'hard')).toBe('plain\n');
    expect(await text(source, 'symbolic')).toBe('plain\n');
    expect(await names(source)).toEqual(['a-folder-of-a-long-name', 'folder', 'hard', 'symbolic']);
    expect(source.findings).toEqual([
      {
        code: 'tar-entry-refused',
        message: `../outside/${CONTAINED_HISTORY}: its name leads out of ${format}.tar, it is passed over`,
      },
      {
        code: 'tar-entry-refused',
        message: `absolute and 1 more: a link that leads out of ${format}.tar, it is not followed`,
      },
    ]);
  });
});

describe('a tar file', () => {
  it.each(['../up', '/etc/passwd', 'a/../../up', '..'])('may not name %s', async (name) => {
    const source = lone([
      { name, content: bytes('out') },
      { name: 'in', content: bytes('in') },
    ]);
    expect(await names(source)).toEqual(['in']);
    expect(source.findings).toMatchObject([{ code: 'tar-entry-refused' }]);
    expect(await source.open(name)).toBeNull();
  });

  it('keeps the links to tablespaces to itself', async () => {
    const source = lone([
      { name: 'PG_VERSION', content: bytes('15\n') },
      { name: 'pg_tblspc/16392', type: '2', linkName: '/mnt/tablespace' },
    ]);
    expect(await names(source)).toEqual(['PG_VERSION']);
    expect(source.findings).toEqual([]);
  });

  it('that is of a folder is the folder', async () => {
    const inFolder = (folder: string) => [
      { name: `${folder}/PG_VERSION`, content: bytes('15\n') },
      { name: `${folder}/global/pg_control`, content: bytes('control') },
    ];
    expect(await names(lone(inFolder('var/lib/data')))).toEqual(['PG_VERSION', 'global']);
    expect(await text(lone(inFolder('./node')), 'global/pg_control')).toBe('control');
    expect(await names(lone([{ name: 'pg_wal/x', content: bytes('x') }]))).toEqual(['pg_wal']);
  });

  it('is read on behind a damaged header', async () => {
    const tar = tarOf(['one', 'two', 'three'].map((name) => ({ name, content: bytes(name) })));
    tar[1024] ^= 0xff;
    const source = memorySource({ 'x.tar': tar });
    expect(await names(source)).toEqual(['one', 'three']);
    expect(source.findings).toMatchObject([
      { code: 'tar-damaged', message: expect.stringMatching(/^x\.tar: damaged/) },
    ]);
  });

  it.each([
    [3072, ['one', 'two']],
    [2500, ['one', 'two']],
    [1536, ['one']],
    [700, ['one']],
    [100, []],
  ])('cut off at %d holds %s', async (length, expected) => {
    const tar = tarOf(['one', 'two'].map((name) => ({ name, content: bytes(name.repeat(200)) })));
    const source = memorySource({ 'x.tar': tar.slice(0, length) });
    expect(await names(source)).toEqual(expected);
    expect(source.findings?.[0]).toMatchObject({
      code: 'tar-damaged',
      message: expect.stringContaining('cut off'),
    });
  });

  it.each([
    ['of nothing but zeros', new Uint8Array(10_240), 'there is no file in it'],
    ['that is none', new Uint8Array(5000).fill(7), 'damaged, or no tar file'],
  ])('%s is said to be so', async (_, content, what) => {
    const source = memorySource({ 'x.tar': content });
    expect(await names(source)).toEqual([]);
    expect(source.findings?.map(({ message }) => message).join()).toContain(what);
  });

  it('of a size that no number can be is damaged', async () => {
    const tar = tarOf([{ name: 'one', content: bytes('one') }]);
    tar.fill(0xff, 124, 136);
    tar.set(bytes('        '), 148);
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.set(bytes(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
    const source = memorySource({ 'x.tar': tar });
    expect(await names(source)).toEqual([]);
    expect(source.findings?.[0]?.code).toBe('tar-damaged');
  });
});

describe('a base backup in tar files', () => {
  it('takes what lies beside them', async () => {
    const source = memorySource({
      'base.tar': tarOf([
        { name: 'backup_label', content: bytes('label') },
        { name: 'pg_wal/', type: '5' },
      ]),
      'pg_wal.tar': tarOf([{ name: CONTAINED_SEGMENT, content: bytes('segment') }]),
      backup_manifest: bytes('manifest'),
      'postgresql.auto.conf': bytes('conf'),
    });
    expect(await names(source)).toEqual([
      'backup_label',
      'backup_manifest',
      'pg_wal',
      'postgresql.auto.conf',
    ]);
    expect(await names(source, 'pg_wal')).toEqual([CONTAINED_SEGMENT]);
    expect(await text(source, `pg_wal/${CONTAINED_SEGMENT}`)).toBe('segment');
    expect(await text(source, 'backup_manifest')).toBe('manifest');
    expect(await source.open('base.tar')).toBeNull();
  });

  it('does without its WAL, or is nothing but it', async () => {
    const wal = tarOf([{ name: CONTAINED_SEGMENT, content: bytes('segment') }]);
    expect(await names(memorySource({ 'pg_wal.tar': wal, note: bytes('') }), 'pg_wal')).toEqual([
      CONTAINED_SEGMENT,
    ]);
    expect(await names(memorySource({ 'pg_wal.tar': wal }))).toEqual([CONTAINED_SEGMENT]);
  });
});

describe('a compressed tar file', () => {
  const files = Object.fromEntries(
    ['01', '02', '03'].map((name) => [`0000000100000000000000${name}`, randomBytes(100_000)]),
  );
  const tar = tarOf([
    ...Object.entries(files).map(([name, content]) => ({ name, content })),
    { name: 'base/5/16384', content: randomBytes(100_000) },
    { name: 'global/pg_control', content: bytes('control') },
  ]);
  const tgz = Uint8Array.from(gzipSync(tar));
  const [one, two, three] = Object.keys(files) as [string, string, string];
  const read = (source: Source, path: string) => readWholeFile(source, path, 200_000);
  const isSame = (path: string, content: Uint8Array | null) => files[path]!.equals(content!);

  /** The tar file, where so much of it is kept. */
  async function open(wal: number, others: number) {
    const findings = new FindingsByKind();
    const whole: Source = {
      name: 'whole',
      list: async () => [],
      open: async () => memoryFile(tgz),
    };
    let passes = 0;
    const counting = (compressed: AsyncIterable<Uint8Array>) => {
      passes++;
      return gunzip(compressed);
    };
    const opened = await openCompressedTar(whole, 'x.tgz', counting, findings, { wal, others });
    return { source: tarSource('x', opened), findings, passes: () => passes };
  }

  it('is passed through once where all of it is kept', async () => {
    const { source, passes } = await open(1_000_000, 1_000_000);
    for (const name of [three, one, two, one]) expect(isSame(name, await read(source, name))).toBe(true);
    expect((await read(source, 'base/5/16384'))?.length).toBe(100_000);
    expect(passes()).toBe(1);
  });

  it('is passed through once more for WAL that is read forward, and again for a step back', async () => {
    const { source, passes } = await open(0, 0);
    for (const name of [one, two, one, two, three]) {
      expect(isSame(name, await read(source, name)), name).toBe(true);
    }
    expect(passes()).toBe(2);
    expect(isSame(one, await read(source, one))).toBe(true);
    expect(passes()).toBe(3);
  });

  it('is not passed through without end', async () => {
    const { source, findings, passes } = await open(0, 0);
    const order = Array.from({ length: 40 }, (_, index) => [three, two, one][index % 3] ?? '');
    const reading = (async () => {
      for (const name of order) expect(isSame(name, await read(source, name))).toBe(true);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    expect(passes()).toBe(10);
    expect(findings.all).toMatchObject([
      { code: 'tar-entry-passed-over', message: expect.stringMatching(/^x\.tgz: passed through 10 times/) },
    ]);
  });

  it('is read in several places at once', async () => {
    const { source } = await open(0, 0);
    const found = await Promise.all([three, one, two].map((name) => read(source, name)));
    expect([three, one, two].map((name, index) => isSame(name, found[index]!))).toEqual([true, true, true]);
  });

  it('is not passed through for every file that is not WAL', async () => {
    const { source, findings } = await open(0, 1000);
    await expect(read(source, 'base/5/16384')).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    expect(findings.all).toMatchObject([
      { code: 'tar-entry-passed-over', message: expect.stringMatching(/^base\/5\/16384: too much/) },
    ]);
  });

  it('that is cut off gives what is before that, and says so of the rest', async () => {
    const source = memorySource({ 'x.tgz': tgz.slice(0, 150_000) });
    expect(await names(source)).toEqual([one, two]);
    expect(source.findings).toMatchObject([
      { code: 'tar-damaged', message: expect.stringMatching(/^x\.tgz: /) },
    ]);
    expect(isSame(one, await read(source, one))).toBe(true);
    await expect(read(source, two)).rejects.toThrow('x.tgz could not be decompressed: it is cut off');
  });
});
