import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { directorySource } from './directory.js';
import { memorySource } from './memory.js';
import { readWholeFile, type Source } from './source.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const files: Record<string, Uint8Array> = {
  PG_VERSION: bytes('15\n'),
  'pg_wal/one': bytes('plain'),
  'pg_wal/two.gz': Uint8Array.from(gzipSync('compressed '.repeat(50_000))),
  'pg_wal/both': bytes('the plain one'),
  'pg_wal/both.gz': Uint8Array.from(gzipSync('the compressed one')),
  'pg_wal/archive_status/one.done': bytes(''),
  'broken.gz': bytes('this is not gzip at all'),
};

const root = mkdtempSync(join(tmpdir(), 'pg-wal-source-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
for (const [path, content] of Object.entries(files)) {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
}

const text = async (source: Source, path: string) => {
  const content = await readWholeFile(source, path, 1_000_000);
  return content && new TextDecoder().decode(content);
};

const sources: [name: string, open: () => Promise<Source>][] = [
  ['memory', async () => memorySource(files)],
  ['a directory', () => directorySource(root)],
];

describe.each(sources)('a source over %s', (_, open) => {
  it('lists what is there, compressed files by the name of what they hold', async () => {
    const entries = (await (await open()).list('pg_wal')) ?? [];
    const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(sorted).toEqual([
      { name: 'archive_status', kind: 'directory', size: null },
      { name: 'both', kind: 'file', size: 13 },
      { name: 'one', kind: 'file', size: 5 },
      { name: 'two', kind: 'file', size: null },
    ]);
  });

  it('reads files, the plain one where both are there', async () => {
    const source = await open();
    expect(await text(source, 'PG_VERSION')).toBe('15\n');
    expect(await text(source, 'pg_wal/both')).toBe('the plain one');
    expect(await text(source, 'pg_wal/two')).toBe('compressed '.repeat(50_000));
  });

  it('reads compressed files from anywhere, backwards as well', async () => {
    const file = await (await open()).open('pg_wal/two');
    const target = new Uint8Array(11);
    for (const position of [0, 500_005, 11, 549_989, 22]) {
      expect(await file?.read(target, position)).toBe(11);
      const expected = 'compressed compressed '.slice(position % 11, (position % 11) + 11);
      expect(new TextDecoder().decode(target)).toBe(expected);
    }
    expect(await file?.read(target, 549_995)).toBe(5);
    expect(await file?.read(target, 600_000)).toBe(0);
    await file?.close();
  });

  it('has null for what is not there', async () => {
    const source = await open();
    expect(await source.list('pg_xlog')).toBeNull();
    expect(await source.open('pg_wal/three')).toBeNull();
    expect(await source.open('pg_wal')).toBeNull();
    expect(await source.open('toString')).toBeNull();
  });

  it('says of a broken compressed file that it cannot be read', async () => {
    const source = await open();
    await expect(text(source, 'broken')).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    await expect(text(source, 'broken')).rejects.toThrow('broken.gz');
  });
});

describe('a source over disk', () => {
  it('of a single file shows that alone', async () => {
    const source = await directorySource(join(root, 'PG_VERSION'));
    expect(await source.list('')).toEqual([{ name: 'PG_VERSION', kind: 'file', size: 3 }]);
    expect(await source.open('broken')).toBeNull();
  });

  it('follows links and passes over those that lead nowhere', async () => {
    const linked = mkdtempSync(join(root, 'linked-'));
    symlinkSync(join(root, 'pg_wal'), join(linked, 'pg_wal'));
    symlinkSync(join(root, 'nowhere'), join(linked, 'dangling'));
    const source = await directorySource(linked);
    expect(await source.list('')).toEqual([{ name: 'pg_wal', kind: 'directory', size: null }]);
    expect(await text(source, 'pg_wal/one')).toBe('plain');
  });

  it('needs something at its path', async () => {
    await expect(directorySource(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});
