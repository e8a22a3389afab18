import {
  INVALIDATIONS_9_3,
  INVALIDATIONS_9_4,
  INVALIDATIONS_13,
  INVALIDATIONS_18,
  type InvalidationWording,
  readInvalidationMessages,
  writeInvalidations,
} from '../invalidation-messages.js';
import type { RecordBody } from '../record-data.js';
import { type RecordType, type RecordTypes, type ResourceManager, recordType } from '../record-type.js';
import { readUint32List, writeUint32List } from '../uint32-list.js';
import {
  ABORT_9_5,
  ABORT_11,
  ABORT_15,
  ABORT_18,
  COMMIT_9_5,
  COMMIT_9_6,
  COMMIT_11,
  COMMIT_15,
  COMMIT_18,
  type CompletionLayout,
  decodeCompletion,
} from './completion.js';
import {
  decodeCompactCommit,
  decodeOldAbort,
  decodeOldAbortPrepared,
  decodeOldCommit,
  decodeOldCommitPrepared,
} from './completion-until-9-4.js';
import {
  decodePrepare,
  PREPARE_9_3,
  PREPARE_9_6,
  PREPARE_11,
  PREPARE_15,
  PREPARE_18,
  type PrepareLayout,
} from './prepare.js';
import type { TransactionAssignment, TransactionInvalidation } from './transaction-records.js';
import {
  COMMIT_WORDING_9_5,
  COMMIT_WORDING_9_6,
  COMMIT_WORDING_13,
  COMMIT_WORDING_15,
  COMMIT_WORDING_18,
  type CommitWording,
  type WritePrepare,
  writeAbort9_5,
  writeAbort15,
  writeCommit,
  writeOldCommit,
  writePrepare13,
  writePrepare15,
  writePrepare16,
  writePrepare18,
  writePrepareBriefly,
  writeTransactionEnd,
} from './write-transaction.js';

const decodeAssignment = ({ main }: RecordBody, type: 'ASSIGNMENT'): TransactionAssignment => ({
  resourceManager: 'Transaction',
  type,
  xtop: main.uint32(0),
  xsub: readUint32List(main, 8, main.int32(4)),
});
const assignment = (prefix: string): RecordType =>
  recordType('ASSIGNMENT', decodeAssignment, (out, { xtop, xsub }) =>
    writeUint32List(out.text(prefix).uint(xtop).text(': subxacts:'), xsub),
  );

const decodeInvalidation = ({ main }: RecordBody, type: 'INVALIDATION'): TransactionInvalidation => ({
  resourceManager: 'Transaction',
  type,
  msgs: readInvalidationMessages(main, 4, main.int32(0)),
});
const invalidation = (wording: InvalidationWording): RecordType =>
  recordType('INVALIDATION', decodeInvalidation, (out, { msgs }) =>
    writeInvalidations(out, msgs, 0, 0, false, wording),
  );

const prepare = (layout: PrepareLayout, write: WritePrepare): RecordType =>
  recordType('PREPARE', (body, type) => decodePrepare(body, type, layout), write);

/** Up to 9.4. */
const oldTypes = (invalidations: InvalidationWording): RecordTypes => ({
  0: recordType('COMMIT', decodeOldCommit, (out, fields, version) =>
    writeOldCommit(out.text('commit: '), fields, version, invalidations),
  ),
  16: prepare(PREPARE_9_3, writePrepareBriefly('prepare')),
  32: recordType('ABORT', decodeOldAbort, (out, fields, version) =>
    writeTransactionEnd(out.text('abort: '), fields, version),
  ),
  48: recordType('COMMIT_PREPARED', decodeOldCommitPrepared, (out, fields, version) =>
    writeOldCommit(
      out.text('commit prepared ').uint(fields.twophaseXid).text(': '),
      fields,
      version,
      invalidations,
    ),
  ),
  64: recordType('ABORT_PREPARED', decodeOldAbortPrepared, (out, fields, version) =>
    writeTransactionEnd(out.text('abort prepared ').uint(fields.twophaseXid).text(': '), fields, version),
  ),
  80: assignment('xid assignment xtop '),
  96: recordType('COMMIT_COMPACT', decodeCompactCommit, (out, fields, version) =>
    writeTransactionEnd(out.text('commit: '), fields, version),
  ),
});

