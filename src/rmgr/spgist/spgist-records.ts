import type { RelationFile } from '../description-writer.js';
import type { RecordFields } from '../record-fields.js';

// The structs are those of src/include/access/spgxlog.h (up to 9.6: spgist_private.h). What a version up to 9.4
// says of blocks, later ones say in block references.

/**
 * What replay must know of the server that wrote the record (`spgxlogState`).
 *
 * @category Records as data
 */
export interface SpgistState {
  /** The transaction for redirections to be marked with (`myXid` up to 16); 0 for none. */
  readonly redirectXid: number;
  /** Whether the index is being built. */
  readonly isBuild: boolean;
}

/**
 * An index was created; up to 11.
 *
 * @category Records as data
 */
export interface SpgistCreateIndex extends RecordFields<'SPGist', 'CREATE_INDEX'> {
  /** The index; up to 9.4. Later it is that of the record's block 0. */
  readonly locator?: RelationFile;
}

/**
 * A tuple was put on a leaf (`spgxlogAddLeaf`), from 9.5 on the record's block 0.
 *
 * @category Records as data
 */
export interface SpgistAddLeaf extends RecordFields<'SPGist', 'ADD_LEAF'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The leaf's block number; up to 9.4. */
  readonly blknoLeaf?: number;
  /** Whether the leaf is a new page. */
  readonly newPage: boolean;
  /** Whether it belongs to the tree of nulls. */
  readonly storesNulls: boolean;
  /** Where on the leaf the tuple went. */
  readonly offnumLeaf: number;
  /** Where the chain begins that the tuple was put into; 0 for none. */
  readonly offnumHeadLeaf: number;
  /** The block of the inner tuple above; up to 9.4. */
  readonly blknoParent?: number;
  /** The place of the inner tuple above, on its page; 0 where it does not change. */
  readonly offnumParent: number;
  /** Which of its nodes leads to the leaf. */
  readonly nodeI: number;
}

/**
 * Tuples were moved from one leaf to another to make room (`spgxlogMoveLeafs`), from 9.5 on the record's
 * blocks 0 and 1.
 *
 * @category Records as data
 */
export interface SpgistMoveLeafs extends RecordFields<'SPGist', 'MOVE_LEAFS'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The block that the tuples left; up to 9.4. */
  readonly blknoSrc?: number;
  /** The block where they went; up to 9.4. */
  readonly blknoDst?: number;
  /** How many tuples were moved. */
  readonly nMoves: number;
  /** Whether they went to a new page. */
  readonly newPage: boolean;
  /** Whether what was moved was one dead tuple, which the new one replaces. */
  readonly replaceDead: boolean;
  /** Whether the pages belong to the tree of nulls. */
  readonly storesNulls: boolean;
  /** The block of the inner tuple above; up to 9.4. */
  readonly blknoParent?: number;
  /** The place of the inner tuple above, on its page. */
  readonly offnumParent: number;
  /** Which of its nodes leads to the leaves. */
  readonly nodeI: number;
  /** What replay must know of the server. */
  readonly stateSrc: SpgistState;
  /** The tuples' old places. */
  readonly toDelete: readonly number[];
  /** The tuples' new places, and the one of the new tuple. */
  readonly toInsert: readonly number[];
}

/**
 * An inner tuple got another node (`spgxlogAddNode`); from 9.5 on it is on the record's block 0, and on block 1
 * if it was moved.
 *
 * @category Records as data
 */
export interface SpgistAddNode extends RecordFields<'SPGist', 'ADD_NODE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The inner tuple's block; up to 9.4. */
  readonly blkno?: number;
  /** Its place on the page. */
  readonly offnum: number;
  /** The block of the tuple above; 0xFFFFFFFF where that does not change; up to 9.4. */
  readonly blknoParent?: number;
  /** Which of the record's blocks holds the tuple above: 0 to 2, or -1 where that does not change; from 9.5 on. */
  readonly parentBlk?: number;
  /** The place of the tuple above, on its page. */
  readonly offnumParent: number;
  /** Which of its nodes leads here. */
  readonly nodeI: number;
  /** The block where the inner tuple went; 0xFFFFFFFF where it stays; up to 9.4. */
  readonly blknoNew?: number;
  /** Its new place; 0 where it stays. */
  readonly offnumNew: number;
  /** Whether it went to a new page. */
  readonly newPage: boolean;
  /** What replay must know of the server. */
  readonly stateSrc: SpgistState;
}

/**
 * An inner tuple was split in two, one above the other (`spgxlogSplitTuple`).
 *
 * @category Records as data
 */
export interface SpgistSplitTuple extends RecordFields<'SPGist', 'SPLIT_TUPLE'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The upper tuple's block; up to 9.4. */
  readonly blknoPrefix?: number;
  /** The upper tuple's place. */
  readonly offnumPrefix: number;
  /** The lower tuple's block; up to 9.4. */
  readonly blknoPostfix?: number;
  /** The lower tuple's place. */
  readonly offnumPostfix: number;
  /** Whether the lower tuple went to a new page. */
  readonly newPage: boolean;
  /** Whether both are on the same page; from 9.5 on. */
  readonly postfixBlkSame?: boolean;
}

