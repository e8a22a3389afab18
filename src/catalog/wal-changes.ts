import { WalError } from '../errors.js';
import type { DecodedRecord } from '../rmgr/decoded-record.js';
import { decodeRecord } from '../rmgr/describe-record.js';
import type { RelationFile } from '../rmgr/description-writer.js';
import type { HeapNewPage } from '../rmgr/heap/heap-records.js';
import { BLOCK, FORK_MASK, ROW } from '../wal/block-references.js';
import { isImageApplied } from '../wal/image-info.js';
import { restorePageImage } from '../wal/page-image.js';
import type { WalRecord } from '../wal/record.js';
import { ChangedPage } from './changed-page.js';
import { EndedTransactions } from './ended-transactions.js';
import { heapChanges } from './heap-changes.js';
import { readHeapPage } from './heap-page.js';
import { updaterOf } from './multixacts.js';
import type { RelationMap } from './relation-map.js';

const MAIN_FORK = 0;

/** 256 MB of pages. */
const MOST_PAGES = 32_768;
const MOST_MULTIXACTS = 1_048_576;

/** Names a relation's files. */
export function fileKey({ tablespace, database, relation }: RelationFile): string {
  return `${tablespace}/${database}/${relation}`;
}

/**
 * What WAL changes in some catalogs, and what it says of transactions: a node that crashed has its newest rows
 * nowhere else.
 */
export class WalChanges {
  /** How transactions ended. */
  readonly transactions = new EndedTransactions();
  /** By MultiXactId, the transaction among them that changes the row, where one does. */
  readonly multiXactUpdaters = new Map<number, number>();
  /** The maps of catalogs to files that were written anew, by database; that of shared catalogs is 0's. */
  readonly relationMaps = new Map<number, RelationMap>();
  /** The files whose changes are gathered. */
  readonly files: ReadonlySet<string>;
  readonly #numbers: ReadonlySet<number>;
  readonly #pages = new Map<string, Map<number, ChangedPage>>();
  readonly #pageSize: number;
  #decoded: ReadonlySet<number> | null = null;
  #pageCount = 0;
  /** Whether there was more than is kept. */
  isIncomplete = false;

  /**
   * @param files - whose changes are to be gathered
   * @param pageSize - `BLCKSZ`, in bytes
   */
  constructor(files: readonly RelationFile[], pageSize: number) {
    this.files = new Set(files.map(fileKey));
    this.#numbers = new Set(files.map(({ relation }) => relation));
    this.#pageSize = pageSize;
  }

  /** The pages of a file that WAL changes, by block. */
  pagesOf(file: RelationFile): ReadonlyMap<number, ChangedPage> {
    return this.#pages.get(fileKey(file)) ?? new Map();
  }

  /** Takes the next record. */
  add(record: WalRecord): void {
    const isOld = record.format.version.recordFormat === 'backup-blocks';
    const isDecoded = this.#isDecoded(record);
    const touches = this.#touches(record);
    if (!touches && !isDecoded) return;
    const decoded = decodeRecord(record);
    if (!touches) this.#noteOutcomes(record, decoded);
    if (touches || (isOld && decoded.resourceManager === 'Heap')) this.#change(record, decoded);
  }

  /** Whether a block of one of the files is named, as far as blocks are. */
  #touches({ blockTable: { rows, count } }: WalRecord): boolean {
    for (let row = 0; row < count * ROW; row += ROW) {
      const isMain = (rows[row + BLOCK.forkAndFlags] & FORK_MASK) === MAIN_FORK;
      if (isMain && this.#numbers.has(rows[row + BLOCK.relation] >>> 0)) return true;
    }
    return false;
  }

