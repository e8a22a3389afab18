import type { RelationFile } from '../description-writer.js';
import type { RecordFields } from '../record-fields.js';

// The structs are those of src/include/access/hash_xlog.h.

/**
 * An index was begun: its metapage (`xl_hash_init_meta_page`, `src/include/access/hash_xlog.h`).
 *
 * @category Records as data
 */
export interface HashInitMetaPage extends RecordFields<'Hash', 'INIT_META_PAGE'> {
  /** Tuples that the index is made for. */
  readonly numTuples: number;
  /** The hash function's OID. */
  readonly procid: number;
  /** How many tuples a bucket is to hold. */
  readonly ffactor: number;
}

/**
 * An index was begun: its first bitmap page (`xl_hash_init_bitmap_page`).
 *
 * @category Records as data
 */
export interface HashInitBitmapPage extends RecordFields<'Hash', 'INIT_BITMAP_PAGE'> {
  /** The bitmap's size in bytes. */
  readonly bmsize: number;
}

/**
 * A tuple was put on a page (`xl_hash_insert`): the record's block 0. Block 1 is the metapage.
 *
 * @category Records as data
 */
export interface HashInsert extends RecordFields<'Hash', 'INSERT'> {
  /** Where on the page the tuple went. */
  readonly offnum: number;
}

/**
 * A bucket got another overflow page (`xl_hash_add_ovfl_page`): the record's block 0.
 *
 * @category Records as data
 */
export interface HashAddOvflPage extends RecordFields<'Hash', 'ADD_OVFL_PAGE'> {
  /** The bitmap's size in bytes. */
  readonly bmsize: number;
  /** Whether a page that had become free was taken. */
  readonly bmpageFound: boolean;
  /** The bucket's number. */
  readonly bucket?: number;
  /** The page's bit in its bitmap page; not where there is none, or an image of that page comes instead. */
  readonly bitmapPageBit?: number;
  /** Where to look for a free page next; not given where an image of the metapage comes instead. */
  readonly firstFree?: number;
}

/**
 * A bucket is going to be split in two (`xl_hash_split_allocate_page`): the record's blocks 0 and 1.
 *
 * @category Records as data
 */
export interface HashSplitAllocatePage extends RecordFields<'Hash', 'SPLIT_ALLOCATE_PAGE'> {
  /** The new bucket's number. */
  readonly newBucket: number;
  /** The old bucket's page's flags. */
  readonly oldBucketFlag: number;
  /** The new bucket's page's flags. */
  readonly newBucketFlag: number;
  /** Bit 0: the metapage's masks change; bit 1: its split point does. */
  readonly flags: number;
  /** The metapage's `hashm_lowmask`, where it changes and no image of the page comes instead. */
  readonly lowmask?: number;
  /** The metapage's `hashm_highmask`, as `lowmask`. */
  readonly highmask?: number;
  /** The metapage's `hashm_ovflpoint`, where the split point changes and no image of the page comes instead. */
  readonly ovflpoint?: number;
  /** How many overflow pages there are before that split point, as `ovflpoint`. */
  readonly ovflpages?: number;
}

/**
 * The page of the new bucket, which comes along as an image, was filled.
 *
 * @category Records as data
 */
export interface HashSplitPage extends RecordFields<'Hash', 'SPLIT_PAGE'> {}

/**
 * The split of a bucket is done (`xl_hash_split_complete`).
 *
 * @category Records as data
 */
export interface HashSplitComplete extends RecordFields<'Hash', 'SPLIT_COMPLETE'> {
  /** The old bucket's page's flags. */
  readonly oldBucketFlag: number;
  /** The new bucket's page's flags. */
  readonly newBucketFlag: number;
}

/**
 * Tuples were moved from one page of a bucket, the record's block 2, to another, block 1
 * (`xl_hash_move_page_contents`). Block 0 is the bucket's first page.
 *
 * @category Records as data
 */
