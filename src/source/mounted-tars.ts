import { SourceError } from '../errors.js';
import { openCompressedTar } from './compressed-tar.js';
import type { Decompressors } from './compression.js';
import { decompressorOf } from './decompressor-of.js';
import type { FindingsByKind } from './findings.js';
import { type Layer, layered } from './layered.js';
import { openExisting, type Source } from './source.js';
import { readTarIndex, type TarFile } from './tar-index.js';
import { type OpenTar, onlyFolderOf, TarPart, tarSource } from './tar-source.js';

/** Folders that are what they are called: what is around them belongs to them. */
const KNOWN_FOLDER = /^(pg_wal|pg_xlog|global|wals|wal_005|wal|[0-9A-F]{16})$/;

/** A tar file, and the folder that it is to be mounted at; null for a lone one, which is all there is. */
export interface TarPlace {
  readonly name: string;
  readonly at: string | null;
}

/** The source with these tar files in the place of what they were made of. */
export async function mountTars(
  source: Source,
  tars: readonly TarPlace[],
  decompressors: Decompressors,
  findings: FindingsByKind,
): Promise<Source> {
  const layers: Layer[] = [];
  for (const { name, at } of tars) {
    const tar = await openTar(source, name, at === null, decompressors, findings);
    if (tar !== null) layers.push({ at: at ?? '', source: tar });
  }
  const names = new Set(tars.map(({ name }) => name));
  return layered(source.name, [...layers, { at: '', source: without(source, names) }]);
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
