import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { dumpRecord, firstDifference, readDump } from '../testing/tours.js';
import { WalReader } from '../wal/wal-reader.js';
import { directorySource } from './directory.js';

/** What a program makes of some bytes. */
function run(command: string, input: Uint8Array | null): Buffer {
  const [program = '', ...args] = command.split(' ');
  const { stdout, status, stderr } = spawnSync(program, args, {
    ...(input === null ? {} : { input }),
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

/** Segments by the programs that archivers use, at the ends of their scales. */
const COMPRESSED: [command: string, path: (segment: string, bytes: Uint8Array) => string][] = [
  ['gzip -1', (segment) => `${segment}.gz`],
  ['gzip -9', (segment) => `0000000100000000/${segment}`],
  ['zstd -q -1', (segment, bytes) => `0000000100000000/${segment}-${sha1(bytes)}.zst`],
  ['zstd -q -19', (segment) => `wal_005/${segment}.zst`],
  ['zstd -q -5 --long=27 --no-check', (segment) => `wal/${segment}.zstd`],
  ['lz4 -q -1', (segment) => `wal_005/${segment}.lz4`],
  ['lz4 -q -9 -BD -B4 -BX', (segment) => `pg_wal/${segment}.lz4`],
  ['lz4 -q --no-frame-crc', (segment) => `wals/0000000100000000/${segment}`],
  ['brotli -q 5', (segment) => `wal_005/${segment}.br`],
];

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');

describe.skipIf(CORPUS === undefined)('the tour of 15 in PGWAL_CORPUS', () => {
  const tour = corpusFolders('tour').find(({ name }) => name === '15')?.path ?? '';
  const root = mkdtempSync(join(tmpdir(), 'pg-wal-packed-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  async function expectSameWalk(path: string) {
    const dump = readDump(tour);
    const reader = await WalReader.open(await directorySource(path));
    const records: ReturnType<typeof dumpRecord>[] = [];
    for await (const window of reader) for (const record of window) records.push(dumpRecord(record));
    expect(records.length).toBe(dump.records.length);
    expect(firstDifference(records, dump.records)).toBe(-1);
    expect(reader.end).toMatchObject({ code: 'zeroed-tail', message: dump.message });
  }

  for (const [index, [command, pathOf]] of COMPRESSED.entries()) {
    it.skipIf(!isThere(command.split(' ')[0]!))(`is the same by ${command}`, async () => {
      const target = join(root, String(index));
      for (const segment of readdirSync(join(tour, 'pg_wal'))) {
        const bytes = readFileSync(join(tour, 'pg_wal', segment));
        const path = join(target, pathOf(segment, bytes));
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, run(command, bytes));
      }
      await expectSameWalk(target);
    });
  }

  for (const [name, command] of [
    ['node.tar', null],
    ['node.tar.gz', 'gzip -6'],
    ['node.tgz', 'gzip -1'],
    ['node.tar.zst', 'zstd -q -3'],
    ['node.tar.lz4', 'lz4 -q'],
    ['node.tar.br', 'brotli -q 1'],
  ] as const) {
    it.skipIf(command !== null && !isThere(command.split(' ')[0]!))(`is the same in ${name}`, async () => {
      const parts = ['PG_VERSION', 'global', 'pg_wal'].map((part) => `${basename(tour)}/${part}`);
      const tar = run(`tar -C ${dirname(tour)} -cf - ${parts.join(' ')}`, null);
      writeFileSync(join(root, name), command === null ? tar : run(command, tar));
      await expectSameWalk(join(root, name));
    });
  }
});
