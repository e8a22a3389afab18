import type { DescriptionWriter, RelationFile } from '../description-writer.js';
import type { RecordBody, RecordData } from '../record-data.js';
import { type RecordTypes, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import {
  CHILDREN_BYTES,
  IS_DATA,
  IS_LEAF,
  readActions,
  readChildren,
  readInserted,
  readItemPointer,
  SPLIT_ROOT,
  writeBool,
  writeChildren,
  writeInserted,
  writeLeafChanges,
  writePageImage,
  writePageKind,
  writePostingItem,
} from './gin-data.js';
import type { GinInsert, GinVacuumDataLeafPage, GinVacuumPage } from './gin-records.js';
import {
  createPostingTree,
  type Located,
  type LocatedSplit,
  SINCE_9_3,
  writeCreatePostingTree,
  writeNode,
  writeSplitPage,
  writeVacuumPage,
} from './gin-until-9-4.js';
import { GIN_OP } from './op-codes.js';

// Records of 9.4, where posting lists became compressed (src/include/access/gin_private.h).

type Insert9_4 = Located<GinInsert> & Required<Pick<GinInsert, 'fullPageImage'>>;

const INSERT_BYTES = 20;
const SPLIT_BYTES = 36;
const VACUUM_PAGE_BYTES = 20;
const VACUUM_DATA_LEAF_PAGE_BYTES = 16;

const resourceManager = 'Gin';

function decodeInsert(body: RecordBody, type: 'INSERT'): Insert9_4 {
  const { main } = body;
  const flags = main.uint16(16);
  const isData = (flags & IS_DATA) !== 0;
  const isLeaf = (flags & IS_LEAF) !== 0;
  const at = isLeaf ? INSERT_BYTES : INSERT_BYTES + CHILDREN_BYTES;
  const isReplaced = isReplacedByImage(body, at);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    isData,
    isLeaf,
    fullPageImage: isReplaced ? 'restored' : 'none',
    ...(!isLeaf && readChildren(main, INSERT_BYTES)),
    ...(!isReplaced && readInserted(main, at, isData, isLeaf)),
  };
}

/** What is said of a page's contents is left out where an image of it follows. */
function isReplacedByImage({ main, record }: RecordBody, at: number): boolean {
  return main.length <= at && record.blockTable.count > 0;
}

function decodeSplit({ main }: RecordBody, type: 'SPLIT'): LocatedSplit {
  const flags = main.uint16(32);
  const isData = (flags & IS_DATA) !== 0;
  const isLeaf = (flags & IS_LEAF) !== 0;
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    lblkno: main.uint32(12),
    rblkno: main.uint32(16),
    rrlink: main.uint32(20),
    isData,
    isLeaf,
    isRootSplit: (flags & SPLIT_ROOT) !== 0,
    leftChildBlkno: main.uint32(24),
    rightChildBlkno: main.uint32(28),
    ...readSplitItems(main, isData, isLeaf),
  };
}

/** `ginxlogSplitEntry`, `ginxlogSplitDataLeaf` and `ginxlogSplitDataInternal` begin with two numbers each. */
function readSplitItems(main: RecordData, isData: boolean, isLeaf: boolean) {
  const first = main.uint16(SPLIT_BYTES);
  const second = main.uint16(SPLIT_BYTES + 2);
  if (!isData) return { separator: first, nitem: second };
  const bound = readItemPointer(main, SPLIT_BYTES + 4);
  if (!isLeaf) return { separator: first, nitem: second, rightbound: bound };
  const rrightbound = readItemPointer(main, SPLIT_BYTES + 10);
  return { lsize: first, rsize: second, lrightbound: bound, rrightbound };
}

function decodeVacuumPage({ main }: RecordBody, type: 'VACUUM_PAGE'): Located<GinVacuumPage> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    holeOffset: main.uint16(16),
    holeLength: main.uint16(18),
    page: main.slice(VACUUM_PAGE_BYTES, Math.max(0, main.length - VACUUM_PAGE_BYTES)),
  };
}

function decodeVacuumDataLeafPage(
  body: RecordBody,
  type: 'VACUUM_DATA_LEAF_PAGE',
): Located<GinVacuumDataLeafPage> {
  const { main } = body;
  const isReplaced = isReplacedByImage(body, VACUUM_DATA_LEAF_PAGE_BYTES);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    fullPageImage: isReplaced ? 'restored' : 'none',
    ...(!isReplaced && readActions(main, VACUUM_DATA_LEAF_PAGE_BYTES)),
  };
}

function writeInsert(out: DescriptionWriter, fields: Insert9_4): void {
  const { isData, isLeaf, fullPageImage } = fields;
  writeNode(out.text('Insert item, '), fields.locator, fields.blkno).code(0x20);
  writePageKind(out, isData, isLeaf);
  writeChildren(out, fields);
  if (fullPageImage === 'none') writeInserted(out, fields);
  else if (isData && isLeaf) writePageImage(out, fullPageImage);
  else writeImageHeader(out, isData, fields.locator);
}

/**
 * Where an image follows instead, gin_desc looks for what was inserted all the same, and takes it from the image's
 * header, which begins with the index.
 */
function writeImageHeader(
  out: DescriptionWriter,
  isData: boolean,
  { tablespace, database, relation }: RelationFile,
): void {
  const high = (word: number) => word >>> 16;
  const low = (word: number) => word & 0xffff;
  const join = (upper: number, lower: number) => ((upper << 16) | lower) >>> 0;
  if (!isData) {
    writeBool(out.text(' isdelete: '), (high(tablespace) & 0xff) !== 0);
    return;
  }
  writePostingItem(out, {
    childBlkno: join(high(tablespace), low(database)),
    key: { block: join(high(database), low(relation)), offset: high(relation) },
  });
}

function writeSplit(out: DescriptionWriter, fields: LocatedSplit): void {
  writeSplitPage(out, fields);
  writePageKind(out.code(0x20), fields.isData, fields.isLeaf);
}

function writeVacuumDataLeafPage(out: DescriptionWriter, fields: Located<GinVacuumDataLeafPage>): void {
  writeNode(out.text('Vacuum data leaf page, '), fields.locator, fields.blkno);
  writeLeafChanges(out, fields);
}

export const V9_4: RecordTypes = {
  ...SINCE_9_3,
  [GIN_OP.CREATE_PTREE]: recordType('CREATE_PTREE', createPostingTree('size'), writeCreatePostingTree),
  [GIN_OP.INSERT]: recordType('INSERT', decodeInsert, writeInsert),
  [GIN_OP.SPLIT]: recordType('SPLIT', decodeSplit, writeSplit),
  [GIN_OP.VACUUM_PAGE]: recordType('VACUUM_PAGE', decodeVacuumPage, writeVacuumPage),
  [GIN_OP.VACUUM_DATA_LEAF_PAGE]: recordType(
    'VACUUM_DATA_LEAF_PAGE',
    decodeVacuumDataLeafPage,
    writeVacuumDataLeafPage,
  ),
};
