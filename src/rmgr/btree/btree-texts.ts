import type { DescriptionWriter } from '../description-writer.js';
import { formatFixed, type NonFiniteWords } from '../float.js';
import { writeFullTransactionId } from '../full-transaction-id.js';
import { writeOffsetNumbers } from '../offset-numbers.js';
import type {
  BtreeDedup,
  BtreeDelete,
  BtreeInsert,
  BtreeMarkPageHalfdead,
  BtreeMetaCleanup,
  BtreeNewroot,
  BtreeReusePage,
  BtreeSplit,
  BtreeUnlinkPage,
  BtreeUpdatedTuple,
  BtreeVacuum,
} from './btree-records.js';

// What btree_desc prints from 9.5 on (src/backend/access/rmgrdesc/nbtdesc.c). A function is named after the
// first version that prints so.

export function writeInsert9_5(out: DescriptionWriter, { offnum }: BtreeInsert): void {
  out.text('off ').uint(offnum);
}

export function writeInsert16(out: DescriptionWriter, { offnum }: BtreeInsert): void {
  out.text('off: ').uint(offnum);
}

export function writeSplit9_5(
  out: DescriptionWriter,
  { level, firstrightoff, newitemoff = 0 }: BtreeSplit,
): void {
  out.text('level ').uint(level).text(', firstright ').int(firstrightoff);
  out.text(', newitemoff ').int(newitemoff);
}

export function writeSplit13(out: DescriptionWriter, fields: BtreeSplit): void {
  const { level, firstrightoff, newitemoff = 0, postingoff = 0 } = fields;
  out.text('level ').uint(level).text(', firstrightoff ').int(firstrightoff);
  out.text(', newitemoff ').int(newitemoff).text(', postingoff ').int(postingoff);
}

export function writeSplit16(out: DescriptionWriter, fields: BtreeSplit): void {
  const { level, firstrightoff, newitemoff = 0, postingoff = 0 } = fields;
  out.text('level: ').uint(level).text(', firstrightoff: ').int(firstrightoff);
  out.text(', newitemoff: ').int(newitemoff).text(', postingoff: ').int(postingoff);
}

export function writeDedup13(out: DescriptionWriter, { nintervals }: BtreeDedup): void {
  out.text('nintervals ').uint(nintervals);
}

export function writeDedup16(out: DescriptionWriter, { nintervals }: BtreeDedup): void {
  out.text('nintervals: ').uint(nintervals);
}

export function writeVacuum9_5(out: DescriptionWriter, { lastBlockVacuumed = 0 }: BtreeVacuum): void {
  out.text('lastBlockVacuumed ').uint(lastBlockVacuumed);
}

export function writeVacuum13(out: DescriptionWriter, { ndeleted = 0, nupdated = 0 }: BtreeVacuum): void {
  out.text('ndeleted ').uint(ndeleted).text('; nupdated ').uint(nupdated);
}

export function writeVacuum16(out: DescriptionWriter, fields: BtreeVacuum): void {
  const { ndeleted = 0, nupdated = 0 } = fields;
  out.text('ndeleted: ').uint(ndeleted).text(', nupdated: ').uint(nupdated);
  writeItems(out, fields);
}

export function writeDelete9_5(out: DescriptionWriter, { ndeleted }: BtreeDelete): void {
  out.int(ndeleted).text(' items');
}

export function writeDelete12(
  out: DescriptionWriter,
  { ndeleted, snapshotConflictHorizon = 0 }: BtreeDelete,
): void {
  out.int(ndeleted).text(' items, latest removed xid ').uint(snapshotConflictHorizon);
}

export function writeDelete13(
  out: DescriptionWriter,
  { ndeleted, snapshotConflictHorizon = 0 }: BtreeDelete,
): void {
  out.text('latestRemovedXid ').uint(snapshotConflictHorizon).text('; ndeleted ').uint(ndeleted);
}

export function writeDelete14(out: DescriptionWriter, fields: BtreeDelete): void {
  writeDelete13(out, fields);
  out.text('; nupdated ').uint(fields.nupdated ?? 0);
}

export function writeDelete16(out: DescriptionWriter, fields: BtreeDelete): void {
  writeDeleteCounts16(out, fields);
  writeItems(out, fields);
}

export function writeDelete17(out: DescriptionWriter, fields: BtreeDelete): void {
  writeDeleteCounts16(out, fields);
  writeIsCatalogRel(out, fields.isCatalogRel);
  writeItems(out, fields);
}

function writeDeleteCounts16(out: DescriptionWriter, fields: BtreeDelete): void {
  const { snapshotConflictHorizon = 0, ndeleted, nupdated = 0 } = fields;
  out.text('snapshotConflictHorizon: ').uint(snapshotConflictHorizon);
  out.text(', ndeleted: ').uint(ndeleted).text(', nupdated: ').uint(nupdated);
}

function writeIsCatalogRel(out: DescriptionWriter, isCatalogRel: boolean | undefined): void {
  out.text(isCatalogRel ? ', isCatalogRel: T' : ', isCatalogRel: F');
}

