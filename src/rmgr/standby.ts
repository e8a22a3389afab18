import type { DescriptionWriter } from './description-writer.js';
import {
  INVALIDATIONS_9_6,
  INVALIDATIONS_13,
  INVALIDATIONS_18,
  type InvalidationMessage,
  type InvalidationWording,
  readInvalidationMessages,
  writeInvalidations,
} from './invalidation-messages.js';
import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type RecordType, type ResourceManager, recordType } from './record-type.js';
import { readUint32List, writeUint32List } from './uint32-list.js';

/**
 * Locks that standbys take as well (`xl_standby_locks`, `src/include/storage/standbydefs.h`).
 *
 * @category Records as data
 */
export interface StandbyLocks extends RecordFields<'Standby', 'LOCK'> {
  /** The locks, all of mode `AccessExclusive`. */
  readonly locks: readonly StandbyLock[];
}

/**
 * One such lock (`xl_standby_lock`, `src/include/storage/lockdefs.h`).
 *
 * @category Records as data
 */
export interface StandbyLock {
  /** The transaction that holds it. */
  readonly xid: number;
  /** The OID of the table's database; 0 for shared tables. */
  readonly dbOid: number;
  /** The table's OID. */
  readonly relOid: number;
}

/**
 * The transactions that were running (`xl_running_xacts`, `src/include/storage/standbydefs.h`).
 *
 * @category Records as data
 */
export interface StandbyRunningXacts extends RecordFields<'Standby', 'RUNNING_XACTS'> {
  /** The running transactions. */
  readonly xids: readonly number[];
  /** Their subtransactions. */
  readonly subxids: readonly number[];
  /** Whether there were more subtransactions than could be told: `subxids` lacks some. */
  readonly subxidOverflow: boolean;
  /** The next transaction ID to be given out. */
  readonly nextXid: number;
  /** The oldest running transaction. */
  readonly oldestRunningXid: number;
  /** The newest transaction that had ended. */
  readonly latestCompletedXid: number;
}

/**
 * Invalidations of a transaction without an ID (`xl_invalidations`, `src/include/storage/standbydefs.h`), from
 * 9.6 on.
 *
 * @category Records as data
 */
export interface StandbyInvalidations extends RecordFields<'Standby', 'INVALIDATIONS'> {
  /** The database's OID. */
  readonly dbId: number;
  /** The OID of the database's tablespace. */
  readonly tsId: number;
  /** Whether the file that fills the relation cache at start is to be removed. */
  readonly relcacheInitFileInval: boolean;
  /** What is no longer valid. */
  readonly msgs: readonly InvalidationMessage[];
}

/**
 * Records for standbys that answer queries.
 *
 * @category Records as data
 */
export type StandbyRecord = StandbyLocks | StandbyRunningXacts | StandbyInvalidations;

const LOCK_BYTES = 12;

function decodeLocks({ main }: RecordBody, type: 'LOCK'): StandbyLocks {
  const locks: StandbyLock[] = [];
  const end = 4 + main.fit(main.int32(0), 4, LOCK_BYTES) * LOCK_BYTES;
  for (let at = 4; at < end; at += LOCK_BYTES) {
    locks.push({ xid: main.uint32(at), dbOid: main.uint32(at + 4), relOid: main.uint32(at + 8) });
  }
  return { resourceManager: 'Standby', type, locks };
}

function decodeRunningXacts({ main }: RecordBody, type: 'RUNNING_XACTS'): StandbyRunningXacts {
  const xids = readUint32List(main, 24, main.int32(0));
  return {
    resourceManager: 'Standby',
    type,
    xids,
    subxids: readUint32List(main, 24 + xids.length * 4, main.int32(4)),
    subxidOverflow: main.bool(8),
    nextXid: main.uint32(12),
    oldestRunningXid: main.uint32(16),
    latestCompletedXid: main.uint32(20),
  };
}

const decodeInvalidations = ({ main }: RecordBody, type: 'INVALIDATIONS'): StandbyInvalidations => ({
  resourceManager: 'Standby',
  type,
  dbId: main.uint32(0),
  tsId: main.uint32(4),
  relcacheInitFileInval: main.bool(8),
  msgs: readInvalidationMessages(main, 16, main.int32(12)),
});

function writeLock(out: DescriptionWriter, { xid, dbOid, relOid }: StandbyLock): void {
  out.text('xid ').uint(xid).text(' db ').uint(dbOid).text(' rel ').uint(relOid);
}

function writeRunningXacts(out: DescriptionWriter, fields: StandbyRunningXacts): void {
  const { xids, nextXid, latestCompletedXid, oldestRunningXid } = fields;
  out.text('nextXid ').uint(nextXid).text(' latestCompletedXid ').uint(latestCompletedXid);
  out.text(' oldestRunningXid ').uint(oldestRunningXid);
  if (xids.length > 0) writeUint32List(out.text('; ').uint(xids.length).text(' xacts:'), xids);
}

const LOCK_9_3 = recordType('LOCK', decodeLocks, (out, { locks }) => {
  out.text('AccessExclusive locks:');
  for (const lock of locks) writeLock(out.code(0x20), lock);
});
const LOCK_9_5 = recordType('LOCK', decodeLocks, (out, { locks }) => {
  for (const lock of locks) {
    writeLock(out, lock);
    out.code(0x20);
  }
});

const RUNNING_XACTS_9_3 = recordType('RUNNING_XACTS', decodeRunningXacts, (out, fields) => {
  writeRunningXacts(out.text('running xacts: '), fields);
  if (fields.subxidOverflow) out.text('; subxid ovf');
});
const RUNNING_XACTS_9_5 = recordType('RUNNING_XACTS', decodeRunningXacts, (out, fields) => {
  writeRunningXacts(out, fields);
  if (fields.subxidOverflow) out.text('; subxid ovf');
});
const RUNNING_XACTS_16 = recordType('RUNNING_XACTS', decodeRunningXacts, (out, fields) => {
  writeRunningXacts(out, fields);
  if (fields.subxidOverflow) out.text('; subxid overflowed');
  const { subxids } = fields;
  if (subxids.length > 0) writeUint32List(out.text('; ').uint(subxids.length).text(' subxacts:'), subxids);
});

const invalidations = (wording: InvalidationWording): RecordType =>
  recordType('INVALIDATIONS', decodeInvalidations, (out, { msgs, dbId, tsId, relcacheInitFileInval }) =>
    writeInvalidations(out, msgs, dbId, tsId, relcacheInitFileInval, wording),
  );

const V9_3 = { 0: LOCK_9_3, 16: RUNNING_XACTS_9_3 };
const V9_5 = { 0: LOCK_9_5, 16: RUNNING_XACTS_9_5 };
const V9_6 = { ...V9_5, 32: invalidations(INVALIDATIONS_9_6) };
const V13 = { ...V9_6, 32: invalidations(INVALIDATIONS_13) };
const V16 = { ...V13, 16: RUNNING_XACTS_16 };
const V18 = { ...V16, 32: invalidations(INVALIDATIONS_18) };

/** As `src/backend/access/rmgrdesc/standbydesc.c` tells them. */
export const standby: ResourceManager = {
  name: 'Standby',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.5', types: V9_5 },
    { since: '9.6', types: V9_6 },
    { since: '13', types: V13 },
    { since: '16', types: V16 },
    { since: '18', types: V18 },
  ],
};
