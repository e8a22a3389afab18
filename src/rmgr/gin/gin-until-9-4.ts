import type { DescriptionWriter, RelationFile } from '../description-writer.js';
import type { RecordBody } from '../record-data.js';
import { type RecordTypes, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import { readUint32List } from '../uint32-list.js';
import { readItemPointer, readMetaPageData, writeBool } from './gin-data.js';
import type {
  GinCreateIndex,
  GinCreatePostingTree,
  GinDeleteListPages,
  GinDeletePage,
  GinInsert,
  GinInsertListPage,
  GinSplit,
  GinUpdateMetaPage,
  GinVacuumPage,
} from './gin-records.js';
import { GIN_OP } from './op-codes.js';

// Records of 9.3, and what 9.4 kept of them, name their pages themselves (src/include/access/gin_private.h), and
// gin_desc tells which kind they are.

/** A record that names its index and its page. */
export type Located<Fields> = Fields & { readonly locator: RelationFile; readonly blkno: number };

type Insert9_3 = Located<GinInsert> &
  Required<Pick<GinInsert, 'offset' | 'nitem' | 'isDelete' | 'updateBlkno'>>;
export type LocatedSplit = GinSplit & { readonly lblkno: number };

/** `GIN_METAPAGE_BLKNO`, `GIN_ROOT_BLKNO`. */
const METAPAGE = 0;
const ROOT = 1;

const CREATE_PTREE_BYTES = 20;
const VACUUM_PAGE_BYTES = 20;
const DELETE_PAGE_BYTES = 36;

const resourceManager = 'Gin';

/** `ginxlogCreatePostingTree`, whose number is of items in 9.3 and of bytes in 9.4. */
export function createPostingTree<Count extends 'nitem' | 'size'>(count: Count) {
  return ({ main }: RecordBody, type: 'CREATE_PTREE'): Located<GinCreatePostingTree> => ({
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    [count]: main.uint32(16),
    postingList: main.slice(CREATE_PTREE_BYTES, Math.max(0, main.length - CREATE_PTREE_BYTES)),
  });
}

function decodeCreateIndex(
  { main }: RecordBody,
  type: 'CREATE_INDEX',
): GinCreateIndex & { locator: RelationFile } {
  return { resourceManager, type, locator: readRelationFile(main, 0) };
}

function decodeInsert({ main }: RecordBody, type: 'INSERT'): Insert9_3 {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    isData: main.bool(23),
    isLeaf: main.bool(24),
    updateBlkno: main.uint32(16),
    offset: main.uint16(20),
    isDelete: main.bool(22),
    nitem: main.uint16(26),
  };
}

function decodeSplit({ main }: RecordBody, type: 'SPLIT'): LocatedSplit {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    lblkno: main.uint32(12),
    rootBlkno: main.uint32(16),
    rblkno: main.uint32(20),
    rrlink: main.uint32(24),
    isData: main.bool(32),
    isLeaf: main.bool(33),
    isRootSplit: main.bool(34),
    leftChildBlkno: main.uint32(36),
    updateBlkno: main.uint32(40),
    separator: main.uint16(28),
    nitem: main.uint16(30),
    rightbound: readItemPointer(main, 44),
  };
}

function decodeVacuumPage({ main }: RecordBody, type: 'VACUUM_PAGE'): Located<GinVacuumPage> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    nitem: main.uint16(16),
    page: main.slice(VACUUM_PAGE_BYTES, Math.max(0, main.length - VACUUM_PAGE_BYTES)),
  };
}

function decodeDeletePage({ main }: RecordBody, type: 'DELETE_PAGE'): Located<GinDeletePage> {
  const fields = {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    parentBlkno: main.uint32(16),
    parentOffset: main.uint16(20),
    leftBlkno: main.uint32(24),
    rightLink: main.uint32(28),
  } as const;
  return main.length < DELETE_PAGE_BYTES ? fields : { ...fields, deleteXid: main.uint32(32) };
}

