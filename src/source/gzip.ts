import { Gunzip } from 'fflate';
import { SourceError } from '../errors.js';
import type { Source, SourceEntry, SourceFile } from './source.js';

const SUFFIX = '.gz';

/** Small, because a compressed byte can stand for a thousand. */
const COMPRESSED_CHUNK_BYTES = 16 * 1024;

/**
 * The same source with every `name.gz` to be read as `name`. Where both are there, the plain file counts.
 */
export function decompressing(source: Source): Source {
  return {
    name: source.name,
    async list(directory) {
      const entries = await source.list(directory);
      if (entries === null) return null;
      const plain = new Map<string, SourceEntry>();
      for (const entry of entries) {
        if (!isCompressed(entry)) plain.set(entry.name, entry);
      }
      for (const entry of entries) {
        const name = entry.name.slice(0, -SUFFIX.length);
        if (isCompressed(entry) && !plain.has(name)) plain.set(name, { name, kind: 'file', size: null });
      }
      return [...plain.values()];
    },
    async open(path) {
      const plain = await source.open(path);
      if (plain !== null) return plain;
      const compressed = await source.open(path + SUFFIX);
      return compressed && new GzipFile(compressed, `${source.name}/${path}${SUFFIX}`);
    },
  };
}

function isCompressed(entry: SourceEntry): boolean {
  return entry.kind === 'file' && entry.name.endsWith(SUFFIX);
}

/**
 * A gzip'd file, decompressed as far as it is read. Made for reading forward: a step back starts over.
 */
class GzipFile implements SourceFile {
  readonly #compressed: SourceFile;
  readonly #name: string;
  readonly #chunk = new Uint8Array(COMPRESSED_CHUNK_BYTES);
  #gunzip = new Gunzip();
  #consumed = 0;
  #finished = false;
  /** What is decompressed and not yet passed by, and where in the file it starts. */
  #pieces: Uint8Array[] = [];
  #piecesStart = 0;

  constructor(compressed: SourceFile, name: string) {
    this.#compressed = compressed;
    this.#name = name;
    this.#restart();
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (position < this.#piecesStart) this.#restart();
    let filled = 0;
    while (filled < target.length) {
      const piece = this.#pieces[0];
      if (piece === undefined) {
        if (this.#finished) break;
        await this.#decompressMore();
        continue;
      }
      const skip = position + filled - this.#piecesStart;
      if (skip >= piece.length) {
        this.#pieces.shift();
        this.#piecesStart += piece.length;
        continue;
      }
      const part = piece.subarray(skip, skip + target.length - filled);
      target.set(part, filled);
      filled += part.length;
    }
    return filled;
  }

  close(): void | Promise<void> {
    return this.#compressed.close();
  }

  #restart(): void {
    this.#pieces = [];
    this.#piecesStart = 0;
    this.#consumed = 0;
    this.#finished = false;
    this.#gunzip = new Gunzip((piece) => {
      if (piece.length > 0) this.#pieces.push(piece);
    });
  }

  async #decompressMore(): Promise<void> {
    const length = await this.#compressed.read(this.#chunk, this.#consumed);
    this.#consumed += length;
    this.#finished = length < this.#chunk.length;
    try {
      this.#gunzip.push(this.#chunk.slice(0, length), this.#finished);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new SourceError('SOURCE_UNREADABLE', `could not decompress ${this.#name}: ${why}`, { cause });
    }
  }
}
