import type { RelationFile } from '../description-writer.js';
import type { InvalidationMessage } from '../invalidation-messages.js';
import type { RecordFields } from '../record-fields.js';

/**
 * The block that a record up to 9.4 is about. From 9.5 on, a record's block references tell it
 * ({@link WalRecord.blocks}).
 *
 * @category Records as data
 */
export interface HeapBlock {
  /** The table; up to 9.4 only. */
  readonly locator?: RelationFile;
  /** The block's number in the table; up to 9.4 only. */
  readonly block?: number;
}

/**
 * A row was added (`xl_heap_insert`, `src/include/access/heapam_xlog.h`); `+INIT` where the page is built anew
 * with it as its first. The row itself is the data of block 0, or up to 9.4 follows in the main data.
 *
 * @category Records as data
 */
export interface HeapInsert extends RecordFields<'Heap', 'INSERT' | 'INSERT+INIT'>, HeapBlock {
  /** The row's line pointer on the page, from 1. */
  readonly offnum: number;
  /** Bits `XLH_INSERT_…` (`XLOG_HEAP_…` in 9.4); bit 0 in all versions: the page is all-visible no more. */
  readonly flags: number;
}

/**
 * A row was deleted (`xl_heap_delete`, `src/include/access/heapam_xlog.h`). With `wal_level` logical, the old
 * row or its key may follow in the main data.
 *
 * @category Records as data
 */
export interface HeapDelete extends RecordFields<'Heap', 'DELETE'>, HeapBlock {
  /** The transaction that deleted it, or a MultiXactId. */
  readonly xmax: number;
  /** The row's line pointer on the page, from 1. */
  readonly offnum: number;
  /** Bits `XLHL_…`: what `xmax` is. */
  readonly infobitsSet: number;
  /** Bits `XLH_DELETE_…` (`XLOG_HEAP_…` in 9.4); bit 0 in all versions: the page is all-visible no more. */
  readonly flags: number;
}

/**
 * A row was replaced by a new version of it (`xl_heap_update`, `src/include/access/heapam_xlog.h`); `HOT`
 * where no index needs to know, `+INIT` where the new version's page is built anew. The new version is the data
 * of block 0, or up to 9.4 follows in the main data.
 *
 * @category Records as data
 */
export interface HeapUpdate
  extends RecordFields<'Heap', 'UPDATE' | 'UPDATE+INIT' | 'HOT_UPDATE' | 'HOT_UPDATE+INIT'>,
    HeapBlock {
  /** The old version's xmax: a transaction or a MultiXactId. */
  readonly oldXmax: number;
  /** The old version's line pointer, from 1. */
  readonly oldOffnum: number;
  /** Bits `XLHL_…`: what `oldXmax` is. */
  readonly oldInfobitsSet: number;
  /**
   * Bits `XLH_UPDATE_…` (`XLOG_HEAP_…` in 9.4); bits 0 and 1 in all versions: the old and the new page are
   * all-visible no more.
   */
  readonly flags: number;
  /** The new version's xmax: 0, a transaction or a MultiXactId. */
  readonly newXmax: number;
  /** The new version's line pointer, from 1. */
  readonly newOffnum: number;
  /** The new version's block; up to 9.4 only. */
  readonly newBlock?: number;
}

/**
 * Tables were emptied by `TRUNCATE` (`xl_heap_truncate`, `src/include/access/heapam_xlog.h`); from 11, and for
 * logical decoding only.
 *
 * @category Records as data
 */
export interface HeapTruncate extends RecordFields<'Heap', 'TRUNCATE'> {
  /** The database's OID. */
  readonly dbId: number;
  /** How many OIDs the record says to hold. */
  readonly nrelids: number;
  /** 1: `CASCADE`, 2: `RESTART IDENTITY`. */
  readonly flags: number;
  /** OIDs of the tables, and of sequences to be restarted. */
  readonly relids: readonly number[];
}

/**
 * A row that was added speculatively (`INSERT … ON CONFLICT`) is there to stay (`xl_heap_confirm`,
 * `src/include/access/heapam_xlog.h`); from 9.5.
 *
 * @category Records as data
 */
export interface HeapConfirm extends RecordFields<'Heap', 'HEAP_CONFIRM'>, HeapBlock {
  /** The row's line pointer on the page, from 1. */
  readonly offnum: number;
}

/**
 * A page was written as a whole, of a table or an index (`xl_heap_newpage`,
 * `src/include/access/heapam_xlog.h`); up to 9.4.
 *
 * @category Records as data
 */
export interface HeapNewPage extends RecordFields<'Heap', 'NEWPAGE'>, HeapBlock {
  /** The table or index. */
  readonly locator: RelationFile;
  /** 0 main, 1 free space map, 2 visibility map, 3 init. */
  readonly forknum: number;
  /** The block's number in the fork. */
  readonly block: number;
  /** Bytes of the page before a hole of zeros; 9.4 only. */
  readonly holeOffset?: number;
  /** Bytes in that hole, which `page` leaves out; 9.4 only. */
  readonly holeLength?: number;
  /** The page's bytes, valid as long as the record. */
  readonly page: Uint8Array;
}

/**
 * A row was locked (`xl_heap_lock`, `src/include/access/heapam_xlog.h`).
 *
 * @category Records as data
 */
export interface HeapLock extends RecordFields<'Heap', 'LOCK'>, HeapBlock {
  /** The transaction that locks it, or a MultiXactId (`locking_xid` up to 15). */
  readonly xmax: number;
  /** The row's line pointer on the page, from 1. */
  readonly offnum: number;
  /** Bits `XLHL_…`: what `xmax` is, and how it locks. */
  readonly infobitsSet: number;
  /** 1: the page is all-frozen no more; from 9.6. */
  readonly flags?: number;
}

/**
 * A row was overwritten where it is, as only some of system catalogs are (`xl_heap_inplace`,
 * `src/include/access/heapam_xlog.h`). The row itself is the data of block 0, or up to 9.4 follows in the main
 * data.
 *
 * @category Records as data
 */
export interface HeapInplace extends RecordFields<'Heap', 'INPLACE'>, HeapBlock {
  /** The row's line pointer on the page, from 1. */
  readonly offnum: number;
  /** The OID of the database of whoever did it; from 18. */
  readonly dbId?: number;
  /** The OID of that database's tablespace; from 18. */
  readonly tsId?: number;
  /** Whether files with the contents of relation caches are to be removed; from 18. */
  readonly relcacheInitFileInval?: boolean;
  /** What is not to be kept in caches any longer; from 18. */
  readonly msgs?: readonly InvalidationMessage[];
}

/**
 * Records of changes to rows of tables.
 *
 * @category Records as data
 */
export type HeapRecord =
  | HeapInsert
  | HeapDelete
  | HeapUpdate
  | HeapTruncate
  | HeapConfirm
  | HeapNewPage
  | HeapLock
  | HeapInplace;
