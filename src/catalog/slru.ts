import { SourceError } from '../errors.js';
import type { Source, SourceFile } from '../source/source.js';

/** `SLRU_PAGES_PER_SEGMENT` (`src/include/access/slru.h`). */
const PAGES_PER_SEGMENT = 32;

/** So many pages are kept: what is asked for lies close together. */
const KEPT_PAGES = 64;

/**
 * Pages of numbers that a server keeps by transaction (`src/backend/access/transam/slru.c`): files of 32 pages
 * with names like `0A1B`.
 */
export class SlruPages {
  readonly #source: Source;
  readonly #directory: string;
  readonly #pageSize: number;
  readonly #pages = new Map<number, DataView | null>();

  constructor(source: Source, directory: string, pageSize: number) {
    this.#source = source;
    this.#directory = directory;
    this.#pageSize = pageSize;
  }

  /** A page, or null where there is none or it cannot be read. */
  async page(number: number): Promise<DataView | null> {
    const kept = this.#pages.get(number);
    if (kept !== undefined) return kept;
    const page = await this.#read(number);
    if (this.#pages.size >= KEPT_PAGES) this.#pages.clear();
    this.#pages.set(number, page);
    return page;
  }

  async #read(number: number): Promise<DataView | null> {
    const segment = Math.floor(number / PAGES_PER_SEGMENT);
    const name = segment.toString(16).toUpperCase().padStart(4, '0');
    try {
      const file = await this.#source.open(`${this.#directory}/${name}`);
      if (file === null) return null;
      try {
        return await this.#readFrom(file, (number % PAGES_PER_SEGMENT) * this.#pageSize);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (error instanceof SourceError) return null;
      throw error;
    }
  }

  async #readFrom(file: SourceFile, position: number): Promise<DataView | null> {
    const bytes = new Uint8Array(this.#pageSize);
    const length = await file.read(bytes, position);
    return length < this.#pageSize ? null : new DataView(bytes.buffer);
  }
}
