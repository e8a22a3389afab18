import { memoryFile } from './memory-file.js';
import type { Source, SourceEntry, SourceFile } from './source.js';
import type { TarFile, TarIndex } from './tar-index.js';

/** A tar file whose index is known. */
export interface OpenTar {
  readonly index: TarIndex;
  /** Opens a file in it whose contents were not kept. */
  readonly open: (file: TarFile) => Promise<SourceFile>;
}

/** What is in a tar file, as a directory. */
export function tarSource(name: string, { index, open }: OpenTar): Source {
  const folders = foldersOf(index);
  return {
    name,
    async list(directory) {
      const folder = folders.get(directory);
      return folder === undefined ? null : [...folder.values()];
    },
    async open(path) {
      const file = index.files.get(path);
      if (file === undefined) return null;
      return file.content === null ? open(file) : memoryFile(file.content);
    },
  };
}

/** The folder that holds all there is, where a tar file was made of a folder and not of what is in it. */
export function onlyFolderOf(index: TarIndex, isEnough: (folder: string) => boolean): string {
  const folders = foldersOf(index);
  for (let at = ''; ; ) {
    const entries = [...(folders.get(at)?.values() ?? [])];
    if (entries.length !== 1 || entries[0].kind === 'file' || isEnough(entries[0].name)) return at;
    at = at === '' ? entries[0].name : `${at}/${entries[0].name}`;
  }
}

function foldersOf({ files, directories }: TarIndex): Map<string, Map<string, SourceEntry>> {
  const folders = new Map([['', new Map<string, SourceEntry>()]]);
  const folderOf = (path: string): Map<string, SourceEntry> => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const folder = new Map<string, SourceEntry>();
    folders.set(path, folder);
    addTo(path, 'directory', null);
    return folder;
  };
  const addTo = (path: string, kind: SourceEntry['kind'], size: number | null): void => {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    folderOf(path.slice(0, Math.max(slash, 0))).set(name, { name, kind, size });
  };
  for (const directory of directories) folderOf(directory);
  for (const [path, { size }] of files) addTo(path, 'file', size);
  return folders;
}

/** A file that is read where it lies in a tar file, without compression. */
export class TarPart implements SourceFile {
  readonly #tar: SourceFile;
  readonly #file: TarFile;

  /** @param tar - the tar file, which is closed with this one */
  constructor(tar: SourceFile, file: TarFile) {
    this.#tar = tar;
    this.#file = file;
  }

  read(target: Uint8Array, position: number): number | Promise<number> {
    const length = Math.max(0, Math.min(target.length, this.#file.size - position));
    return length === 0 ? 0 : this.#tar.read(target.subarray(0, length), this.#file.offset + position);
  }

  close(): void | Promise<void> {
    return this.#tar.close();
  }
}
