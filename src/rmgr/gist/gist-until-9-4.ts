import type { DescriptionWriter, RelationFile } from '../description-writer.js';
import { INDEX_TUPLE_HEADER_BYTES, indexTupleSize } from '../index-tuple.js';
import { readOffsetNumbers } from '../offset-numbers.js';
import type { RecordBody, RecordData } from '../record-data.js';
import { type RecordTypes, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import type { GistCreateIndex, GistPage, GistPageSplit, GistPageUpdate } from './gist-records.js';

// Records of 9.3 and 9.4 name their pages themselves (src/include/access/gist_private.h), and gist_desc tells
// which kind they are.

type Located<Fields> = Fields & { readonly locator: RelationFile };
type OldPageUpdate = Located<GistPageUpdate> & { readonly blkno: number };
type OldPageSplit = Located<GistPageSplit> & { readonly origblkno: number };

const resourceManager = 'Gist';

const PAGE_UPDATE_BYTES = 24;
const PAGE_SPLIT_BYTES = 48;
const PAGE_BYTES = 8;

function decodePageUpdate(body: RecordBody, type: 'PAGE_UPDATE'): OldPageUpdate {
  const { main } = body;
  const locator = readRelationFile(main, 0);
  const blkno = main.uint32(12);
  const leftchild = main.uint32(16);
  const ntodelete = main.uint16(20);
  if (body.hasImage(0)) return { resourceManager, type, locator, blkno, leftchild, ntodelete };
  const deleted = readOffsetNumbers(main, PAGE_UPDATE_BYTES, ntodelete);
  return { resourceManager, type, locator, blkno, leftchild, ntodelete, deleted };
}

function decodePageSplit({ main }: RecordBody, type: 'PAGE_SPLIT'): OldPageSplit {
  const npage = main.uint16(40);
  return {
    resourceManager,
    type,
    locator: readRelationFile(main, 0),
    origblkno: main.uint32(12),
    origrlink: main.uint32(16),
    orignsn: main.uint64(24),
    origleaf: main.bool(32),
    leftchild: main.uint32(36),
    npage,
    markfollowright: main.bool(42),
    pages: readPages(main, npage),
  };
}

/** Each page's tuples follow it, and only their lengths say where the next page is. */
function readPages(main: RecordData, npage: number): GistPage[] {
  const pages: GistPage[] = [];
  let at = PAGE_SPLIT_BYTES;
  for (let left = main.fit(npage, at, PAGE_BYTES); left > 0; left--) {
    const num = main.int32(at + 4);
    pages.push({ blkno: main.uint32(at), num });
    at += PAGE_BYTES;
    for (let tuples = main.fit(num, at, INDEX_TUPLE_HEADER_BYTES); tuples > 0; tuples--) {
      at += Math.max(INDEX_TUPLE_HEADER_BYTES, indexTupleSize(main, at));
    }
    if (at > main.length) main.complain(`the pages' tuples end at byte ${at}, the data at ${main.length}`);
  }
  return pages;
}

function decodeCreateIndex({ main }: RecordBody, type: 'CREATE_INDEX'): Located<GistCreateIndex> {
  return { resourceManager, type, locator: readRelationFile(main, 0) };
}

function writePageUpdate(out: DescriptionWriter, { locator, blkno }: OldPageUpdate): void {
  out.text('page_update: rel ').relation(locator).text('; block number ').uint(blkno);
}

function writePageSplit(out: DescriptionWriter, { locator, origblkno, npage }: OldPageSplit): void {
  out.text('page_split: rel ').relation(locator).text('; block number ').uint(origblkno);
  out.text(' splits to ').int(npage).text(' pages');
}

function writeCreateIndex(out: DescriptionWriter, { locator }: Located<GistCreateIndex>): void {
  out.text('create_index: rel ').relation(locator);
}

export const V9_3: RecordTypes = {
  0: recordType('PAGE_UPDATE', decodePageUpdate, writePageUpdate),
  48: recordType('PAGE_SPLIT', decodePageSplit, writePageSplit),
  80: recordType('CREATE_INDEX', decodeCreateIndex, writeCreateIndex),
};
