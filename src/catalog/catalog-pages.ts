import { SourceError } from '../errors.js';
import type { RelationFile } from '../rmgr/description-writer.js';
import type { Source } from '../source/source.js';
import type { NamesFinding } from './catalog-names.js';
import type { CatalogRow } from './catalog-row.js';
import { type HeapPage, readHeapPage } from './heap-page.js';
import { type PageGeometry, relationPages } from './relation-pages.js';
import type { WalChanges } from './wal-changes.js';

/** 8 GB of pages of 8 kB, and four million rows: no catalog is as large as that. */
const MOST_PAGES = 1_048_576;
const MOST_ROWS = 4_194_304;

/** Reads catalogs row by row: from disk, with the changes that only WAL has yet. */
export class CatalogPages {
  readonly #source: Source;
  readonly #geometry: PageGeometry;
  readonly #changes: WalChanges | null;
  readonly #findings: NamesFinding[];

  /** @param findings - what is wrong with the files is added to it */
  constructor(source: Source, geometry: PageGeometry, changes: WalChanges | null, findings: NamesFinding[]) {
    this.#source = source;
    this.#geometry = geometry;
    this.#changes = changes;
    this.#findings = findings;
  }

  /**
   * Reads all row versions of a catalog, dead ones included. What cannot be read is passed over.
   *
   * @param path - of its first file
   * @param read - what to keep of a row, or null for nothing
   */
  async rows<Row>(
    file: RelationFile,
    path: string,
    row: CatalogRow,
    read: (row: CatalogRow) => Row | null,
  ): Promise<Row[]> {
    const rows: Row[] = [];
    let damagedPages = 0;
    let damagedRows = 0;
    let isMissing = true;
    try {
      for await (const page of this.#pages(file, path)) {
        isMissing = false;
        if (page === null) {
          damagedPages++;
          continue;
        }
        damagedRows += page.damagedItems;
        for (const item of page.items.values()) {
          if (!row.moveTo(item)) {
            damagedRows++;
            continue;
          }
          const kept = read(row);
          if (kept !== null) rows.push(kept);
        }
        if (rows.length >= MOST_ROWS) {
          this.#find('catalog-too-large', `${path}: only its first ${rows.length} rows were read`);
          break;
        }
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#find('catalog-unreadable', error.message);
      return rows;
    }
    if (isMissing) this.#find('catalog-missing', `${path}: not there, or empty`);
    if (damagedPages > 0)
      this.#find('catalog-damaged', `${path}: damaged pages were passed over, ${damagedPages}`);
    if (damagedRows > 0)
      this.#find('catalog-damaged', `${path}: damaged rows were passed over, ${damagedRows}`);
    return rows;
  }

  /** Null for a page that cannot be right. */
  async *#pages(file: RelationFile, path: string): AsyncGenerator<HeapPage | null> {
    const changed = new Map(this.#changes?.pagesOf(file));
    for await (const { block, bytes } of relationPages(this.#source, path, this.#geometry, MOST_PAGES)) {
      const change = changed.get(block);
      changed.delete(block);
      const page = readHeapPage(change === undefined ? bytes : bytes.slice());
      if (change === undefined || (page === null && !change.isWhole)) yield page;
      if (change !== undefined) yield change.over(page);
    }
    for (const change of changed.values()) yield change.over(null);
  }

  #find(code: NamesFinding['code'], message: string): void {
    this.#findings.push({ code, message });
  }
}
