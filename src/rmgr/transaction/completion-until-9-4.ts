import type { RelationFile } from '../description-writer.js';
import { type InvalidationMessage, readInvalidationMessages } from '../invalidation-messages.js';
import type { RecordBody, RecordData } from '../record-data.js';
import { RELATION_FILE_BYTES, readRelationFiles } from '../relation-file.js';
import { readUint32List } from '../uint32-list.js';
import { NO_MESSAGES, NO_RELATIONS } from './completion.js';
import { NO_STATISTICS } from './dropped-statistics.js';
import type { TransactionCompletion } from './transaction-records.js';

/** `XACT_COMPLETION_…`: bits of a commit's `xinfo` up to 9.4. */
const UPDATE_RELCACHE_FILE = 0x01;
const FORCE_SYNC_COMMIT = 0x02;

/** `xl_xact_commit_compact` (`src/include/access/xact.h`): of a transaction that leaves nothing behind. */
export const decodeCompactCommit = (
  { main }: RecordBody,
  type: 'COMMIT_COMPACT',
): TransactionCompletion<'COMMIT_COMPACT'> =>
  completion({ type, xactTime: main.int64(0), subxacts: readUint32List(main, 12, main.int32(8)) });

export const decodeOldCommit = ({ main }: RecordBody, type: 'COMMIT'): TransactionCompletion<'COMMIT'> =>
  commitAt(main, 0, type, 0);

export const decodeOldAbort = ({ main }: RecordBody, type: 'ABORT'): TransactionCompletion<'ABORT'> =>
  abortAt(main, 0, type, 0);

// What ends a prepared transaction has its ID in front; the rest is aligned to 8 bytes.

export const decodeOldCommitPrepared = (
  { main }: RecordBody,
  type: 'COMMIT_PREPARED',
): TransactionCompletion<'COMMIT_PREPARED'> => commitAt(main, 8, type, main.uint32(0));

export const decodeOldAbortPrepared = (
  { main }: RecordBody,
  type: 'ABORT_PREPARED',
): TransactionCompletion<'ABORT_PREPARED'> => abortAt(main, 8, type, main.uint32(0));

/** `xl_xact_commit` */
function commitAt<Name extends string>(
  data: RecordData,
  at: number,
  type: Name,
  twophaseXid: number,
): TransactionCompletion<Name> {
  const xlocators = readRelationFiles(data, at + 32, data.int32(at + 12));
  const subxactsAt = at + 32 + xlocators.length * RELATION_FILE_BYTES;
  const subxacts = readUint32List(data, subxactsAt, data.int32(at + 16));
  return completion({
    type,
    xactTime: data.int64(at),
    xinfo: data.uint32(at + 8),
    dbId: data.uint32(at + 24),
    tsId: data.uint32(at + 28),
    subxacts,
    xlocators,
    msgs: readInvalidationMessages(data, subxactsAt + subxacts.length * 4, data.int32(at + 20)),
    twophaseXid,
  });
}

/** `xl_xact_abort` */
function abortAt<Name extends string>(
  data: RecordData,
  at: number,
  type: Name,
  twophaseXid: number,
): TransactionCompletion<Name> {
  const xlocators = readRelationFiles(data, at + 16, data.int32(at + 8));
  const subxactsAt = at + 16 + xlocators.length * RELATION_FILE_BYTES;
  const subxacts = readUint32List(data, subxactsAt, data.int32(at + 12));
  return completion({ type, xactTime: data.int64(at), subxacts, xlocators, twophaseXid });
}

/** What some of these records do not say is not given. */
interface Said<Name extends string> {
  readonly type: Name;
  readonly xactTime: bigint;
  readonly xinfo?: number;
  readonly dbId?: number;
  readonly tsId?: number;
  readonly subxacts: readonly number[];
  readonly xlocators?: readonly RelationFile[];
  readonly msgs?: readonly InvalidationMessage[];
  readonly twophaseXid?: number;
}

/** Puts it together with what none of them says. Property by property: to spread a constant costs far more. */
function completion<Name extends string>({
  type,
  xactTime,
  xinfo = 0,
  dbId = 0,
  tsId = 0,
  subxacts,
  xlocators = NO_RELATIONS,
  msgs = NO_MESSAGES,
  twophaseXid = 0,
}: Said<Name>): TransactionCompletion<Name> {
  return {
    resourceManager: 'Transaction',
    type,
    xactTime,
    xinfo,
    relcacheInitFileInval: (xinfo & UPDATE_RELCACHE_FILE) !== 0,
    forceSyncCommit: (xinfo & FORCE_SYNC_COMMIT) !== 0,
    applyFeedback: false,
    dbId,
    tsId,
    subxacts,
    xlocators,
    stats: NO_STATISTICS,
    msgs,
    twophaseXid,
    twophaseGid: '',
    originId: 0,
    originLsn: 0n,
    originTimestamp: 0n,
  };
}
