import type { RelationFile } from '../description-writer.js';
import type { RecordFields } from '../record-fields.js';

/**
 * What is written to a B-tree's metapage (`xl_btree_metadata`, `src/include/access/nbtxlog.h`; up to 9.6
 * `nbtree.h`).
 *
 * @category Records as data
 */
export interface BtreeMetadata {
  /** The metapage's version; from 12 on. */
  readonly version?: number;
  /** The root's block number. */
  readonly root: number;
  /** The root's level; leaves are at 0. */
  readonly level: number;
  /** The block number of the page where searches begin. */
  readonly fastroot: number;
  /** That page's level. */
  readonly fastlevel: number;
  /** The oldest `btpo_xact` among deleted pages; 11 to 13. */
  readonly oldestBtpoXact?: number;
  /** Tuples in the heap at the last cleanup, or -1; 11 to 13. */
  readonly lastCleanupNumHeapTuples?: number;
  /** Deleted pages that the last cleanup could not recycle; from 14 on. */
  readonly lastCleanupNumDelpages?: number;
  /** Whether equal keys are always equal bytes, so that tuples can be merged; from 13 on. */
  readonly allequalimage?: boolean;
}

/**
 * A tuple was put on a page (`xl_btree_insert`). `INSERT_POST`, from 13 on, splits a posting list; the other
 * two of the four finish a split below. From 9.5 on the page is the record's block 0.
 *
 * @category Records as data
 */
export interface BtreeInsert
  extends RecordFields<'Btree', 'INSERT_LEAF' | 'INSERT_UPPER' | 'INSERT_META' | 'INSERT_POST'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block number; up to 9.4. */
  readonly block?: number;
  /** Where on the page the tuple went. */
  readonly offnum: number;
  /** The block that the new tuple leads to, on pages above the leaves; 9.3 only. */
  readonly downlink?: number;
  /** The left block of the split that this finishes; 9.4 only, and not where an image of it comes along. */
  readonly finishesSplit?: number;
  /** `INSERT_META`: the metapage's new contents. */
  readonly metadata?: BtreeMetadata;
  /** `INSERT_POST`: where the posting list was split; not where an image of the page comes instead. */
  readonly postingoff?: number;
}

/**
 * A page was split while a tuple was put on it (`xl_btree_split`): `_L` and `_R` say on which side the tuple
 * went. `_ROOT`, up to 10, are splits of the root, `_HIGHKEY`, in 11, such that log the left page's high key.
 * From 9.5 on the left page is the record's block 0, the right page is block 1.
 *
 * @category Records as data
 */
export interface BtreeSplit
  extends RecordFields<
    'Btree',
    'SPLIT_L' | 'SPLIT_R' | 'SPLIT_L_ROOT' | 'SPLIT_R_ROOT' | 'SPLIT_L_HIGHKEY' | 'SPLIT_R_HIGHKEY'
  > {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The block of the page that is split, which is the left one afterwards; up to 9.4. */
  readonly leftsib?: number;
  /** The new right page's block; up to 9.4. */
  readonly rightsib?: number;
  /** The block to the right of both, 0 for none; up to 9.4. */
  readonly rnext?: number;
  /** The page's level; leaves are at 0. */
  readonly level: number;
  /** The first item that moved to the right page (`firstright` up to 12). */
  readonly firstrightoff: number;
  /** Where the new tuple went, by the page's numbering before the split; up to 9.4 in `_L` only. */
  readonly newitemoff?: number;
  /** Where the posting list left of the new tuple was split, 0 for nowhere; from 13 on. */
  readonly postingoff?: number;
  /** The block that the new tuple leads to, on pages above the leaves; 9.3 only. */
  readonly downlink?: number;
}

/**
 * Tuples of equal keys that were merged into one (`BTDedupInterval`, `src/include/access/nbtree.h`).
 *
 * @category Records as data
 */
