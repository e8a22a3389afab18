import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONTAINED_SEGMENT, containerPath, filesBelow } from '../testing/containers.js';
import { tarOf } from '../testing/tar-builder.js';
import { tourFiles } from '../testing/tours.js';
import { controldata } from './controldata.js';
import { dump } from './dump.js';
import { timeline } from './timeline.js';
import { verdict } from './verdict.js';

// A command says of an archive what it says of the same files as a server has them.

const FAILBACK = new URL('../../fixtures/failback/', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'pg-wal-containers-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
afterEach(() => {
  stdout.mockClear();
});

/** What a command prints, and its exit status. */
async function said(command: () => Promise<number>): Promise<{ status: number; text: string }> {
  stdout.mockClear();
  const status = await command();
  return { status, text: stdout.mock.calls.map(([text]) => text).join('') };
}

function write(path: string, content: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** The segment and the history file that the fixtures hold, as they are. */
const plain = join(root, 'plain');
beforeAll(() => {
  const { [`pg_wal/${CONTAINED_SEGMENT}`]: segment } = tourFiles('15');
  write(join(plain, CONTAINED_SEGMENT), segment!);
  for (const [name, content] of Object.entries(filesBelow(containerPath('barman')))) {
    if (name.endsWith('.history')) write(join(plain, name), content);
  }
});

const CONTAINERS = [
  'gzip',
  'zstd',
  'lz4',
  'lz4-linked',
  'brotli',
  'barman',
  'pgbackrest',
  'tar',
  'tar/pg_wal.tar.zst',
];

describe('pgwal timeline', () => {
  it.each(CONTAINERS)('of %s', async (name) => {
    const expected = await said(() => timeline([plain], {}));
    expect(expected.text).toContain(`${CONTAINED_SEGMENT}  1 segment`);
    expect(expected.text).toContain('timeline 2');
    expect(await said(() => timeline([containerPath(name)], {}))).toEqual(expected);
  });

  it('names what it cannot read', async () => {
    const { text } = await said(() => timeline([containerPath('xz')], {}));
    expect(text).toContain(`${CONTAINED_SEGMENT}.xz and 1 more: compressed with xz, which is not read here`);
  });
});

describe('pgwal dump', () => {
  async function dumped(...files: string[]) {
    const text: Buffer[] = [];
    const told: string[] = [];
    const output = {
      write: async (bytes: Uint8Array) => void text.push(Buffer.from(bytes)),
      flush: async () => {},
    };
    const status = await dump(files, { timeline: '1' }, { output, tell: (line) => told.push(line) });
    return { status, text: Buffer.concat(text).toString('latin1'), told };
  }

  it.each(CONTAINERS)('of %s', async (name) => {
    const expected = await dumped(plain);
    expect(expected.text.split('\n').length).toBeGreaterThan(900);
    expect(await dumped(containerPath(name))).toEqual(expected);
  });

  it.each(['gzip/', 'lz4/', 'brotli/'])('of a segment by its own name in %s', async (folder) => {
    const [name = ''] = Object.keys(filesBelow(containerPath(folder)));
    expect(await dumped(containerPath(folder) + name)).toEqual(await dumped(join(plain, CONTAINED_SEGMENT)));
  });
});

describe('pgwal controldata', () => {
  it('of the tar files of a base backup, of one of them, and of a compressed file', async () => {
    const file = new URL('../../fixtures/tour/15/global/pg_control', import.meta.url).pathname;
    const expected = await said(() => controldata(file));
    expect(await said(() => controldata(containerPath('tar')))).toEqual(expected);
    expect(await said(() => controldata(containerPath('tar/base.tar.gz')))).toEqual(expected);
    const packed = join(root, 'pg_control.gz');
    writeFileSync(packed, gzipSync(readFileSync(file)));
    expect(await said(() => controldata(packed))).toEqual(expected);
    await expect(controldata(containerPath('tar/pg_wal.tar.zst'))).rejects.toThrow('no control file');
  });
});

describe('pgwal verdict', () => {
  /** A node as `pg_basebackup --format=tar` leaves it: its WAL in a tar file of its own. */
  function packed(path: string): string {
    const files = Object.entries(filesBelow(path)).map(([name, content]) => ({ name, content }));
    const target = join(root, 'packed', path);
    const wal = files.some(({ name }) => name.startsWith('pg_wal/')) ? 'pg_wal' : 'pg_xlog';
    const [base, inside] = [false, true].map((isWal) =>
      files.filter(({ name }) => name.startsWith(`${wal}/`) === isWal),
    );
    write(join(target, 'base.tar.gz'), gzipSync(tarOf(base!)));
    const segments = inside!.map(({ name, content }) => ({ name: name.slice(wal.length + 1), content }));
    write(join(target, `${wal}.tar`), tarOf(segments));
    return target;
  }

  it.each([
    ['15-surplus-wal', 3],
    ['15-diverged', 4],
    ['17-wrong-system', 5],
    ['9.6-switchover', 0],
  ])('of %s', async (name, status) => {
    const [node, upstream] = [join(FAILBACK, name, 'node'), join(FAILBACK, name, 'upstream')];
    const expected = await said(() => verdict({ node, upstream, json: true }));
    expect(expected.status).toBe(status);
    const found = await said(() => verdict({ node: packed(node), upstream: packed(upstream), json: true }));
    expect(found).toEqual(expected);
  });
});
