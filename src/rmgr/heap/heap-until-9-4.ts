import type { DescriptionWriter } from '../description-writer.js';
import type { RecordBody } from '../record-data.js';
import { type RecordTypes, recordType } from '../record-type.js';
import { readRelationFile } from '../relation-file.js';
import type {
  HeapDelete,
  HeapInplace,
  HeapInsert,
  HeapLock,
  HeapNewPage,
  HeapUpdate,
} from './heap-records.js';
import { writeInfobits } from './infobits.js';
import { type Located, readBlockId, writeTarget } from './old-target.js';
import { HEAP_OP, INIT_PAGE } from './op-codes.js';

// The layouts of 9.3 and 9.4: each record begins with an xl_heaptid, 18 bytes padded to 20. What 9.4 has as
// flags was a bool or two in 9.3, which come to the same bits.

type OldInsert<Type> = Located<HeapInsert> & { readonly type: Type };
type OldUpdate<Type> = Located<HeapUpdate> & { readonly type: Type; readonly newBlock: number };

const decodeInsert = <Type extends HeapInsert['type']>(
  { main }: RecordBody,
  type: Type,
): OldInsert<Type> => ({
  resourceManager: 'Heap',
  type,
  locator: readRelationFile(main, 0),
  block: readBlockId(main, 12),
  offnum: main.uint16(16),
  flags: main.uint8(20),
});

const decodeDelete = ({ main }: RecordBody, type: 'DELETE'): Located<HeapDelete> => ({
  resourceManager: 'Heap',
  type,
  locator: readRelationFile(main, 0),
  block: readBlockId(main, 12),
  xmax: main.uint32(20),
  offnum: main.uint16(16),
  infobitsSet: main.uint8(24),
  flags: main.uint8(25),
});

function decodeUpdate<Type extends HeapUpdate['type']>(
  { main }: RecordBody,
  type: Type,
  flags: number,
): OldUpdate<Type> {
  return {
    resourceManager: 'Heap',
    type,
    locator: readRelationFile(main, 0),
    block: readBlockId(main, 12),
    oldXmax: main.uint32(20),
    oldOffnum: main.uint16(16),
    oldInfobitsSet: main.uint8(34),
    flags,
    newXmax: main.uint32(24),
    newOffnum: main.uint16(32),
    newBlock: readBlockId(main, 28),
  };
}

const decodeUpdate9_3 = <Type extends HeapUpdate['type']>(body: RecordBody, type: Type) =>
  decodeUpdate(body, type, (body.main.bool(35) ? 1 : 0) | (body.main.bool(36) ? 2 : 0));

const decodeUpdate9_4 = <Type extends HeapUpdate['type']>(body: RecordBody, type: Type) =>
  decodeUpdate(body, type, body.main.uint8(35));

const decodeNewPage9_3 = ({ main }: RecordBody, type: 'NEWPAGE'): HeapNewPage => ({
  resourceManager: 'Heap',
  type,
  locator: readRelationFile(main, 0),
  forknum: main.uint32(12),
  block: main.uint32(16),
  page: main.slice(20, Math.max(0, main.length - 20)),
});

const decodeNewPage9_4 = ({ main }: RecordBody, type: 'NEWPAGE'): HeapNewPage => ({
  resourceManager: 'Heap',
  type,
  locator: readRelationFile(main, 0),
  forknum: main.uint32(12),
  block: main.uint32(16),
  holeOffset: main.uint16(20),
  holeLength: main.uint16(22),
  page: main.slice(24, Math.max(0, main.length - 24)),
});

const decodeLock = ({ main }: RecordBody, type: 'LOCK'): Located<HeapLock> => ({
  resourceManager: 'Heap',
  type,
  locator: readRelationFile(main, 0),
  block: readBlockId(main, 12),
  xmax: main.uint32(20),
  offnum: main.uint16(16),
  infobitsSet: main.uint8(24),
});

const decodeInplace = ({ main }: RecordBody, type: 'INPLACE'): Located<HeapInplace> => ({
  resourceManager: 'Heap',
  type,
  locator: readRelationFile(main, 0),
  block: readBlockId(main, 12),
  offnum: main.uint16(16),
});

