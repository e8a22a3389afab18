import type { RelationFile } from '../description-writer.js';
import type { HeapTupleId } from '../heap2/heap2-records.js';
import type { RecordFields } from '../record-fields.js';

/**
 * What an index's first page holds (`GinMetaPageData`, `src/include/access/ginblock.h`; up to 9.6
 * `gin_private.h`).
 *
 * @category Records as data
 */
export interface GinMetaPageData {
  /** The first block of the list of tuples that are to be put into the index, or 0xFFFFFFFF. */
  readonly head: number;
  /** The last one. */
  readonly tail: number;
  /** Bytes that are free on the last one. */
  readonly tailFreeSize: number;
  /** How many pages the list has. */
  readonly nPendingPages: number;
  /** How many rows of the table it stands for. */
  readonly nPendingHeapTuples: bigint;
  /** How many pages the index had, as of the last vacuum. */
  readonly nTotalPages: number;
  /** How many of them held entries. */
  readonly nEntryPages: number;
  /** How many of them held item pointers. */
  readonly nDataPages: number;
  /** How many entries the index had then. */
  readonly nEntries: bigint;
  /** The version of the index's format: 0 for 9.0 and before, 1 up to 9.3, 2 from then on. */
  readonly ginVersion: number;
}

/**
 * An item of an inner page of a posting tree (`PostingItem`).
 *
 * @category Records as data
 */
export interface GinPostingItem {
  /** The block of the page below. */
  readonly childBlkno: number;
  /** The largest item pointer on it. */
  readonly key: HeapTupleId;
}

/**
 * What was done to a segment of a leaf of a posting tree (`ginxlogSegmentAction`); from 9.4 on.
 *
 * @category Records as data
 */
export interface GinSegmentAction {
  /** The segment's number on its page. */
  readonly segno: number;
  /** `GIN_SEGMENT_…`: 1 deleted, 2 inserted, 3 replaced, 4 items added; there are no others. */
  readonly type: number;
  /** The segment as it is now (`GinPostingList`), where it was inserted or replaced. */
  readonly postingList?: Uint8Array;
  /** How many items were added, where they were. */
  readonly nitems?: number;
  /** The items that were added: an `ItemPointerData` of 6 bytes each. */
  readonly items?: Uint8Array;
}

/**
 * An image of the page that comes along: `restored` by replay, which then does not need what was changed; or for
 * `verification` of what replay did (`wal_consistency_checking`, from 10 on).
 *
 * @category Records as data
 */
export type GinPageImage = 'none' | 'restored' | 'verification';

/**
 * An index was created; up to 11.
 *
 * @category Records as data
 */
export interface GinCreateIndex extends RecordFields<'Gin', 'CREATE_INDEX'> {
  /** The index; up to 9.4. Later it is that of the record's blocks. */
  readonly locator?: RelationFile;
}

/**
 * A posting tree was begun (`ginxlogCreatePostingTree`). From 9.5 on its root is the record's block 0.
 *
 * @category Records as data
 */
export interface GinCreatePostingTree extends RecordFields<'Gin', 'CREATE_PTREE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The block of the tree's root; up to 9.4. */
  readonly blkno?: number;
  /** How many item pointers it holds; in 9.3. */
  readonly nitem?: number;
  /** How many bytes its posting lists have; from 9.4 on. */
  readonly size?: number;
  /** What it holds: posting lists, or item pointers of 6 bytes each in 9.3. */
  readonly postingList: Uint8Array;
}

/**
 * Something was put into a page (`ginxlogInsert`). From 9.5 on the page is the record's block 0.
 *
 * @category Records as data
 */