export interface BtreeDedupInterval {
  /** The first tuple's place on the page. */
  readonly baseoff: number;
  /** How many tuples were merged. */
  readonly nitems: number;
}

/**
 * Equal tuples of a page were merged (`xl_btree_dedup`); from 13 on.
 *
 * @category Records as data
 */
export interface BtreeDedup extends RecordFields<'Btree', 'DEDUP'> {
  /** How many groups of tuples were merged. */
  readonly nintervals: number;
  /** The groups; not given where an image of the page comes instead. */
  readonly intervals?: readonly BtreeDedupInterval[];
}

/**
 * A posting list that lost some of its entries (`xl_btree_update`).
 *
 * @category Records as data
 */
export interface BtreeUpdatedTuple {
  /** The tuple's place on the page. */
  readonly offnum: number;
  /** Which entries went, counted from 0. */
  readonly ptids: readonly number[];
}

/**
 * `VACUUM` took tuples off a page (`xl_btree_vacuum`).
 *
 * @category Records as data
 */
export interface BtreeVacuum extends RecordFields<'Btree', 'VACUUM'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block number; up to 9.4. */
  readonly block?: number;
  /** The block before which all are known to be vacuumed; up to 12. */
  readonly lastBlockVacuumed?: number;
  /** How many tuples were deleted; from 13 on. */
  readonly ndeleted?: number;
  /** How many posting lists lost entries; from 13 on. */
  readonly nupdated?: number;
  /** The deleted tuples' places; not given where an image of the page comes instead. */
  readonly deleted?: readonly number[];
  /** The changed posting lists; from 13 on, and as `deleted`. */
  readonly updated?: readonly BtreeUpdatedTuple[];
}

/**
 * Tuples that are dead to all were taken off a page to make room (`xl_btree_delete`).
 *
 * @category Records as data
 */
export interface BtreeDelete extends RecordFields<'Btree', 'DELETE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block number; up to 9.4. */
  readonly block?: number;
  /** The table; up to 11. */
  readonly hnode?: RelationFile;
  /** The latest transaction that may still miss the tuples (`latestRemovedXid` up to 15); from 12 on. */
  readonly snapshotConflictHorizon?: number;
  /** How many tuples were deleted (`nitems` up to 12). */
  readonly ndeleted: number;
  /** How many posting lists lost entries; from 14 on. */
  readonly nupdated?: number;
  /** Whether the table is a catalog to logical decoding; from 16 on. */
  readonly isCatalogRel?: boolean;
  /** The deleted tuples' places; not given where an image of the page comes instead, from 13 on. */
  readonly deleted?: readonly number[];
  /** The changed posting lists; from 14 on, and as `deleted`. */
  readonly updated?: readonly BtreeUpdatedTuple[];
}

/**
 * An empty leaf was marked half-dead, the first step to its deletion (`xl_btree_mark_page_halfdead`); from
 * 9.4 on.
 *
 * @category Records as data
 */
export interface BtreeMarkPageHalfdead extends RecordFields<'Btree', 'MARK_PAGE_HALFDEAD'> {
  /** The index; 9.4 only. */
  readonly locator?: RelationFile;
  /** The parent's block number; 9.4 only. */
  readonly block?: number;
  /** The place of the tuple that leads to the leaf, on its parent. */
  readonly poffset: number;
  /** The leaf's block. */
  readonly leafblk: number;
  /** The block to its left, 0 for none. */
  readonly leftblk: number;
  /** The block to its right. */
  readonly rightblk: number;
  /** The topmost page to be deleted with it; 0xFFFFFFFF where there is none but the leaf. */
  readonly topparent: number;
}

/**
 * A page was taken out of the tree, the second step (`xl_btree_unlink_page`); from 9.4 on. From 9.5 on the
 * page is the record's block 0.
 *
 * @category Records as data
 */
