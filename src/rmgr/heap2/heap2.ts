import type { DescriptionWriter } from '../description-writer.js';
import { writeInfobitList } from '../heap/infobits.js';
import { withInitBit } from '../heap/init-bit.js';
import { INIT_PAGE } from '../heap/op-codes.js';
import { writeOffsetNumbers } from '../offset-numbers.js';
import { type RecordTypes, type ResourceManager, recordType } from '../record-type.js';
import { HEAP2_9_5, HEAP2_9_6, HEAP2_12, HEAP2_14, writeNothing } from './heap2-9-5-to-15.js';
import type { Heap2MultiInsert, Heap2Prune, Heap2PruneFreeze, Heap2Vacuum } from './heap2-records.js';
import {
  decodeFreezePage16,
  decodeLockUpdated9_6,
  decodeMultiInsert,
  decodePrune16,
  decodePruneFreeze,
  decodeVacuum,
  decodeVisible9_6,
  type FlaggedLockUpdated,
  type FlaggedVisible,
  type FreezePage16,
} from './heap2-since-9-5.js';
import { HEAP2_9_3, HEAP2_9_4 } from './heap2-until-9-4.js';
import { HEAP2_OP } from './op-codes.js';
import { writePlans, writeRedirections } from './pruned-items.js';
import { decodeNewCid, decodeRewrite, writeNewCid } from './rewrite-and-new-cid.js';

// The texts from 16 on.

function writePrune(out: DescriptionWriter, fields: Heap2Prune): void {
  const { snapshotConflictHorizon, nredirected, ndead, items } = fields;
  out.text('snapshotConflictHorizon: ').uint(snapshotConflictHorizon);
  out.text(', nredirected: ').uint(nredirected).text(', ndead: ').uint(ndead);
  if (items === null) return;
  out.text(', nunused: ').uint(items.nowunused.length).text(', redirected:');
  writeRedirections(out, items.redirected);
  out.text(', dead: ');
  writeOffsetNumbers(out, items.nowdead);
  out.text(', unused: ');
  writeOffsetNumbers(out, items.nowunused);
}

function writeVacuum(out: DescriptionWriter, { nunused, nowunused }: Heap2Vacuum): void {
  out.text('nunused: ').uint(nunused);
  if (nowunused === null) return;
  out.text(', unused: ');
  writeOffsetNumbers(out, nowunused);
}

function writeFreezePage(out: DescriptionWriter, fields: FreezePage16): void {
  const { snapshotConflictHorizon, nplans, plans } = fields;
  out.text('snapshotConflictHorizon: ').uint(snapshotConflictHorizon).text(', nplans: ').uint(nplans);
  if (plans === null) return;
  out.text(', plans:');
  writePlans(out, plans);
}

function writeVisible(out: DescriptionWriter, { snapshotConflictHorizon, flags }: FlaggedVisible): void {
  out.text('snapshotConflictHorizon: ').uint(snapshotConflictHorizon);
  out.text(', flags: 0x').hexUpper(flags, 2);
}

function writeMultiInsert(out: DescriptionWriter, fields: Heap2MultiInsert): void {
  out.text('ntuples: ').uint(fields.ntuples).text(', flags: 0x').hexUpper(fields.flags, 2);
  if (!fields.hasTuples || fields.type === 'MULTI_INSERT+INIT') return;
  out.text(', offsets: ');
  writeOffsetNumbers(out, fields.offsets);
}

function writeLockUpdated(out: DescriptionWriter, fields: FlaggedLockUpdated): void {
  out.text('xmax: ').uint(fields.xmax).text(', off: ').uint(fields.offnum).text(', infobits: ');
  writeInfobitList(out, fields.infobitsSet);
  out.text(', flags: 0x').hexUpper(fields.flags, 2);
}

