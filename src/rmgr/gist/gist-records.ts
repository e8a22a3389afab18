import type { RelationFile } from '../description-writer.js';
import type { RecordFields } from '../record-fields.js';

/**
 * Tuples of a page were replaced (`gistxlogPageUpdate`, `src/include/access/gistxlog.h`; up to 9.6
 * `gist_private.h`). From 9.5 on the page is the record's block 0.
 *
 * @category Records as data
 */
export interface GistPageUpdate extends RecordFields<'Gist', 'PAGE_UPDATE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block number; up to 9.4. */
  readonly blkno?: number;
  /** The left block of the split that this finishes, or 0xFFFFFFFF; up to 9.4. */
  readonly leftchild?: number;
  /** How many tuples were deleted. */
  readonly ntodelete: number;
  /** How many were put there; from 9.5 on. */
  readonly ntoinsert?: number;
  /** The deleted tuples' places, one after the other; not given where an image of the page comes instead. */
  readonly deleted?: readonly number[];
}

/**
 * A page that came of a split (`gistxlogPage`).
 *
 * @category Records as data
 */
export interface GistPage {
  /** Its block number. */
  readonly blkno: number;
  /** How many tuples are on it. */
  readonly num: number;
}

/**
 * A page was split into two or more (`gistxlogPageSplit`). From 9.5 on they are the record's blocks from 1 on.
 *
 * @category Records as data
 */
export interface GistPageSplit extends RecordFields<'Gist', 'PAGE_SPLIT'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The block of the page that was split; up to 9.4. */
  readonly origblkno?: number;
  /** The block to its right before the split; 0xFFFFFFFF for none. */
  readonly origrlink: number;
  /** Its node sequence number before the split: where in WAL it was split last (`GistNSN`). */
  readonly orignsn: bigint;
  /** Whether it was a leaf. */
  readonly origleaf: boolean;
  /** The left block of the split that this finishes, or 0xFFFFFFFF; up to 9.4. */
  readonly leftchild?: number;
  /** How many pages it was split into. */
  readonly npage: number;
  /** Whether searches have to go right until the pages are known to the one above. */
  readonly markfollowright: boolean;
  /** The pages. */
  readonly pages: readonly GistPage[];
}

/**
 * An index was created; up to 11.
 *
 * @category Records as data
 */
export interface GistCreateIndex extends RecordFields<'Gist', 'CREATE_INDEX'> {
  /** The index; up to 9.4. Later it is that of the record's block 0. */
  readonly locator?: RelationFile;
}

/**
 * Dead tuples were taken off a leaf to make room (`gistxlogDelete`); from 12 on.
 *
 * @category Records as data
 */
export interface GistDelete extends RecordFields<'Gist', 'DELETE'> {
  /** The latest transaction that may still miss the tuples (`latestRemovedXid` up to 15). */
  readonly snapshotConflictHorizon: number;
  /** How many tuples were deleted. */
  readonly ntodelete: number;
  /** Whether the table is a catalog to logical decoding; from 16 on. */
  readonly isCatalogRel?: boolean;
  /** The deleted tuples' places. */
  readonly offsets: readonly number[];
}

/**
 * A deleted page is about to be used anew (`gistxlogPageReuse`); from 12 on.
 *
 * @category Records as data
 */
export interface GistPageReuse extends RecordFields<'Gist', 'PAGE_REUSE'> {
  /** The index. */
  readonly locator: RelationFile;
  /** The page's block number. */
  readonly block: number;
  /** The latest transaction that might still come by the page (`latestRemovedFullXid` up to 15). */
  readonly snapshotConflictHorizon: bigint;
  /** Whether the table is a catalog to logical decoding; from 16 on. */
  readonly isCatalogRel?: boolean;
}

/**
 * A page was deleted (`gistxlogPageDelete`), the record's block 0; from 12 on. Block 1 is its parent.
 *
 * @category Records as data
 */
export interface GistPageDelete extends RecordFields<'Gist', 'PAGE_DELETE'> {
  /** The last transaction that could still come by the page. */
  readonly deleteXid: bigint;
  /** The place of the tuple that led to the page, on its parent. */
  readonly downlinkOffset: number;
}

/**
 * Nothing: a build of an index without WAL needs a position in WAL. From 13 on.
 *
 * @category Records as data
 */
export interface GistAssignLsn extends RecordFields<'Gist', 'ASSIGN_LSN'> {}

/**
 * Records of GiST indexes.
 *
 * @category Records as data
 */
export type GistRecord =
  | GistPageUpdate
  | GistPageSplit
  | GistCreateIndex
  | GistDelete
  | GistPageReuse
  | GistPageDelete
  | GistAssignLsn;
