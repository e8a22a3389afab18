import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type RecordType, type ResourceManager, recordType } from './record-type.js';
import { type PageNumberBytes, readPageNumber } from './slru-page.js';
import { readUint32List } from './uint32-list.js';

/**
 * A new page of commit timestamps was filled with zeros (`src/include/access/commit_ts.h`).
 *
 * @category Records as data
 */
export interface CommitTimestampZeroPage extends RecordFields<'CommitTs', 'ZEROPAGE'> {
  /** The page's number; 32 bits wide up to 16. */
  readonly pageno: bigint;
}

/**
 * Old pages of commit timestamps were removed (`xl_commit_ts_truncate`, `src/include/access/commit_ts.h`).
 *
 * @category Records as data
 */
export interface CommitTimestampTruncate extends RecordFields<'CommitTs', 'TRUNCATE'> {
  /** The number of the first page that is kept; 32 bits wide up to 16. */
  readonly pageno: bigint;
  /** The oldest transaction whose timestamp is kept (from 10). */
  readonly oldestXid?: number;
}

/**
 * A commit timestamp was set by hand (`xl_commit_ts_set`, `src/include/access/commit_ts.h`), up to 13.
 *
 * @category Records as data
 */
export interface CommitTimestampSet extends RecordFields<'CommitTs', 'SETTS'> {
  /** In microseconds since 2000-01-01 UTC. */
  readonly timestamp: bigint;
  /** The replication origin that the commit came by, 0 for none. */
  readonly nodeid: number;
  /** The transaction. */
  readonly mainxid: number;
  /** Its subtransactions. */
  readonly subxids: readonly number[];
}

/**
 * Records of commit timestamps.
 *
 * @category Records as data
 */
export type CommitTimestampRecord = CommitTimestampZeroPage | CommitTimestampTruncate | CommitTimestampSet;

const decodeZeroPage =
  (bytes: PageNumberBytes) =>
  ({ main }: RecordBody, type: 'ZEROPAGE'): CommitTimestampZeroPage => ({
    resourceManager: 'CommitTs',
    type,
    pageno: readPageNumber(main, 0, bytes),
  });

const decodeTruncate9_5 = ({ main }: RecordBody, type: 'TRUNCATE'): CommitTimestampTruncate => ({
  resourceManager: 'CommitTs',
  type,
  pageno: readPageNumber(main, 0, 4),
});

const decodeTruncate10 =
  (bytes: PageNumberBytes) =>
  ({ main }: RecordBody, type: 'TRUNCATE'): CommitTimestampTruncate => ({
    resourceManager: 'CommitTs',
    type,
    pageno: readPageNumber(main, 0, bytes),
    oldestXid: main.uint32(bytes),
  });

const SET_BYTES = 16;

const decodeSet = ({ main }: RecordBody, type: 'SETTS'): CommitTimestampSet => ({
  resourceManager: 'CommitTs',
  type,
  timestamp: main.int64(0),
  nodeid: main.uint16(8),
  mainxid: main.uint32(12),
  subxids: readUint32List(main, SET_BYTES, Math.max(0, (main.length - SET_BYTES) >> 2)),
});

const zeroPage = (bytes: PageNumberBytes): RecordType =>
  recordType('ZEROPAGE', decodeZeroPage(bytes), (out, { pageno }) => out.bigint(pageno));

const TRUNCATE_9_5 = recordType('TRUNCATE', decodeTruncate9_5, (out, { pageno }) => out.bigint(pageno));
const truncate10 = (bytes: PageNumberBytes): RecordType =>
  recordType('TRUNCATE', decodeTruncate10(bytes), (out, { pageno, oldestXid = 0 }) =>
    out.text('pageno ').bigint(pageno).text(', oldestXid ').uint(oldestXid),
  );

const SET = recordType('SETTS', decodeSet, (out, { timestamp, nodeid, mainxid, subxids }) => {
  out.text('set ').timestamp(timestamp).code(0x2f).uint(nodeid).text(' for: ').uint(mainxid);
  for (const xid of subxids) out.text(', ').uint(xid);
});

const V9_5 = { 0: zeroPage(4), 16: TRUNCATE_9_5, 32: SET };
const V10 = { ...V9_5, 16: truncate10(4) };
const V14 = { 0: zeroPage(4), 16: truncate10(4) };
const V17 = { 0: zeroPage(8), 16: truncate10(8) };

/** As `src/backend/access/rmgrdesc/committsdesc.c` tells them. */
export const commitTimestamp: ResourceManager = {
  name: 'CommitTs',
  versions: [
    { since: '9.5', types: V9_5 },
    { since: '10', types: V10 },
    { since: '14', types: V14 },
    { since: '17', types: V17 },
  ],
};
