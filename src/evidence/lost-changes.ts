import type { Lsn } from '../lsn.js';
import type { RelationFile } from '../rmgr/description-writer.js';

/**
 * What a node wrote past the fork point and the upstream never had: it is gone once the node is rewound or
 * rebuilt.
 *
 * @category Evidence
 */
export interface LostChanges {
  /** Where the two parted: the first byte that is lost. */
  readonly from: Lsn;
  /** Where the node's WAL ends. */
  readonly to: Lsn;
  /** Bytes of WAL between the two. */
  readonly bytes: number;
  /** How many records. */
  readonly records: number;
  /** Records and bytes by resource manager, those that occur. */
  readonly byResourceManager: readonly LostRecords[];
  /** Transactions that were committed, in order. */
  readonly transactions: readonly LostTransaction[];
  /** How many transactions were rolled back: nothing of them is missed. */
  readonly rolledBack: number;
  /** What committed transactions did to rows, by relation. */
  readonly tupleChanges: readonly LostTupleChanges[];
  /** Relations that committed transactions made. */
  readonly created: readonly LostRelation[];
  /** Relations that committed transactions dropped. */
  readonly dropped: readonly LostRelation[];
  /** Relations that were cut off or emptied. */
  readonly truncated: readonly LostRelation[];
  /** Databases that were made or dropped. */
  readonly databases: readonly LostDatabase[];
  /** Transactions that were prepared past the fork point and neither committed nor rolled back since. */
  readonly prepared: readonly LostPreparedTransaction[];
  /** Transactions that wrote something past the fork point and were still running at the end. */
  readonly running: readonly number[];
}

/**
 * Records of one resource manager.
 *
 * @category Evidence
 */
export interface LostRecords {
  /** The resource manager, as `pg_waldump` names it. */
  readonly resourceManager: string;
  /** How many records. */
  readonly records: number;
  /** Their bytes, headers and page images included. */
  readonly bytes: number;
}

/**
 * A transaction that was committed.
 *
 * @category Evidence
 */
export interface LostTransaction {
  /** The transaction. */
  readonly xid: number;
  /** Where its commit record begins. */
  readonly commitLsn: Lsn;
  /** When it was committed, in microseconds since 2000-01-01 UTC. */
  readonly commitTime: bigint;
  /** Its subtransactions. */
  readonly subtransactions: readonly number[];
  /** The name that it was prepared under (from 11), or null where it was not prepared. */
  readonly preparedAs: string | null;
}

/**
 * What happened to the rows of a relation.
 *
 * @category Evidence
 */
export interface LostTupleChanges {
  /** The relation. */
  readonly locator: RelationFile;
  /** Rows added. */
  readonly inserts: number;
  /** Rows replaced by new versions. */
  readonly updates: number;
  /** Rows deleted. */
  readonly deletes: number;
}

/**
 * A relation's file that came, went or was cut off.
 *
 * @category Evidence
 */
export interface LostRelation {
  /** The relation. */
  readonly locator: RelationFile;
  /** The transaction; 0 where none did it (`VACUUM` cuts relations off, too). */
  readonly xid: number;
  /** Where the record begins that says so. */
  readonly lsn: Lsn;
}

/**
 * A database that was made or dropped.
 *
 * @category Evidence
 */
export interface LostDatabase {
  /** Its OID. */
  readonly database: number;
  /** Which of the two. */
  readonly change: 'created' | 'dropped';
  /** Where the record begins that says so. */
  readonly lsn: Lsn;
}

/**
 * A transaction that waits for the second phase of its commit.
 *
 * @category Evidence
 */
export interface LostPreparedTransaction {
  /** The transaction. */
  readonly xid: number;
  /** The name that it was prepared under. */
  readonly gid: string;
  /** Where the record begins. */
  readonly lsn: Lsn;
  /** When, in microseconds since 2000-01-01 UTC. */
  readonly preparedAt: bigint;
}
