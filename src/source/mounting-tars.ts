import { SourceError } from '../errors.js';
import { openCompressedTar } from './compressed-tar.js';
import type { Decompressors } from './compression.js';
import { decompressorOf } from './decompressor-of.js';
import { FindingsByKind } from './findings.js';
import { type Layer, layered } from './layered.js';
import { openExisting, type Source, type SourceEntry } from './source.js';
import { readStoredName } from './stored-name.js';
import { readTarIndex, type TarFile } from './tar-index.js';
import { type OpenTar, onlyFolderOf, TarPart, tarSource } from './tar-source.js';

/** Where the files of a base backup belong that `pg_basebackup --format=tar` writes. */
const BASE_BACKUP_TARS: Readonly<Record<string, string>> = {
  'base.tar': '',
  'pg_wal.tar': 'pg_wal',
  'pg_xlog.tar': 'pg_xlog',
};

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
      const tar = await openCompressedTar(source, name, decompressor, findings);
      return rooted(source.name, tar, isAlone);
    }
    const index = await readTarIndex(file, name, () => false, findings);
    await file.close();
    const open = async (part: TarFile) => new TarPart(await openExisting(source, name), part);
    return rooted(source.name, { index, open }, isAlone);
  } catch (error) {
    // the findings say what is wrong with it
    if (!(error instanceof SourceError)) throw error;
    return null;
  }
}

function rooted(name: string, tar: OpenTar, isAlone: boolean): Source {
  const source = tarSource(name, tar);
  if (!isAlone) return source;
  const root = onlyFolderOf(tar.index, (folder) => KNOWN_FOLDER.test(folder));
  return root === '' ? source : below(source, root);
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
