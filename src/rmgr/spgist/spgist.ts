import type { DescriptionWriter } from '../description-writer.js';
import { type RecordTypes, type ResourceManager, recordType } from '../record-type.js';
import * as layouts from './spgist-layouts.js';
import type {
  SpgistAddLeaf,
  SpgistAddNode,
  SpgistMoveLeafs,
  SpgistPickSplit,
  SpgistSplitTuple,
  SpgistVacuumLeaf,
  SpgistVacuumRedirect,
  SpgistVacuumRoot,
} from './spgist-records.js';
import { V9_3, V9_4 } from './spgist-until-9-4.js';

// What spg_desc prints from 9.5 on. A function is named after the first version that prints so.

function writeNothing(): void {}

function writeAddLeaf9_5(out: DescriptionWriter, fields: SpgistAddLeaf): void {
  out.text('add leaf to page; off ').uint(fields.offnumLeaf).text('; headoff ').uint(fields.offnumHeadLeaf);
  out.text('; parentoff ').uint(fields.offnumParent);
  writeAddLeafFlags(out, fields);
}

function writeAddLeaf14(out: DescriptionWriter, fields: SpgistAddLeaf): void {
  out.text('off: ').uint(fields.offnumLeaf).text(', headoff: ').uint(fields.offnumHeadLeaf);
  out.text(', parentoff: ').uint(fields.offnumParent).text(', nodeI: ').uint(fields.nodeI);
  writeAddLeafFlags(out, fields);
}

function writeAddLeafFlags(out: DescriptionWriter, { newPage, storesNulls }: SpgistAddLeaf): void {
  if (newPage) out.text(' (newpage)');
  if (storesNulls) out.text(' (nulls)');
}

function writeMoveLeafs9_5(out: DescriptionWriter, { nMoves }: SpgistMoveLeafs): void {
  out.uint(nMoves).text(' leafs');
}

function writeMoveLeafs14(out: DescriptionWriter, fields: SpgistMoveLeafs): void {
  const { nMoves, offnumParent, nodeI, newPage, replaceDead, storesNulls } = fields;
  out.text('nmoves: ').uint(nMoves).text(', parentoff: ').uint(offnumParent).text(', nodeI: ').uint(nodeI);
  if (newPage) out.text(' (newpage)');
  if (replaceDead) out.text(' (replacedead)');
  if (storesNulls) out.text(' (nulls)');
}

function writeAddNode9_5(out: DescriptionWriter, { offnum }: SpgistAddNode): void {
  out.text('off ').uint(offnum);
}

function writeAddNode14(out: DescriptionWriter, fields: SpgistAddNode): void {
  const { offnum, offnumNew, parentBlk = -1, offnumParent, nodeI, newPage } = fields;
  out.text('off: ').uint(offnum).text(', newoff: ').uint(offnumNew).text(', parentBlk: ').int(parentBlk);
  out.text(', parentoff: ').uint(offnumParent).text(', nodeI: ').uint(nodeI);
  if (newPage) out.text(' (newpage)');
}

function writeSplitTuple9_5(out: DescriptionWriter, fields: SpgistSplitTuple): void {
  const { offnumPrefix, offnumPostfix, postfixBlkSame, newPage } = fields;
  out.text('prefix off: ').uint(offnumPrefix).text(', postfix off: ').uint(offnumPostfix);
  out.text(postfixBlkSame ? ' (same 1' : ' (same 0').text(newPage ? ', new 1)' : ', new 0)');
}

function writeSplitTuple14(out: DescriptionWriter, fields: SpgistSplitTuple): void {
  out.text('prefixoff: ').uint(fields.offnumPrefix).text(', postfixoff: ').uint(fields.offnumPostfix);
  if (fields.newPage) out.text(' (newpage)');
  if (fields.postfixBlkSame) out.text(' (same)');
}

function writePickSplit9_5(out: DescriptionWriter, fields: SpgistPickSplit): void {
  out.text('ndel ').uint(fields.nDelete).text('; nins ').uint(fields.nInsert);
  if (fields.innerIsParent) out.text(' (innerIsParent)');
  if (fields.isRootSplit) out.text(' (isRootSplit)');
}

function writePickSplit14(out: DescriptionWriter, fields: SpgistPickSplit): void {
  const { nDelete, nInsert, offnumInner, offnumParent, nodeI } = fields;
  out.text('ndelete: ').uint(nDelete).text(', ninsert: ').uint(nInsert);
  out.text(', inneroff: ').uint(offnumInner).text(', parentoff: ').uint(offnumParent);
  out.text(', nodeI: ').uint(nodeI);
  if (fields.innerIsParent) out.text(' (innerIsParent)');
  if (fields.storesNulls) out.text(' (nulls)');
  if (fields.isRootSplit) out.text(' (isRootSplit)');
}

