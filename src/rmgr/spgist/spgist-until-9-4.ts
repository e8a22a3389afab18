import type { DescriptionWriter, RelationFile } from '../description-writer.js';
import { maxAlign } from '../maxalign.js';
import { OFFSET_NUMBER_BYTES, readOffsetNumbers } from '../offset-numbers.js';
import type { RecordBody } from '../record-data.js';
import { type RecordTypes, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import { countOfInserted, readState, readVacuumLeafArrays } from './spgist-arrays.js';
import type {
  SpgistAddLeaf,
  SpgistAddNode,
  SpgistCreateIndex,
  SpgistMoveLeafs,
  SpgistPickSplit,
  SpgistSplitTuple,
  SpgistVacuumLeaf,
  SpgistVacuumRedirect,
  SpgistVacuumRoot,
} from './spgist-records.js';

// Records of 9.3 and 9.4 name their pages themselves (src/include/access/spgist_private.h). The structs are
// the same in both; 9.3 aligns what follows two of them.

type Located<Fields> = Fields & { readonly locator: RelationFile };
type Align = (length: number) => number;

const resourceManager = 'SPGist';

const MOVE_LEAFS_BYTES = 44;
const PICK_SPLIT_BYTES = 52;

const unaligned: Align = (length) => length;

function decodeCreateIndex({ main }: RecordBody, type: 'CREATE_INDEX'): Located<SpgistCreateIndex> {
  return { resourceManager, type, locator: readRelationFile(main, 0) };
}

function decodeAddLeaf({ main }: RecordBody, type: 'ADD_LEAF'): Located<SpgistAddLeaf> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blknoLeaf: main.uint32(12),
    newPage: main.bool(16),
    storesNulls: main.bool(17),
    offnumLeaf: main.uint16(18),
    offnumHeadLeaf: main.uint16(20),
    blknoParent: main.uint32(24),
    offnumParent: main.uint16(28),
    nodeI: main.uint16(30),
  };
}

function decodeMoveLeafs({ main }: RecordBody, type: 'MOVE_LEAFS', align: Align): Located<SpgistMoveLeafs> {
  const nMoves = main.uint16(20);
  const replaceDead = main.bool(23);
  const deletedAt = align(MOVE_LEAFS_BYTES);
  const insertedAt = deletedAt + align(nMoves * OFFSET_NUMBER_BYTES);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blknoSrc: main.uint32(12),
    blknoDst: main.uint32(16),
    nMoves,
    newPage: main.bool(22),
    replaceDead,
    storesNulls: main.bool(24),
    blknoParent: main.uint32(28),
    offnumParent: main.uint16(32),
    nodeI: main.uint16(34),
    stateSrc: readState(main, 36),
    toDelete: readOffsetNumbers(main, deletedAt, nMoves),
    toInsert: readOffsetNumbers(main, insertedAt, countOfInserted(nMoves, replaceDead)),
  };
}

function decodeAddNode({ main }: RecordBody, type: 'ADD_NODE'): Located<SpgistAddNode> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    offnum: main.uint16(16),
    blknoParent: main.uint32(20),
    offnumParent: main.uint16(24),
    nodeI: main.uint16(26),
    blknoNew: main.uint32(28),
    offnumNew: main.uint16(32),
    newPage: main.bool(34),
    stateSrc: readState(main, 36),
  };
}

function decodeSplitTuple({ main }: RecordBody, type: 'SPLIT_TUPLE'): Located<SpgistSplitTuple> {
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blknoPrefix: main.uint32(12),
    offnumPrefix: main.uint16(16),
    blknoPostfix: main.uint32(20),
    offnumPostfix: main.uint16(24),
    newPage: main.bool(26),
  };
}

/** In 9.3 the new inner tuple, which tells its size in its third half-word, comes before the arrays. */
function decodePickSplit9_3(body: RecordBody, type: 'PICKSPLIT'): Located<SpgistPickSplit> {
  const innerTupleAt = maxAlign(PICK_SPLIT_BYTES);
  return decodePickSplit(body, type, maxAlign, innerTupleAt + body.main.uint16(innerTupleAt + 4));
}

function decodePickSplit9_4(body: RecordBody, type: 'PICKSPLIT'): Located<SpgistPickSplit> {
  return decodePickSplit(body, type, unaligned, PICK_SPLIT_BYTES);
}