export interface BtreeUnlinkPage extends RecordFields<'Btree', 'UNLINK_PAGE' | 'UNLINK_PAGE_META'> {
  /** The index; 9.4 only. */
  readonly locator?: RelationFile;
  /** The page's block number; 9.4 only. */
  readonly deadblk?: number;
  /** The block to its left, 0 for none. */
  readonly leftsib: number;
  /** The block to its right. */
  readonly rightsib: number;
  /** The page's level; from 14 on. */
  readonly level?: number;
  /** Once this transaction is over for all, the page can be recycled. Up to 13 `btpo_xact`, without its epoch. */
  readonly safexid: bigint;
  /** The half-dead leaf's block; 9.4 only. */
  readonly leafblk?: number;
  /** The block to the left of the half-dead leaf, where that is another page. */
  readonly leafleftsib: number;
  /** The block to its right. */
  readonly leafrightsib: number;
  /** The next page to be deleted down to the leaf (`topparent` up to 13). */
  readonly leaftopparent: number;
  /** `UNLINK_PAGE_META`: the metapage's new contents. */
  readonly metadata?: BtreeMetadata;
}

/**
 * A page was deleted in one step (`xl_btree_delete_page`); 9.3 only. `_HALF` leaves its parent half-dead.
 *
 * @category Records as data
 */
export interface BtreeDeletePage
  extends RecordFields<'Btree', 'DELETE_PAGE' | 'DELETE_PAGE_META' | 'DELETE_PAGE_HALF'> {
  /** The index. */
  readonly locator: RelationFile;
  /** The parent's block number. */
  readonly block: number;
  /** The place of the tuple that led to the page, on its parent. */
  readonly offnum: number;
  /** The deleted page's block. */
  readonly deadblk: number;
  /** The block to its left, 0 for none. */
  readonly leftblk: number;
  /** The block to its right. */
  readonly rightblk: number;
  /** Once this transaction is over for all, the page can be recycled. */
  readonly btpoXact: number;
  /** `DELETE_PAGE_META`: the metapage's new contents. */
  readonly metadata?: BtreeMetadata;
}

/**
 * The tree got a new root (`xl_btree_newroot`): its first page, or one above a root that was split.
 *
 * @category Records as data
 */
export interface BtreeNewroot extends RecordFields<'Btree', 'NEWROOT'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The root's block. */
  readonly rootblk: number;
  /** Its level; leaves are at 0. */
  readonly level: number;
  /** The metapage's new contents; from 9.5 on. */
  readonly metadata?: BtreeMetadata;
}

/**
 * A deleted page is about to be used anew (`xl_btree_reuse_page`).
 *
 * @category Records as data
 */
export interface BtreeReusePage extends RecordFields<'Btree', 'REUSE_PAGE'> {
  /** The index. */
  readonly locator: RelationFile;
  /** The page's block number. */
  readonly block: number;
  /**
   * The latest transaction that might still come by the page (`latestRemovedXid`, in 14 and 15
   * `latestRemovedFullXid`); up to 13 without its epoch.
   */
  readonly snapshotConflictHorizon: bigint;
  /** Whether the table is a catalog to logical decoding; from 16 on. */
  readonly isCatalogRel?: boolean;
}

/**
 * `VACUUM` noted on the metapage what it left for later; from 11 on.
 *
 * @category Records as data
 */
export interface BtreeMetaCleanup extends RecordFields<'Btree', 'META_CLEANUP'> {
  /** The metapage's new contents. */
  readonly metadata?: BtreeMetadata;
}

/**
 * Records of B-tree indexes.
 *
 * @category Records as data
 */
export type BtreeRecord =
  | BtreeInsert
  | BtreeSplit
  | BtreeDedup
  | BtreeVacuum
  | BtreeDelete
  | BtreeMarkPageHalfdead
  | BtreeUnlinkPage
  | BtreeDeletePage
  | BtreeNewroot
  | BtreeReusePage
  | BtreeMetaCleanup;