/**
 * A leaf's tuples were spread anew below a new inner tuple (`spgxlogPickSplit`).
 *
 * @category Records as data
 */
export interface SpgistPickSplit extends RecordFields<'SPGist', 'PICKSPLIT'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** Whether the root was split; from 9.5 on. */
  readonly isRootSplit?: boolean;
  /** The leaf's block; up to 9.4. */
  readonly blknoSrc?: number;
  /** The block of the other leaf; 0xFFFFFFFF for none; up to 9.4. */
  readonly blknoDest?: number;
  /** How many tuples were deleted from the leaf. */
  readonly nDelete: number;
  /** How many were put on both leaves. */
  readonly nInsert: number;
  /** Whether the leaf is built anew. */
  readonly initSrc: boolean;
  /** Whether the other leaf is. */
  readonly initDest: boolean;
  /** The new inner tuple's block; up to 9.4. */
  readonly blknoInner?: number;
  /** The new inner tuple's place. */
  readonly offnumInner: number;
  /** Whether its page is built anew. */
  readonly initInner: boolean;
  /** Whether the pages belong to the tree of nulls. */
  readonly storesNulls: boolean;
  /** Whether the tuple above is on the same page as the new inner one; from 9.5 on. */
  readonly innerIsParent?: boolean;
  /** The block of the tuple above, 0xFFFFFFFF for none; up to 9.4. */
  readonly blknoParent?: number;
  /** The place of the tuple above. */
  readonly offnumParent: number;
  /** Which of its nodes leads here. */
  readonly nodeI: number;
  /** What replay must know of the server. */
  readonly stateSrc: SpgistState;
  /** The deleted tuples' places. */
  readonly toDelete: readonly number[];
  /** The new tuples' places. */
  readonly toInsert: readonly number[];
  /** For each new tuple whether it went to the other leaf (1) or stayed on this (0). */
  readonly leafPageSelect: Uint8Array;
}

/**
 * `VACUUM` cleaned up a leaf (`spgxlogVacuumLeaf`).
 *
 * @category Records as data
 */
export interface SpgistVacuumLeaf extends RecordFields<'SPGist', 'VACUUM_LEAF'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The leaf's block number; up to 9.4. */
  readonly blkno?: number;
  /** How many tuples were marked dead. */
  readonly nDead: number;
  /** How many became placeholders. */
  readonly nPlaceholder: number;
  /** How many were moved within the page. */
  readonly nMove: number;
  /** How many links to the next tuple were changed. */
  readonly nChain: number;
  /** What replay must know of the server. */
  readonly stateSrc: SpgistState;
  /** The places of tuples marked dead. */
  readonly toDead: readonly number[];
  /** The places of tuples made placeholders. */
  readonly toPlaceholder: readonly number[];
  /** The places of tuples that were moved. */
  readonly moveSrc: readonly number[];
  /** Where they went. */
  readonly moveDest: readonly number[];
  /** The places of tuples whose link was changed. */
  readonly chainSrc: readonly number[];
  /** Where the links lead to. */
  readonly chainDest: readonly number[];
}

/**
 * `VACUUM` cleaned up a root that is a leaf as well (`spgxlogVacuumRoot`).
 *
 * @category Records as data
 */
export interface SpgistVacuumRoot extends RecordFields<'SPGist', 'VACUUM_ROOT'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The root's block number; up to 9.4. */
  readonly blkno?: number;
  /** How many tuples were deleted. */
  readonly nDelete: number;
  /** What replay must know of the server. */
  readonly stateSrc: SpgistState;
  /** The deleted tuples' places. */
  readonly toDelete: readonly number[];
}

/**
 * `VACUUM` removed redirections and placeholders from a page (`spgxlogVacuumRedirect`).
 *
 * @category Records as data
 */
export interface SpgistVacuumRedirect extends RecordFields<'SPGist', 'VACUUM_REDIRECT'> {
  /** The index; up to 9.4. */
  readonly locator?: RelationFile;
  /** The page's block number; up to 9.4. */
  readonly blkno?: number;
  /** How many redirections became placeholders. */
  readonly nToPlaceholder: number;
  /** The first of the placeholders that were removed; 0 for none. */
  readonly firstPlaceholder: number;
  /** The latest transaction that may still need the redirections (`newestRedirectXid` up to 15). */
  readonly snapshotConflictHorizon: number;
  /** Whether the table is a catalog to logical decoding; from 16 on. */
  readonly isCatalogRel?: boolean;
  /** The places of redirections made placeholders. */
  readonly itemToPlaceholder: readonly number[];
}

/**
 * Records of SP-GiST indexes.
 *
 * @category Records as data
 */
export type SpgistRecord =
  | SpgistCreateIndex
  | SpgistAddLeaf
  | SpgistMoveLeafs
  | SpgistAddNode
  | SpgistSplitTuple
  | SpgistPickSplit
  | SpgistVacuumLeaf
  | SpgistVacuumRoot
  | SpgistVacuumRedirect;
