import { SourceError } from '../errors.js';
import { parseWalFileName } from '../wal-file-name.js';
import type { Decompressor, Decompressors } from './compression.js';
import { decompressorOf } from './decompressor-of.js';
import { FindingsByKind } from './findings.js';
import { ForwardFile } from './forward-file.js';
import { type Layer, layered } from './layered.js';
import type { Source, SourceEntry, SourceFile } from './source.js';
import { readStoredName } from './stored-name.js';
import { readTarIndex, type TarIndex } from './tar-index.js';
import { onlyFolderOf, tarSource } from './tar-source.js';

/** Where the files of a base backup belong that `pg_basebackup --format=tar` writes. */
const BASE_BACKUP_TARS: Readonly<Record<string, string>> = {
  'base.tar': '',
  'pg_wal.tar': 'pg_wal',
  'pg_xlog.tar': 'pg_xlog',
};

/** What is kept of a compressed tar file, which would have to be decompressed again to be read. */
const KEPT_BYTES = 256 * 1024 * 1024;
const SMALL_FILE_BYTES = 64 * 1024;
const RELATION_FILE = /(^|\/)(base|pg_tblspc)\//;

/** How much of a compressed tar file is read at once, and handed on in parts. */
const READ_BYTES = 1024 * 1024;
const CHUNK_BYTES = 16 * 1024;

/** Folders that are what they are called: what is around them belongs to them. */
const KNOWN_FOLDER = /^(pg_wal|pg_xlog|global|wals|wal_005|wal|[0-9A-F]{16})$/;

/**
 * The same source with tar files in the place of what they were made of: a lone one is all there is, and those of
 * a base backup are one data directory with what lies beside them.
 */
export function mountingTars(source: Source, decompressors: Decompressors): Source {
  const found = new FindingsByKind();
  let mounted: Promise<Source> | null = null;
  const mount = (): Promise<Source> => {
    mounted ??= mountTars(source, decompressors, found).catch((error: unknown) => {
      mounted = null;
      throw error;
    });
    return mounted;
  };
  return {
    name: source.name,
    get findings() {
      return [...(source.findings ?? []), ...found.all];
    },
    list: async (directory) => (await mount()).list(directory),
    open: async (path) => (await mount()).open(path),
  };
}

async function mountTars(
  source: Source,
  decompressors: Decompressors,
  findings: FindingsByKind,
): Promise<Source> {
  const entries = (await source.list('')) ?? [];
  const tars = placesOf(entries);
  if (tars.length === 0) return source;
  const layers: Layer[] = [];
  for (const { name, at } of tars) {
    const tar = await openTar(source, name, at === null, decompressors, findings);
    if (tar !== null) layers.push({ at: at ?? '', source: tar });
  }
  const names = new Set(tars.map(({ name }) => name));
  return layered(source.name, [...layers, { at: '', source: without(source, names) }]);
}

/** The tar files to be mounted, and where; null for a lone one. */
function placesOf(entries: readonly SourceEntry[]): { name: string; at: string | null }[] {
  const tars = entries
    .filter(({ kind }) => kind === 'file')
    .map(({ name }) => ({ name, plain: readStoredName(name).plain }))
    .filter(({ plain }) => plain.endsWith('.tar'));
  if (entries.length === 1) return tars.map(({ name }) => ({ name, at: null }));
  return tars.flatMap(({ name, plain }) => {
    const at = Object.hasOwn(BASE_BACKUP_TARS, plain) ? BASE_BACKUP_TARS[plain] : null;
    return at === null ? [] : [{ name, at }];
  });
}

async function openTar(
  source: Source,
  name: string,
  isAlone: boolean,
  decompressors: Decompressors,
  findings: FindingsByKind,
): Promise<Source | null> {
  try {
    const file = await source.open(name);
    if (file === null) return null;
    const decompressor = await decompressorOf(file, source.name, name, decompressors, findings);
    if (decompressor !== null) {
      await file.close();
      return await compressedTar(source, name, isAlone, decompressor, findings);
    }
    const index = await readTarIndex(file, name, () => false, findings);
    await file.close();
    return rooted(source.name, index, isAlone, () => reopen(source, name));
  } catch (error) {
    // the findings say what is wrong with it
    if (!(error instanceof SourceError)) throw error;
    return null;
  }
}

async function compressedTar(
  source: Source,
  name: string,
  isAlone: boolean,
  decompressor: Decompressor,
  findings: FindingsByKind,
): Promise<Source> {
  const start = () => decompressed(source, name, decompressor);
  const first = new ForwardFile(start);
  let left = KEPT_BYTES;
  const index = await readTarIndex(
    first,
    name,
    (path, size) => {
      const isKept = size <= left && isWorthKeeping(path, size);
      if (isKept) left -= size;
      return isKept;
    },
    findings,
  );
  // who reads on where another one stopped need not start over
  let idle: ForwardFile | null = first;
  return rooted(source.name, index, isAlone, async () => {
    const file = idle ?? new ForwardFile(start);
    idle = null;
    return {
      read: (target, position) => file.read(target, position),
      async close() {
        if (idle === null) idle = file;
        else await file.close();
      },
    };
  });
}

function isWorthKeeping(path: string, size: number): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (parseWalFileName(readStoredName(name).plain) !== null) return true;
  return size <= SMALL_FILE_BYTES && !RELATION_FILE.test(path);
}

function rooted(name: string, index: TarIndex, isAlone: boolean, open: () => Promise<SourceFile>): Source {
  const tar = tarSource(name, index, open);
  if (!isAlone) return tar;
  const root = onlyFolderOf(index, (folder) => KNOWN_FOLDER.test(folder));
  return root === '' ? tar : below(tar, root);
}

/** A folder of a source as a source. */
function below(source: Source, folder: string): Source {
  return {
    name: source.name,
    list: (directory) => source.list(directory === '' ? folder : `${folder}/${directory}`),
    open: (path) => source.open(`${folder}/${path}`),
  };
}

function without(source: Source, names: ReadonlySet<string>): Source {
  return {
    name: source.name,
    async list(directory) {
      const entries = await source.list(directory);
      return directory === '' && entries !== null ? entries.filter(({ name }) => !names.has(name)) : entries;
    },
    open: async (path) => (names.has(path) ? null : source.open(path)),
  };
}

async function reopen(source: Source, path: string): Promise<SourceFile> {
  const file = await source.open(path);
  if (file === null) {
    throw new SourceError('SOURCE_NOT_FOUND', `${source.name}/${path} went away while it was read`);
  }
  return file;
}

/** What a compressed file holds, from its beginning; the file is not held open between pieces. */
async function* decompressed(
  source: Source,
  path: string,
  decompressor: Decompressor,
): AsyncGenerator<Uint8Array> {
  try {
    yield* decompressor(chunksOf(source, path));
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SourceError('SOURCE_UNREADABLE', `${source.name}/${path} could not be decompressed: ${why}`, {
      cause,
    });
  }
}

async function* chunksOf(source: Source, path: string): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const part = new Uint8Array(READ_BYTES);
    const file = await reopen(source, path);
    const length = await file.read(part, position);
    await file.close();
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      yield part.subarray(at, Math.min(at + CHUNK_BYTES, length));
    }
    if (length === 0) return;
    position += length;
  }
}