function decodePickSplit(
  { main }: RecordBody,
  type: 'PICKSPLIT',
  align: Align,
  deletedAt: number,
): Located<SpgistPickSplit> {
  const nDelete = main.uint16(20);
  const nInsert = main.uint16(22);
  const insertedAt = deletedAt + align(nDelete * OFFSET_NUMBER_BYTES);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blknoSrc: main.uint32(12),
    blknoDest: main.uint32(16),
    nDelete,
    nInsert,
    initSrc: main.bool(24),
    initDest: main.bool(25),
    blknoInner: main.uint32(28),
    offnumInner: main.uint16(32),
    initInner: main.bool(34),
    storesNulls: main.bool(35),
    blknoParent: main.uint32(36),
    offnumParent: main.uint16(40),
    nodeI: main.uint16(42),
    stateSrc: readState(main, 44),
    toDelete: readOffsetNumbers(main, deletedAt, nDelete),
    toInsert: readOffsetNumbers(main, insertedAt, nInsert),
    leafPageSelect: main.slice(insertedAt + align(nInsert * OFFSET_NUMBER_BYTES), nInsert),
  };
}

function decodeVacuumLeaf({ main }: RecordBody, type: 'VACUUM_LEAF'): Located<SpgistVacuumLeaf> {
  const counts = {
    nDead: main.uint16(16),
    nPlaceholder: main.uint16(18),
    nMove: main.uint16(20),
    nChain: main.uint16(22),
  };
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    ...counts,
    stateSrc: readState(main, 24),
    ...readVacuumLeafArrays(main, 32, counts),
  };
}

function decodeVacuumRoot({ main }: RecordBody, type: 'VACUUM_ROOT'): Located<SpgistVacuumRoot> {
  const nDelete = main.uint16(16);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    nDelete,
    stateSrc: readState(main, 20),
    toDelete: readOffsetNumbers(main, 28, nDelete),
  };
}

function decodeVacuumRedirect({ main }: RecordBody, type: 'VACUUM_REDIRECT'): Located<SpgistVacuumRedirect> {
  const nToPlaceholder = main.uint16(16);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    blkno: main.uint32(12),
    nToPlaceholder,
    firstPlaceholder: main.uint16(18),
    snapshotConflictHorizon: main.uint32(20),
    itemToPlaceholder: readOffsetNumbers(main, 24, nToPlaceholder),
  };
}

/** `out_target` */
function target(out: DescriptionWriter, locator: RelationFile): DescriptionWriter {
  return out.text('rel ').relation(locator).code(0x20);
}

export const V9_3: RecordTypes = {
  0: recordType('CREATE_INDEX', decodeCreateIndex, (out, { locator }) => {
    out.text('create_index: rel ').relation(locator);
  }),
  16: recordType('ADD_LEAF', decodeAddLeaf, (out, { locator, blknoLeaf = 0 }) => {
    target(out, locator).text('add leaf to page: ').uint(blknoLeaf);
  }),
  32: moveLeafs(maxAlign),
  48: recordType('ADD_NODE', decodeAddNode, (out, { locator, blkno = 0, offnum }) => {
    target(out, locator).text('add node to ').uint(blkno).code(0x3a).uint(offnum);
  }),
  64: recordType('SPLIT_TUPLE', decodeSplitTuple, (out, fields) => {
    const { locator, blknoPrefix = 0, offnumPrefix, blknoPostfix = 0, offnumPostfix } = fields;
    target(out, locator).text('split node ').uint(blknoPrefix).code(0x3a).uint(offnumPrefix);
    out.text(' to ').uint(blknoPostfix).code(0x3a).uint(offnumPostfix);
  }),
  80: recordType('PICKSPLIT', decodePickSplit9_3, writePickSplit),
  96: recordType('VACUUM_LEAF', decodeVacuumLeaf, (out, { locator, blkno = 0 }) => {
    target(out, locator).text('vacuum leaf tuples on page ').uint(blkno);
  }),
  112: recordType('VACUUM_ROOT', decodeVacuumRoot, (out, { locator, blkno = 0 }) => {
    target(out, locator).text('vacuum leaf tuples on root page ').uint(blkno);
  }),
  128: recordType('VACUUM_REDIRECT', decodeVacuumRedirect, (out, fields) => {
    const { locator, blkno = 0, snapshotConflictHorizon } = fields;
    target(out, locator).text('vacuum redirect tuples on page ').uint(blkno);
    out.text(', newest XID ').uint(snapshotConflictHorizon);
  }),
};

export const V9_4: RecordTypes = {
  ...V9_3,
  32: moveLeafs(unaligned),
  80: recordType('PICKSPLIT', decodePickSplit9_4, writePickSplit),
};

function moveLeafs(align: Align) {
  return recordType(
    'MOVE_LEAFS',
    (body, type) => decodeMoveLeafs(body, type, align),
    (out, { locator, nMoves, blknoSrc = 0, blknoDst = 0 }) => {
      target(out, locator).text('move ').uint(nMoves).text(' leafs from page ').uint(blknoSrc);
      out.text(' to page ').uint(blknoDst);
    },
  );
}

function writePickSplit(out: DescriptionWriter, { locator }: Located<SpgistPickSplit>): void {
  target(out, locator).text('split leaf page');
}
