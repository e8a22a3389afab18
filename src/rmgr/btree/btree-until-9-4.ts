import type { DescriptionWriter, RelationFile } from '../description-writer.js';
import { indexTupleSize } from '../index-tuple.js';
import { maxAlign } from '../maxalign.js';
import { readOffsetNumbers, readOffsetNumbersToEnd } from '../offset-numbers.js';
import type { RecordBody, RecordData } from '../record-data.js';
import { type RecordTypes, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import { decodeReusePage9_3, readMetadata9_3 } from './btree-layouts.js';
import type {
  BtreeDelete,
  BtreeDeletePage,
  BtreeInsert,
  BtreeMarkPageHalfdead,
  BtreeNewroot,
  BtreeReusePage,
  BtreeSplit,
  BtreeUnlinkPage,
  BtreeVacuum,
} from './btree-records.js';

// Records of 9.3 and 9.4 name their pages themselves (src/include/access/nbtree.h), and btree_desc tells which
// kind they are.

type Located<Fields> = Fields & { readonly locator: RelationFile };
type Placed<Fields> = Located<Fields> & { readonly block: number };

const resourceManager = 'Btree';

/** `SizeOfBtreeInsert` and `SizeOfBtreeSplit`. */
const INSERT_BYTES = 18;
const SPLIT_BYTES = 30;
const BLOCK_NUMBER_BYTES = 4;

/** Reads a `BlockIdData`: two halves, the upper first. */
function readBlockId(data: RecordData, at: number): number {
  return ((data.uint16(at) << 16) | data.uint16(at + 2)) >>> 0;
}

function decodeInsert({ main }: RecordBody, type: BtreeInsert['type']): Placed<BtreeInsert> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    block: readBlockId(main, 12),
    offnum: main.uint16(16),
  };
}

function decodeInsertUpper9_3(body: RecordBody, type: BtreeInsert['type']): Placed<BtreeInsert> {
  return { ...decodeInsert(body, type), downlink: body.main.uint32(INSERT_BYTES) };
}

function decodeInsertMeta9_3(body: RecordBody, type: BtreeInsert['type']): Placed<BtreeInsert> {
  const metadata = readMetadata9_3(body.main, INSERT_BYTES + BLOCK_NUMBER_BYTES);
  return { ...decodeInsertUpper9_3(body, type), metadata };
}

function decodeInsertUpper9_4(body: RecordBody, type: BtreeInsert['type']): Placed<BtreeInsert> {
  const fields = decodeInsert(body, type);
  return body.hasImage(0) ? fields : { ...fields, finishesSplit: body.main.uint32(INSERT_BYTES) };
}

function decodeInsertMeta9_4(body: RecordBody, type: BtreeInsert['type']): Placed<BtreeInsert> {
  const at = INSERT_BYTES + (body.hasImage(0) ? 0 : BLOCK_NUMBER_BYTES);
  return { ...decodeInsertUpper9_4(body, type), metadata: readMetadata9_3(body.main, at) };
}

function decodeSplit({ main }: RecordBody, type: BtreeSplit['type']): Located<BtreeSplit> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    leftsib: main.uint32(12),
    rightsib: main.uint32(16),
    rnext: main.uint32(20),
    level: main.uint32(24),
    firstrightoff: main.uint16(28),
  };
}

/** Above the leaves, 9.3 puts the downlink first, and the left page's high key where no image comes along. */
function decodeSplit9_3(body: RecordBody, type: BtreeSplit['type']): Located<BtreeSplit> {
  const { main } = body;
  const fields = decodeSplit(body, type);
  if (fields.level === 0) return withNewItem(main, fields, SPLIT_BYTES);
  const keyAt = SPLIT_BYTES + BLOCK_NUMBER_BYTES;
  const itemAt = body.hasImage(0) ? keyAt : keyAt + maxAlign(indexTupleSize(main, keyAt));
  return withNewItem(main, { ...fields, downlink: readBlockId(main, SPLIT_BYTES) }, itemAt);
}

function decodeSplit9_4(body: RecordBody, type: BtreeSplit['type']): Located<BtreeSplit> {
  return withNewItem(body.main, decodeSplit(body, type), SPLIT_BYTES);
}

