import { readDouble } from '../float.js';
import { OFFSET_NUMBER_BYTES, readOffsetNumbers, readOffsetNumbersToEnd } from '../offset-numbers.js';
import type { RecordBody, RecordData } from '../record-data.js';
import { readRelationFile } from '../relation-file.js';
import type {
  BtreeDedup,
  BtreeDedupInterval,
  BtreeDelete,
  BtreeInsert,
  BtreeMarkPageHalfdead,
  BtreeMetaCleanup,
  BtreeMetadata,
  BtreeNewroot,
  BtreeReusePage,
  BtreeSplit,
  BtreeUnlinkPage,
  BtreeUpdatedTuple,
  BtreeVacuum,
} from './btree-records.js';

// The structs of src/include/access/nbtxlog.h (9.5 and 9.6: nbtree.h). A function is named after the first
// version that has the layout.

const resourceManager = 'Btree';

/** Reads an `xl_btree_metadata`. */
export type ReadMetadata = (data: RecordData, at: number) => BtreeMetadata;

export const readMetadata9_3: ReadMetadata = (data, at) => ({
  root: data.uint32(at),
  level: data.uint32(at + 4),
  fastroot: data.uint32(at + 8),
  fastlevel: data.uint32(at + 12),
});

export const readMetadata11: ReadMetadata = (data, at) => ({
  ...readMetadata9_3(data, at),
  oldestBtpoXact: data.uint32(at + 16),
  lastCleanupNumHeapTuples: readDouble(data, at + 24),
});

export const readMetadata12: ReadMetadata = (data, at) => ({
  version: data.uint32(at),
  ...readMetadata9_3(data, at + 4),
  oldestBtpoXact: data.uint32(at + 20),
  lastCleanupNumHeapTuples: readDouble(data, at + 24),
});

export const readMetadata13: ReadMetadata = (data, at) => ({
  ...readMetadata12(data, at),
  allequalimage: data.bool(at + 32),
});

export const readMetadata14: ReadMetadata = (data, at) => ({
  version: data.uint32(at),
  ...readMetadata9_3(data, at + 4),
  lastCleanupNumDelpages: data.uint32(at + 20),
  allequalimage: data.bool(at + 24),
});

function metadataOfBlock(body: RecordBody, block: number, read: ReadMetadata): { metadata?: BtreeMetadata } {
  const data = body.blockData(block);
  if (data !== null) return { metadata: read(data, 0) };
  body.main.complain(`block ${block} comes without the metapage's contents`);
  return {};
}

export function decodeInsert({ main }: RecordBody, type: BtreeInsert['type']): BtreeInsert {
  return { resourceManager, type, offnum: main.uint16(0) };
}

export function decodeInsertMeta(
  body: RecordBody,
  type: BtreeInsert['type'],
  read: ReadMetadata,
): BtreeInsert {
  return { ...decodeInsert(body, type), ...metadataOfBlock(body, 2, read) };
}

export function decodeInsertPost(body: RecordBody, type: BtreeInsert['type']): BtreeInsert {
  const data = body.blockData(0);
  const offnum = body.main.uint16(0);
  if (data === null) return { resourceManager, type, offnum };
  return { resourceManager, type, offnum, postingoff: data.uint16(0) };
}

export function decodeSplit9_5({ main }: RecordBody, type: BtreeSplit['type']): BtreeSplit {
  return {
    resourceManager,
    type,
    level: main.uint32(0),
    firstrightoff: main.uint16(4),
    newitemoff: main.uint16(6),
  };
}

export function decodeSplit13({ main }: RecordBody, type: BtreeSplit['type']): BtreeSplit {
  return {
    resourceManager,
    type,
    level: main.uint32(0),
    firstrightoff: main.uint16(4),
    newitemoff: main.uint16(6),
    postingoff: main.uint16(8),
  };
}

export function decodeDedup(body: RecordBody, type: 'DEDUP'): BtreeDedup {
  const nintervals = body.main.uint16(0);
  const data = body.blockData(0);
  if (data === null) return { resourceManager, type, nintervals };
  const intervals: BtreeDedupInterval[] = [];
  const end = data.fit(nintervals, 0, 4) * 4;
  for (let at = 0; at < end; at += 4)
    intervals.push({ baseoff: data.uint16(at), nitems: data.uint16(at + 2) });
  return { resourceManager, type, nintervals, intervals };
}

/** Reads what `delvacuum_desc` prints from 16 on. */
function readItems(
  data: RecordData | null,
  ndeleted: number,
  nupdated: number,
): { deleted?: readonly number[]; updated?: readonly BtreeUpdatedTuple[] } {
  if (data === null) return {};
  const deleted = readOffsetNumbers(data, 0, ndeleted);
  let at = ndeleted * OFFSET_NUMBER_BYTES;
  const offsets = readOffsetNumbers(data, at, nupdated);
  at += nupdated * OFFSET_NUMBER_BYTES;
  const updated: BtreeUpdatedTuple[] = [];
  for (const offnum of offsets) {
    const count = data.uint16(at);
    updated.push({ offnum, ptids: readOffsetNumbers(data, at + 2, count) });
    at += 2 + count * OFFSET_NUMBER_BYTES;
  }
  return { deleted, updated };
}

