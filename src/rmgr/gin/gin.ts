import type { DescriptionWriter } from '../description-writer.js';
import type { RecordBody } from '../record-data.js';
import { type RecordTypes, type ResourceManager, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import { V9_4 } from './gin-9-4.js';
import {
  IS_DATA,
  IS_LEAF,
  pageImage,
  readActions,
  readChildren,
  readInserted,
  readMetaPageData,
  SPLIT_ROOT,
  writeBool,
  writeChildren,
  writeInserted,
  writeLeafChanges,
  writePageImage,
  writePageKind,
} from './gin-data.js';
import type {
  GinCreateIndex,
  GinCreatePostingTree,
  GinDeleteListPages,
  GinDeletePage,
  GinInsert,
  GinInsertListPage,
  GinSplit,
  GinVacuumDataLeafPage,
  GinVacuumPage,
} from './gin-records.js';
import { decodeUpdateMetaPage, V9_3 } from './gin-until-9-4.js';
import { GIN_OP } from './op-codes.js';

// The layouts of src/include/access/ginxlog.h (9.5 and 9.6: gin_private.h), and what gin_desc prints of them.

type Insert = GinInsert & Required<Pick<GinInsert, 'fullPageImage'>>;

const CREATE_PTREE_BYTES = 4;
const INSERT_BYTES = 2;
const DELETE_PAGE_BYTES = 12;

const resourceManager = 'Gin';

function decodeCreateIndex(_body: RecordBody, type: 'CREATE_INDEX'): GinCreateIndex {
  return { resourceManager, type };
}

function decodeCreatePostingTree({ main }: RecordBody, type: 'CREATE_PTREE'): GinCreatePostingTree {
  const postingList = main.slice(CREATE_PTREE_BYTES, Math.max(0, main.length - CREATE_PTREE_BYTES));
  return { resourceManager, type, size: main.uint32(0), postingList };
}

function decodeInsert(body: RecordBody, type: 'INSERT'): Insert {
  const { main } = body;
  const flags = main.uint16(0);
  const isData = (flags & IS_DATA) !== 0;
  const isLeaf = (flags & IS_LEAF) !== 0;
  const fullPageImage = pageImage(body);
  const data = changesOfPage(body);
  return {
    resourceManager,
    type,
    isData,
    isLeaf,
    fullPageImage,
    ...(!isLeaf && readChildren(main, INSERT_BYTES)),
    ...(data !== null && readInserted(data, 0, isData, isLeaf)),
  };
}

/** The data of block 0, which only an image of it can stand in for. */
function changesOfPage(body: RecordBody) {
  const data = body.blockData(0);
  if (data === null && !body.hasImage(0)) body.main.complain('block 0 has neither data nor an image');
  return data;
}

function decodeSplit({ main }: RecordBody, type: 'SPLIT'): GinSplit {
  const flags = main.uint16(24);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    rrlink: main.uint32(12),
    isData: (flags & IS_DATA) !== 0,
    isLeaf: (flags & IS_LEAF) !== 0,
    isRootSplit: (flags & SPLIT_ROOT) !== 0,
    leftChildBlkno: main.uint32(16),
    rightChildBlkno: main.uint32(20),
  };
}

function decodeVacuumPage(_body: RecordBody, type: 'VACUUM_PAGE'): GinVacuumPage {
  return { resourceManager, type };
}

function decodeVacuumDataLeafPage(body: RecordBody, type: 'VACUUM_DATA_LEAF_PAGE'): GinVacuumDataLeafPage {
  const fullPageImage = pageImage(body);
  const data = changesOfPage(body);
  return { resourceManager, type, fullPageImage, ...(data !== null && readActions(data, 0)) };
}

function decodeDeletePage({ main }: RecordBody, type: 'DELETE_PAGE'): GinDeletePage {
  const fields = {
    resourceManager,
    type,
    parentOffset: main.uint16(0),
    rightLink: main.uint32(4),
  } as const;
  return main.length < DELETE_PAGE_BYTES ? fields : { ...fields, deleteXid: main.uint32(8) };
}

function decodeInsertListPage({ main }: RecordBody, type: 'INSERT_LISTPAGE'): GinInsertListPage {
  return { resourceManager, type, rightlink: main.uint32(0), ntuples: main.int32(4) };
}

function decodeDeleteListPages({ main }: RecordBody, type: 'DELETE_LISTPAGE'): GinDeleteListPages {
  return { resourceManager, type, metadata: readMetaPageData(main, 0), ndeleted: main.int32(56) };
}

function writeNothing(): void {}

function writeInsert(out: DescriptionWriter, fields: Insert): void {
  writePageKind(out, fields.isData, fields.isLeaf);
  writeChildren(out, fields);
  if (fields.fullPageImage === 'none') writeInserted(out, fields);
  else writePageImage(out, fields.fullPageImage);
}

function writeSplit(out: DescriptionWriter, { isRootSplit, isData, isLeaf }: GinSplit): void {
  writeBool(out.text('isrootsplit: '), isRootSplit).code(0x20);
  writePageKind(out, isData, isLeaf);
}

/** From 12 on, and what versions from 9.5 on have in common with it. */
const V12: RecordTypes = {
  [GIN_OP.CREATE_PTREE]: recordType('CREATE_PTREE', decodeCreatePostingTree, writeNothing),
  [GIN_OP.INSERT]: recordType('INSERT', decodeInsert, writeInsert),
  [GIN_OP.SPLIT]: recordType('SPLIT', decodeSplit, writeSplit),
  [GIN_OP.VACUUM_PAGE]: recordType('VACUUM_PAGE', decodeVacuumPage, writeNothing),
  [GIN_OP.DELETE_PAGE]: recordType('DELETE_PAGE', decodeDeletePage, writeNothing),
  [GIN_OP.UPDATE_META_PAGE]: recordType('UPDATE_META_PAGE', decodeUpdateMetaPage, writeNothing),
  [GIN_OP.INSERT_LISTPAGE]: recordType('INSERT_LISTPAGE', decodeInsertListPage, writeNothing),
  [GIN_OP.DELETE_LISTPAGE]: recordType('DELETE_LISTPAGE', decodeDeleteListPages, (out, { ndeleted }) => {
    out.text('ndeleted: ').int(ndeleted);
  }),
  [GIN_OP.VACUUM_DATA_LEAF_PAGE]: recordType(
    'VACUUM_DATA_LEAF_PAGE',
    decodeVacuumDataLeafPage,
    writeLeafChanges,
  ),
};

const V9_5: RecordTypes = {
  ...V12,
  [GIN_OP.CREATE_INDEX]: recordType('CREATE_INDEX', decodeCreateIndex, writeNothing),
};

/** As `src/backend/access/rmgrdesc/gindesc.c` tells them. */
export const gin: ResourceManager = {
  name: 'Gin',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.4', types: V9_4 },
    { since: '9.5', types: V9_5 },
    { since: '12', types: V12 },
  ],
  unknownText: (info) => `unknown gin op code ${info}`,
};