  /** Up to 9.4, only a heap record's own data tells its block where no image comes with it. */
  #isDecoded({ format, resourceManager }: WalRecord): boolean {
    if (this.#decoded === null) {
      const names = ['Transaction', 'MultiXact', 'RelMap'];
      if (format.version.recordFormat === 'backup-blocks') names.push('Heap');
      this.#decoded = new Set(names.map((name) => format.version.resourceManagers.indexOf(name)));
    }
    return this.#decoded.has(resourceManager);
  }

  #noteOutcomes({ xid }: WalRecord, decoded: DecodedRecord): void {
    switch (decoded.type) {
      case 'COMMIT':
      case 'COMMIT_COMPACT':
      case 'COMMIT_PREPARED':
        this.#noteEnd(decoded.twophaseXid || xid, decoded.subxacts, 'committed');
        return;
      case 'ABORT':
      case 'ABORT_PREPARED':
        this.#noteEnd(decoded.twophaseXid || xid, decoded.subxacts, 'aborted');
        return;
      case 'CREATE_ID':
        this.#noteUpdater(decoded.mid, updaterOf(decoded.members));
        return;
      case 'UPDATE':
        if (decoded.resourceManager !== 'RelMap') return;
        this.relationMaps.set(
          decoded.dbid,
          new Map(decoded.mappings.map(({ mapoid, mapfilenumber }) => [mapoid, mapfilenumber])),
        );
        return;
      default:
    }
  }

  #noteEnd(xid: number, subtransactions: readonly number[], status: 'committed' | 'aborted'): void {
    this.transactions.note(xid, status);
    for (const each of subtransactions) this.transactions.note(each, status);
  }

  #noteUpdater(multi: number, updater: number): void {
    if (updater === 0) return;
    if (this.multiXactUpdaters.size < MOST_MULTIXACTS) this.multiXactUpdaters.set(multi, updater);
    else this.isIncomplete = true;
  }

  #change(record: WalRecord, decoded: DecodedRecord): void {
    const imaged = new Set<number>();
    let file: RelationFile | null = null;
    for (const reference of record.blocks) {
      if (reference.fork !== MAIN_FORK || !this.files.has(fileKey(reference))) continue;
      file = reference;
      const { image } = reference;
      if (image === null || !isImageApplied(record.format.version, image.info)) continue;
      const page = readHeapPage(restoredImage(record, reference, this.#pageSize));
      if (page !== null) this.#page(file, reference.block)?.replace(page);
      imaged.add(reference.block);
    }
    if (decoded.resourceManager !== 'Heap') return;
    if (decoded.type === 'NEWPAGE') {
      this.#replaceBy(decoded);
      return;
    }
    if ('locator' in decoded && decoded.locator !== undefined) file = decoded.locator;
    if (file === null || !this.files.has(fileKey(file))) return;
    for (const change of heapChanges(record, decoded)) {
      if (!imaged.has(change.block)) this.#page(file, change.block)?.apply(change, record.endLsn);
    }
  }

  /** Up to 9.4, tables that are written anew are logged like this. */
  #replaceBy({ locator, forknum, block, page: stored, holeOffset = 0, holeLength = 0 }: HeapNewPage): void {
    if (forknum !== MAIN_FORK || !this.files.has(fileKey(locator))) return;
    const bytes = new Uint8Array(this.#pageSize);
    if (stored.length + holeLength !== bytes.length || holeOffset > stored.length) return;
    bytes.set(stored.subarray(0, holeOffset));
    bytes.set(stored.subarray(holeOffset), holeOffset + holeLength);
    const page = readHeapPage(bytes);
    if (page !== null) this.#page(locator, block)?.replace(page);
  }

  /** A page's changes; null where there would be more pages than can be kept. */
  #page(file: RelationFile, block: number): ChangedPage | null {
    const key = fileKey(file);
    const pages = this.#pages.get(key) ?? new Map<number, ChangedPage>();
    this.#pages.set(key, pages);
    const known = pages.get(block);
    if (known !== undefined) return known;
    if (this.#pageCount >= MOST_PAGES) {
      this.isIncomplete = true;
      return null;
    }
    this.#pageCount++;
    const page = new ChangedPage();
    pages.set(block, page);
    return page;
  }
}

/** An image that cannot be restored is as a page that cannot be read. */
function restoredImage(record: WalRecord, block: WalRecord['blocks'][number], pageSize: number): Uint8Array {
  try {
    return restorePageImage(record, block, pageSize);
  } catch (error) {
    if (error instanceof WalError) return new Uint8Array(pageSize).fill(0xff);
    throw error;
  }
}
