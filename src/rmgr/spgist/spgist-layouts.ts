import { OFFSET_NUMBER_BYTES, readOffsetNumbers } from '../offset-numbers.js';
import type { RecordBody } from '../record-data.js';
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

// The structs of src/include/access/spgxlog.h (9.5 and 9.6: spgist_private.h).

const resourceManager = 'SPGist';

const MOVE_LEAFS_BYTES = 20;
const PICK_SPLIT_BYTES = 28;

export function decodeCreateIndex(_body: RecordBody, type: 'CREATE_INDEX'): SpgistCreateIndex {
  return { resourceManager, type };
}

export function decodeAddLeaf({ main }: RecordBody, type: 'ADD_LEAF'): SpgistAddLeaf {
  return {
    resourceManager,
    type,
    newPage: main.bool(0),
    storesNulls: main.bool(1),
    offnumLeaf: main.uint16(2),
    offnumHeadLeaf: main.uint16(4),
    offnumParent: main.uint16(6),
    nodeI: main.uint16(8),
  };
}

export function decodeMoveLeafs({ main }: RecordBody, type: 'MOVE_LEAFS'): SpgistMoveLeafs {
  const nMoves = main.uint16(0);
  const replaceDead = main.bool(3);
  const insertedAt = MOVE_LEAFS_BYTES + nMoves * OFFSET_NUMBER_BYTES;
  return {
    resourceManager,
    type,
    nMoves,
    newPage: main.bool(2),
    replaceDead,
    storesNulls: main.bool(4),
    offnumParent: main.uint16(6),
    nodeI: main.uint16(8),
    stateSrc: readState(main, 12),
    toDelete: readOffsetNumbers(main, MOVE_LEAFS_BYTES, nMoves),
    toInsert: readOffsetNumbers(main, insertedAt, countOfInserted(nMoves, replaceDead)),
  };
}

export function decodeAddNode({ main }: RecordBody, type: 'ADD_NODE'): SpgistAddNode {
  return {
    resourceManager,
    type,
    offnum: main.uint16(0),
    parentBlk: (main.uint8(5) << 24) >> 24,
    offnumParent: main.uint16(6),
    nodeI: main.uint16(8),
    offnumNew: main.uint16(2),
    newPage: main.bool(4),
    stateSrc: readState(main, 12),
  };
}

export function decodeSplitTuple({ main }: RecordBody, type: 'SPLIT_TUPLE'): SpgistSplitTuple {
  return {
    resourceManager,
    type,
    offnumPrefix: main.uint16(0),
    offnumPostfix: main.uint16(2),
    newPage: main.bool(4),
    postfixBlkSame: main.bool(5),
  };
}

export function decodePickSplit({ main }: RecordBody, type: 'PICKSPLIT'): SpgistPickSplit {
  const nDelete = main.uint16(2);
  const nInsert = main.uint16(4);
  const insertedAt = PICK_SPLIT_BYTES + nDelete * OFFSET_NUMBER_BYTES;
  return {
    resourceManager,
    type,
    isRootSplit: main.bool(0),
    nDelete,
    nInsert,
    initSrc: main.bool(6),
    initDest: main.bool(7),
    offnumInner: main.uint16(8),
    initInner: main.bool(10),
    storesNulls: main.bool(11),
    innerIsParent: main.bool(12),
    offnumParent: main.uint16(14),
    nodeI: main.uint16(16),
    stateSrc: readState(main, 20),
    toDelete: readOffsetNumbers(main, PICK_SPLIT_BYTES, nDelete),
    toInsert: readOffsetNumbers(main, insertedAt, nInsert),
    leafPageSelect: main.slice(insertedAt + nInsert * OFFSET_NUMBER_BYTES, nInsert),
  };
}

export function decodeVacuumLeaf({ main }: RecordBody, type: 'VACUUM_LEAF'): SpgistVacuumLeaf {
  const counts = {
    nDead: main.uint16(0),
    nPlaceholder: main.uint16(2),
    nMove: main.uint16(4),
    nChain: main.uint16(6),
  };
  const stateSrc = readState(main, 8);
  return { resourceManager, type, ...counts, stateSrc, ...readVacuumLeafArrays(main, 16, counts) };
}

export function decodeVacuumRoot({ main }: RecordBody, type: 'VACUUM_ROOT'): SpgistVacuumRoot {
  const nDelete = main.uint16(0);
  const toDelete = readOffsetNumbers(main, 12, nDelete);
  return { resourceManager, type, nDelete, stateSrc: readState(main, 4), toDelete };
}

export function decodeVacuumRedirect9_5({ main }: RecordBody, type: 'VACUUM_REDIRECT'): SpgistVacuumRedirect {
  const nToPlaceholder = main.uint16(0);
  return {
    resourceManager,
    type,
    nToPlaceholder,
    firstPlaceholder: main.uint16(2),
    snapshotConflictHorizon: main.uint32(4),
    itemToPlaceholder: readOffsetNumbers(main, 8, nToPlaceholder),
  };
}

export function decodeVacuumRedirect16({ main }: RecordBody, type: 'VACUUM_REDIRECT'): SpgistVacuumRedirect {
  const nToPlaceholder = main.uint16(0);
  return {
    resourceManager,
    type,
    nToPlaceholder,
    firstPlaceholder: main.uint16(2),
    snapshotConflictHorizon: main.uint32(4),
    isCatalogRel: main.bool(8),
    itemToPlaceholder: readOffsetNumbers(main, 10, nToPlaceholder),
  };
}