const HEAP2_16: RecordTypes = {
  [HEAP2_OP.REWRITE]: recordType('REWRITE', decodeRewrite, writeNothing),
  [HEAP2_OP.PRUNE]: recordType('PRUNE', decodePrune16, writePrune),
  [HEAP2_OP.VACUUM]: recordType('VACUUM', decodeVacuum, writeVacuum),
  [HEAP2_OP.FREEZE_PAGE]: recordType('FREEZE_PAGE', decodeFreezePage16, writeFreezePage),
  [HEAP2_OP.VISIBLE]: recordType('VISIBLE', decodeVisible9_6, writeVisible),
  [HEAP2_OP.MULTI_INSERT]: recordType('MULTI_INSERT', decodeMultiInsert<'MULTI_INSERT'>, writeMultiInsert),
  [HEAP2_OP.MULTI_INSERT | INIT_PAGE]: recordType(
    'MULTI_INSERT+INIT',
    decodeMultiInsert<'MULTI_INSERT+INIT'>,
    writeMultiInsert,
  ),
  [HEAP2_OP.LOCK_UPDATED]: recordType('LOCK_UPDATED', decodeLockUpdated9_6, writeLockUpdated),
  [HEAP2_OP.NEW_CID]: recordType('NEW_CID', decodeNewCid, writeNewCid),
};

const IS_CATALOG_REL = 0x02;

function writePruneFreeze(out: DescriptionWriter, fields: Heap2PruneFreeze): void {
  const { snapshotConflictHorizon, flags, items } = fields;
  if (snapshotConflictHorizon !== null) out.text('snapshotConflictHorizon: ').uint(snapshotConflictHorizon);
  out.text((flags & IS_CATALOG_REL) === 0 ? ', isCatalogRel: F' : ', isCatalogRel: T');
  if (items === null) return;
  const { plans, redirected, nowdead, nowunused } = items;
  out.text(', nplans: ').uint(plans.length).text(', nredirected: ').uint(redirected.length);
  out.text(', ndead: ').uint(nowdead.length).text(', nunused: ').uint(nowunused.length);
  if (plans.length > 0) writePlans(out.text(', plans:'), plans);
  if (redirected.length > 0) writeRedirections(out.text(', redirected:'), redirected);
  if (nowdead.length > 0) writeOffsetNumbers(out.text(', dead: '), nowdead);
  if (nowunused.length > 0) writeOffsetNumbers(out.text(', unused: '), nowunused);
}

const HEAP2_17: RecordTypes = {
  ...HEAP2_16,
  [HEAP2_OP.PRUNE_ON_ACCESS]: recordType(
    'PRUNE_ON_ACCESS',
    decodePruneFreeze<'PRUNE_ON_ACCESS'>,
    writePruneFreeze,
  ),
  [HEAP2_OP.PRUNE_VACUUM_SCAN]: recordType(
    'PRUNE_VACUUM_SCAN',
    decodePruneFreeze<'PRUNE_VACUUM_SCAN'>,
    writePruneFreeze,
  ),
  [HEAP2_OP.PRUNE_VACUUM_CLEANUP]: recordType(
    'PRUNE_VACUUM_CLEANUP',
    decodePruneFreeze<'PRUNE_VACUUM_CLEANUP'>,
    writePruneFreeze,
  ),
};

/** As `heap2_desc` of `src/backend/access/rmgrdesc/heapdesc.c` tells them. */
export const heap2: ResourceManager = {
  name: 'Heap2',
  versions: [
    { since: '9.3', types: withInitBit(HEAP2_9_3) },
    { since: '9.4', types: withInitBit(HEAP2_9_4) },
    { since: '9.5', types: withInitBit(HEAP2_9_5) },
    { since: '9.6', types: withInitBit(HEAP2_9_6) },
    { since: '12', types: withInitBit(HEAP2_12) },
    { since: '14', types: withInitBit(HEAP2_14) },
    { since: '16', types: withInitBit(HEAP2_16) },
    { since: '17', types: withInitBit(HEAP2_17) },
  ],
};
