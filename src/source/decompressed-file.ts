import { tooLong } from '../bytes/compressed-data.js';
import { SourceError } from '../errors.js';
import { isValidSegmentSize } from '../lsn.js';
import type { WalFileName } from '../wal-file-name.js';
import { CutOffError } from './byte-stream.js';
import type { Decompressor } from './compression.js';
import type { SourceFile } from './source.js';

/** Small, because a compressed byte can stand for a thousand. */
const CHUNK_BYTES = 16 * 1024;

/** Reads that end here are served without decompressing the rest: whoever looks at a first page wants no more. */
const HEAD_BYTES = 64 * 1024;

/** What a file that is not WAL may hold: no history or control file comes near. */
const SMALL_FILE_BYTES = 16 * 1024 * 1024;

/** `xlp_seg_size` and `xlp_xlog_blcksz` in `XLogLongPageHeaderData` (`src/include/access/xlog_internal.h`). */
const SEGMENT_SIZE_AT = 32;
const BLOCK_SIZE_AT = 36;

/** What is told of a compressed file. */
export interface DecompressionListener {
  /** Told all that the file holds, once that is known to be right. */
  readonly onWhole: (content: Uint8Array) => void;
  /** Told why the file cannot be read. */
  readonly onFailure: (why: string) => void;
}

/**
 * A compressed file as what it holds. A look at its beginning decompresses that; whoever reads on waits for all
 * of it, so that its checksum and its size are known before its contents are. Holds one file, and only as much
 * as it may be large: a segment is as large as its first page says.
 */
export class DecompressedFile implements SourceFile {
  readonly #compressed: SourceFile;
  readonly #name: string;
  readonly #kind: WalFileName['kind'] | null;
  readonly #listener: DecompressionListener;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #plain: Uint8Array = new Uint8Array(HEAD_BYTES);
  #length = 0;
  #isDone = false;
  #failure: SourceError | null = null;

  /** @param name - what messages call it
   *  @param kind - what it is by its name; null for files that are not WAL
   *  @param listener - is told what becomes of the file */
  constructor(
    compressed: SourceFile,
    name: string,
    decompressor: Decompressor,
    kind: WalFileName['kind'] | null,
    listener: DecompressionListener,
  ) {
    this.#compressed = compressed;
    this.#name = name;
    this.#kind = kind;
    this.#listener = listener;
    this.#pieces = decompressor(chunksOf(compressed))[Symbol.asyncIterator]();
  }

  read(target: Uint8Array, position: number): number | Promise<number> {
    const end = position + target.length;
    const wanted = end <= HEAD_BYTES ? end : Number.POSITIVE_INFINITY;
    if (this.#isDone || wanted <= this.#length) return this.#copy(target, position);
    return this.#decompress(wanted).then(() => this.#copy(target, position));
  }

  async close(): Promise<void> {
    this.#plain = new Uint8Array();
    this.#isDone = true;
    await this.#pieces.return?.();
    await this.#compressed.close();
  }

  #copy(target: Uint8Array, position: number): number {
    const part = this.#plain.subarray(position, Math.min(this.#length, position + target.length));
    if (part.length === 0 && this.#failure !== null) throw this.#failure;
    target.set(part);
    return part.length;
  }

  async #decompress(wanted: number): Promise<void> {
    try {
      while (!this.#isDone && this.#length < wanted) {
        const { done, value } = await this.#pieces.next();
        if (done) this.#isDone = true;
        else this.#append(value);
      }
      if (!this.#isDone) return;
      this.#pad();
      this.#listener.onWhole(this.#plain.subarray(0, this.#length));
    } catch (error) {
      this.#isDone = true;
      if (error instanceof CutOffError && this.#pad()) return;
      const why = `could not be decompressed: ${error instanceof Error ? error.message : error}`;
      this.#listener.onFailure(why);
      this.#failure = new SourceError('SOURCE_UNREADABLE', `${this.#name} ${why}`, { cause: error });
      // of damaged data nothing is sure, of what is cut off all that came before: whole pages, for WAL
      this.#length -=
        error instanceof CutOffError ? this.#length % (this.#field(BLOCK_SIZE_AT) || 1) : this.#length;
    }
  }

  /**
   * pg_receivewal fills a `.partial` segment up with zeros, but not where it compresses: there the file just
   * stops, as it is still being written to. True for such a file.
   */
  #pad(): boolean {
    const segmentSize = this.#field(SEGMENT_SIZE_AT);
    if (this.#kind !== 'partial' || !isValidSegmentSize(segmentSize)) return false;
    this.#append(new Uint8Array(segmentSize - this.#length));
    return true;
  }

  #append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#plain.length) {
      const limit = this.#limit();
      if (length > limit) throw tooLong(limit);
      const larger = new Uint8Array(Math.min(limit, Math.max(length, 2 * this.#plain.length)));
      larger.set(this.#plain.subarray(0, this.#length));
      this.#plain = larger;
    }
    this.#plain.set(piece, this.#length);
    this.#length = length;
  }

  #limit(): number {
    const segmentSize = this.#field(SEGMENT_SIZE_AT);
    return isValidSegmentSize(segmentSize) ? segmentSize : SMALL_FILE_BYTES;
  }

  /** A number in the header of a segment's first page; 0 where there is none. */
  #field(at: number): number {
    const isSegment = this.#kind === 'segment' || this.#kind === 'partial';
    if (!isSegment || this.#length < at + 4) return 0;
    return new DataView(this.#plain.buffer, this.#plain.byteOffset).getUint32(at, true);
  }
}

/** A file's bytes from the first to the last, in chunks that are the caller's own. */
async function* chunksOf(file: SourceFile): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const length = await file.read(chunk, position);
    if (length === 0) return;
    yield chunk.subarray(0, length);
    position += length;
  }
}
