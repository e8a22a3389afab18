import { SourceError } from '../errors.js';

/**
 * Where bytes come from: a directory, memory, an archive, the network. Everything that reads files reads
 * them through this, and never learns what is behind it.
 *
 * @category Sources
 */
export interface Source {
  /** What messages call it: a path, a URL, a name. */
  readonly name: string;

  /** What was found wrong with its files so far, as they were listed and opened: what is passed over, and why. */
  readonly findings?: readonly SourceFinding[];

  /**
   * The entries of a directory, in no particular order, or null where there is no such directory.
   *
   * @param directory - relative to the source, parted by `/`; `''` is the source itself
   * @throws SourceError `SOURCE_UNREADABLE` where it is there but cannot be read
   */
  list(directory: string): Promise<readonly SourceEntry[] | null>;

  /**
   * Opens a file, or gives null where there is none.
   *
   * @param path - relative to the source, parted by `/`
   * @throws SourceError `SOURCE_UNREADABLE` where it is there but cannot be read
   */
  open(path: string): Promise<SourceFile | null>;
}

/**
 * What a {@link Source} says of one of its entries.
 *
 * @category Sources
 */
export interface SourceEntry {
  /** Without the directory's path. */
  readonly name: string;
  /** Whether it is a directory or a file (links are followed). */
  readonly kind: 'file' | 'directory';
  /** In bytes; null where only reading it would tell, and for directories. */
  readonly size: number | null;
}

/**
 * Codes of what a {@link Source} can find wrong with its files. A closed list.
 *
 * @category Sources
 */
export type SourceFindingCode =
  | 'encrypted-file'
  | 'unsupported-compression'
  | 'misleading-name'
  | 'damaged-file'
  | 'duplicate-segment'
  | 'unreadable-directory'
  | 'tar-entry-refused'
  | 'tar-entry-passed-over'
  | 'tar-damaged';

/**
 * Something wrong with the files of a {@link Source}, that leaves the others to be read.
 *
 * @category Sources
 */
export interface SourceFinding {
  /** Stable. */
  readonly code: SourceFindingCode;
  /** One sentence that names the file, or the first of several. */
  readonly message: string;
}

/**
 * An open file of a {@link Source}.
 *
 * @category Sources
 */
export interface SourceFile {
  /**
   * Fills `target` with the bytes from `position` on. Bytes at hand are given at once, so that nobody waits
   * for a promise that is not needed.
   *
   * @returns how many bytes were read: fewer than asked for at the end of the file, or before a place that
   * cannot be read, as reading on from there tells
   * @throws SourceError `SOURCE_UNREADABLE`
   */
  read(target: Uint8Array, position: number): number | Promise<number>;

  /** Gives back what the file holds open. */
  close(): void | Promise<void>;
}

/**
 * Opens a file that was there before.
 *
 * @throws SourceError `SOURCE_NOT_FOUND` where it is there no more, `SOURCE_UNREADABLE`
 */
export async function openExisting(source: Source, path: string): Promise<SourceFile> {
  const file = await source.open(path);
  if (file !== null) return file;
  throw new SourceError('SOURCE_NOT_FOUND', `${source.name}/${path} went away while it was read`);
}

/** Reads a whole file, of `limit` bytes at the most; null where there is none. */
export async function readWholeFile(source: Source, path: string, limit: number): Promise<Uint8Array | null> {
  const file = await source.open(path);
  if (file === null) return null;
  try {
    const bytes = new Uint8Array(limit);
    let length = 0;
    for (let read = -1; read !== 0 && length < limit; length += read) {
      read = await file.read(bytes.subarray(length), length);
    }
    return bytes.slice(0, length);
  } finally {
    await file.close();
  }
}
