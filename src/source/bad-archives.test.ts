import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, createGzip, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { SourceError } from '../errors.js';
import { readEvidence } from '../evidence/read-evidence.js';
import { readTimelinePlace } from '../evidence/timeline-place.js';
import { CONTAINED_HISTORY, containerPath, filesBelow } from '../testing/containers.js';
import { tarOf } from '../testing/tar-builder.js';
import { tourFiles } from '../testing/tours.js';
import { WalReader } from '../wal/wal-reader.js';
import { directorySource } from './directory.js';
import { memorySource } from './memory.js';
import { memoryFile } from './memory-file.js';
import { readWholeFile, type Source } from './source.js';
import { unpacking } from './unpacking.js';

/** Two segments of a real server, of 1 MB each, without a break between them. */
const [first, second] = Object.values(tourFiles('15')) as [Uint8Array, Uint8Array];
const FIRST = '00000001000000000000001F';
const SECOND = '000000010000000000000020';
const MEGABYTE = 1024 * 1024;

const gzip = (bytes: Uint8Array) => Uint8Array.from(gzipSync(bytes));

/** So many bytes of zeros with gzip, behind some that are given. */
async function bomb(start: Uint8Array, zeros: number): Promise<Uint8Array> {
  const stream = createGzip({ level: 1 });
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.write(start);
  for (let left = zeros; left > 0; left -= MEGABYTE) {
    if (!stream.write(Buffer.alloc(MEGABYTE))) await new Promise((drained) => stream.once('drain', drained));
  }
  await new Promise<void>((ended) => {
    stream.once('end', ended);
    stream.end();
  });
  return Uint8Array.from(Buffer.concat(pieces));
}

/** How many records a walk gives, and how it ends. */
async function walk(source: Source) {
  const reader = await WalReader.open(source);
  let records = 0;
  for await (const window of reader) for (const _ of window) records++;
  return { records, end: reader.end };
}

const plain = memorySource({ [FIRST]: first, [SECOND]: second });
const whole = await walk(plain);
const ofFirst = await walk(memorySource({ [FIRST]: first }));

describe('a segment that cannot be read ends a walk, is named, and hides no other', () => {
  const good = gzip(second);
  const damaged = good.slice();
  damaged[good.length >> 1]! ^= 0x10;
  it.each<[what: string, name: string, bytes: () => Uint8Array | Promise<Uint8Array>, code: string, RegExp]>([
    [
      'a bomb of zeros',
      '.gz',
      () => bomb(new Uint8Array(), 256 * MEGABYTE),
      'damaged-file',
      /more than 16777216 bytes/,
    ],
    [
      'a bomb behind a segment',
      '.gz',
      () => bomb(second, 64 * MEGABYTE),
      'damaged-file',
      /more than 1048576 bytes/,
    ],
    ['gzip with a wrong bit', '.gz', () => damaged, 'damaged-file', /could not be decompressed/],
    ['gzip in name only', '.gz', () => second, 'misleading-name', /named as compressed with gzip/],
    ['gzip of nothing', '.gz', () => new Uint8Array(), 'misleading-name', /named as compressed with gzip/],
    [
      'bzip2',
      '.bz2',
      () => filesBelow(containerPath('bzip2'))[`${SECOND}.bz2`]!,
      'unsupported-compression',
      /bzip2/,
    ],
    [
      'Brotli, for which memory has nothing',
      '.br',
      () => filesBelow(containerPath('brotli'))[`${SECOND}.br`]!,
      'unsupported-compression',
      /Brotli/,
    ],
    [
      'encryption',
      '.gpg',
      () => filesBelow(containerPath('gpg'))[`${SECOND}.gpg`]!,
      'encrypted-file',
      /encrypted by its name/,
    ],
    [
      'encryption under a plain name',
      '',
      () => filesBelow(containerPath('gpg'))[`${SECOND}.gpg`]!,
      'encrypted-file',
      /by OpenPGP/,
    ],
    [
      'encryption by pgBackRest',
      '.gz',
      () => Uint8Array.from([...Buffer.from('Salted__12345678'), ...damaged]),
      'encrypted-file',
      /openssl or pgBackRest/,
    ],
  ])('%s', async (_, suffix, bytes, code, message) => {
    const source = memorySource({ [FIRST]: first, [SECOND + suffix]: await bytes() });
    const { records, end } = await walk(source);
    expect(records).toBe(ofFirst.records);
    expect(end).toMatchObject({ code: 'unreadable', message: expect.stringMatching(message) });
    expect(end?.message).toContain(SECOND + suffix);
    expect(source.findings).toMatchObject([{ code, message: expect.stringMatching(message) }]);
    const evidence = await readEvidence(source);
    expect(evidence.findings).toMatchObject([{ code, message: expect.stringContaining(SECOND + suffix) }]);
    expect(evidence.segments).toEqual([{ timeline: 1, first: 0x1f, last: 0x20 }]);
  });

  it('gzip that is cut off is walked as far as it goes', async () => {
    const source = memorySource({ [FIRST]: first, [`${SECOND}.gz`]: good.slice(0, good.length >> 1) });
    const { records, end } = await walk(source);
    expect(records).toBeGreaterThan(ofFirst.records);
    expect(records).toBeLessThan(whole.records);
    expect(end).toMatchObject({ code: 'unreadable', message: expect.stringMatching(/cut off/) });
    expect(source.findings).toMatchObject([{ code: 'damaged-file' }]);
  });

  it('does not matter to what comes before it, and the format is that of one that can be read', async () => {
    const source = memorySource({ [`${FIRST}.gz`]: first, [SECOND]: second });
    const place = await readTimelinePlace(source);
    expect(place).toMatchObject({ segmentSize: MEGABYTE, segments: new Map([[1, [0x1f, 0x20]]]) });
    expect(place.problems.join()).toMatch(new RegExp(`${FIRST}.gz: named as compressed`));
  });
});

