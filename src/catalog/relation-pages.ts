import type { Source, SourceFile } from '../source/source.js';

/** How a cluster's relation files are made up. */
export interface PageGeometry {
  /** `BLCKSZ`, in bytes. */
  readonly pageSize: number;
  /** `RELSEG_SIZE`: how many pages a file has before the next one begins. */
  readonly pagesPerFile: number;
}

/** A page of a relation's file. */
export interface RelationPage {
  /** Its number in the relation. */
  readonly block: number;
  /** Valid until the next one is asked for. */
  readonly bytes: Uint8Array;
}

const WINDOW_PAGES = 64;

/**
 * Reads a relation's pages one after the other, over all its files; none where there is no file.
 *
 * @param path - of the first file: `base/5/1259`
 * @param limit - how many pages to read at most
 * @throws SourceError `SOURCE_UNREADABLE`
 */
export async function* relationPages(
  source: Source,
  path: string,
  { pageSize, pagesPerFile }: PageGeometry,
  limit: number,
): AsyncGenerator<RelationPage> {
  const buffer = new Uint8Array(WINDOW_PAGES * pageSize);
  for (let number = 0; number * pagesPerFile < limit; number++) {
    const file = await source.open(number === 0 ? path : `${path}.${number}`);
    if (file === null) return;
    try {
      const first = number * pagesPerFile;
      const pages = Math.min(limit - first, pagesPerFile);
      for (let page = 0; page < pages; page += WINDOW_PAGES) {
        const read = await fill(file, buffer, page * pageSize);
        const count = Math.min(Math.floor(read / pageSize), pages - page);
        for (let index = 0; index < count; index++) {
          const bytes = buffer.subarray(index * pageSize, (index + 1) * pageSize);
          yield { block: first + page + index, bytes };
        }
        if (count < WINDOW_PAGES && page + count < pages) return;
      }
    } finally {
      await file.close();
    }
  }
}

async function fill(file: SourceFile, target: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  for (let read = -1; read !== 0 && filled < target.length; filled += read) {
    read = await file.read(target.subarray(filled), position + filled);
  }
  return filled;
}
