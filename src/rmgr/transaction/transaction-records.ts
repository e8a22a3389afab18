import type { Lsn } from '../../lsn.js';
import type { RelationFile } from '../description-writer.js';
import type { InvalidationMessage } from '../invalidation-messages.js';
import type { RecordFields } from '../record-fields.js';

/**
 * How a transaction ended (`xl_xact_parsed_commit` and `xl_xact_parsed_abort`, `src/include/access/xact.h`). What
 * a record does not say is 0 or empty, as it is for the server.
 *
 * @category Records as data
 */
export interface TransactionCompletion<TypeName extends string>
  extends RecordFields<'Transaction', TypeName> {
  /** When it ended, in microseconds since 2000-01-01 UTC. */
  readonly xactTime: bigint;
  /** Flags that say what else is in the record, as stored; in aborts from 9.5 on only. */
  readonly xinfo: number;
  /** Whether the file that fills the relation cache at start is to be removed. */
  readonly relcacheInitFileInval: boolean;
  /** Whether standbys flush the record to disk at once. */
  readonly forceSyncCommit: boolean;
  /** Whether the primary waits until standbys have replayed the record (from 9.6). */
  readonly applyFeedback: boolean;
  /** The OID of the transaction's database; in aborts from 11 on. */
  readonly dbId: number;
  /** The OID of that database's tablespace; in aborts from 11 on. */
  readonly tsId: number;
  /** The subtransactions that ended with it. */
  readonly subxacts: readonly number[];
  /** The relations whose files go with it. */
  readonly xlocators: readonly RelationFile[];
  /** The statistics that go with it (from 15). */
  readonly stats: readonly DroppedStatistics[];
  /** What is no longer valid; aborts have none. */
  readonly msgs: readonly InvalidationMessage[];
  /** The transaction where it was prepared before and another one ended it, else 0. */
  readonly twophaseXid: number;
  /** The name that it was prepared under (from 11). */
  readonly twophaseGid: string;
  /** The replication origin that it came by, 0 for none (from 9.5). */
  readonly originId: number;
  /** Where it ended in the origin's WAL; in aborts from 11 on. */
  readonly originLsn: Lsn;
  /** When it ended there, in microseconds since 2000-01-01 UTC; in aborts from 11 on. */
  readonly originTimestamp: bigint;
}

/**
 * A transaction was committed. `COMMIT_COMPACT` is a short form, up to 9.4.
 *
 * @category Records as data
 */
export type TransactionCommit = TransactionCompletion<'COMMIT' | 'COMMIT_COMPACT' | 'COMMIT_PREPARED'>;

/**
 * A transaction was rolled back.
 *
 * @category Records as data
 */
export type TransactionAbort = TransactionCompletion<'ABORT' | 'ABORT_PREPARED'>;

/**
 * Statistics that are no longer needed (`xl_xact_stats_item`, `src/include/access/xact.h`), from 15 on.
 *
 * @category Records as data
 */
export interface DroppedStatistics {
  /** What they are about: the number of a `PgStat_Kind`. */
  readonly kind: number;
  /** The OID of the object's database; 0 for shared objects. */
  readonly dboid: number;
  /** The object's OID or other number; 32 bits wide up to 17. */
  readonly objid: bigint;
}

/**
 * A transaction was prepared for a commit in two phases: its state file (`xl_xact_prepare`,
 * `src/include/access/xact.h`; `TwoPhaseFileHeader` up to 12).
 *
 * @category Records as data
 */
export interface TransactionPrepare extends RecordFields<'Transaction', 'PREPARE'> {
  /** Marks the format of state files. */
  readonly magic: number;
  /** The state file's length in bytes. */
  readonly totalLen: number;
  /** The transaction. */
  readonly xid: number;
  /** The OID of its database. */
  readonly database: number;
  /** When it was prepared, in microseconds since 2000-01-01 UTC. */
  readonly preparedAt: bigint;
  /** The OID of the role that ran it. */
  readonly owner: number;
  /** Whether a commit removes the file that fills the relation cache at start. */
  readonly initfileinval: boolean;
  /** The name that it was prepared under. */
  readonly gid: string;
  /** The replication origin that it came by, 0 for none (from 9.5). */
  readonly originId: number;
  /** Where it was prepared in the origin's WAL (from 11). */
  readonly originLsn: Lsn;
  /** When it was prepared there, in microseconds since 2000-01-01 UTC (from 11). */
  readonly originTimestamp: bigint;
  /** Its subtransactions. */
  readonly subxacts: readonly number[];
  /** The relations whose files go if it is committed. */
  readonly commitLocators: readonly RelationFile[];
  /** The relations whose files go if it is rolled back. */
  readonly abortLocators: readonly RelationFile[];
  /** The statistics that go if it is committed (from 15). */
  readonly commitStats: readonly DroppedStatistics[];
  /** The statistics that go if it is rolled back (from 15). */
  readonly abortStats: readonly DroppedStatistics[];
  /** What is no longer valid if it is committed. */
  readonly msgs: readonly InvalidationMessage[];
  /** What parts of the server keep about it, such as its locks; without the mark of their end. */
  readonly stateRecords: readonly TwoPhaseStateRecord[];
}

/**
 * A part of a prepared transaction's state (`TwoPhaseRecordOnDisk`, `src/backend/access/transam/twophase.c`).
 *
 * @category Records as data
 */
export interface TwoPhaseStateRecord {
  /** The part of the server that keeps it, as numbered in `src/include/access/twophase_rmgr.h`. */
  readonly rmid: number;
  /** What it is, for that part. */
  readonly info: number;
  /** Its contents. */
  readonly data: Uint8Array;
}

/**
 * Subtransactions belong to a transaction (`xl_xact_assignment`, `src/include/access/xact.h`).
 *
 * @category Records as data
 */
export interface TransactionAssignment extends RecordFields<'Transaction', 'ASSIGNMENT'> {
  /** The transaction. */
  readonly xtop: number;
  /** The subtransactions. */
  readonly xsub: readonly number[];
}

/**
 * What a running transaction has made invalid, for logical decoding (`xl_xact_invals`,
 * `src/include/access/xact.h`), from 14 on.
 *
 * @category Records as data
 */
export interface TransactionInvalidation extends RecordFields<'Transaction', 'INVALIDATION'> {
  /** What is no longer valid. */
  readonly msgs: readonly InvalidationMessage[];
}

/**
 * Records of transactions.
 *
 * @category Records as data
 */
export type TransactionRecord =
  | TransactionCommit
  | TransactionAbort
  | TransactionPrepare
  | TransactionAssignment
  | TransactionInvalidation;