function withNewItem(main: RecordData, fields: Located<BtreeSplit>, at: number): Located<BtreeSplit> {
  const isOnLeft = fields.type === 'SPLIT_L' || fields.type === 'SPLIT_L_ROOT';
  return isOnLeft ? { ...fields, newitemoff: main.uint16(at) } : fields;
}

function decodeVacuum(body: RecordBody, type: 'VACUUM'): Placed<BtreeVacuum> {
  const { main } = body;
  const fields = {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    block: main.uint32(12),
    lastBlockVacuumed: main.uint32(16),
  } as const;
  return body.hasImage(0) ? fields : { ...fields, deleted: readOffsetNumbersToEnd(main, 20) };
}

function decodeDelete({ main }: RecordBody, type: 'DELETE'): Placed<BtreeDelete> {
  const ndeleted = main.int32(28);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    block: main.uint32(12),
    hnode: readRelationFile(main, 16),
    ndeleted,
    deleted: readOffsetNumbers(main, 32, ndeleted),
  };
}

function decodeDeletePage({ main }: RecordBody, type: BtreeDeletePage['type']): BtreeDeletePage {
  const fields = {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    block: readBlockId(main, 12),
    offnum: main.uint16(16),
    deadblk: main.uint32(20),
    leftblk: main.uint32(24),
    rightblk: main.uint32(28),
    btpoXact: main.uint32(32),
  } as const;
  return type === 'DELETE_PAGE_META' ? { ...fields, metadata: readMetadata9_3(main, 36) } : fields;
}

function decodeMarkPageHalfdead(
  { main }: RecordBody,
  type: 'MARK_PAGE_HALFDEAD',
): Placed<BtreeMarkPageHalfdead> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    block: readBlockId(main, 12),
    poffset: main.uint16(16),
    leafblk: main.uint32(20),
    leftblk: main.uint32(24),
    rightblk: main.uint32(28),
    topparent: main.uint32(32),
  };
}

type OldUnlinkPage = Located<BtreeUnlinkPage> & { readonly deadblk: number; readonly leafblk: number };

function decodeUnlinkPage({ main }: RecordBody, type: BtreeUnlinkPage['type']): OldUnlinkPage {
  const fields = {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    deadblk: main.uint32(12),
    leftsib: main.uint32(16),
    rightsib: main.uint32(20),
    leafblk: main.uint32(24),
    leafleftsib: main.uint32(28),
    leafrightsib: main.uint32(32),
    leaftopparent: main.uint32(36),
    safexid: BigInt(main.uint32(40)),
  } as const;
  return type === 'UNLINK_PAGE_META' ? { ...fields, metadata: readMetadata9_3(main, 44) } : fields;
}

function decodeNewroot({ main }: RecordBody, type: 'NEWROOT'): Located<BtreeNewroot> {
  const locator = readRelationFile(main, 0);
  return { resourceManager, type, locator, rootblk: main.uint32(12), level: main.uint32(16) };
}

/** `out_target` */
function writeTarget(out: DescriptionWriter, locator: RelationFile, block: number, offnum: number): void {
  out.text('rel ').relation(locator).text('; tid ').uint(block).code(0x2f).uint(offnum);
}

function insert(
  name: BtreeInsert['type'],
  text: string,
  decode: (body: RecordBody, name: BtreeInsert['type']) => Placed<BtreeInsert>,
) {
  return recordType(name, decode, (out, { locator, block, offnum }) =>
    writeTarget(out.text(text), locator, block, offnum),
  );
}

function split(
  name: BtreeSplit['type'],
  text: string,
  decode: (body: RecordBody, name: BtreeSplit['type']) => Located<BtreeSplit>,
) {
  return recordType(
    name,
    decode,
    (out, { locator, leftsib = 0, rightsib = 0, rnext = 0, level, firstrightoff }) => {
      out.text(text).relation(locator).text(' left ').uint(leftsib).text(', right ').uint(rightsib);
      out.text(', next ').uint(rnext).text(', level ').uint(level).text(', firstright ').int(firstrightoff);
    },
  );
}

function splits(decode: (body: RecordBody, name: BtreeSplit['type']) => Located<BtreeSplit>): RecordTypes {
  return {
    48: split('SPLIT_L', 'split_l: rel ', decode),
    64: split('SPLIT_R', 'split_r: rel ', decode),
    80: split('SPLIT_L_ROOT', 'split_l_root: rel ', decode),
    96: split('SPLIT_R_ROOT', 'split_r_root: rel ', decode),
  };
}

