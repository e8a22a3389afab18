import type { DescriptionWriter } from '../description-writer.js';
import { type RecordTypes, recordType } from '../record-type.js';
import { writeUint32List } from '../uint32-list.js';
import type { HeapDelete, HeapInsert, HeapLock, HeapTruncate, HeapUpdate } from './heap-records.js';
import {
  decodeConfirm,
  decodeDelete,
  decodeInplace,
  decodeInsert,
  decodeLock9_5,
  decodeLock9_6,
  decodeTruncate,
  decodeUpdate,
  type FlaggedLock,
} from './heap-since-9-5.js';
import { writeInfobits } from './infobits.js';
import { HEAP_OP, INIT_PAGE } from './op-codes.js';

// The texts from 9.5 to 15.

function writeOffset(out: DescriptionWriter, { offnum }: { readonly offnum: number }): void {
  out.text('off ').uint(offnum);
}

function writeDelete9_5(out: DescriptionWriter, { offnum, infobitsSet }: HeapDelete): void {
  out.text('off ').uint(offnum).code(0x20);
  writeInfobits(out, infobitsSet);
}

function writeUpdate9_5(out: DescriptionWriter, fields: HeapUpdate): void {
  out.text('off ').uint(fields.oldOffnum).text(' xmax ').uint(fields.oldXmax).code(0x20);
  writeInfobits(out, fields.oldInfobitsSet);
  out.text('; new off ').uint(fields.newOffnum).text(' xmax ').uint(fields.newXmax);
}

function writeLock9_5(out: DescriptionWriter, { offnum, xmax, infobitsSet }: HeapLock): void {
  out.text('off ').uint(offnum).text(': xid ').uint(xmax).code(0x20);
  writeInfobits(out, infobitsSet);
}

/** 9.5's kinds of records. */
export const HEAP_9_5: RecordTypes = {
  [HEAP_OP.INSERT]: recordType('INSERT', decodeInsert<'INSERT'>, writeOffset),
  [HEAP_OP.INSERT | INIT_PAGE]: recordType('INSERT+INIT', decodeInsert<'INSERT+INIT'>, writeOffset),
  [HEAP_OP.DELETE]: recordType('DELETE', decodeDelete, writeDelete9_5),
  [HEAP_OP.UPDATE]: recordType('UPDATE', decodeUpdate<'UPDATE'>, writeUpdate9_5),
  [HEAP_OP.UPDATE | INIT_PAGE]: recordType('UPDATE+INIT', decodeUpdate<'UPDATE+INIT'>, writeUpdate9_5),
  [HEAP_OP.HOT_UPDATE]: recordType('HOT_UPDATE', decodeUpdate<'HOT_UPDATE'>, writeUpdate9_5),
  [HEAP_OP.HOT_UPDATE | INIT_PAGE]: recordType(
    'HOT_UPDATE+INIT',
    decodeUpdate<'HOT_UPDATE+INIT'>,
    writeUpdate9_5,
  ),
  [HEAP_OP.CONFIRM]: recordType('HEAP_CONFIRM', decodeConfirm, writeOffset),
  [HEAP_OP.LOCK]: recordType('LOCK', decodeLock9_5, writeLock9_5),
  [HEAP_OP.INPLACE]: recordType('INPLACE', decodeInplace, writeOffset),
};

function writeLock9_6(out: DescriptionWriter, { offnum, xmax, infobitsSet, flags }: FlaggedLock): void {
  out.text('off ').uint(offnum).text(': xid ').uint(xmax).text(': flags ').uint(flags).code(0x20);
  writeInfobits(out, infobitsSet);
}

/** 9.6's kinds of records. */
export const HEAP_9_6: RecordTypes = {
  ...HEAP_9_5,
  [HEAP_OP.LOCK]: recordType('LOCK', decodeLock9_6, writeLock9_6),
};

function writeTruncate11(out: DescriptionWriter, { flags, nrelids, relids }: HeapTruncate): void {
  if ((flags & 1) !== 0) out.text('cascade ');
  if ((flags & 2) !== 0) out.text('restart_seqs ');
  out.text('nrelids ').uint(nrelids).text(' relids');
  writeUint32List(out, relids);
}

/** 11's kinds of records. */
export const HEAP_11: RecordTypes = {
  ...HEAP_9_6,
  [HEAP_OP.TRUNCATE]: recordType('TRUNCATE', decodeTruncate, writeTruncate11),
};

function writeInsert12(out: DescriptionWriter, { offnum, flags }: HeapInsert): void {
  out.text('off ').uint(offnum).text(' flags 0x').hexUpper(flags, 2);
}

function writeDelete12(out: DescriptionWriter, { offnum, flags, infobitsSet }: HeapDelete): void {
  out.text('off ').uint(offnum).text(' flags 0x').hexUpper(flags, 2).code(0x20);
  writeInfobits(out, infobitsSet);
}

function writeUpdate12(out: DescriptionWriter, fields: HeapUpdate): void {
  out.text('off ').uint(fields.oldOffnum).text(' xmax ').uint(fields.oldXmax);
  out.text(' flags 0x').hexUpper(fields.flags, 2).code(0x20);
  writeInfobits(out, fields.oldInfobitsSet);
  out.text('; new off ').uint(fields.newOffnum).text(' xmax ').uint(fields.newXmax);
}

function writeLock12(out: DescriptionWriter, { offnum, xmax, infobitsSet, flags }: FlaggedLock): void {
  out.text('off ').uint(offnum).text(': xid ').uint(xmax).text(': flags 0x').hexUpper(flags, 2).code(0x20);
  writeInfobits(out, infobitsSet);
}

/** 12's kinds of records. */
export const HEAP_12: RecordTypes = {
  ...HEAP_11,
  [HEAP_OP.INSERT]: recordType('INSERT', decodeInsert<'INSERT'>, writeInsert12),
  [HEAP_OP.INSERT | INIT_PAGE]: recordType('INSERT+INIT', decodeInsert<'INSERT+INIT'>, writeInsert12),
  [HEAP_OP.DELETE]: recordType('DELETE', decodeDelete, writeDelete12),
  [HEAP_OP.UPDATE]: recordType('UPDATE', decodeUpdate<'UPDATE'>, writeUpdate12),
  [HEAP_OP.UPDATE | INIT_PAGE]: recordType('UPDATE+INIT', decodeUpdate<'UPDATE+INIT'>, writeUpdate12),
  [HEAP_OP.HOT_UPDATE]: recordType('HOT_UPDATE', decodeUpdate<'HOT_UPDATE'>, writeUpdate12),
  [HEAP_OP.HOT_UPDATE | INIT_PAGE]: recordType(
    'HOT_UPDATE+INIT',
    decodeUpdate<'HOT_UPDATE+INIT'>,
    writeUpdate12,
  ),
  [HEAP_OP.LOCK]: recordType('LOCK', decodeLock9_6, writeLock12),
};
