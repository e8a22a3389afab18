import { SourceError } from '../errors.js';
import { FindingsByKind } from './findings.js';
import type { Source, SourceEntry } from './source.js';
import { readStoredName } from './stored-name.js';

/** Where pgBackRest and Barman keep the segments of a timeline's stretch of 4 GB. */
const SEGMENT_FOLDER = /^[0-9A-F]{16}$/;

/** A file under its plain name, and where it lies. */
interface Located {
  readonly entry: SourceEntry;
  readonly path: string;
  /** Of its contents, where its name tells. */
  readonly checksum: string | null;
}

/**
 * The same source with files under the names that a server gives them: without what compression, encryption and
 * archivers add, and with the segments of an archive's subfolders in one list. Where a plain file and a compressed
 * one have the same name, the plain one counts.
 */
export function plainNames(source: Source): Source {
  const found = new FindingsByKind();
  const locations = new Map<string, ReadonlyMap<string, Located>>();

  const locate = async (directory: string): Promise<ReadonlyMap<string, Located> | null> => {
    const entries = await source.list(directory);
    if (entries === null) return null;
    const located = new Map<string, Located>();
    for (const entry of entries) {
      if (entry.kind === 'file') {
        add(located, directory, entry);
      } else if (SEGMENT_FOLDER.test(entry.name)) {
        const folder = pathOf(directory, entry.name);
        const files = await listFolder(folder);
        for (const each of files) if (each.kind === 'file') add(located, folder, each);
      } else {
        located.set(entry.name, { entry, path: pathOf(directory, entry.name), checksum: null });
      }
    }
    locations.set(directory, located);
    return located;
  };

  const listFolder = async (path: string): Promise<readonly SourceEntry[]> => {
    try {
      return (await source.list(path)) ?? [];
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      found.add('unreadable-directory', `what is in it is not known (${error.message})`, path);
      return [];
    }
  };

  const add = (located: Map<string, Located>, directory: string, entry: SourceEntry): void => {
    const path = pathOf(directory, entry.name);
    const { plain, checksum } = readStoredName(entry.name);
    const other = located.get(plain);
    if (other === undefined || entry.name === plain) {
      located.set(plain, { entry: { ...entry, name: plain }, path, checksum });
    } else if (checksum !== null && other.checksum !== null && checksum !== other.checksum) {
      found.add('duplicate-segment', 'stored again with other contents, only the first is read', path);
    }
  };

  return {
    name: source.name,
    get findings() {
      return [...(source.findings ?? []), ...found.all];
    },
    async list(directory) {
      const located = await locate(directory);
      return located && [...located.values()].map(({ entry }) => entry);
    },
    async open(path) {
      const file = await source.open(path);
      if (file !== null) return file;
      const slash = path.lastIndexOf('/');
      const [directory, name] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
      const located = (locations.get(directory) ?? (await locate(directory)))?.get(name);
      if (located === undefined) return null;
      const opened = await source.open(located.path);
      if (opened !== null) return opened;
      // an archiver may have compressed or moved it since
      const now = (await locate(directory))?.get(name);
      return now === undefined ? null : source.open(now.path);
    },
  };
}

function pathOf(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
