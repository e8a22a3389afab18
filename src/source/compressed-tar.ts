import { SourceError } from '../errors.js';
import { parseWalFileName } from '../wal-file-name.js';
import type { Decompressor } from './compression.js';
import type { FindingsByKind } from './findings.js';
import { ForwardFile } from './forward-file.js';
import { memoryFile } from './memory-file.js';
import { openExisting, type Source, type SourceFile } from './source.js';
import { readStoredName } from './stored-name.js';
import { readTarIndex, type TarFile } from './tar-index.js';
import { type OpenTar, TarPart } from './tar-source.js';

/** How much is kept of a compressed tar file, which would have to be decompressed again to be read. */
export interface KeptBytes {
  /** Of WAL, and of the small files of a data directory. */
  readonly wal: number;
  /** Of all other files. */
  readonly others: number;
}

const KEPT: KeptBytes = { wal: 256 * 1024 * 1024, others: 128 * 1024 * 1024 };
const SMALL_FILE_BYTES = 64 * 1024;
const RELATION_FILE = /(^|\/)(base|pg_tblspc)\//;

/** How often it is passed through at most: a thousand segments in no order would be nearly as many passes. */
const MAX_PASSES = 10;

/** A larger file in a compressed tar file is read in parts. */
const HELD_BYTES = 64 * 1024 * 1024;

/** How much of a compressed tar file is read at once, and handed on in parts. */
const READ_BYTES = 1024 * 1024;
const CHUNK_BYTES = 16 * 1024;

/**
 * Passes through a compressed tar file once, to know what is in it, and keeps what is likely to be read. WAL that
 * was not kept is decompressed again where it is wanted, as it is read forward. Other files are read in any order,
 * which would mean a pass each: those are refused.
 */
export async function openCompressedTar(
  source: Source,
  path: string,
  decompressor: Decompressor,
  findings: FindingsByKind,
  { wal, others } = KEPT,
): Promise<OpenTar> {
  const refusal = (what: string, file: string): SourceError => {
    findings.add('tar-entry-passed-over', what, file);
    return new SourceError('SOURCE_UNREADABLE', `${source.name}/${file}: ${what}`);
  };
  let passes = 0;
  const start = () => {
    if (passes++ < MAX_PASSES) return decompressed(source, path, decompressor);
    throw refusal(
      `passed through ${MAX_PASSES} times, which is the most: unpack it to have all of it read`,
      path,
    );
  };
  const tar = new ForwardFile(start);
  const left = { wal, others };
  const keeps = (file: string, size: number): boolean => {
    const budget = isWal(file) || isSmall(file, size) ? 'wal' : 'others';
    const isKept = size <= left[budget];
    if (isKept) left[budget] -= size;
    return isKept;
  };
  const index = await readTarIndex(tar, path, keeps, findings);
  const passedThrough = new PassedThrough(tar, start);
  return {
    index,
    async open(file) {
      if (isWal(file.path)) return passedThrough.open(file);
      throw refusal(`too much to be kept of ${path}: unpack it to have it read`, file.path);
    },
  };
}

/**
 * What was not kept of a compressed tar file. It is decompressed again up to where it is wanted, and who reads on
 * where another one stopped need not start over. A file's contents are held until the next but one is wanted, so
 * that reading it in any order does not start over either.
 */
class PassedThrough {
  readonly #start: () => AsyncIterable<Uint8Array>;
  #idle: ForwardFile | null;
  #held: { readonly file: TarFile; readonly content: Uint8Array }[] = [];

  constructor(idle: ForwardFile, start: () => AsyncIterable<Uint8Array>) {
    this.#idle = idle;
    this.#start = start;
  }

  async open(file: TarFile): Promise<SourceFile> {
    const held = this.#held.find((each) => each.file === file);
    if (held !== undefined) return memoryFile(held.content);
    const part = new TarPart(this.#openTar(), file);
    if (file.size > HELD_BYTES) return part;
    const content = new Uint8Array(file.size);
    const length = await part.read(content, 0);
    if (length < file.size) return part;
    await part.close();
    this.#held = [{ file, content }, ...this.#held].slice(0, 2);
    return memoryFile(content);
  }

  #openTar(): SourceFile {
    const tar = this.#idle ?? new ForwardFile(this.#start);
    this.#idle = null;
    return {
      read: (target, position) => tar.read(target, position),
      close: () => {
        this.#idle ??= tar;
        return this.#idle === tar ? undefined : tar.close();
      },
    };
  }
}

function isWal(path: string): boolean {
  return parseWalFileName(readStoredName(path.slice(path.lastIndexOf('/') + 1)).plain) !== null;
}

function isSmall(path: string, size: number): boolean {
  return size <= SMALL_FILE_BYTES && !RELATION_FILE.test(path);
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
    const file = await openExisting(source, path);
    const length = await file.read(part, position);
    await file.close();
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      yield part.subarray(at, Math.min(at + CHUNK_BYTES, length));
    }
    if (length === 0) return;
    position += length;
  }
}