describe('an archive', () => {
  it('with a history file that is cut off does not pass for one that is short', async () => {
    const history = gzip(Buffer.from('1\t0/A8CB00\tno recovery target specified\n'.repeat(500)));
    const source = memorySource({ [`${CONTAINED_HISTORY}.gz`]: history.slice(0, -30) });
    await expect(readWholeFile(source, CONTAINED_HISTORY, MEGABYTE)).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
    });
  });

  it('with names in lower case says that no server reads them', async () => {
    const named = memorySource({ [FIRST]: first, '00000001000000000000002a.gz': gzip(second) });
    expect((await readTimelinePlace(named)).problems.join()).toContain('00000001000000000000002a looks like');
    const { findings } = await readEvidence(named);
    expect(findings).toMatchObject([
      { code: 'strange-file-name', message: expect.stringContaining('00000001000000000000002a') },
    ]);
  });

  it('with a folder that cannot be read is read but for that', async () => {
    const folders = ['0000000100000000', '0000000200000000'];
    const source = unpacking({
      name: 'archive',
      open: async (path) => (path === `${folders[0]}/${FIRST}` ? memoryFile(first) : null),
      async list(directory) {
        if (directory === '') return folders.map((name) => ({ name, kind: 'directory', size: null }));
        if (directory === folders[0]) return [{ name: FIRST, kind: 'file', size: first.length }];
        if (directory !== folders[1]) return null;
        throw new SourceError('SOURCE_UNREADABLE', `archive/${directory}: permission denied`);
      },
    });
    expect((await walk(source)).records).toBe(ofFirst.records);
    expect(source.findings).toEqual([
      {
        code: 'unreadable-directory',
        message: `${folders[1]}: what is in it is not known (archive/${folders[1]}: permission denied)`,
      },
    ]);
  });

  it('that holds a segment twice, with contents that differ, says so', async () => {
    const [one, other] = [FIRST, SECOND].map((name) => createHash('sha1').update(name).digest('hex'));
    const source = memorySource({ [`${FIRST}-${one}`]: first, [`${FIRST}-${other}.gz`]: gzip(second) });
    const listed = await source.list('');
    expect(listed).toEqual([{ name: FIRST, kind: 'file', size: MEGABYTE }]);
    expect(source.findings).toMatchObject([
      { code: 'duplicate-segment', message: expect.stringContaining(`${FIRST}-${other}.gz`) },
    ]);
  });

  it('that changes while it is read is followed where it can be', async () => {
    const files: Record<string, Uint8Array> = { [FIRST]: first, [SECOND]: second };
    const source = memoryThatChanges(files);
    const reader = await WalReader.open(source);
    let records = 0;
    for await (const window of reader) {
      for (const _ of window) records++;
      if (SECOND in files) {
        // an archiver compresses what it has
        files[`${SECOND}.gz`] = gzip(second);
        delete files[SECOND];
      }
    }
    expect(records).toBe(whole.records);
    const gone = await WalReader.open(source);
    delete files[`${SECOND}.gz`];
    for await (const window of gone) for (const _ of window) records++;
    expect(gone.end).toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining(`${SECOND} went away while it was read`),
    });
  });
});

