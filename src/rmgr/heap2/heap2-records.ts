import type { Lsn } from '../../lsn.js';
import type { RelationFile } from '../description-writer.js';
import type { HeapBlock } from '../heap/heap-records.js';
import type { RecordFields } from '../record-fields.js';

/**
 * What pruning did to a page's line pointers, which are numbered from 1.
 *
 * @category Records as data
 */
export interface PrunedItems {
  /** How rows were frozen; empty up to 16, see {@link Heap2FreezePage}. */
  readonly plans: readonly FreezePlan[];
  /** Line pointers that now lead to others. */
  readonly redirected: readonly ItemRedirection[];
  /** Line pointers of rows that are gone, but that indexes still know. */
  readonly nowdead: readonly number[];
  /** Line pointers that are free again. */
  readonly nowunused: readonly number[];
}

/**
 * A line pointer that leads to another one of the same page.
 *
 * @category Records as data
 */
export interface ItemRedirection {
  /** The line pointer, from 1. */
  readonly from: number;
  /** Where it leads to. */
  readonly to: number;
}

/**
 * How some rows of a page were frozen: all in the same way (`xl_heap_freeze_plan` in 16, `xlhp_freeze_plan` from
 * 17, `src/include/access/heapam_xlog.h`).
 *
 * @category Records as data
 */
export interface FreezePlan {
  /** Their new xmax: 0, a transaction or a MultiXactId. */
  readonly xmax: number;
  /** Their new `t_infomask2`. */
  readonly tInfomask2: number;
  /** Their new `t_infomask`. */
  readonly tInfomask: number;
  /** Bits `XLH_FREEZE_XVAC` (2) and `XLH_INVALID_XVAC` (4). */
  readonly frzflags: number;
  /** How many rows the record says that there are. */
  readonly ntuples: number;
  /** The rows' line pointers, from 1. */
  readonly offsets: readonly number[];
}

/**
 * How a row was frozen (`xl_heap_freeze_tuple`, `src/include/access/heapam_xlog.h`); up to 15.
 *
 * @category Records as data
 */
export interface FreezeTuple {
  /** Its new xmax: 0, a transaction or a MultiXactId. */
  readonly xmax: number;
  /** Its line pointer, from 1. */
  readonly offset: number;
  /** Its new `t_infomask2`. */
  readonly tInfomask2: number;
  /** Its new `t_infomask`. */
  readonly tInfomask: number;
  /** Bits `XLH_FREEZE_XMIN` (1, 9.3 only), `XLH_FREEZE_XVAC` (2) and `XLH_INVALID_XVAC` (4). */
  readonly frzflags: number;
}

/**
 * `VACUUM FULL` or `CLUSTER` moved rows of a catalog, and says where to, for logical decoding
 * (`xl_heap_rewrite_mapping`, `src/include/access/heapam_xlog.h`); from 9.4.
 *
 * @category Records as data
 */
export interface Heap2Rewrite extends RecordFields<'Heap2', 'REWRITE'> {
  /** The transaction that may need to see the rows. */
  readonly mappedXid: number;
  /** The database's OID; 0 for shared catalogs. */
  readonly mappedDb: number;
  /** The catalog's OID. */
  readonly mappedRel: number;
  /** Bytes that the file of mappings held before. */
  readonly offset: bigint;
  /** How many mappings the record says that there are. */
  readonly numMappings: number;
  /** Where WAL ended when the rewrite began. */
  readonly startLsn: Lsn;
  /**
   * The mappings, 36 bytes each: the old and the new `RelFileLocator`, the old and the new `ItemPointerData`
   * (`LogicalRewriteMappingData`, `src/include/access/rewriteheap.h`). Valid as long as the record.
   */
  readonly mappings: Uint8Array;
}

/**
 * Rows of a page were frozen, in the way of old (`xl_heap_freeze`, `src/include/access/heapam_xlog.h`); 9.3 only.
 *
 * @category Records as data
 */
