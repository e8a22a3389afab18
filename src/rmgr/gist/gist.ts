import type { DescriptionWriter } from '../description-writer.js';
import { writeFullTransactionId } from '../full-transaction-id.js';
import { readOffsetNumbers } from '../offset-numbers.js';
import type { RecordBody } from '../record-data.js';
import { type RecordTypes, type ResourceManager, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import type {
  GistAssignLsn,
  GistCreateIndex,
  GistDelete,
  GistPage,
  GistPageDelete,
  GistPageReuse,
  GistPageSplit,
  GistPageUpdate,
} from './gist-records.js';
import { V9_3 } from './gist-until-9-4.js';

// The layouts of src/include/access/gistxlog.h (9.5 and 9.6: gist_private.h), and what gist_desc prints of them.

const resourceManager = 'Gist';

function decodePageUpdate(body: RecordBody, type: 'PAGE_UPDATE'): GistPageUpdate {
  const ntodelete = body.main.uint16(0);
  const ntoinsert = body.main.uint16(2);
  const data = body.blockData(0);
  if (data === null) return { resourceManager, type, ntodelete, ntoinsert };
  return { resourceManager, type, ntodelete, ntoinsert, deleted: readOffsetNumbers(data, 0, ntodelete) };
}

function decodePageSplit(body: RecordBody, type: 'PAGE_SPLIT'): GistPageSplit {
  const { main } = body;
  const npage = main.uint16(18);
  return {
    resourceManager,
    type,
    origrlink: main.uint32(0),
    orignsn: main.uint64(8),
    origleaf: main.bool(16),
    npage,
    markfollowright: main.bool(20),
    pages: readPages(body, npage),
  };
}

function readPages(body: RecordBody, npage: number): GistPage[] {
  const pages: GistPage[] = [];
  for (let block = 1; block <= npage; block++) {
    const data = body.blockData(block);
    if (data === null) {
      body.main.complain(`there are ${npage} pages, but block ${block} comes without tuples`);
      break;
    }
    pages.push({ blkno: body.blockNumber(block), num: data.int32(0) });
  }
  return pages;
}

function decodeCreateIndex(_body: RecordBody, type: 'CREATE_INDEX'): GistCreateIndex {
  return { resourceManager, type };
}

function decodeDelete12({ main }: RecordBody, type: 'DELETE'): GistDelete {
  const ntodelete = main.uint16(4);
  const offsets = readOffsetNumbers(main, 6, ntodelete);
  return { resourceManager, type, snapshotConflictHorizon: main.uint32(0), ntodelete, offsets };
}

function decodeDelete16({ main }: RecordBody, type: 'DELETE'): GistDelete {
  const snapshotConflictHorizon = main.uint32(0);
  const ntodelete = main.uint16(4);
  const offsets = readOffsetNumbers(main, 8, ntodelete);
  return { resourceManager, type, snapshotConflictHorizon, ntodelete, isCatalogRel: main.bool(6), offsets };
}

function decodePageReuse12({ main }: RecordBody, type: 'PAGE_REUSE'): GistPageReuse {
  const snapshotConflictHorizon = main.uint64(16);
  const block = main.uint32(12);
  return { resourceManager, type, locator: readRelationFile(main, 0), block, snapshotConflictHorizon };
}

function decodePageReuse16(body: RecordBody, type: 'PAGE_REUSE'): GistPageReuse {
  return { ...decodePageReuse12(body, type), isCatalogRel: body.main.bool(24) };
}

function decodePageDelete({ main }: RecordBody, type: 'PAGE_DELETE'): GistPageDelete {
  return { resourceManager, type, deleteXid: main.uint64(0), downlinkOffset: main.uint16(8) };
}

function decodeAssignLsn(_body: RecordBody, type: 'ASSIGN_LSN'): GistAssignLsn {
  return { resourceManager, type };
}

function writeNothing(): void {}

function writePageSplit(out: DescriptionWriter, { npage }: GistPageSplit): void {
  out.text('page_split: splits to ').int(npage).text(' pages');
}

function writeDelete12(out: DescriptionWriter, { snapshotConflictHorizon, ntodelete }: GistDelete): void {
  out.text('delete: latestRemovedXid ').uint(snapshotConflictHorizon).text(', nitems: ').uint(ntodelete);
}

function writeDelete16(out: DescriptionWriter, { snapshotConflictHorizon, ntodelete }: GistDelete): void {
  out.text('delete: snapshotConflictHorizon ').uint(snapshotConflictHorizon);
  out.text(', nitems: ').uint(ntodelete);
}

function writeDelete17(out: DescriptionWriter, fields: GistDelete): void {
  writeDelete16(out, fields);
  writeIsCatalogRel(out, fields.isCatalogRel);
}

function writeIsCatalogRel(out: DescriptionWriter, isCatalogRel: boolean | undefined): void {
  out.text(isCatalogRel ? ', isCatalogRel T' : ', isCatalogRel F');
}

function writePageReuse12(out: DescriptionWriter, fields: GistPageReuse): void {
  out.text('rel ').relation(fields.locator).text('; blk ').uint(fields.block);
  writeFullTransactionId(out.text('; latestRemovedXid '), fields.snapshotConflictHorizon);
}

function writePageReuse16(out: DescriptionWriter, fields: GistPageReuse): void {
  out.text('rel ').relation(fields.locator).text('; blk ').uint(fields.block);
  writeFullTransactionId(out.text('; snapshotConflictHorizon '), fields.snapshotConflictHorizon);
}

function writePageReuse17(out: DescriptionWriter, fields: GistPageReuse): void {
  writePageReuse16(out, fields);
  writeIsCatalogRel(out, fields.isCatalogRel);
}

function writePageDelete(out: DescriptionWriter, { deleteXid, downlinkOffset }: GistPageDelete): void {
  writeFullTransactionId(out.text('deleteXid '), deleteXid).text('; downlink ').uint(downlinkOffset);
}

/** 9.5 to 11 and what later versions kept of them. */
const SINCE_9_5: RecordTypes = {
  0: recordType('PAGE_UPDATE', decodePageUpdate, writeNothing),
  48: recordType('PAGE_SPLIT', decodePageSplit, writePageSplit),
};

const V9_5: RecordTypes = {
  ...SINCE_9_5,
  80: recordType('CREATE_INDEX', decodeCreateIndex, writeNothing),
};

const V12: RecordTypes = {
  ...SINCE_9_5,
  16: recordType('DELETE', decodeDelete12, writeDelete12),
  32: recordType('PAGE_REUSE', decodePageReuse12, writePageReuse12),
  96: recordType('PAGE_DELETE', decodePageDelete, writePageDelete),
};

const V13: RecordTypes = {
  ...V12,
  112: recordType('ASSIGN_LSN', decodeAssignLsn, writeNothing),
};

const V16: RecordTypes = {
  ...V13,
  16: recordType('DELETE', decodeDelete16, writeDelete16),
  32: recordType('PAGE_REUSE', decodePageReuse16, writePageReuse16),
};

const V17: RecordTypes = {
  ...V16,
  16: recordType('DELETE', decodeDelete16, writeDelete17),
  32: recordType('PAGE_REUSE', decodePageReuse16, writePageReuse17),
};

/** As `src/backend/access/rmgrdesc/gistdesc.c` tells them. */
export const gist: ResourceManager = {
  name: 'Gist',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.5', types: V9_5 },
    { since: '12', types: V12 },
    { since: '13', types: V13 },
    { since: '16', types: V16 },
    { since: '17', types: V17 },
  ],
  unknownText: (info) => `unknown gist op code ${info}`,
};