export interface GinInsert extends RecordFields<'Gin', 'INSERT'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block; up to 9.4. */
  readonly blkno?: number;
  /** Whether the page is one of a posting tree, not of the tree of entries. */
  readonly isData: boolean;
  /** Whether it is a leaf. */
  readonly isLeaf: boolean;
  /** Whether an image of the page comes instead of what was put there, or with it; from 9.4 on. */
  readonly fullPageImage?: GinPageImage;
  /** On an inner page: the left block of the split that this finishes; from 9.4 on. */
  readonly leftChildBlkno?: number;
  /** The right one. */
  readonly rightChildBlkno?: number;
  /** The block that the downlink in the item's place is to lead to, or 0xFFFFFFFF; in 9.3. */
  readonly updateBlkno?: number;
  /** Where on the page; not for leaves of posting trees from 9.4 on. */
  readonly offset?: number;
  /** Of the tree of entries: whether the tuple in that place is deleted first. */
  readonly isDelete?: boolean;
  /** How many items; in 9.3. */
  readonly nitem?: number;
  /** What was put on an inner page of a posting tree; from 9.4 on. */
  readonly newitem?: GinPostingItem;
  /** What was done to a leaf of a posting tree; from 9.4 on. */
  readonly actions?: readonly GinSegmentAction[];
  /** How many actions the record says there are. */
  readonly nactions?: number;
}

/**
 * A page was split (`ginxlogSplit`). From 9.5 on the pages are the record's blocks: 0 the left, 1 the right one, 2
 * the root where that was split, 3 the left child of a split that this finishes.
 *
 * @category Records as data
 */
export interface GinSplit extends RecordFields<'Gin', 'SPLIT'> {
  /** The index. */
  readonly locator: RelationFile;
  /** The block of the left page; up to 9.4. */
  readonly lblkno?: number;
  /** The block of the root; in 9.3. */
  readonly rootBlkno?: number;
  /** The block of the right page; up to 9.4. */
  readonly rblkno?: number;
  /** The block to the right of the right page, or that of the root where that was split (from 9.4 on). */
  readonly rrlink: number;
  /** Whether the pages are of a posting tree, not of the tree of entries. */
  readonly isData: boolean;
  /** Whether they are leaves. */
  readonly isLeaf: boolean;
  /** Whether the root was split. */
  readonly isRootSplit: boolean;
  /** The left block of the split that this finishes, on inner pages. */
  readonly leftChildBlkno: number;
  /** The right one; from 9.4 on. */
  readonly rightChildBlkno?: number;
  /** The block that the downlink in the item's place is to lead to, or 0xFFFFFFFF; in 9.3. */
  readonly updateBlkno?: number;
  /** Where the right page's items begin; up to 9.4, but not for leaves of posting trees in 9.4. */
  readonly separator?: number;
  /** How many items there are on both; as `separator`. */
  readonly nitem?: number;
  /** Bytes of the left page's posting lists, of leaves of posting trees; in 9.4. */
  readonly lsize?: number;
  /** Bytes of the right page's. */
  readonly rsize?: number;
  /** The largest item pointer on the left page, of leaves of posting trees; in 9.4. */
  readonly lrightbound?: HeapTupleId;
  /** The largest on the right page. */
  readonly rrightbound?: HeapTupleId;
  /** The largest item pointer on the right page, of posting trees in 9.3 and their inner pages in 9.4. */
  readonly rightbound?: HeapTupleId;
}

/**
 * A page was cleaned by vacuum, and is here in whole (`ginxlogVacuumPage`). From 9.5 on it is the record's block 0.
 *
 * @category Records as data
 */
export interface GinVacuumPage extends RecordFields<'Gin', 'VACUUM_PAGE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block; up to 9.4. */
  readonly blkno?: number;
  /** How many items are left on it; in 9.3. */
  readonly nitem?: number;
  /** Where zeros were left out of the page, in bytes from its start; in 9.4. */
  readonly holeOffset?: number;
  /** How many; in 9.4. */
  readonly holeLength?: number;
  /** The page without them in 9.4, its tuples or item pointers in 9.3. */
  readonly page?: Uint8Array;
}

