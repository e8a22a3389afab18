import { encodeText } from '../../bytes/text-writer.js';
import type { Lsn } from '../../lsn.js';
import type { RelationFile } from '../description-writer.js';
import {
  type InvalidationMessage,
  MESSAGE_BYTES,
  readInvalidationMessages,
} from '../invalidation-messages.js';
import type { RecordBody } from '../record-data.js';
import { RELATION_FILE_BYTES, readRelationFiles } from '../relation-file.js';
import { readUint32List } from '../uint32-list.js';
import { NO_STATISTICS, readDroppedStatistics, type StatisticsItemBytes } from './dropped-statistics.js';
import type { TransactionCompletion } from './transaction-records.js';

/** `XLOG_XACT_HAS_INFO`: a bit of `xl_info`. */
const HAS_INFO = 0x80;

/** `XACT_XINFO_…`: bits of `xinfo` that say what follows, in this order but for the statistics. */
const HAS_DBINFO = 0x01;
const HAS_SUBXACTS = 0x02;
const HAS_RELATIONS = 0x04;
const HAS_INVALS = 0x08;
const HAS_TWOPHASE = 0x10;
export const HAS_ORIGIN = 0x20;
const HAS_GID = 0x80;
const HAS_DROPPED_STATS = 0x100;

/** `XACT_COMPLETION_…`: bits of `xinfo` that say what to do. */
const APPLY_FEEDBACK = 1 << 29;
const UPDATE_RELCACHE_FILE = 1 << 30;
const FORCE_SYNC_COMMIT = 1 << 31;

/** What a version knows how to put behind the time; other bits of `xinfo` mean nothing to it. */
export interface CompletionLayout {
  readonly parts: number;
  readonly statisticsItemBytes: StatisticsItemBytes;
  readonly applyFeedback: number;
}

export const COMMIT_9_5: CompletionLayout = {
  parts: HAS_DBINFO | HAS_SUBXACTS | HAS_RELATIONS | HAS_INVALS | HAS_TWOPHASE | HAS_ORIGIN,
  statisticsItemBytes: 0,
  applyFeedback: 0,
};
export const ABORT_9_5: CompletionLayout = {
  ...COMMIT_9_5,
  parts: HAS_SUBXACTS | HAS_RELATIONS | HAS_TWOPHASE,
};
export const COMMIT_9_6: CompletionLayout = { ...COMMIT_9_5, applyFeedback: APPLY_FEEDBACK };
export const COMMIT_11: CompletionLayout = { ...COMMIT_9_6, parts: COMMIT_9_6.parts | HAS_GID };
export const ABORT_11: CompletionLayout = { ...COMMIT_11, parts: COMMIT_11.parts & ~HAS_INVALS };
export const COMMIT_15: CompletionLayout = {
  ...COMMIT_11,
  parts: COMMIT_11.parts | HAS_DROPPED_STATS,
  statisticsItemBytes: 12,
};
export const ABORT_15: CompletionLayout = { ...COMMIT_15, parts: COMMIT_15.parts & ~HAS_INVALS };
export const COMMIT_18: CompletionLayout = { ...COMMIT_15, statisticsItemBytes: 16 };
export const ABORT_18: CompletionLayout = { ...ABORT_15, statisticsItemBytes: 16 };

export const NO_RELATIONS: readonly RelationFile[] = [];
export const NO_MESSAGES: readonly InvalidationMessage[] = [];
const NO_IDS: readonly number[] = [];

/**
 * Reads a commit or an abort from 9.5 on: `ParseCommitRecord` and `ParseAbortRecord`
 * (`src/backend/access/rmgrdesc/xactdesc.c`). It is long because what is optional comes one behind the other,
 * and because WAL is full of commits.
 */
export function decodeCompletion<Name extends string>(
  { main, info, record }: RecordBody,
  type: Name,
  layout: CompletionLayout,
): TransactionCompletion<Name> {
  const hasInfo = (info & HAS_INFO) !== 0;
  const xinfo = hasInfo ? main.uint32(8) : 0;
  const parts = xinfo & layout.parts;
  let at = hasInfo ? 12 : 8;
  let dbId = 0;
  let tsId = 0;
  let subxacts = NO_IDS;
  let xlocators = NO_RELATIONS;
  let stats = NO_STATISTICS;
  let msgs = NO_MESSAGES;
  let twophaseXid = 0;
  let twophaseGid = '';
  let originLsn: Lsn = 0n;
  let originTimestamp = 0n;
  if ((parts & HAS_DBINFO) !== 0) {
    dbId = main.uint32(at);
    tsId = main.uint32(at + 4);
    at += 8;
  }
  if ((parts & HAS_SUBXACTS) !== 0) {
    subxacts = readUint32List(main, at + 4, main.int32(at));
    at += 4 + subxacts.length * 4;
  }
  if ((parts & HAS_RELATIONS) !== 0) {
    xlocators = readRelationFiles(main, at + 4, main.int32(at));
    at += 4 + xlocators.length * RELATION_FILE_BYTES;
  }
  if ((parts & HAS_DROPPED_STATS) !== 0) {
    stats = readDroppedStatistics(main, at + 4, main.int32(at), layout.statisticsItemBytes);
    at += 4 + stats.length * layout.statisticsItemBytes;
  }
  if ((parts & HAS_INVALS) !== 0) {
    msgs = readInvalidationMessages(main, at + 4, main.int32(at));
    at += 4 + msgs.length * MESSAGE_BYTES;
  }
  if ((parts & HAS_TWOPHASE) !== 0) {
    twophaseXid = main.uint32(at);
    at += 4;
    if ((parts & HAS_GID) !== 0) {
      twophaseGid = main.text(at);
      at += encodeText(twophaseGid).length + 1;
    }
  }
  if ((parts & HAS_ORIGIN) !== 0) {
    originLsn = main.lsn(at);
    originTimestamp = main.int64(at + 8);
  }
  return {
    resourceManager: 'Transaction',
    type,
    xactTime: main.int64(0),
    xinfo,
    relcacheInitFileInval: (xinfo & UPDATE_RELCACHE_FILE) !== 0,
    forceSyncCommit: (xinfo & FORCE_SYNC_COMMIT) !== 0,
    applyFeedback: (xinfo & layout.applyFeedback) !== 0,
    dbId,
    tsId,
    subxacts,
    xlocators,
    stats,
    msgs,
    twophaseXid,
    twophaseGid,
    originId: record.origin,
    originLsn,
    originTimestamp,
  };
}