function writeVacuum(out: DescriptionWriter, fields: Placed<BtreeVacuum>): void {
  const { locator, block, lastBlockVacuumed = 0 } = fields;
  out.text('vacuum: rel ').relation(locator).text('; blk ').uint(block);
  out.text(', lastBlockVacuumed ').uint(lastBlockVacuumed);
}

function writeDelete(out: DescriptionWriter, { locator, block, hnode }: Placed<BtreeDelete>): void {
  out.text('delete: index ').relation(locator).text('; iblk ').uint(block);
  if (hnode !== undefined) out.text(', heap ').relation(hnode).code(0x3b);
}

function deletePage(name: BtreeDeletePage['type']) {
  return recordType(name, decodeDeletePage, (out, { locator, block, offnum, deadblk, leftblk, rightblk }) => {
    writeTarget(out.text('delete_page: '), locator, block, offnum);
    out.text('; dead ').uint(deadblk).text('; left ').uint(leftblk).text('; right ').uint(rightblk);
  });
}

function writeMarkPageHalfdead(out: DescriptionWriter, fields: Placed<BtreeMarkPageHalfdead>): void {
  const { locator, block, poffset, topparent, leafblk, leftblk, rightblk } = fields;
  writeTarget(out.text('mark_page_halfdead: '), locator, block, poffset);
  out.text('; topparent ').uint(topparent).text('; leaf ').uint(leafblk);
  out.text('; left ').uint(leftblk).text('; right ').uint(rightblk);
}

function unlinkPage(name: BtreeUnlinkPage['type']) {
  return recordType(name, decodeUnlinkPage, (out, fields) => {
    const { locator, deadblk, leftsib, rightsib, safexid } = fields;
    out
      .text('unlink_page: rel ')
      .relation(locator)
      .text('; dead ')
      .uint(deadblk)
      .text('; left ')
      .uint(leftsib);
    out.text('; right ').uint(rightsib).text('; btpo_xact ').bigint(safexid);
    out.text('; leaf ').uint(fields.leafblk).text('; leafleft ').uint(fields.leafleftsib);
    out.text('; leafright ').uint(fields.leafrightsib).text('; topparent ').uint(fields.leaftopparent);
  });
}

function writeNewroot(out: DescriptionWriter, { locator, rootblk, level }: Located<BtreeNewroot>): void {
  out.text('newroot: rel ').relation(locator).text('; root ').uint(rootblk).text(' lev ').uint(level);
}

function writeReusePage(out: DescriptionWriter, { locator, snapshotConflictHorizon }: BtreeReusePage): void {
  out.text('reuse_page: rel ').relation(locator).text('; latestRemovedXid ').bigint(snapshotConflictHorizon);
}

export const V9_3: RecordTypes = {
  0: insert('INSERT_LEAF', 'insert: ', decodeInsert),
  16: insert('INSERT_UPPER', 'insert_upper: ', decodeInsertUpper9_3),
  32: insert('INSERT_META', 'insert_meta: ', decodeInsertMeta9_3),
  ...splits(decodeSplit9_3),
  112: recordType('DELETE', decodeDelete, writeDelete),
  128: deletePage('DELETE_PAGE'),
  144: deletePage('DELETE_PAGE_META'),
  160: recordType('NEWROOT', decodeNewroot, writeNewroot),
  176: deletePage('DELETE_PAGE_HALF'),
  192: recordType('VACUUM', decodeVacuum, writeVacuum),
  208: recordType('REUSE_PAGE', decodeReusePage9_3, writeReusePage),
};

export const V9_4: RecordTypes = {
  ...V9_3,
  16: insert('INSERT_UPPER', 'insert_upper: ', decodeInsertUpper9_4),
  32: insert('INSERT_META', 'insert_meta: ', decodeInsertMeta9_4),
  ...splits(decodeSplit9_4),
  128: unlinkPage('UNLINK_PAGE'),
  144: unlinkPage('UNLINK_PAGE_META'),
  176: recordType('MARK_PAGE_HALFDEAD', decodeMarkPageHalfdead, writeMarkPageHalfdead),
};
