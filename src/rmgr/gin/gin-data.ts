import { BLOCK } from '../../wal/block-references.js';
import { isImageApplied } from '../../wal/image-info.js';
import type { DescriptionWriter } from '../description-writer.js';
import { readBlockId } from '../heap/old-target.js';
import type { HeapTupleId } from '../heap2/heap2-records.js';
import type { RecordBody, RecordData } from '../record-data.js';
import type {
  GinInsert,
  GinMetaPageData,
  GinPageImage,
  GinPostingItem,
  GinSegmentAction,
  GinVacuumDataLeafPage,
} from './gin-records.js';

// What records of all versions have in common, and the texts for it.

/** `GIN_INSERT_…`, `GIN_SPLIT_ROOT`: flags of what is inserted into or split. */
export const IS_DATA = 0x01;
export const IS_LEAF = 0x02;
export const SPLIT_ROOT = 0x04;

/** `GIN_SEGMENT_…`: what is done to a segment. */
const DELETE = 1;
const INSERT = 2;
const REPLACE = 3;
const ADD_ITEMS = 4;

/** A segment's number, and what is done to it. */
const ACTION_BYTES = 2;
const POSTING_LIST_HEADER_BYTES = 8;
const ITEM_POINTER_BYTES = 6;

/** The two blocks of a split that an insertion into an inner page finishes. */
export const CHILDREN_BYTES = 8;

export function readItemPointer(data: RecordData, at: number): HeapTupleId {
  return { block: readBlockId(data, at), offset: data.uint16(at + 4) };
}

export function readMetaPageData(data: RecordData, at: number): GinMetaPageData {
  return {
    head: data.uint32(at),
    tail: data.uint32(at + 4),
    tailFreeSize: data.uint32(at + 8),
    nPendingPages: data.uint32(at + 12),
    nPendingHeapTuples: data.int64(at + 16),
    nTotalPages: data.uint32(at + 24),
    nEntryPages: data.uint32(at + 28),
    nDataPages: data.uint32(at + 32),
    nEntries: data.int64(at + 40),
    ginVersion: data.int32(at + 48),
  };
}

export function readChildren(data: RecordData, at: number) {
  return { leftChildBlkno: readBlockId(data, at), rightChildBlkno: readBlockId(data, at + 4) };
}

/** What an insertion from 9.4 on brings, by the kind of page. */
export function readInserted(data: RecordData, at: number, isData: boolean, isLeaf: boolean) {
  if (!isData) return { offset: data.uint16(at), isDelete: data.bool(at + 2) };
  if (isLeaf) return readActions(data, at);
  const newitem = { childBlkno: readBlockId(data, at + 2), key: readItemPointer(data, at + 6) };
  return { offset: data.uint16(at), newitem };
}

/** Reads a `ginxlogRecompressDataLeaf`. What follows an action of an unknown type has no known length. */
export function readActions(
  data: RecordData,
  start: number,
): Required<Pick<GinInsert, 'nactions' | 'actions'>> {
  const nactions = data.uint16(start);
  const actions: GinSegmentAction[] = [];
  let at = start + 2;
  for (let left = data.fit(nactions, at, ACTION_BYTES); left > 0; left--) {
    if (data.fit(1, at, ACTION_BYTES) === 0) break;
    const segno = data.uint8(at);
    const type = data.uint8(at + 1);
    at += ACTION_BYTES;
    if (type === INSERT || type === REPLACE) {
      // the list's length is rounded up to two bytes
      const length = POSTING_LIST_HEADER_BYTES + ((data.uint16(at + 6) + 1) & ~1);
      actions.push({ segno, type, postingList: data.slice(at, length) });
      at += length;
    } else if (type === ADD_ITEMS) {
      const nitems = data.uint16(at);
      const length = data.fit(nitems, at + 2, ITEM_POINTER_BYTES) * ITEM_POINTER_BYTES;
      actions.push({ segno, type, nitems, items: data.slice(at + 2, length) });
      at += 2 + nitems * ITEM_POINTER_BYTES;
    } else {
      actions.push({ segno, type });
      if (type !== DELETE) break;
    }
  }
  return { nactions, actions };
}

/** Whether an image of block 0 comes along, and what for. */
export function pageImage(body: RecordBody): GinPageImage {
  if (!body.hasImage(0)) return 'none';
  // block 0 comes first
  const { blockTable, format } = body.record;
  return isImageApplied(format.version, blockTable.rows[BLOCK.imageInfo]) ? 'restored' : 'verification';
}

export function writePageImage(out: DescriptionWriter, image: GinPageImage): void {
  out.text(image === 'restored' ? ' (full page image)' : ' (full page image, for WAL verification)');
}

/** `isdata: T isleaf: F` */
export function writePageKind(out: DescriptionWriter, isData: boolean, isLeaf: boolean): void {
  writeBool(out.text('isdata: '), isData).text(' isleaf: ');
  writeBool(out, isLeaf);
}

/** `children: 5/6`, on inner pages */
export function writeChildren(out: DescriptionWriter, { leftChildBlkno, rightChildBlkno }: GinInsert): void {
  if (leftChildBlkno === undefined || rightChildBlkno === undefined) return;
  out.text(' children: ').uint(leftChildBlkno).code(0x2f).uint(rightChildBlkno);
}

/** What was inserted, as far as it is known. */
export function writeInserted(
  out: DescriptionWriter,
  { isDelete, newitem, nactions = 0, actions }: GinInsert,
): void {
  if (isDelete !== undefined) writeBool(out.text(' isdelete: '), isDelete);
  else if (newitem !== undefined) writePostingItem(out, newitem);
  else if (actions !== undefined) writeActions(out, nactions, actions);
}

/** What was done to a leaf of a posting tree. */
export function writeLeafChanges(
  out: DescriptionWriter,
  { fullPageImage, nactions = 0, actions }: GinVacuumDataLeafPage,
): void {
  if (fullPageImage !== 'none') writePageImage(out, fullPageImage);
  else if (actions !== undefined) writeActions(out, nactions, actions);
}

export function writePostingItem(out: DescriptionWriter, { childBlkno, key }: GinPostingItem): void {
  out.text(' pitem: ').uint(childBlkno).code(0x2d).uint(key.block).code(0x2f).uint(key.offset);
}

/** As `desc_recompress_leaf` does. */
function writeActions(out: DescriptionWriter, nactions: number, actions: readonly GinSegmentAction[]): void {
  out.code(0x20).uint(nactions).text(' segments:');
  for (const { segno, type, nitems = 0 } of actions) {
    out.code(0x20).uint(segno);
    if (type === ADD_ITEMS) out.text(' (add ').uint(nitems).text(' items)');
    else if (type === DELETE) out.text(' (delete)');
    else if (type === INSERT) out.text(' (insert)');
    else if (type === REPLACE) out.text(' (replace)');
    else out.text(' unknown action ').uint(type).text(' ???');
  }
}

export function writeBool(out: DescriptionWriter, value: boolean): DescriptionWriter {
  return out.code(value ? 0x54 : 0x46);
}
