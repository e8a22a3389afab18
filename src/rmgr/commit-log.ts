import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type RecordType, type ResourceManager, recordType } from './record-type.js';
import { type PageNumberBytes, readPageNumber } from './slru-page.js';

/**
 * A new page of the commit log was filled with zeros (`src/include/access/clog.h`).
 *
 * @category Records as data
 */
export interface CommitLogZeroPage extends RecordFields<'CLOG', 'ZEROPAGE'> {
  /** The page's number; 32 bits wide up to 16. */
  readonly pageno: bigint;
}

/**
 * Old pages of the commit log were removed (`xl_clog_truncate`, `src/include/access/clog.h`).
 *
 * @category Records as data
 */
export interface CommitLogTruncate extends RecordFields<'CLOG', 'TRUNCATE'> {
  /** The number of the first page that is kept; 32 bits wide up to 16. */
  readonly pageno: bigint;
  /** The oldest transaction whose state is kept (from 10). */
  readonly oldestXact?: number;
  /** The OID of a database that needs it (from 10). */
  readonly oldestXactDb?: number;
}

/**
 * Records of the commit log.
 *
 * @category Records as data
 */
export type CommitLogRecord = CommitLogZeroPage | CommitLogTruncate;

const decodeZeroPage =
  (bytes: PageNumberBytes) =>
  ({ main }: RecordBody, type: 'ZEROPAGE'): CommitLogZeroPage => ({
    resourceManager: 'CLOG',
    type,
    pageno: readPageNumber(main, 0, bytes),
  });

const decodeTruncate9_3 = ({ main }: RecordBody, type: 'TRUNCATE'): CommitLogTruncate => ({
  resourceManager: 'CLOG',
  type,
  pageno: readPageNumber(main, 0, 4),
});

const decodeTruncate10 =
  (bytes: PageNumberBytes) =>
  ({ main }: RecordBody, type: 'TRUNCATE'): CommitLogTruncate => ({
    resourceManager: 'CLOG',
    type,
    pageno: readPageNumber(main, 0, bytes),
    oldestXact: main.uint32(bytes),
    oldestXactDb: main.uint32(bytes + 4),
  });

const zeroPage = (bytes: PageNumberBytes, prefix: string): RecordType =>
  recordType('ZEROPAGE', decodeZeroPage(bytes), (out, { pageno }) => out.text(prefix).bigint(pageno));

const truncate9_3 = (prefix: string): RecordType =>
  recordType('TRUNCATE', decodeTruncate9_3, (out, { pageno }) => out.text(prefix).bigint(pageno));

const truncate10 = (bytes: PageNumberBytes): RecordType =>
  recordType('TRUNCATE', decodeTruncate10(bytes), (out, { pageno, oldestXact = 0 }) =>
    out.text('page ').bigint(pageno).text('; oldestXact ').uint(oldestXact),
  );

const V9_3 = { 0: zeroPage(4, 'zeropage: '), 16: truncate9_3('truncate before: ') };
const V9_5 = { 0: zeroPage(4, ''), 16: truncate9_3('') };
const V10 = { 0: zeroPage(4, 'page '), 16: truncate10(4) };
const V17 = { 0: zeroPage(8, 'page '), 16: truncate10(8) };

/** As `src/backend/access/rmgrdesc/clogdesc.c` tells them. */
export const commitLog: ResourceManager = {
  name: 'CLOG',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.5', types: V9_5 },
    { since: '10', types: V10 },
    { since: '17', types: V17 },
  ],
};