/** Of all versions: it names the index later, too. */
export function decodeUpdateMetaPage({ main }: RecordBody, type: 'UPDATE_META_PAGE'): GinUpdateMetaPage {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    metadata: readMetaPageData(main, 16),
    prevTail: main.uint32(72),
    newRightlink: main.uint32(76),
    ntuples: main.int32(80),
  };
}

function decodeInsertListPage({ main }: RecordBody, type: 'INSERT_LISTPAGE'): Located<GinInsertListPage> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    rightlink: main.uint32(16),
    ntuples: main.int32(20),
  };
}

function decodeDeleteListPages(
  { main }: RecordBody,
  type: 'DELETE_LISTPAGE',
): GinDeleteListPages & { locator: RelationFile } {
  const ndeleted = main.int32(72);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    metadata: readMetaPageData(main, 16),
    ndeleted,
    toDelete: readUint32List(main, 76, ndeleted),
  };
}

/** `node: 1663/5/16999 blkno: 1` */
export function writeNode(out: DescriptionWriter, locator: RelationFile, blkno: number): DescriptionWriter {
  return out.text('node: ').relation(locator).text(' blkno: ').uint(blkno);
}

export function writeCreatePostingTree(
  out: DescriptionWriter,
  { locator, blkno }: Located<GinCreatePostingTree>,
): void {
  writeNode(out.text('Create posting tree, '), locator, blkno);
}

export function writeVacuumPage(out: DescriptionWriter, { locator, blkno }: Located<GinVacuumPage>): void {
  writeNode(out.text('Vacuum page, '), locator, blkno);
}

function writeInsert(out: DescriptionWriter, fields: Insert9_3): void {
  writeNode(out.text('Insert item, '), fields.locator, fields.blkno);
  out.text(' offset: ').uint(fields.offset).text(' nitem: ').uint(fields.nitem);
  writeBool(out.text(' isdata: '), fields.isData);
  writeBool(out.text(' isleaf '), fields.isLeaf);
  writeBool(out.text(' isdelete '), fields.isDelete).text(' updateBlkno:').uint(fields.updateBlkno);
}

export function writeSplitPage(out: DescriptionWriter, { locator, lblkno, isRootSplit }: LocatedSplit): void {
  writeNode(out.text('Page split, '), locator, lblkno);
  writeBool(out.text(' isrootsplit: '), isRootSplit);
}

/** What 9.4 has in common with 9.3. */
export const SINCE_9_3: RecordTypes = {
  [GIN_OP.CREATE_INDEX]: recordType('CREATE_INDEX', decodeCreateIndex, (out, { locator }) => {
    writeNode(out.text('Create index, '), locator, ROOT);
  }),
  [GIN_OP.DELETE_PAGE]: recordType('DELETE_PAGE', decodeDeletePage, (out, { locator, blkno }) => {
    writeNode(out.text('Delete page, '), locator, blkno);
  }),
  [GIN_OP.UPDATE_META_PAGE]: recordType('UPDATE_META_PAGE', decodeUpdateMetaPage, (out, { locator }) => {
    writeNode(out.text('Update metapage, '), locator, METAPAGE);
  }),
  [GIN_OP.INSERT_LISTPAGE]: recordType('INSERT_LISTPAGE', decodeInsertListPage, (out, { locator, blkno }) => {
    writeNode(out.text('Insert new list page, '), locator, blkno);
  }),
  [GIN_OP.DELETE_LISTPAGE]: recordType(
    'DELETE_LISTPAGE',
    decodeDeleteListPages,
    (out, { locator, ndeleted }) => {
      writeNode(out.text('Delete list pages (').int(ndeleted).text('), '), locator, METAPAGE);
    },
  ),
};

export const V9_3: RecordTypes = {
  ...SINCE_9_3,
  [GIN_OP.CREATE_PTREE]: recordType('CREATE_PTREE', createPostingTree('nitem'), writeCreatePostingTree),
  [GIN_OP.INSERT]: recordType('INSERT', decodeInsert, writeInsert),
  [GIN_OP.SPLIT]: recordType('SPLIT', decodeSplit, writeSplitPage),
  [GIN_OP.VACUUM_PAGE]: recordType('VACUUM_PAGE', decodeVacuumPage, writeVacuumPage),
};