export interface Heap2Freeze extends RecordFields<'Heap2', 'FREEZE'>, HeapBlock {
  /** Transactions before this one were frozen. */
  readonly cutoffXid: number;
  /** MultiXactIds before this one were removed. */
  readonly cutoffMulti: number;
  /** The rows' line pointers, from 1; null where an image of the page is there instead. */
  readonly offsets: readonly number[] | null;
}

/**
 * A page was cleared of dead rows (`xl_heap_clean` up to 13, where it also stands for what is {@link Heap2Vacuum}
 * later; `xl_heap_prune` from 14 to 16; `src/include/access/heapam_xlog.h`).
 *
 * @category Records as data
 */
export interface Heap2Prune extends RecordFields<'Heap2', 'CLEAN' | 'PRUNE'>, HeapBlock {
  /**
   * The newest transaction whose rows were removed (`latestRemovedXid` up to 15): queries of a standby to which
   * it still runs must end. 0 for none.
   */
  readonly snapshotConflictHorizon: number;
  /** How many line pointers the record says to redirect. */
  readonly nredirected: number;
  /** How many line pointers the record says to be dead. */
  readonly ndead: number;
  /** Whether logical decoding on a standby may need the rows; in 16 only. */
  readonly isCatalogRel?: boolean;
  /** What became of which line pointer; null where an image of the page is there instead. */
  readonly items: PrunedItems | null;
}

/**
 * Line pointers of dead rows were freed, no index knowing them any longer (`xl_heap_vacuum`,
 * `src/include/access/heapam_xlog.h`); 14 to 16.
 *
 * @category Records as data
 */
export interface Heap2Vacuum extends RecordFields<'Heap2', 'VACUUM'>, HeapBlock {
  /** How many the record says that there are. */
  readonly nunused: number;
  /** The line pointers, from 1; null where an image of the page is there instead. */
  readonly nowunused: readonly number[] | null;
}

/**
 * A page was cleared of dead rows, or rows were frozen, by a query or by the first or second pass of `VACUUM`
 * (`xl_heap_prune`, `src/include/access/heapam_xlog.h`); from 17.
 *
 * @category Records as data
 */
export interface Heap2PruneFreeze
  extends RecordFields<'Heap2', 'PRUNE_ON_ACCESS' | 'PRUNE_VACUUM_SCAN' | 'PRUNE_VACUUM_CLEANUP'>,
    HeapBlock {
  /** Not filled in by the servers, which tell it by the record's kind. */
  readonly reason: number;
  /** Bits `XLHP_…`. */
  readonly flags: number;
  /**
   * The newest transaction whose rows were removed or frozen: queries of a standby to which it still runs must
   * end. Null where there is none.
   */
  readonly snapshotConflictHorizon: number | null;
  /** What became of which line pointer; null where an image of the page is there instead. */
  readonly items: PrunedItems | null;
}

/**
 * Rows of a page were frozen (`xl_heap_freeze_page`, `src/include/access/heapam_xlog.h`); up to 16.
 *
 * @category Records as data
 */
export interface Heap2FreezePage extends RecordFields<'Heap2', 'FREEZE_PAGE'>, HeapBlock {
  /** Transactions before this one were frozen; up to 15. */
  readonly cutoffXid?: number;
  /** How many rows the record says that there are; up to 15. */
  readonly ntuples?: number;
  /** The rows; null where an image of the page is there instead; up to 15. */
  readonly tuples?: readonly FreezeTuple[] | null;
  /** The newest transaction whose rows were frozen: queries of a standby to which it still runs must end; in 16. */
  readonly snapshotConflictHorizon?: number;
  /** How many plans the record says that there are; in 16. */
  readonly nplans?: number;
  /** Whether logical decoding on a standby may need the rows; in 16. */
  readonly isCatalogRel?: boolean;
  /** Which rows were frozen in what way; null where an image of the page is there instead; in 16. */
  readonly plans?: readonly FreezePlan[] | null;
}

/**
 * `VACUUM` is about to remove index entries: queries of a standby that may need them must end
 * (`xl_heap_cleanup_info`, `src/include/access/heapam_xlog.h`); up to 13.
 *
 * @category Records as data
 */