function writeInsert(out: DescriptionWriter, fields: Located<HeapInsert>): void {
  writeTarget(out.text(fields.type === 'INSERT' ? 'insert: ' : 'insert(init): '), fields, fields.offnum);
}

function writeDelete(out: DescriptionWriter, fields: Located<HeapDelete>): void {
  writeTarget(out.text('delete: '), fields, fields.offnum).code(0x20);
  writeInfobits(out, fields.infobitsSet);
}

const UPDATE_NAMES = {
  UPDATE: 'update: ',
  'UPDATE+INIT': 'update(init): ',
  HOT_UPDATE: 'hot_update: ',
  'HOT_UPDATE+INIT': 'hot_update(init): ',
} as const;

function writeUpdate(out: DescriptionWriter, fields: OldUpdate<HeapUpdate['type']>): void {
  writeTarget(out.text(UPDATE_NAMES[fields.type]), fields, fields.oldOffnum);
  out.text(' xmax ').uint(fields.oldXmax).code(0x20);
  writeInfobits(out, fields.oldInfobitsSet);
  out.text('; new tid ').uint(fields.newBlock).code(0x2f).uint(fields.newOffnum);
  out.text(' xmax ').uint(fields.newXmax);
}

function writeNewPage(out: DescriptionWriter, { locator, forknum, block }: HeapNewPage): void {
  out.text('newpage: rel ').relation(locator).text('; fork ').uint(forknum).text(', blk ').uint(block);
}

function writeLock(out: DescriptionWriter, fields: Located<HeapLock>): void {
  writeTarget(out.text('lock ').uint(fields.xmax).text(': '), fields, fields.offnum).code(0x20);
  writeInfobits(out, fields.infobitsSet);
}

function writeInplace(out: DescriptionWriter, fields: Located<HeapInplace>): void {
  writeTarget(out.text('inplace: '), fields, fields.offnum);
}

/** 9.3's kinds of records. */
export const HEAP_9_3: RecordTypes = {
  [HEAP_OP.INSERT]: recordType('INSERT', decodeInsert<'INSERT'>, writeInsert),
  [HEAP_OP.INSERT | INIT_PAGE]: recordType('INSERT+INIT', decodeInsert<'INSERT+INIT'>, writeInsert),
  [HEAP_OP.DELETE]: recordType('DELETE', decodeDelete, writeDelete),
  [HEAP_OP.UPDATE]: recordType('UPDATE', decodeUpdate9_3<'UPDATE'>, writeUpdate),
  [HEAP_OP.UPDATE | INIT_PAGE]: recordType('UPDATE+INIT', decodeUpdate9_3<'UPDATE+INIT'>, writeUpdate),
  [HEAP_OP.HOT_UPDATE]: recordType('HOT_UPDATE', decodeUpdate9_3<'HOT_UPDATE'>, writeUpdate),
  [HEAP_OP.HOT_UPDATE | INIT_PAGE]: recordType(
    'HOT_UPDATE+INIT',
    decodeUpdate9_3<'HOT_UPDATE+INIT'>,
    writeUpdate,
  ),
  [HEAP_OP.NEWPAGE]: recordType('NEWPAGE', decodeNewPage9_3, writeNewPage),
  [HEAP_OP.LOCK]: recordType('LOCK', decodeLock, writeLock),
  [HEAP_OP.INPLACE]: recordType('INPLACE', decodeInplace, writeInplace),
};

/** 9.4's: some fields moved. */
export const HEAP_9_4: RecordTypes = {
  ...HEAP_9_3,
  [HEAP_OP.UPDATE]: recordType('UPDATE', decodeUpdate9_4<'UPDATE'>, writeUpdate),
  [HEAP_OP.UPDATE | INIT_PAGE]: recordType('UPDATE+INIT', decodeUpdate9_4<'UPDATE+INIT'>, writeUpdate),
  [HEAP_OP.HOT_UPDATE]: recordType('HOT_UPDATE', decodeUpdate9_4<'HOT_UPDATE'>, writeUpdate),
  [HEAP_OP.HOT_UPDATE | INIT_PAGE]: recordType(
    'HOT_UPDATE+INIT',
    decodeUpdate9_4<'HOT_UPDATE+INIT'>,
    writeUpdate,
  ),
  [HEAP_OP.NEWPAGE]: recordType('NEWPAGE', decodeNewPage9_4, writeNewPage),
};