function memoryThatChanges(files: Record<string, Uint8Array>): Source {
  return unpacking({
    name: 'changing',
    async list(directory) {
      if (directory !== '') return null;
      return Object.keys(files).map((name) => ({ name, kind: 'file', size: files[name]!.length }));
    },
    open: async (path) => (path in files ? memoryFile(files[path]!) : null),
  });
}

describe('on disk', () => {
  const root = mkdtempSync(join(tmpdir(), 'pg-wal-bad-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('nothing is written, and nothing outside is read', async () => {
    const outside = join(root, 'outside');
    const inside = join(root, 'inside');
    mkdirSync(outside);
    mkdirSync(inside);
    writeFileSync(join(outside, SECOND), second);
    cpSync(containerPath('bzip2'), inside, { recursive: true });
    const tar = tarOf([
      { name: FIRST, content: first },
      { name: `../outside/${SECOND}`, content: second },
      { name: SECOND, type: '2', linkName: `../outside/${SECOND}` },
    ]);
    writeFileSync(join(inside, 'pg_wal.tar'), tar);
    writeFileSync(join(inside, 'base.tar.gz'), gzipSync(tarOf([{ name: '../../evil', content: second }])));
    const before = listing(root);
    const source = await directorySource(inside);
    const { records, end } = await walk(source);
    expect({ records, end: end?.code }).toEqual({ records: ofFirst.records, end: 'missing-segment' });
    const { findings } = await readEvidence(source);
    expect(findings.map(({ code }) => code)).toContain('tar-entry-refused');
    expect(listing(root)).toEqual(before);
  });

  it.each([
    ['cut off', (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1), /could not be decompressed/],
    [
      'damaged',
      (bytes: Uint8Array) => bytes.map((byte, at) => (at > 1000 ? byte ^ 0x55 : byte)),
      /could not be decompressed/,
    ],
    [
      'a bomb',
      () =>
        Uint8Array.from(
          brotliCompressSync(Buffer.concat([second, Buffer.alloc(64 * MEGABYTE)]), {
            params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
          }),
        ),
      /more than 1048576 bytes/,
    ],
  ])("Brotli, by Node's own decompressor, that is %s is named", async (what, spoil, message) => {
    const path = join(root, `brotli ${what}`);
    mkdirSync(path);
    writeFileSync(join(path, FIRST), first);
    writeFileSync(join(path, `${SECOND}.br`), spoil(filesBelow(containerPath('brotli'))[`${SECOND}.br`]!));
    const source = await directorySource(path);
    const { records, end } = await walk(source);
    expect(records).toBe(ofFirst.records);
    expect(end).toMatchObject({ code: 'unreadable', message: expect.stringMatching(message) });
    expect(source.findings).toMatchObject([{ code: 'damaged-file' }]);
  });

  it('a bomb does not fill the memory', async () => {
    const path = join(root, 'bomb');
    mkdirSync(path);
    writeFileSync(join(path, `${FIRST}.gz`), await bomb(first, 1024 * MEGABYTE));
    writeFileSync(join(path, SECOND), gzip(second));
    const before = process.memoryUsage().rss;
    const { end } = await walk(await directorySource(path));
    expect(end?.code).toBe('unreadable');
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE);
  });
});

function listing(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${statSync(join(path, name)).size} ${statSync(join(path, name)).mtimeMs}`);
}