export function decodeVacuum9_5(body: RecordBody, type: 'VACUUM'): BtreeVacuum {
  const lastBlockVacuumed = body.main.uint32(0);
  const data = body.blockData(0);
  // nothing at all where the record only says how far the scan came
  if (data === null) return { resourceManager, type, lastBlockVacuumed };
  return { resourceManager, type, lastBlockVacuumed, deleted: readOffsetNumbersToEnd(data, 0) };
}

export function decodeVacuum13(body: RecordBody, type: 'VACUUM'): BtreeVacuum {
  const ndeleted = body.main.uint16(0);
  const nupdated = body.main.uint16(2);
  return { resourceManager, type, ndeleted, nupdated, ...readItems(body.blockData(0), ndeleted, nupdated) };
}

export function decodeDelete9_5({ main }: RecordBody, type: 'DELETE'): BtreeDelete {
  const ndeleted = main.int32(12);
  const deleted = readOffsetNumbers(main, 16, ndeleted);
  return { resourceManager, type, hnode: readRelationFile(main, 0), ndeleted, deleted };
}

export function decodeDelete12({ main }: RecordBody, type: 'DELETE'): BtreeDelete {
  const ndeleted = main.int32(4);
  const deleted = readOffsetNumbers(main, 8, ndeleted);
  return { resourceManager, type, snapshotConflictHorizon: main.uint32(0), ndeleted, deleted };
}

export function decodeDelete13(body: RecordBody, type: 'DELETE'): BtreeDelete {
  const snapshotConflictHorizon = body.main.uint32(0);
  const ndeleted = body.main.uint32(4);
  const data = body.blockData(0);
  if (data === null) return { resourceManager, type, snapshotConflictHorizon, ndeleted };
  const deleted = readOffsetNumbers(data, 0, ndeleted);
  return { resourceManager, type, snapshotConflictHorizon, ndeleted, deleted };
}

export function decodeDelete14(body: RecordBody, type: 'DELETE'): BtreeDelete {
  const snapshotConflictHorizon = body.main.uint32(0);
  const ndeleted = body.main.uint16(4);
  const nupdated = body.main.uint16(6);
  const items = readItems(body.blockData(0), ndeleted, nupdated);
  return { resourceManager, type, snapshotConflictHorizon, ndeleted, nupdated, ...items };
}

export function decodeDelete16(body: RecordBody, type: 'DELETE'): BtreeDelete {
  return { ...decodeDelete14(body, type), isCatalogRel: body.main.bool(8) };
}

export function decodeMarkPageHalfdead(
  { main }: RecordBody,
  type: 'MARK_PAGE_HALFDEAD',
): BtreeMarkPageHalfdead {
  return {
    resourceManager,
    type,
    poffset: main.uint16(0),
    leafblk: main.uint32(4),
    leftblk: main.uint32(8),
    rightblk: main.uint32(12),
    topparent: main.uint32(16),
  };
}

export function decodeUnlinkPage9_5({ main }: RecordBody, type: BtreeUnlinkPage['type']): BtreeUnlinkPage {
  return {
    resourceManager,
    type,
    leftsib: main.uint32(0),
    rightsib: main.uint32(4),
    safexid: BigInt(main.uint32(20)),
    leafleftsib: main.uint32(8),
    leafrightsib: main.uint32(12),
    leaftopparent: main.uint32(16),
  };
}

export function decodeUnlinkPage14({ main }: RecordBody, type: BtreeUnlinkPage['type']): BtreeUnlinkPage {
  return {
    resourceManager,
    type,
    leftsib: main.uint32(0),
    rightsib: main.uint32(4),
    level: main.uint32(8),
    safexid: main.uint64(16),
    leafleftsib: main.uint32(24),
    leafrightsib: main.uint32(28),
    leaftopparent: main.uint32(32),
  };
}

/** Adds the metapage's contents to either of them. */
export function withUnlinkMetadata(
  body: RecordBody,
  fields: BtreeUnlinkPage,
  read: ReadMetadata,
): BtreeUnlinkPage {
  return { ...fields, ...metadataOfBlock(body, 4, read) };
}

export function decodeNewroot(body: RecordBody, type: 'NEWROOT', read: ReadMetadata): BtreeNewroot {
  const { main } = body;
  const rootblk = main.uint32(0);
  return { resourceManager, type, rootblk, level: main.uint32(4), ...metadataOfBlock(body, 2, read) };
}

export function decodeReusePage9_3({ main }: RecordBody, type: 'REUSE_PAGE'): BtreeReusePage {
  const locator = readRelationFile(main, 0);
  return {
    resourceManager,
    type,
    locator,
    block: main.uint32(12),
    snapshotConflictHorizon: BigInt(main.uint32(16)),
  };
}

export function decodeReusePage14({ main }: RecordBody, type: 'REUSE_PAGE'): BtreeReusePage {
  const locator = readRelationFile(main, 0);
  return {
    resourceManager,
    type,
    locator,
    block: main.uint32(12),
    snapshotConflictHorizon: main.uint64(16),
  };
}

export function decodeReusePage16(body: RecordBody, type: 'REUSE_PAGE'): BtreeReusePage {
  return { ...decodeReusePage14(body, type), isCatalogRel: body.main.bool(24) };
}

export function decodeMetaCleanup(
  body: RecordBody,
  type: 'META_CLEANUP',
  read: ReadMetadata,
): BtreeMetaCleanup {
  return { resourceManager, type, ...metadataOfBlock(body, 0, read) };
}