function writeVacuumLeaf14(out: DescriptionWriter, fields: SpgistVacuumLeaf): void {
  const { nDead, nPlaceholder, nMove, nChain } = fields;
  out.text('ndead: ').uint(nDead).text(', nplaceholder: ').uint(nPlaceholder);
  out.text(', nmove: ').uint(nMove).text(', nchain: ').uint(nChain);
}

function writeVacuumRoot14(out: DescriptionWriter, { nDelete }: SpgistVacuumRoot): void {
  out.text('ndelete: ').uint(nDelete);
}

function writeVacuumRedirect9_5(out: DescriptionWriter, fields: SpgistVacuumRedirect): void {
  out.text('newest XID ').uint(fields.snapshotConflictHorizon);
}

function writeVacuumRedirect14(out: DescriptionWriter, fields: SpgistVacuumRedirect): void {
  writePlaceholders14(out, fields);
  out.text(', newestredirectxid: ').uint(fields.snapshotConflictHorizon);
}

function writeVacuumRedirect16(out: DescriptionWriter, fields: SpgistVacuumRedirect): void {
  writePlaceholders14(out, fields);
  out.text(', snapshotConflictHorizon: ').uint(fields.snapshotConflictHorizon);
}

function writeVacuumRedirect17(out: DescriptionWriter, fields: SpgistVacuumRedirect): void {
  writeVacuumRedirect16(out, fields);
  out.text(fields.isCatalogRel ? ', isCatalogRel: T' : ', isCatalogRel: F');
}

function writePlaceholders14(out: DescriptionWriter, fields: SpgistVacuumRedirect): void {
  out.text('ntoplaceholder: ').uint(fields.nToPlaceholder);
  out.text(', firstplaceholder: ').uint(fields.firstPlaceholder);
}

/** 9.5 to 13, but for a kind that 12 gave up. */
const SINCE_9_5: RecordTypes = {
  16: recordType('ADD_LEAF', layouts.decodeAddLeaf, writeAddLeaf9_5),
  32: recordType('MOVE_LEAFS', layouts.decodeMoveLeafs, writeMoveLeafs9_5),
  48: recordType('ADD_NODE', layouts.decodeAddNode, writeAddNode9_5),
  64: recordType('SPLIT_TUPLE', layouts.decodeSplitTuple, writeSplitTuple9_5),
  80: recordType('PICKSPLIT', layouts.decodePickSplit, writePickSplit9_5),
  96: recordType('VACUUM_LEAF', layouts.decodeVacuumLeaf, writeNothing),
  112: recordType('VACUUM_ROOT', layouts.decodeVacuumRoot, writeNothing),
  128: recordType('VACUUM_REDIRECT', layouts.decodeVacuumRedirect9_5, writeVacuumRedirect9_5),
};

const V9_5: RecordTypes = {
  ...SINCE_9_5,
  0: recordType('CREATE_INDEX', layouts.decodeCreateIndex, writeNothing),
};

const V12: RecordTypes = SINCE_9_5;

const V14: RecordTypes = {
  16: recordType('ADD_LEAF', layouts.decodeAddLeaf, writeAddLeaf14),
  32: recordType('MOVE_LEAFS', layouts.decodeMoveLeafs, writeMoveLeafs14),
  48: recordType('ADD_NODE', layouts.decodeAddNode, writeAddNode14),
  64: recordType('SPLIT_TUPLE', layouts.decodeSplitTuple, writeSplitTuple14),
  80: recordType('PICKSPLIT', layouts.decodePickSplit, writePickSplit14),
  96: recordType('VACUUM_LEAF', layouts.decodeVacuumLeaf, writeVacuumLeaf14),
  112: recordType('VACUUM_ROOT', layouts.decodeVacuumRoot, writeVacuumRoot14),
  128: recordType('VACUUM_REDIRECT', layouts.decodeVacuumRedirect9_5, writeVacuumRedirect14),
};

const V16: RecordTypes = {
  ...V14,
  128: recordType('VACUUM_REDIRECT', layouts.decodeVacuumRedirect16, writeVacuumRedirect16),
};

const V17: RecordTypes = {
  ...V16,
  128: recordType('VACUUM_REDIRECT', layouts.decodeVacuumRedirect16, writeVacuumRedirect17),
};

/** As `src/backend/access/rmgrdesc/spgdesc.c` tells them. */
export const spgist: ResourceManager = {
  name: 'SPGist',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.4', types: V9_4 },
    { since: '9.5', types: V9_5 },
    { since: '12', types: V12 },
    { since: '14', types: V14 },
    { since: '16', types: V16 },
    { since: '17', types: V17 },
  ],
  unknownText: (info) => `unknown spgist op code ${info}`,
};
