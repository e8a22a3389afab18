import type { DescriptionWriter } from '../description-writer.js';
import { writeInvalidations } from '../invalidation-messages.js';
import { writeOffsetNumbers } from '../offset-numbers.js';
import { type RecordTypes, type ResourceManager, recordType } from '../record-type.js';
import { HEAP_9_5, HEAP_9_6, HEAP_11, HEAP_12 } from './heap-9-5-to-15.js';
import type { HeapDelete, HeapInsert, HeapTruncate, HeapUpdate } from './heap-records.js';
import {
  decodeConfirm,
  decodeDelete,
  decodeInplace,
  decodeInplace18,
  decodeInsert,
  decodeLock9_6,
  decodeTruncate,
  decodeUpdate,
  type FlaggedLock,
  type InvalidatingInplace,
} from './heap-since-9-5.js';
import { HEAP_9_3, HEAP_9_4 } from './heap-until-9-4.js';
import { writeFlagList, writeInfobitList } from './infobits.js';
import { withInitBit } from './init-bit.js';
import { HEAP_OP, INIT_PAGE } from './op-codes.js';

// The texts from 16 on.

function writeOffset(out: DescriptionWriter, { offnum }: { readonly offnum: number }): void {
  out.text('off: ').uint(offnum);
}

function writeInsert(out: DescriptionWriter, { offnum, flags }: HeapInsert): void {
  out.text('off: ').uint(offnum).text(', flags: 0x').hexUpper(flags, 2);
}

function writeDeleteOrLock(out: DescriptionWriter, fields: HeapDelete | FlaggedLock): void {
  out.text('xmax: ').uint(fields.xmax).text(', off: ').uint(fields.offnum).text(', infobits: ');
  writeInfobitList(out, fields.infobitsSet);
  out.text(', flags: 0x').hexUpper(fields.flags, 2);
}

function writeUpdate(out: DescriptionWriter, fields: HeapUpdate): void {
  out.text('old_xmax: ').uint(fields.oldXmax).text(', old_off: ').uint(fields.oldOffnum);
  out.text(', old_infobits: ');
  writeInfobitList(out, fields.oldInfobitsSet);
  out.text(', flags: 0x').hexUpper(fields.flags, 2);
  out.text(', new_xmax: ').uint(fields.newXmax).text(', new_off: ').uint(fields.newOffnum);
}

const TRUNCATE_FLAGS = ['CASCADE', 'RESTART_SEQS'] as const;

function writeTruncate(out: DescriptionWriter, { flags, nrelids, relids }: HeapTruncate): void {
  out.text('flags: ');
  writeFlagList(out, flags, TRUNCATE_FLAGS);
  out.text(', nrelids: ').uint(nrelids).text(', relids: ');
  // array_desc makes the same of OIDs
  writeOffsetNumbers(out, relids);
}

const HEAP_16: RecordTypes = {
  [HEAP_OP.INSERT]: recordType('INSERT', decodeInsert<'INSERT'>, writeInsert),
  [HEAP_OP.INSERT | INIT_PAGE]: recordType('INSERT+INIT', decodeInsert<'INSERT+INIT'>, writeInsert),
  [HEAP_OP.DELETE]: recordType('DELETE', decodeDelete, writeDeleteOrLock),
  [HEAP_OP.UPDATE]: recordType('UPDATE', decodeUpdate<'UPDATE'>, writeUpdate),
  [HEAP_OP.UPDATE | INIT_PAGE]: recordType('UPDATE+INIT', decodeUpdate<'UPDATE+INIT'>, writeUpdate),
  [HEAP_OP.TRUNCATE]: recordType('TRUNCATE', decodeTruncate, writeTruncate),
  [HEAP_OP.HOT_UPDATE]: recordType('HOT_UPDATE', decodeUpdate<'HOT_UPDATE'>, writeUpdate),
  [HEAP_OP.HOT_UPDATE | INIT_PAGE]: recordType(
    'HOT_UPDATE+INIT',
    decodeUpdate<'HOT_UPDATE+INIT'>,
    writeUpdate,
  ),
  [HEAP_OP.CONFIRM]: recordType('HEAP_CONFIRM', decodeConfirm, writeOffset),
  [HEAP_OP.LOCK]: recordType('LOCK', decodeLock9_6, writeDeleteOrLock),
  [HEAP_OP.INPLACE]: recordType('INPLACE', decodeInplace, writeOffset),
};

function writeInplace18(out: DescriptionWriter, fields: InvalidatingInplace): void {
  writeOffset(out, fields);
  writeInvalidations(out, fields.msgs, fields.dbId, fields.tsId, fields.relcacheInitFileInval);
}

const HEAP_18: RecordTypes = {
  ...HEAP_16,
  [HEAP_OP.INPLACE]: recordType('INPLACE', decodeInplace18, writeInplace18),
};

/** As `heap_desc` of `src/backend/access/rmgrdesc/heapdesc.c` tells them. */
export const heap: ResourceManager = {
  name: 'Heap',
  versions: [
    { since: '9.3', types: withInitBit(HEAP_9_3) },
    { since: '9.4', types: withInitBit(HEAP_9_4) },
    { since: '9.5', types: withInitBit(HEAP_9_5) },
    { since: '9.6', types: withInitBit(HEAP_9_6) },
    { since: '11', types: withInitBit(HEAP_11) },
    { since: '12', types: withInitBit(HEAP_12) },
    { since: '16', types: withInitBit(HEAP_16) },
    { since: '18', types: withInitBit(HEAP_18) },
  ],
};