export interface HashMovePageContents extends RecordFields<'Hash', 'MOVE_PAGE_CONTENTS'> {
  /** How many tuples were moved. */
  readonly ntups: number;
  /** Whether they were moved to the bucket's first page. */
  readonly isPrimBucketSameWrt: boolean;
  /** The tuples' new places; not given where an image of that page comes instead. */
  readonly inserted?: readonly number[];
  /** The tuples' old places; not given where an image of that page comes instead. */
  readonly deleted?: readonly number[];
}

/**
 * An overflow page, the record's block 2, was emptied to another page, block 1, and freed
 * (`xl_hash_squeeze_page`).
 *
 * @category Records as data
 */
export interface HashSqueezePage extends RecordFields<'Hash', 'SQUEEZE_PAGE'> {
  /** The block before the freed one in the bucket. */
  readonly prevblkno: number;
  /** The block behind it; 0xFFFFFFFF for none. */
  readonly nextblkno: number;
  /** How many tuples were moved. */
  readonly ntups: number;
  /** Whether they were moved to the bucket's first page. */
  readonly isPrimBucketSameWrt: boolean;
  /** Whether they were moved to the page before the freed one. */
  readonly isPrevBucketSameWrt: boolean;
  /** The tuples' new places; not given where an image of that page comes instead. */
  readonly inserted?: readonly number[];
  /** The freed page's bit in its bitmap page; not given where an image of that page comes instead. */
  readonly bitmapPageBit?: number;
  /** Where to look for a free page next, where that changes; not where an image of the metapage comes instead. */
  readonly firstFree?: number;
}

/**
 * Tuples were deleted from a page (`xl_hash_delete`), the record's block 1.
 *
 * @category Records as data
 */
export interface HashDelete extends RecordFields<'Hash', 'DELETE'> {
  /** Whether the page is to have no dead tuples any more. */
  readonly clearDeadMarking: boolean;
  /** Whether it is the bucket's first page. */
  readonly isPrimaryBucketPage: boolean;
  /** The deleted tuples' places; not given where an image of the page comes instead. */
  readonly deleted?: readonly number[];
}

/**
 * What a split left in the old bucket is cleaned up.
 *
 * @category Records as data
 */
export interface HashSplitCleanup extends RecordFields<'Hash', 'SPLIT_CLEANUP'> {}

/**
 * The metapage was told how many tuples there are (`xl_hash_update_meta_page`).
 *
 * @category Records as data
 */
export interface HashUpdateMetaPage extends RecordFields<'Hash', 'UPDATE_META_PAGE'> {
  /** Tuples in the index. */
  readonly ntuples: number;
}

/**
 * Dead tuples were taken off a page to make room (`xl_hash_vacuum_one_page`).
 *
 * @category Records as data
 */
export interface HashVacuumOnePage extends RecordFields<'Hash', 'VACUUM_ONE_PAGE'> {
  /** The table; 10 and 11. */
  readonly hnode?: RelationFile;
  /** The latest transaction that may still miss the tuples (`latestRemovedXid` up to 15); from 12 on. */
  readonly snapshotConflictHorizon?: number;
  /** How many tuples were deleted. */
  readonly ntuples: number;
  /** Whether the table is a catalog to logical decoding; from 16 on. */
  readonly isCatalogRel?: boolean;
  /** The deleted tuples' places. */
  readonly offsets: readonly number[];
}

/**
 * Records of hash indexes, which are logged from 10 on.
 *
 * @category Records as data
 */
export type HashRecord =
  | HashInitMetaPage
  | HashInitBitmapPage
  | HashInsert
  | HashAddOvflPage
  | HashSplitAllocatePage
  | HashSplitPage
  | HashSplitComplete
  | HashMovePageContents
  | HashSqueezePage
  | HashDelete
  | HashSplitCleanup
  | HashUpdateMetaPage
  | HashVacuumOnePage;