/** `delvacuum_desc` */
function writeItems(out: DescriptionWriter, { deleted, updated }: BtreeDelete | BtreeVacuum): void {
  if (deleted === undefined || updated === undefined) return;
  writeOffsetNumbers(out.text(', deleted: '), deleted).text(', updated: [');
  updated.forEach((tuple, index) => {
    if (index > 0) out.text(', ');
    writeUpdatedTuple(out, tuple);
  });
  out.code(0x5d);
}

function writeUpdatedTuple(out: DescriptionWriter, { offnum, ptids }: BtreeUpdatedTuple): void {
  out.text('{ off: ').uint(offnum).text(', nptids: ').uint(ptids.length).text(', ptids: ');
  writeOffsetNumbers(out, ptids).text(' }');
}

export function writeMarkPageHalfdead9_5(out: DescriptionWriter, fields: BtreeMarkPageHalfdead): void {
  const { topparent, leafblk, leftblk, rightblk } = fields;
  out.text('topparent ').uint(topparent).text('; leaf ').uint(leafblk);
  out.text('; left ').uint(leftblk).text('; right ').uint(rightblk);
}

export function writeMarkPageHalfdead16(out: DescriptionWriter, fields: BtreeMarkPageHalfdead): void {
  const { topparent, leafblk, leftblk, rightblk } = fields;
  out.text('topparent: ').uint(topparent).text(', leaf: ').uint(leafblk);
  out.text(', left: ').uint(leftblk).text(', right: ').uint(rightblk);
}

export function writeUnlinkPage9_5(out: DescriptionWriter, fields: BtreeUnlinkPage): void {
  const { leftsib, rightsib, safexid, leafleftsib, leafrightsib, leaftopparent } = fields;
  out.text('left ').uint(leftsib).text('; right ').uint(rightsib).text('; btpo_xact ').bigint(safexid);
  out.text('; leafleft ').uint(leafleftsib).text('; leafright ').uint(leafrightsib);
  out.text('; topparent ').uint(leaftopparent);
}

export function writeUnlinkPage14(out: DescriptionWriter, fields: BtreeUnlinkPage): void {
  const { leftsib, rightsib, level = 0, safexid, leafleftsib, leafrightsib, leaftopparent } = fields;
  out.text('left ').uint(leftsib).text('; right ').uint(rightsib).text('; level ').uint(level);
  writeFullTransactionId(out.text('; safexid '), safexid);
  out.text('; leafleft ').uint(leafleftsib).text('; leafright ').uint(leafrightsib);
  out.text('; leaftopparent ').uint(leaftopparent);
}

export function writeUnlinkPage16(out: DescriptionWriter, fields: BtreeUnlinkPage): void {
  const { leftsib, rightsib, level = 0, safexid, leafleftsib, leafrightsib, leaftopparent } = fields;
  out.text('left: ').uint(leftsib).text(', right: ').uint(rightsib).text(', level: ').uint(level);
  writeFullTransactionId(out.text(', safexid: '), safexid);
  out.text(', leafleft: ').uint(leafleftsib).text(', leafright: ').uint(leafrightsib);
  out.text(', leaftopparent: ').uint(leaftopparent);
}

export function writeNewroot9_5(out: DescriptionWriter, { level }: BtreeNewroot): void {
  out.text('lev ').uint(level);
}

export function writeNewroot16(out: DescriptionWriter, { level }: BtreeNewroot): void {
  out.text('level: ').uint(level);
}

export function writeReusePage9_5(
  out: DescriptionWriter,
  { locator, snapshotConflictHorizon }: BtreeReusePage,
): void {
  out.text('rel ').relation(locator).text('; latestRemovedXid ').bigint(snapshotConflictHorizon);
}

export function writeReusePage14(
  out: DescriptionWriter,
  { locator, snapshotConflictHorizon }: BtreeReusePage,
): void {
  out.text('rel ').relation(locator).text('; latestRemovedXid ');
  writeFullTransactionId(out, snapshotConflictHorizon);
}

export function writeReusePage16(
  out: DescriptionWriter,
  { locator, snapshotConflictHorizon }: BtreeReusePage,
): void {
  out.text('rel: ').relation(locator).text(', snapshotConflictHorizon: ');
  writeFullTransactionId(out, snapshotConflictHorizon);
}

export function writeReusePage17(out: DescriptionWriter, fields: BtreeReusePage): void {
  writeReusePage16(out, fields);
  writeIsCatalogRel(out, fields.isCatalogRel);
}

export function writeMetaCleanup11(
  out: DescriptionWriter,
  { metadata }: BtreeMetaCleanup,
  words: NonFiniteWords,
): void {
  if (metadata === undefined) return;
  out.text('oldest_btpo_xact ').uint(metadata.oldestBtpoXact ?? 0);
  const tuples = formatFixed(metadata.lastCleanupNumHeapTuples ?? 0, words);
  out.text('; last_cleanup_num_heap_tuples: ').text(tuples);
}

export function writeMetaCleanup14(out: DescriptionWriter, { metadata }: BtreeMetaCleanup): void {
  if (metadata !== undefined)
    out.text('last_cleanup_num_delpages ').uint(metadata.lastCleanupNumDelpages ?? 0);
}

export function writeMetaCleanup16(out: DescriptionWriter, { metadata }: BtreeMetaCleanup): void {
  if (metadata !== undefined)
    out.text('last_cleanup_num_delpages: ').uint(metadata.lastCleanupNumDelpages ?? 0);
}
