import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CONTAINED_HISTORY, CONTAINED_SEGMENT, containerPath, filesBelow } from '../testing/containers.js';
import { readDump } from '../testing/tours.js';
import { WalReader } from '../wal/wal-reader.js';
import type { Decompressors } from './compression.js';
import { directorySource } from './directory.js';
import { memorySource } from './memory.js';
import { readWholeFile, type Source } from './source.js';

const fixture = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url)));
const segment = Uint8Array.from(gunzipSync(fixture(`tour/15/pg_wal/${CONTAINED_SEGMENT}.gz`)));
const history = Uint8Array.from(fixture(`failback/15-diverged/upstream/pg_wal/${CONTAINED_HISTORY}`));

const digest = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');

async function digestOf(source: Source, path: string): Promise<string | null> {
  const content = await readWholeFile(source, path, 2 * segment.length);
  return content && digest(content);
}

/** Brotli has a decompressor in Node only: a page would bring its own. */
const brotli: Decompressors = {
  async *brotli(compressed) {
    const pieces: Uint8Array[] = [];
    for await (const piece of compressed) pieces.push(piece.slice());
    yield brotliDecompressSync(Buffer.concat(pieces));
  },
};

const opened: [where: string, open: (path: string) => Promise<Source>][] = [
  ['on disk', (path) => directorySource(path)],
  ['in memory', async (path) => memorySource(filesBelow(path), 'memory', brotli)],
];

describe.each(opened)('containers %s', (_, open) => {
  it.each(['gzip', 'zstd', 'lz4', 'lz4-linked', 'brotli', 'barman', 'pgbackrest'])(
    'of %s hold a segment and a history file',
    async (name) => {
      const source = await open(containerPath(name));
      const entries = (await source.list('')) ?? [];
      const names = entries.map((entry) => entry.name).filter((entry) => entry !== 'xlog.db');
      expect(names.sort()).toEqual([CONTAINED_SEGMENT, CONTAINED_HISTORY]);
      expect(await digestOf(source, CONTAINED_SEGMENT)).toBe(digest(segment));
      expect(await readWholeFile(source, CONTAINED_HISTORY, 1000)).toEqual(history);
      expect(source.findings).toEqual([]);
    },
  );

  it('of tar files are one data directory', async () => {
    const source = await open(containerPath('tar'));
    const names = async (directory: string) =>
      (await source.list(directory))?.map(({ name }) => name).sort() ?? null;
    expect(await names('')).toEqual(['PG_VERSION', 'global', 'pg_wal']);
    expect(await names('global')).toEqual(['pg_control']);
    expect(await names('pg_wal')).toEqual([CONTAINED_SEGMENT, CONTAINED_HISTORY]);
    expect(await names('pg_xlog')).toBeNull();
    expect(await digestOf(source, `pg_wal/${CONTAINED_SEGMENT}`)).toBe(digest(segment));
    expect(await readWholeFile(source, 'global/pg_control', 10_000)).toEqual(
      Uint8Array.from(fixture('tour/15/global/pg_control')),
    );
    expect(source.findings).toEqual([]);
  });

  it.each([
    ['bzip2', 'bz2', 'unsupported-compression', 'compressed with bzip2, which is not read here'],
    ['xz', 'xz', 'unsupported-compression', 'compressed with xz, which is not read here'],
    ['gpg', 'gpg', 'encrypted-file', 'encrypted by its name, and not decrypted here'],
  ])('of %s are named, and not read', async (name, suffix, code, what) => {
    const source = await open(containerPath(name));
    await source.list('');
    const message = `${CONTAINED_SEGMENT}.${suffix} and 1 more: ${what}`;
    expect(source.findings).toEqual([{ code, message }]);
    await expect(source.open(CONTAINED_SEGMENT)).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    await expect(source.open(CONTAINED_SEGMENT)).rejects.toThrow(`${CONTAINED_SEGMENT}.${suffix}: ${what}`);
  });

  it.each(['none', 'gzip', 'lz4'])('of pg_receivewal (%s) are walked as pg_waldump does', async (method) => {
    const { records, message, lastRecord } = readDump(containerPath('pg_receivewal'));
    const reader = await WalReader.open(await open(containerPath(`pg_receivewal/${method}`)));
    const found: bigint[] = [];
    for await (const window of reader) for (const record of window) found.push(record.lsn);
    expect(found).toEqual(records.map(({ lsn }) => lsn));
    expect(reader.end).toMatchObject({ code: 'zeroed-tail', message, lastRecord });
  });
});

describe('a lone file on disk', () => {
  it.each(['tar/pg_wal.tar.zst', `zstd/${CONTAINED_SEGMENT}.zst`])('%s is what it holds', async (path) => {
    const source = await directorySource(containerPath(path));
    expect(await digestOf(source, CONTAINED_SEGMENT)).toBe(digest(segment));
  });
});

describe('compressed contents under plain names', () => {
  it('are told by the contents', async () => {
    for (const name of ['gzip', 'zstd', 'lz4', 'lz4-linked']) {
      const [file] = Object.values(filesBelow(containerPath(name)));
      const source = memorySource({ [CONTAINED_SEGMENT]: file!, [`${CONTAINED_HISTORY}.br`]: history });
      expect(await digestOf(source, CONTAINED_SEGMENT)).toBe(digest(segment));
      // as large as a segment, it would be taken for one
      expect(await source.list('')).toContainEqual({ name: CONTAINED_SEGMENT, kind: 'file', size: null });
    }
  });

  it('win over a name that says something else', async () => {
    const { [`${CONTAINED_SEGMENT}.zst`]: file } = filesBelow(containerPath('zstd'));
    const source = memorySource({ [`${CONTAINED_SEGMENT}.gz`]: file! });
    expect(await digestOf(source, CONTAINED_SEGMENT)).toBe(digest(segment));
  });

  it('are not looked for in other files', async () => {
    const content = new TextEncoder().encode('BZh is how this text begins');
    const source = memorySource({ 'postgresql.conf': content });
    expect(await readWholeFile(source, 'postgresql.conf', 100)).toEqual(content);
  });
});
