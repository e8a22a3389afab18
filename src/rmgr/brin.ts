import type { DescriptionWriter } from './description-writer.js';
import { withInitBit } from './heap/init-bit.js';
import { INIT_PAGE } from './heap/op-codes.js';
import type { RecordBody, RecordData } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type RecordTypes, type ResourceManager, recordType } from './record-type.js';

/**
 * An index was created (`xl_brin_createidx`, `src/include/access/brin_xlog.h`); its metapage is the record's block 0.
 *
 * @category Records as data
 */
export interface BrinCreateIndex extends RecordFields<'BRIN', 'CREATE_INDEX'> {
  /** How many blocks of the table a tuple of the index sums up. */
  readonly pagesPerRange: number;
  /** The version of the index's format. */
  readonly version: number;
}

/**
 * A tuple was put on a page (`xl_brin_insert`), the record's block 0, whose data is the tuple. Block 1 is the page of
 * the range map. `+INIT`: on a page that is built anew.
 *
 * @category Records as data
 */
export interface BrinInsert extends RecordFields<'BRIN', 'INSERT' | 'INSERT+INIT'> {
  /** The first block of the table that the tuple sums up. */
  readonly heapBlk: number;
  /** How many blocks of the table it sums up. */
  readonly pagesPerRange: number;
  /** Where on the page it is. */
  readonly offnum: number;
}

/**
 * A tuple was replaced by one on another page (`xl_brin_update`): as {@link BrinInsert}, and block 2 is the page that
 * it was on.
 *
 * @category Records as data
 */
export interface BrinUpdate extends RecordFields<'BRIN', 'UPDATE' | 'UPDATE+INIT'> {
  /** Where on its page the old tuple was. */
  readonly oldOffnum: number;
  /** The first block of the table that the tuple sums up. */
  readonly heapBlk: number;
  /** How many blocks of the table it sums up. */
  readonly pagesPerRange: number;
  /** Where on the new page the new one is. */
  readonly offnum: number;
}

/**
 * A tuple was replaced in its place (`xl_brin_samepage_update`) on the record's block 0, whose data is the new one.
 *
 * @category Records as data
 */
export interface BrinSamepageUpdate extends RecordFields<'BRIN', 'SAMEPAGE_UPDATE'> {
  /** Where on the page it is. */
  readonly offnum: number;
}

/**
 * The range map got another page (`xl_brin_revmap_extend`), the record's block 1; block 0 is the metapage.
 *
 * @category Records as data
 */
export interface BrinRevmapExtend extends RecordFields<'BRIN', 'REVMAP_EXTEND'> {
  /** The page's block. */
  readonly targetBlk: number;
}

/**
 * A range of blocks is not summed up any longer (`xl_brin_desummarize`); from 10 on. Block 0 is the page of the range
 * map, block 1 the one that the tuple was on.
 *
 * @category Records as data
 */
export interface BrinDesummarize extends RecordFields<'BRIN', 'DESUMMARIZE'> {
  /** How many blocks of the table the tuple summed up. */
  readonly pagesPerRange: number;
  /** The first of them. */
  readonly heapBlk: number;
  /** Where on its page the tuple was. */
  readonly regOffset: number;
}

/**
 * Records of BRIN indexes.
 *
 * @category Records as data
 */
export type BrinRecord =
  | BrinCreateIndex
  | BrinInsert
  | BrinUpdate
  | BrinSamepageUpdate
  | BrinRevmapExtend
  | BrinDesummarize;

const resourceManager = 'BRIN';

/** What a record is, in the upper four bits of `xl_info` (`XLOG_BRIN_…`). The bit for a page built anew is that of heaps. */
const OP = {
  CREATE_INDEX: 0x00,
  INSERT: 0x10,
  UPDATE: 0x20,
  SAMEPAGE_UPDATE: 0x30,
  REVMAP_EXTEND: 0x40,
  DESUMMARIZE: 0x50,
} as const;

function decodeCreateIndex({ main }: RecordBody, type: 'CREATE_INDEX'): BrinCreateIndex {
  return { resourceManager, type, pagesPerRange: main.uint32(0), version: main.uint16(4) };
}

type Named<Fields, Type> = Fields & { readonly type: Type };

function decodeInsert<Type extends BrinInsert['type']>(
  { main }: RecordBody,
  type: Type,
): Named<BrinInsert, Type> {
  return { resourceManager, type, ...readInsert(main, 0) };
}

