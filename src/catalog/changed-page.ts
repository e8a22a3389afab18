import type { BlockChange } from './heap-changes.js';
import { emptyPage, type HeapPage } from './heap-page.js';

/**
 * A page as WAL leaves it. Most begin with an image of the page; what is known before there is one waits for the
 * page on disk.
 */
export class ChangedPage {
  #page: HeapPage | null = null;
  #waiting: { readonly end: bigint; readonly change: BlockChange }[] = [];

  /** Whether the page is known without the one on disk. */
  get isWhole(): boolean {
    return this.#page !== null;
  }

  /** The page was logged as a whole. */
  replace(page: HeapPage): void {
    this.#page = page;
    this.#waiting = [];
  }

  /** @param end - where the record ends that says so */
  apply(change: BlockChange, end: bigint): void {
    if (change.isInit) this.replace(emptyPage());
    if (this.#page === null) this.#waiting.push({ end, change });
    else change.change(this.#page.items);
  }

  /**
   * The page with all changes, made on `base` where no image came first.
   *
   * @param base - the page on disk, in bytes of its own; null where there is none
   */
  over(base: HeapPage | null): HeapPage {
    if (this.#page === null) {
      this.#page = base ?? emptyPage();
      const { lsn, items } = this.#page;
      // the page may have been written to disk since
      for (const { end, change } of this.#waiting) if (end > lsn) change.change(items);
      this.#waiting = [];
    }
    return this.#page;
  }
}
