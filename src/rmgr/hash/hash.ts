import type { DescriptionWriter } from '../description-writer.js';
import { formatGeneral, NON_FINITE_9_3, NON_FINITE_12, type NonFiniteWords } from '../float.js';
import { type RecordType, type RecordTypes, type ResourceManager, recordType } from '../record-type.js';
import * as layouts from './hash-layouts.js';
import type {
  HashAddOvflPage,
  HashDelete,
  HashInitBitmapPage,
  HashInsert,
  HashMovePageContents,
  HashSplitAllocatePage,
  HashSplitComplete,
  HashSqueezePage,
  HashVacuumOnePage,
} from './hash-records.js';

function writeNothing(): void {}

const trueOrFalse = (flag: boolean): string => (flag ? 'T' : 'F');

function initMetaPage(words: NonFiniteWords): RecordType {
  return recordType('INIT_META_PAGE', layouts.decodeInitMetaPage, (out, { numTuples, ffactor }) => {
    out.text('num_tuples ').text(formatGeneral(numTuples, words)).text(', fillfactor ').int(ffactor);
  });
}

function writeInitBitmapPage(out: DescriptionWriter, { bmsize }: HashInitBitmapPage): void {
  out.text('bmsize ').int(bmsize);
}

function writeInsert(out: DescriptionWriter, { offnum }: HashInsert): void {
  out.text('off ').uint(offnum);
}

function writeAddOvflPage(out: DescriptionWriter, { bmsize, bmpageFound }: HashAddOvflPage): void {
  out.text('bmsize ').int(bmsize).text(', bmpage_found ').text(trueOrFalse(bmpageFound));
}

function writeSplitAllocatePage(out: DescriptionWriter, { newBucket, flags }: HashSplitAllocatePage): void {
  const hasMasks = (flags & layouts.SPLIT_META_UPDATE_MASKS) !== 0;
  const hasSplitPoint = (flags & layouts.SPLIT_META_UPDATE_SPLITPOINT) !== 0;
  out.text('new_bucket ').uint(newBucket).text(', meta_page_masks_updated ').text(trueOrFalse(hasMasks));
  out.text(', issplitpoint_changed ').text(trueOrFalse(hasSplitPoint));
}

function writeSplitComplete(
  out: DescriptionWriter,
  { oldBucketFlag, newBucketFlag }: HashSplitComplete,
): void {
  out.text('old_bucket_flag ').uint(oldBucketFlag).text(', new_bucket_flag ').uint(newBucketFlag);
}

function writeMovePageContents(
  out: DescriptionWriter,
  { ntups, isPrimBucketSameWrt }: HashMovePageContents,
): void {
  out.text('ntups ').int(ntups).text(', is_primary ').text(trueOrFalse(isPrimBucketSameWrt));
}

function writeSqueezePage(out: DescriptionWriter, fields: HashSqueezePage): void {
  const { prevblkno, nextblkno, ntups, isPrimBucketSameWrt } = fields;
  out.text('prevblkno ').uint(prevblkno).text(', nextblkno ').uint(nextblkno);
  out.text(', ntups ').int(ntups).text(', is_primary ').text(trueOrFalse(isPrimBucketSameWrt));
}

function writeDelete(out: DescriptionWriter, { clearDeadMarking, isPrimaryBucketPage }: HashDelete): void {
  out.text('clear_dead_marking ').text(trueOrFalse(clearDeadMarking));
  out.text(', is_primary ').text(trueOrFalse(isPrimaryBucketPage));
}

function updateMetaPage(words: NonFiniteWords): RecordType {
  return recordType('UPDATE_META_PAGE', layouts.decodeUpdateMetaPage, (out, { ntuples }) => {
    out.text('ntuples ').text(formatGeneral(ntuples, words));
  });
}

function writeVacuumOnePage10(out: DescriptionWriter, { ntuples }: HashVacuumOnePage): void {
  out.text('ntuples ').int(ntuples);
}

function writeVacuumOnePage12(out: DescriptionWriter, fields: HashVacuumOnePage): void {
  writeVacuumOnePage10(out, fields);
  out.text(', latest removed xid ').uint(fields.snapshotConflictHorizon ?? 0);
}

function writeVacuumOnePage14(out: DescriptionWriter, fields: HashVacuumOnePage): void {
  writeVacuumOnePage10(out, fields);
  out.text(', latestRemovedXid ').uint(fields.snapshotConflictHorizon ?? 0);
}

function writeVacuumOnePage16(out: DescriptionWriter, fields: HashVacuumOnePage): void {
  writeVacuumOnePage10(out, fields);
  out.text(', snapshotConflictHorizon ').uint(fields.snapshotConflictHorizon ?? 0);
}

function writeVacuumOnePage17(out: DescriptionWriter, fields: HashVacuumOnePage): void {
  writeVacuumOnePage16(out, fields);
  out.text(', isCatalogRel ').text(trueOrFalse(fields.isCatalogRel ?? false));
}

const V10: RecordTypes = {
  0: initMetaPage(NON_FINITE_9_3),
  16: recordType('INIT_BITMAP_PAGE', layouts.decodeInitBitmapPage, writeInitBitmapPage),
  32: recordType('INSERT', layouts.decodeInsert, writeInsert),
  48: recordType('ADD_OVFL_PAGE', layouts.decodeAddOvflPage, writeAddOvflPage),
  64: recordType('SPLIT_ALLOCATE_PAGE', layouts.decodeSplitAllocatePage, writeSplitAllocatePage),
  80: recordType('SPLIT_PAGE', layouts.decodeSplitPage, writeNothing),
  96: recordType('SPLIT_COMPLETE', layouts.decodeSplitComplete, writeSplitComplete),
  112: recordType('MOVE_PAGE_CONTENTS', layouts.decodeMovePageContents, writeMovePageContents),
  128: recordType('SQUEEZE_PAGE', layouts.decodeSqueezePage, writeSqueezePage),
  144: recordType('DELETE', layouts.decodeDelete, writeDelete),
  160: recordType('SPLIT_CLEANUP', layouts.decodeSplitCleanup, writeNothing),
  176: updateMetaPage(NON_FINITE_9_3),
  192: recordType('VACUUM_ONE_PAGE', layouts.decodeVacuumOnePage10, writeVacuumOnePage10),
};

const V12: RecordTypes = {
  ...V10,
  0: initMetaPage(NON_FINITE_12),
  176: updateMetaPage(NON_FINITE_12),
  192: recordType('VACUUM_ONE_PAGE', layouts.decodeVacuumOnePage12, writeVacuumOnePage12),
};

const V14: RecordTypes = {
  ...V12,
  192: recordType('VACUUM_ONE_PAGE', layouts.decodeVacuumOnePage12, writeVacuumOnePage14),
};

const V16: RecordTypes = {
  ...V14,
  192: recordType('VACUUM_ONE_PAGE', layouts.decodeVacuumOnePage16, writeVacuumOnePage16),
};

const V17: RecordTypes = {
  ...V16,
  192: recordType('VACUUM_ONE_PAGE', layouts.decodeVacuumOnePage16, writeVacuumOnePage17),
};

/** As `src/backend/access/rmgrdesc/hashdesc.c` tells them: nothing at all up to 9.6, which log nothing. */
export const hash: ResourceManager = {
  name: 'Hash',
  versions: [
    { since: '9.3', types: {} },
    { since: '10', types: V10 },
    { since: '12', types: V12 },
    { since: '14', types: V14 },
    { since: '16', types: V16 },
    { since: '17', types: V17 },
  ],
  unknownText: () => '',
};
