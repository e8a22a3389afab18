import type { DescriptionWriter } from '../description-writer.js';
import { type Located, readBlockId, writeBlock, writeTarget } from '../heap/old-target.js';
import { INIT_PAGE } from '../heap/op-codes.js';
import { readOffsetNumbers, readOffsetNumbersToEnd } from '../offset-numbers.js';
import type { RecordBody } from '../record-data.js';
import { type RecordTypes, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import { readFreezeTuples } from './freeze-tuples.js';
import type {
  Heap2CleanupInfo,
  Heap2Freeze,
  Heap2FreezePage,
  Heap2LockUpdated,
  Heap2MultiInsert,
  Heap2NewCid,
  Heap2Prune,
  Heap2Visible,
} from './heap2-records.js';
import { HEAP2_OP } from './op-codes.js';
import { readItemsUntil16 } from './pruned-items.js';
import { decodeNewCid, decodeRewrite, writeNewCidUntil15 } from './rewrite-and-new-cid.js';

// The layouts of 9.3 and 9.4. What says what becomes of a page's rows stands behind the fixed part, and is left
// out where the record has an image of the page.

type OldClean = Located<Heap2Prune> & { readonly type: 'CLEAN' };
type OldMultiInsert<Type> = Located<Heap2MultiInsert> & { readonly type: Type };
type OldFreezePage = Located<Heap2FreezePage> & { readonly cutoffXid: number; readonly ntuples: number };

const decodeFreeze = ({ main }: RecordBody, type: 'FREEZE'): Located<Heap2Freeze> => ({
  resourceManager: 'Heap2',
  type,
  locator: readRelationFile(main, 0),
  block: main.uint32(12),
  cutoffXid: main.uint32(16),
  cutoffMulti: main.uint32(20),
  offsets: main.length > 24 ? readOffsetNumbersToEnd(main, 24) : null,
});

const decodeClean = ({ main }: RecordBody, type: 'CLEAN'): OldClean => {
  const nredirected = main.uint16(20);
  const ndead = main.uint16(22);
  return {
    resourceManager: 'Heap2',
    type,
    locator: readRelationFile(main, 0),
    block: main.uint32(12),
    snapshotConflictHorizon: main.uint32(16),
    nredirected,
    ndead,
    items: main.length > 24 ? readItemsUntil16(main, 24, nredirected, ndead) : null,
  };
};

const decodeFreezePage = ({ main }: RecordBody, type: 'FREEZE_PAGE'): OldFreezePage => {
  const ntuples = main.uint16(20);
  return {
    resourceManager: 'Heap2',
    type,
    locator: readRelationFile(main, 0),
    block: main.uint32(12),
    cutoffXid: main.uint32(16),
    ntuples,
    tuples: main.length > 24 ? readFreezeTuples(main, 24, ntuples) : null,
  };
};

const decodeVisible = ({ main }: RecordBody, type: 'VISIBLE'): Located<Heap2Visible> => ({
  resourceManager: 'Heap2',
  type,
  locator: readRelationFile(main, 0),
  block: main.uint32(12),
  snapshotConflictHorizon: main.uint32(16),
});

function decodeMultiInsert<Type extends Heap2MultiInsert['type']>(
  { main }: RecordBody,
  type: Type,
): OldMultiInsert<Type> {
  const ntuples = main.uint16(18);
  const offsets = readOffsetNumbers(main, 20, type === 'MULTI_INSERT' ? ntuples : 0);
  return {
    resourceManager: 'Heap2',
    type,
    locator: readRelationFile(main, 0),
    block: main.uint32(12),
    flags: main.uint8(16),
    ntuples,
    offsets,
    hasTuples: main.length > 20 + offsets.length * 2,
  };
}

const decodeLockUpdated = ({ main }: RecordBody, type: 'LOCK_UPDATED'): Located<Heap2LockUpdated> => ({
  resourceManager: 'Heap2',
  type,
  locator: readRelationFile(main, 0),
  block: readBlockId(main, 12),
  xmax: main.uint32(20),
  offnum: main.uint16(16),
  infobitsSet: main.uint8(24),
});

/** One layout up to 13. */
export const decodeCleanupInfo = ({ main }: RecordBody, type: 'CLEANUP_INFO'): Heap2CleanupInfo => ({
  resourceManager: 'Heap2',
  type,
  locator: readRelationFile(main, 0),
  latestRemovedXid: main.uint32(12),
});

function writeFreeze(out: DescriptionWriter, fields: Located<Heap2Freeze>): void {
  writeBlock(out.text('freeze: '), fields);
  out.text('; cutoff xid ').uint(fields.cutoffXid).text(' multi ').uint(fields.cutoffMulti);
}

function writeClean(out: DescriptionWriter, fields: Located<Heap2Prune>): void {
  writeBlock(out.text('clean: '), fields).text(' remxid ').uint(fields.snapshotConflictHorizon);
}

function writeFreezePage(out: DescriptionWriter, fields: OldFreezePage): void {
  writeBlock(out.text('freeze_page: '), fields);
  out.text('; cutoff xid ').uint(fields.cutoffXid).text(' ntuples ').uint(fields.ntuples);
}

function writeCleanupInfo(out: DescriptionWriter, { latestRemovedXid }: Heap2CleanupInfo): void {
  out.text('cleanup info: remxid ').uint(latestRemovedXid);
}

function writeVisible(out: DescriptionWriter, fields: Located<Heap2Visible>): void {
  writeBlock(out.text('visible: '), fields);
}

function writeMultiInsert(out: DescriptionWriter, fields: OldMultiInsert<Heap2MultiInsert['type']>): void {
  out.text(fields.type === 'MULTI_INSERT' ? 'multi-insert: ' : 'multi-insert (init): ');
  writeBlock(out, fields).text('; ').uint(fields.ntuples).text(' tuples');
}

function writeLockUpdated(out: DescriptionWriter, fields: Located<Heap2LockUpdated>): void {
  out.text('lock updated: xmax ').uint(fields.xmax).text(' msk ').hex(fields.infobitsSet, 4).text('; ');
  writeTarget(out, fields, fields.offnum);
}

function writeRewrite(out: DescriptionWriter): void {
  out.text('heap rewrite:');
}

function writeNewCid(out: DescriptionWriter, fields: Heap2NewCid): void {
  writeNewCidUntil15(out.text('new_cid: '), fields);
}

/** 9.3's kinds of records. */
export const HEAP2_9_3: RecordTypes = {
  [HEAP2_OP.FREEZE]: recordType('FREEZE', decodeFreeze, writeFreeze),
  [HEAP2_OP.CLEAN]: recordType('CLEAN', decodeClean, writeClean),
  [HEAP2_OP.FREEZE_PAGE_UNTIL_13]: recordType('FREEZE_PAGE', decodeFreezePage, writeFreezePage),
  [HEAP2_OP.CLEANUP_INFO]: recordType('CLEANUP_INFO', decodeCleanupInfo, writeCleanupInfo),
  [HEAP2_OP.VISIBLE]: recordType('VISIBLE', decodeVisible, writeVisible),
  [HEAP2_OP.MULTI_INSERT]: recordType('MULTI_INSERT', decodeMultiInsert<'MULTI_INSERT'>, writeMultiInsert),
  [HEAP2_OP.MULTI_INSERT | INIT_PAGE]: recordType(
    'MULTI_INSERT+INIT',
    decodeMultiInsert<'MULTI_INSERT+INIT'>,
    writeMultiInsert,
  ),
  [HEAP2_OP.LOCK_UPDATED]: recordType('LOCK_UPDATED', decodeLockUpdated, writeLockUpdated),
};

/** 9.4's. */
export const HEAP2_9_4: RecordTypes = {
  ...HEAP2_9_3,
  [HEAP2_OP.REWRITE]: recordType('REWRITE', decodeRewrite, writeRewrite),
  [HEAP2_OP.NEW_CID]: recordType('NEW_CID', decodeNewCid, writeNewCid),
};
