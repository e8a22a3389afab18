import { MESSAGE_BYTES, readInvalidationMessages } from '../invalidation-messages.js';
import type { RecordBody, RecordData } from '../record-data.js';
import { RELATION_FILE_BYTES, readRelationFiles } from '../relation-file.js';
import { readUint32List } from '../uint32-list.js';
import { readDroppedStatistics, type StatisticsItemBytes } from './dropped-statistics.js';
import type { TransactionPrepare, TwoPhaseStateRecord } from './transaction-records.js';

/** Where a version's `TwoPhaseFileHeader` has what differs, in bytes; null where it does not have it. */
export interface PrepareLayout {
  readonly bytes: number;
  /** How many statistics go with a commit; behind it, how many with a rollback. */
  readonly statistics: number | null;
  readonly statisticsItemBytes: StatisticsItemBytes;
  /** With `initfileinval` behind it. */
  readonly ninvalmsgs: number;
  /** Where it is said how long the name is that follows the header; where null, the header has the name. */
  readonly gidlen: number | null;
  /** With the origin's time behind it. */
  readonly originLsn: number | null;
}

export const PREPARE_9_3: PrepareLayout = {
  bytes: 248,
  statistics: null,
  statisticsItemBytes: 0,
  ninvalmsgs: 40,
  gidlen: null,
  originLsn: null,
};
export const PREPARE_9_6: PrepareLayout = { ...PREPARE_9_3, bytes: 48, gidlen: 46 };
export const PREPARE_11: PrepareLayout = { ...PREPARE_9_6, bytes: 64, originLsn: 48 };
export const PREPARE_15: PrepareLayout = {
  bytes: 72,
  statistics: 40,
  statisticsItemBytes: 12,
  ninvalmsgs: 48,
  gidlen: 54,
  originLsn: 56,
};
export const PREPARE_18: PrepareLayout = { ...PREPARE_15, statisticsItemBytes: 16 };

const GID_IN_HEADER = 45;
/** `GIDSIZE`, its final zero byte included. */
const GID_BYTES = 200;

/** Each piece of a state file begins at a multiple of 8 bytes. */
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** `ParsePrepareRecord` (`src/backend/access/rmgrdesc/xactdesc.c`), for every version's header. */
export function decodePrepare(
  { main, record }: RecordBody,
  type: 'PREPARE',
  layout: PrepareLayout,
): TransactionPrepare {
  const { statistics, statisticsItemBytes, ninvalmsgs, gidlen, originLsn } = layout;
  let at = layout.bytes;
  const gid =
    gidlen === null
      ? main.text(GID_IN_HEADER, GID_BYTES)
      : main.text(at, Math.min(GID_BYTES, main.uint16(gidlen)));
  if (gidlen !== null) at += aligned(main.uint16(gidlen));
  const subxacts = readUint32List(main, at, main.int32(28));
  at += aligned(subxacts.length * 4);
  const commitLocators = readRelationFiles(main, at, main.int32(32));
  at += aligned(commitLocators.length * RELATION_FILE_BYTES);
  const abortLocators = readRelationFiles(main, at, main.int32(36));
  at += aligned(abortLocators.length * RELATION_FILE_BYTES);
  const commitCount = statistics === null ? 0 : main.int32(statistics);
  const commitStats = readDroppedStatistics(main, at, commitCount, statisticsItemBytes);
  at += aligned(commitStats.length * statisticsItemBytes);
  const abortCount = statistics === null ? 0 : main.int32(statistics + 4);
  const abortStats = readDroppedStatistics(main, at, abortCount, statisticsItemBytes);
  at += aligned(abortStats.length * statisticsItemBytes);
  const msgs = readInvalidationMessages(main, at, main.int32(ninvalmsgs));
  at += aligned(msgs.length * MESSAGE_BYTES);
  return {
    resourceManager: 'Transaction',
    type,
    magic: main.uint32(0),
    totalLen: main.uint32(4),
    xid: main.uint32(8),
    database: main.uint32(12),
    preparedAt: main.int64(16),
    owner: main.uint32(24),
    initfileinval: main.bool(ninvalmsgs + 4),
    gid,
    originId: record.origin,
    originLsn: originLsn === null ? 0n : main.lsn(originLsn),
    originTimestamp: originLsn === null ? 0n : main.int64(originLsn + 8),
    subxacts,
    commitLocators,
    abortLocators,
    commitStats,
    abortStats,
    msgs,
    stateRecords: readStateRecords(main, at),
  };
}

const STATE_RECORD_HEADER_BYTES = 8;
/** `TWOPHASE_RM_END_ID` (`src/include/access/twophase_rmgr.h`) */
const END_OF_STATE = 0;

function readStateRecords(data: RecordData, start: number): TwoPhaseStateRecord[] {
  const records: TwoPhaseStateRecord[] = [];
  let at = start;
  for (let rmid = data.uint8(at + 4); rmid !== END_OF_STATE; rmid = data.uint8(at + 4)) {
    const length = data.uint32(at);
    records.push({
      rmid,
      info: data.uint16(at + 6),
      data: data.slice(at + STATE_RECORD_HEADER_BYTES, length),
    });
    at += STATE_RECORD_HEADER_BYTES + aligned(length);
  }
  return records;
}