function decodeUpdate<Type extends BrinUpdate['type']>(
  { main }: RecordBody,
  type: Type,
): Named<BrinUpdate, Type> {
  return { resourceManager, type, oldOffnum: main.uint16(0), ...readInsert(main, 4) };
}

/** Reads an `xl_brin_insert`. */
function readInsert(main: RecordData, at: number) {
  return { heapBlk: main.uint32(at), pagesPerRange: main.uint32(at + 4), offnum: main.uint16(at + 8) };
}

function decodeSamepageUpdate({ main }: RecordBody, type: 'SAMEPAGE_UPDATE'): BrinSamepageUpdate {
  return { resourceManager, type, offnum: main.uint16(0) };
}

function decodeRevmapExtend({ main }: RecordBody, type: 'REVMAP_EXTEND'): BrinRevmapExtend {
  return { resourceManager, type, targetBlk: main.uint32(0) };
}

function decodeDesummarize({ main }: RecordBody, type: 'DESUMMARIZE'): BrinDesummarize {
  const pagesPerRange = main.uint32(0);
  return { resourceManager, type, pagesPerRange, heapBlk: main.uint32(4), regOffset: main.uint16(8) };
}

function writeCreateIndex(out: DescriptionWriter, { version, pagesPerRange }: BrinCreateIndex): void {
  out.code(0x76).uint(version).text(' pagesPerRange ').uint(pagesPerRange);
}

function writeInsert(out: DescriptionWriter, { heapBlk, pagesPerRange, offnum }: BrinInsert): void {
  writeRange(out, heapBlk, pagesPerRange).text(' offnum ').uint(offnum);
}

function writeUpdate(out: DescriptionWriter, fields: BrinUpdate): void {
  const { oldOffnum, heapBlk, pagesPerRange, offnum } = fields;
  writeRange(out, heapBlk, pagesPerRange).text(' old offnum ').uint(oldOffnum);
  out.text(', new offnum ').uint(offnum);
}

function writeRange(out: DescriptionWriter, heapBlk: number, pagesPerRange: number): DescriptionWriter {
  return out.text('heapBlk ').uint(heapBlk).text(' pagesPerRange ').uint(pagesPerRange);
}

function writeSamepageUpdate(out: DescriptionWriter, { offnum }: BrinSamepageUpdate): void {
  out.text('offnum ').uint(offnum);
}

function writeRevmapExtend(out: DescriptionWriter, { targetBlk }: BrinRevmapExtend): void {
  out.text('targetBlk ').uint(targetBlk);
}

function writeDesummarize(out: DescriptionWriter, fields: BrinDesummarize): void {
  const { pagesPerRange, heapBlk, regOffset } = fields;
  out.text('pagesPerRange ').uint(pagesPerRange).text(', heapBlk ').uint(heapBlk);
  out.text(', page offset ').uint(regOffset);
}

const V9_5: RecordTypes = {
  [OP.CREATE_INDEX]: recordType('CREATE_INDEX', decodeCreateIndex, writeCreateIndex),
  [OP.INSERT]: recordType('INSERT', decodeInsert<'INSERT'>, writeInsert),
  [OP.UPDATE]: recordType('UPDATE', decodeUpdate<'UPDATE'>, writeUpdate),
  [OP.SAMEPAGE_UPDATE]: recordType('SAMEPAGE_UPDATE', decodeSamepageUpdate, writeSamepageUpdate),
  [OP.REVMAP_EXTEND]: recordType('REVMAP_EXTEND', decodeRevmapExtend, writeRevmapExtend),
  [OP.INSERT | INIT_PAGE]: recordType('INSERT+INIT', decodeInsert<'INSERT+INIT'>, writeInsert),
  [OP.UPDATE | INIT_PAGE]: recordType('UPDATE+INIT', decodeUpdate<'UPDATE+INIT'>, writeUpdate),
};

const V10: RecordTypes = {
  ...V9_5,
  [OP.DESUMMARIZE]: recordType('DESUMMARIZE', decodeDesummarize, writeDesummarize),
};

/** As `src/backend/access/rmgrdesc/brindesc.c` tells them. */
export const brin: ResourceManager = {
  name: 'BRIN',
  versions: [
    { since: '9.5', types: withInitBit(V9_5) },
    { since: '10', types: withInitBit(V10) },
  ],
};