/** From 9.5 on, `XLOG_XACT_OPMASK` leaves the highest bit of `xl_info` to say whether there is an `xinfo`. */
const HAS_INFO = 0x80;

const withAndWithoutInfo = (types: RecordTypes): RecordTypes => ({
  ...types,
  ...Object.fromEntries(Object.entries(types).map(([info, type]) => [Number(info) | HAS_INFO, type])),
});

const commits = (layout: CompletionLayout, wording: CommitWording): RecordTypes => {
  const commit = (name: 'COMMIT' | 'COMMIT_PREPARED'): RecordType =>
    recordType(
      name,
      (body, type) => decodeCompletion(body, type, layout),
      (out, fields, version) => writeCommit(out, fields, version, wording),
    );
  return { 0: commit('COMMIT'), 48: commit('COMMIT_PREPARED') };
};

const aborts = (layout: CompletionLayout, write: typeof writeAbort9_5): RecordTypes => {
  const abort = (name: 'ABORT' | 'ABORT_PREPARED'): RecordType =>
    recordType(name, (body, type) => decodeCompletion(body, type, layout), write);
  return { 32: abort('ABORT'), 64: abort('ABORT_PREPARED') };
};

const V9_5: RecordTypes = {
  ...commits(COMMIT_9_5, COMMIT_WORDING_9_5),
  16: prepare(PREPARE_9_3, writePrepareBriefly('')),
  ...aborts(ABORT_9_5, writeAbort9_5),
  80: assignment('xtop '),
};
const V9_6: RecordTypes = {
  ...V9_5,
  ...commits(COMMIT_9_6, COMMIT_WORDING_9_6),
  16: prepare(PREPARE_9_6, writePrepareBriefly('')),
};
const V11: RecordTypes = {
  ...V9_6,
  ...commits(COMMIT_11, COMMIT_WORDING_9_6),
  16: prepare(PREPARE_11, writePrepareBriefly('')),
  ...aborts(ABORT_11, writeAbort9_5),
};
const V13: RecordTypes = {
  ...V11,
  ...commits(COMMIT_11, COMMIT_WORDING_13),
  16: prepare(PREPARE_11, writePrepare13),
};
const V14: RecordTypes = { ...V13, 96: invalidation(INVALIDATIONS_13) };
const V15: RecordTypes = {
  ...V14,
  ...commits(COMMIT_15, COMMIT_WORDING_15),
  16: prepare(PREPARE_15, writePrepare15),
  ...aborts(ABORT_15, writeAbort15),
};
const V16: RecordTypes = { ...V15, 16: prepare(PREPARE_15, writePrepare16) };
const V17 = V15;
const V18: RecordTypes = {
  ...V17,
  ...commits(COMMIT_18, COMMIT_WORDING_18),
  16: prepare(PREPARE_18, writePrepare18),
  ...aborts(ABORT_18, writeAbort15),
  96: invalidation(INVALIDATIONS_18),
};

/** As `src/backend/access/rmgrdesc/xactdesc.c` tells them. */
export const transaction: ResourceManager = {
  name: 'Transaction',
  versions: [
    { since: '9.3', types: oldTypes(INVALIDATIONS_9_3) },
    { since: '9.4', types: oldTypes(INVALIDATIONS_9_4) },
    { since: '9.5', types: withAndWithoutInfo(V9_5) },
    { since: '9.6', types: withAndWithoutInfo(V9_6) },
    { since: '11', types: withAndWithoutInfo(V11) },
    { since: '13', types: withAndWithoutInfo(V13) },
    { since: '14', types: withAndWithoutInfo(V14) },
    { since: '15', types: withAndWithoutInfo(V15) },
    { since: '16', types: withAndWithoutInfo(V16) },
    { since: '17', types: withAndWithoutInfo(V17) },
    { since: '18', types: withAndWithoutInfo(V18) },
  ],
};