/**
 * A leaf of a posting tree was cleaned by vacuum (`ginxlogVacuumDataLeafPage`); from 9.4 on, from 9.5 on the
 * record's block 0.
 *
 * @category Records as data
 */
export interface GinVacuumDataLeafPage extends RecordFields<'Gin', 'VACUUM_DATA_LEAF_PAGE'> {
  /** The index; in 9.4. */
  readonly locator?: RelationFile;
  /** The page's block; in 9.4. */
  readonly blkno?: number;
  /** Whether an image of the page comes instead of what was done to it, or with it. */
  readonly fullPageImage: GinPageImage;
  /** How many actions the record says there are. */
  readonly nactions?: number;
  /** What was done to its segments. */
  readonly actions?: readonly GinSegmentAction[];
}

/**
 * A page was deleted (`ginxlogDeletePage`). From 9.5 on it is the record's block 0, its parent block 1 and its left
 * sibling block 2.
 *
 * @category Records as data
 */
export interface GinDeletePage extends RecordFields<'Gin', 'DELETE_PAGE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block; up to 9.4. */
  readonly blkno?: number;
  /** The block of its parent; up to 9.4. */
  readonly parentBlkno?: number;
  /** Where on its parent the downlink to it is. */
  readonly parentOffset: number;
  /** The block of its left sibling; up to 9.4. */
  readonly leftBlkno?: number;
  /** The block of its right sibling, or 0xFFFFFFFF. */
  readonly rightLink: number;
  /** The last transaction that could still come by the page; not in 9.3, and not in old minor releases up to 11. */
  readonly deleteXid?: number;
}

/**
 * The metapage was changed, and mostly the list of tuples that are to be put into the index got longer
 * (`ginxlogUpdateMeta`). From 9.5 on the metapage is the record's block 0, the list's last page block 1.
 *
 * @category Records as data
 */
export interface GinUpdateMetaPage extends RecordFields<'Gin', 'UPDATE_META_PAGE'> {
  /** The index. */
  readonly locator: RelationFile;
  /** What the metapage holds now. */
  readonly metadata: GinMetaPageData;
  /** The block of the page that was the list's last; 0xFFFFFFFF where there was none or it is the last still. */
  readonly prevTail: number;
  /** The block of the page that follows it now. */
  readonly newRightlink: number;
  /** How many tuples were put on the list's last page; 0 where a page was added. */
  readonly ntuples: number;
}

/**
 * The list of tuples that are to be put into the index got a page (`ginxlogInsertListPage`). From 9.5 on it is the
 * record's block 0.
 *
 * @category Records as data
 */
export interface GinInsertListPage extends RecordFields<'Gin', 'INSERT_LISTPAGE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block; up to 9.4. */
  readonly blkno?: number;
  /** The block of the page that follows it, or 0xFFFFFFFF. */
  readonly rightlink: number;
  /** How many tuples it holds. */
  readonly ntuples: number;
}

/**
 * Pages of that list were deleted (`ginxlogDeleteListPages`). From 9.5 on the metapage is the record's block 0 and
 * the pages are those from 1 on.
 *
 * @category Records as data
 */
export interface GinDeleteListPages extends RecordFields<'Gin', 'DELETE_LISTPAGE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** What the metapage holds now. */
  readonly metadata: GinMetaPageData;
  /** How many pages were deleted, at most 16. */
  readonly ndeleted: number;
  /** Their blocks; up to 9.4. */
  readonly toDelete?: readonly number[];
}

/**
 * Records of GIN indexes.
 *
 * @category Records as data
 */
export type GinRecord =
  | GinCreateIndex
  | GinCreatePostingTree
  | GinInsert
  | GinSplit
  | GinVacuumPage
  | GinVacuumDataLeafPage
  | GinDeletePage
  | GinUpdateMetaPage
  | GinInsertListPage
  | GinDeleteListPages;
