import { readDouble } from '../float.js';
import { readOffsetNumbers, readOffsetNumbersToEnd } from '../offset-numbers.js';
import type { RecordBody } from '../record-data.js';
import { readRelationFile } from '../relation-file.js';
import type {
  HashAddOvflPage,
  HashDelete,
  HashInitBitmapPage,
  HashInitMetaPage,
  HashInsert,
  HashMovePageContents,
  HashSplitAllocatePage,
  HashSplitCleanup,
  HashSplitComplete,
  HashSplitPage,
  HashSqueezePage,
  HashUpdateMetaPage,
  HashVacuumOnePage,
} from './hash-records.js';

// The structs of src/include/access/hash_xlog.h. A function is named after the first version that has the
// layout, where there are several. What belongs to a block is as src/backend/access/hash/hash_xlog.c reads it.

const resourceManager = 'Hash';

/** `xl_hash_split_allocate_page`: bits of `flags`. */
export const SPLIT_META_UPDATE_MASKS = 0x01;
export const SPLIT_META_UPDATE_SPLITPOINT = 0x02;

export function decodeInitMetaPage({ main }: RecordBody, type: 'INIT_META_PAGE'): HashInitMetaPage {
  const numTuples = readDouble(main, 0);
  return { resourceManager, type, numTuples, procid: main.uint32(8), ffactor: main.uint16(12) };
}

export function decodeInitBitmapPage({ main }: RecordBody, type: 'INIT_BITMAP_PAGE'): HashInitBitmapPage {
  return { resourceManager, type, bmsize: main.uint16(0) };
}

export function decodeInsert({ main }: RecordBody, type: 'INSERT'): HashInsert {
  return { resourceManager, type, offnum: main.uint16(0) };
}

export function decodeAddOvflPage(body: RecordBody, type: 'ADD_OVFL_PAGE'): HashAddOvflPage {
  const bucket = body.blockData(0)?.uint32(0);
  const bitmapPageBit = body.blockData(2)?.uint32(0);
  const firstFree = body.blockData(4)?.uint32(0);
  return {
    resourceManager,
    type,
    bmsize: body.main.uint16(0),
    bmpageFound: body.main.bool(2),
    ...(bucket !== undefined && { bucket }),
    ...(bitmapPageBit !== undefined && { bitmapPageBit }),
    ...(firstFree !== undefined && { firstFree }),
  };
}

export function decodeSplitAllocatePage(
  body: RecordBody,
  type: 'SPLIT_ALLOCATE_PAGE',
): HashSplitAllocatePage {
  const { main } = body;
  const flags = main.uint8(8);
  const metapage = body.blockData(2);
  const hasMasks = metapage !== null && (flags & SPLIT_META_UPDATE_MASKS) !== 0;
  const hasSplitPoint = metapage !== null && (flags & SPLIT_META_UPDATE_SPLITPOINT) !== 0;
  const splitPointAt = hasMasks ? 8 : 0;
  return {
    resourceManager,
    type,
    newBucket: main.uint32(0),
    oldBucketFlag: main.uint16(4),
    newBucketFlag: main.uint16(6),
    flags,
    ...(hasMasks && { lowmask: metapage.uint32(0), highmask: metapage.uint32(4) }),
    ...(hasSplitPoint && {
      ovflpoint: metapage.uint32(splitPointAt),
      ovflpages: metapage.uint32(splitPointAt + 4),
    }),
  };
}

export function decodeSplitPage(_body: RecordBody, type: 'SPLIT_PAGE'): HashSplitPage {
  return { resourceManager, type };
}

export function decodeSplitComplete({ main }: RecordBody, type: 'SPLIT_COMPLETE'): HashSplitComplete {
  return { resourceManager, type, oldBucketFlag: main.uint16(0), newBucketFlag: main.uint16(2) };
}

export function decodeMovePageContents(body: RecordBody, type: 'MOVE_PAGE_CONTENTS'): HashMovePageContents {
  const ntups = body.main.uint16(0);
  return {
    resourceManager,
    type,
    ntups,
    isPrimBucketSameWrt: body.main.bool(2),
    ...insertedOf(body, ntups),
    ...deletedOf(body, 2),
  };
}

/** The tuples themselves follow their places. */
function insertedOf(body: RecordBody, count: number): { inserted?: readonly number[] } {
  const data = body.blockData(1);
  return data === null ? {} : { inserted: readOffsetNumbers(data, 0, count) };
}

function deletedOf(body: RecordBody, block: number): { deleted?: readonly number[] } {
  const data = body.blockData(block);
  return data === null ? {} : { deleted: readOffsetNumbersToEnd(data, 0) };
}

export function decodeSqueezePage(body: RecordBody, type: 'SQUEEZE_PAGE'): HashSqueezePage {
  const { main } = body;
  const ntups = main.uint16(8);
  const inserted = insertedOf(body, ntups);
  const bitmapPageBit = body.blockData(5)?.uint32(0);
  const firstFree = body.blockData(6)?.uint32(0);
  return {
    resourceManager,
    type,
    prevblkno: main.uint32(0),
    nextblkno: main.uint32(4),
    ntups,
    isPrimBucketSameWrt: main.bool(10),
    isPrevBucketSameWrt: main.bool(11),
    ...inserted,
    ...(bitmapPageBit !== undefined && { bitmapPageBit }),
    ...(firstFree !== undefined && { firstFree }),
  };
}

export function decodeDelete(body: RecordBody, type: 'DELETE'): HashDelete {
  return {
    resourceManager,
    type,
    clearDeadMarking: body.main.bool(0),
    isPrimaryBucketPage: body.main.bool(1),
    ...deletedOf(body, 1),
  };
}

export function decodeSplitCleanup(_body: RecordBody, type: 'SPLIT_CLEANUP'): HashSplitCleanup {
  return { resourceManager, type };
}

export function decodeUpdateMetaPage({ main }: RecordBody, type: 'UPDATE_META_PAGE'): HashUpdateMetaPage {
  return { resourceManager, type, ntuples: readDouble(main, 0) };
}

export function decodeVacuumOnePage10({ main }: RecordBody, type: 'VACUUM_ONE_PAGE'): HashVacuumOnePage {
  const ntuples = main.int32(12);
  const offsets = readOffsetNumbers(main, 16, ntuples);
  return { resourceManager, type, hnode: readRelationFile(main, 0), ntuples, offsets };
}

export function decodeVacuumOnePage12({ main }: RecordBody, type: 'VACUUM_ONE_PAGE'): HashVacuumOnePage {
  const ntuples = main.int32(4);
  const offsets = readOffsetNumbers(main, 8, ntuples);
  return { resourceManager, type, snapshotConflictHorizon: main.uint32(0), ntuples, offsets };
}

export function decodeVacuumOnePage16({ main }: RecordBody, type: 'VACUUM_ONE_PAGE'): HashVacuumOnePage {
  const snapshotConflictHorizon = main.uint32(0);
  const ntuples = main.uint16(4);
  const offsets = readOffsetNumbers(main, 8, ntuples);
  return { resourceManager, type, snapshotConflictHorizon, ntuples, isCatalogRel: main.bool(6), offsets };
}
