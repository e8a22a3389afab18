import type { DescriptionWriter } from '../description-writer.js';
import { writeInfobits } from '../heap/infobits.js';
import { INIT_PAGE } from '../heap/op-codes.js';
import { type RecordTypes, recordType } from '../record-type.js';
import type {
  Heap2CleanupInfo,
  Heap2LockUpdated,
  Heap2MultiInsert,
  Heap2Prune,
  Heap2Vacuum,
  Heap2Visible,
} from './heap2-records.js';
import {
  decodeFreezePageUntil15,
  decodeLockUpdated9_5,
  decodeLockUpdated9_6,
  decodeMultiInsert,
  decodePruneUntil15,
  decodeVacuum,
  decodeVisible9_5,
  decodeVisible9_6,
  type FlaggedLockUpdated,
  type FlaggedVisible,
  type FreezePageUntil15,
} from './heap2-since-9-5.js';
import { decodeCleanupInfo } from './heap2-until-9-4.js';
import { HEAP2_OP } from './op-codes.js';
import { decodeNewCid, decodeRewrite, writeNewCidUntil15 } from './rewrite-and-new-cid.js';

// The texts from 9.5 to 15.

/** Nothing is told of rewrites. */
export function writeNothing(): void {}

function writeClean(out: DescriptionWriter, { snapshotConflictHorizon }: Heap2Prune): void {
  out.text('remxid ').uint(snapshotConflictHorizon);
}

function writeFreezePage(out: DescriptionWriter, { cutoffXid, ntuples }: FreezePageUntil15): void {
  out.text('cutoff xid ').uint(cutoffXid).text(' ntuples ').uint(ntuples);
}

function writeCleanupInfo(out: DescriptionWriter, { latestRemovedXid }: Heap2CleanupInfo): void {
  out.text('remxid ').uint(latestRemovedXid);
}

function writeVisible9_5(out: DescriptionWriter, { snapshotConflictHorizon }: Heap2Visible): void {
  out.text('cutoff xid ').uint(snapshotConflictHorizon);
}

function writeMultiInsert9_5(out: DescriptionWriter, { ntuples }: Heap2MultiInsert): void {
  out.uint(ntuples).text(' tuples');
}

function writeLockUpdated9_5(out: DescriptionWriter, { offnum, xmax, infobitsSet }: Heap2LockUpdated): void {
  out.text('off ').uint(offnum).text(': xmax ').uint(xmax).code(0x20);
  writeInfobits(out, infobitsSet);
}

const FREEZE_PAGE = recordType('FREEZE_PAGE', decodeFreezePageUntil15, writeFreezePage);

/** 9.5's kinds of records. */
export const HEAP2_9_5: RecordTypes = {
  [HEAP2_OP.REWRITE]: recordType('REWRITE', decodeRewrite, writeNothing),
  [HEAP2_OP.CLEAN]: recordType('CLEAN', decodePruneUntil15<'CLEAN'>, writeClean),
  [HEAP2_OP.FREEZE_PAGE_UNTIL_13]: FREEZE_PAGE,
  [HEAP2_OP.CLEANUP_INFO]: recordType('CLEANUP_INFO', decodeCleanupInfo, writeCleanupInfo),
  [HEAP2_OP.VISIBLE]: recordType('VISIBLE', decodeVisible9_5, writeVisible9_5),
  [HEAP2_OP.MULTI_INSERT]: recordType('MULTI_INSERT', decodeMultiInsert<'MULTI_INSERT'>, writeMultiInsert9_5),
  [HEAP2_OP.MULTI_INSERT | INIT_PAGE]: recordType(
    'MULTI_INSERT+INIT',
    decodeMultiInsert<'MULTI_INSERT+INIT'>,
    writeMultiInsert9_5,
  ),
  [HEAP2_OP.LOCK_UPDATED]: recordType('LOCK_UPDATED', decodeLockUpdated9_5, writeLockUpdated9_5),
  [HEAP2_OP.NEW_CID]: recordType('NEW_CID', decodeNewCid, writeNewCidUntil15),
};

function writeVisible9_6(out: DescriptionWriter, { snapshotConflictHorizon, flags }: FlaggedVisible): void {
  out.text('cutoff xid ').uint(snapshotConflictHorizon).text(' flags ').uint(flags);
}

function writeLockUpdated9_6(out: DescriptionWriter, fields: FlaggedLockUpdated): void {
  const { offnum, xmax, flags, infobitsSet } = fields;
  out.text('off ').uint(offnum).text(': xmax ').uint(xmax).text(': flags ').uint(flags).code(0x20);
  writeInfobits(out, infobitsSet);
}

/** 9.6's. */
export const HEAP2_9_6: RecordTypes = {
  ...HEAP2_9_5,
  [HEAP2_OP.VISIBLE]: recordType('VISIBLE', decodeVisible9_6, writeVisible9_6),
  [HEAP2_OP.LOCK_UPDATED]: recordType('LOCK_UPDATED', decodeLockUpdated9_6, writeLockUpdated9_6),
};

function writeVisible12(out: DescriptionWriter, { snapshotConflictHorizon, flags }: FlaggedVisible): void {
  out.text('cutoff xid ').uint(snapshotConflictHorizon).text(' flags 0x').hexUpper(flags, 2);
}

function writeMultiInsert12(out: DescriptionWriter, { ntuples, flags }: Heap2MultiInsert): void {
  out.uint(ntuples).text(' tuples flags 0x').hexUpper(flags, 2);
}

function writeLockUpdated12(out: DescriptionWriter, fields: FlaggedLockUpdated): void {
  const { offnum, xmax, flags, infobitsSet } = fields;
  out.text('off ').uint(offnum).text(': xmax ').uint(xmax).text(': flags 0x').hexUpper(flags, 2).code(0x20);
  writeInfobits(out, infobitsSet);
}

/** 12's. */
export const HEAP2_12: RecordTypes = {
  ...HEAP2_9_6,
  [HEAP2_OP.VISIBLE]: recordType('VISIBLE', decodeVisible9_6, writeVisible12),
  [HEAP2_OP.MULTI_INSERT]: recordType('MULTI_INSERT', decodeMultiInsert<'MULTI_INSERT'>, writeMultiInsert12),
  [HEAP2_OP.MULTI_INSERT | INIT_PAGE]: recordType(
    'MULTI_INSERT+INIT',
    decodeMultiInsert<'MULTI_INSERT+INIT'>,
    writeMultiInsert12,
  ),
  [HEAP2_OP.LOCK_UPDATED]: recordType('LOCK_UPDATED', decodeLockUpdated9_6, writeLockUpdated12),
};

function writePrune14(out: DescriptionWriter, fields: Heap2Prune): void {
  out.text('latestRemovedXid ').uint(fields.snapshotConflictHorizon);
  out.text(' nredirected ').uint(fields.nredirected).text(' ndead ').uint(fields.ndead);
}

function writeVacuum14(out: DescriptionWriter, { nunused }: Heap2Vacuum): void {
  out.text('nunused ').uint(nunused);
}

/** 14's: `VACUUM` has a kind of its own. */
export const HEAP2_14: RecordTypes = {
  ...HEAP2_12,
  [HEAP2_OP.PRUNE]: recordType('PRUNE', decodePruneUntil15<'PRUNE'>, writePrune14),
  [HEAP2_OP.VACUUM]: recordType('VACUUM', decodeVacuum, writeVacuum14),
  [HEAP2_OP.FREEZE_PAGE]: FREEZE_PAGE,
};