export interface Heap2CleanupInfo extends RecordFields<'Heap2', 'CLEANUP_INFO'> {
  /** The table. */
  readonly locator: RelationFile;
  /** The last transaction whose deleted rows are removed. */
  readonly latestRemovedXid: number;
}

/**
 * A page was marked in the visibility map (`xl_heap_visible`, `src/include/access/heapam_xlog.h`).
 *
 * @category Records as data
 */
export interface Heap2Visible extends RecordFields<'Heap2', 'VISIBLE'>, HeapBlock {
  /**
   * The newest transaction that added one of the page's rows (`cutoff_xid` up to 15): queries of a standby to
   * which it still runs must end. 0 for none.
   */
  readonly snapshotConflictHorizon: number;
  /** 1: all-visible, 2: all-frozen, 4 (from 16): of a catalog; from 9.6. */
  readonly flags?: number;
}

/**
 * Several rows were added to a page (`xl_heap_multi_insert`, `src/include/access/heapam_xlog.h`); `+INIT` where
 * the page is built anew with them as its first. The rows themselves are the data of block 0, or up to 9.4
 * follow in the main data.
 *
 * @category Records as data
 */
export interface Heap2MultiInsert
  extends RecordFields<'Heap2', 'MULTI_INSERT' | 'MULTI_INSERT+INIT'>,
    HeapBlock {
  /** Bits `XLH_INSERT_…` (`XLOG_HEAP_…` in 9.4); bit 0 in all versions: the page is all-visible no more. */
  readonly flags: number;
  /** How many rows there are. */
  readonly ntuples: number;
  /** Their line pointers; empty for `+INIT`, where they are 1 to `ntuples`. */
  readonly offsets: readonly number[];
  /** Whether the record has the rows themselves; else an image of the page is there instead. */
  readonly hasTuples: boolean;
}

/**
 * A newer version of a locked row was locked, too (`xl_heap_lock_updated`, `src/include/access/heapam_xlog.h`).
 *
 * @category Records as data
 */
export interface Heap2LockUpdated extends RecordFields<'Heap2', 'LOCK_UPDATED'>, HeapBlock {
  /** The transaction that locks it, or a MultiXactId. */
  readonly xmax: number;
  /** The row's line pointer on the page, from 1. */
  readonly offnum: number;
  /** Bits `XLHL_…`: what `xmax` is, and how it locks. */
  readonly infobitsSet: number;
  /** 1: the page is all-frozen no more; from 9.6. */
  readonly flags?: number;
}

/**
 * Which commands of a transaction made and deleted a row of a catalog, for logical decoding
 * (`xl_heap_new_cid`, `src/include/access/heapam_xlog.h`); from 9.4.
 *
 * @category Records as data
 */
export interface Heap2NewCid extends RecordFields<'Heap2', 'NEW_CID'> {
  /** The top-level transaction. */
  readonly topXid: number;
  /** The number of the command that made it; 0xffffffff for none. */
  readonly cmin: number;
  /** The number of the command that deleted it; 0xffffffff for none. */
  readonly cmax: number;
  /** The number that stands for both; 0xffffffff for none. */
  readonly combocid: number;
  /** The catalog. */
  readonly targetLocator: RelationFile;
  /** Where the row is. */
  readonly targetTid: HeapTupleId;
}

/**
 * Where a row is in its table (`ItemPointerData`, `src/include/storage/itemptr.h`).
 *
 * @category Records as data
 */
export interface HeapTupleId {
  /** The block's number. */
  readonly block: number;
  /** The line pointer on the page, from 1. */
  readonly offset: number;
}

/**
 * Further records of changes to tables.
 *
 * @category Records as data
 */
export type Heap2Record =
  | Heap2Rewrite
  | Heap2Freeze
  | Heap2Prune
  | Heap2Vacuum
  | Heap2PruneFreeze
  | Heap2FreezePage
  | Heap2CleanupInfo
  | Heap2Visible
  | Heap2MultiInsert
  | Heap2LockUpdated
  | Heap2NewCid;
