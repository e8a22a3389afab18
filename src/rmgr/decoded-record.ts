import type { BrinRecord } from './brin.js';
import type { BtreeRecord } from './btree/btree-records.js';
import type { CommitLogRecord } from './commit-log.js';
import type { CommitTimestampRecord } from './commit-timestamp.js';
import type { DatabaseRecord } from './database.js';
import type { GenericRecord } from './generic.js';
import type { GinRecord } from './gin/gin-records.js';
import type { GistRecord } from './gist/gist-records.js';
import type { HashRecord } from './hash/hash-records.js';
import type { HeapRecord } from './heap/heap-records.js';
import type { Heap2Record } from './heap2/heap2-records.js';
import type { LogicalMessageRecord } from './logical-message.js';
import type { MultiXactRecord } from './multixact.js';
import type { RecordFields } from './record-fields.js';
import type { RelationMapRecord } from './relation-map.js';
import type { ReplicationOriginRecord } from './replication-origin.js';
import type { SequenceRecord } from './sequence.js';
import type { SpgistRecord } from './spgist/spgist-records.js';
import type { StandbyRecord } from './standby.js';
import type { StorageRecord } from './storage.js';
import type { TablespaceRecord } from './tablespace.js';
import type { TransactionRecord } from './transaction/transaction-records.js';
import type { XlogRecord } from './xlog/xlog-records.js';

/**
 * A record that no built-in resource manager knows: of an extension's own resource manager, or of a kind
 * that the version does not write.
 *
 * @category Records as data
 */
export interface OtherRecord extends RecordFields<'other', 'UNKNOWN'> {
  /** The resource manager's ID, 0 to 255. */
  readonly resourceManagerId: number;
  /** Its name: `custom128` for one of an extension. */
  readonly resourceManagerName: string;
  /** The upper four bits of `xl_info`. */
  readonly info: number;
}

/**
 * A record as data: a union to be told apart by `resourceManager` and `type`. Fields are named as in
 * PostgreSQL's structs, in camelCase.
 *
 * @category Records as data
 */
export type DecodedRecord =
  | HeapRecord
  | BtreeRecord
  | HashRecord
  | GinRecord
  | GistRecord
  | SpgistRecord
  | BrinRecord
  | Heap2Record
  | SequenceRecord
  | StandbyRecord
  | CommitLogRecord
  | CommitTimestampRecord
  | MultiXactRecord
  | ReplicationOriginRecord
  | LogicalMessageRecord
  | GenericRecord
  | DatabaseRecord
  | TablespaceRecord
  | StorageRecord
  | RelationMapRecord
  | XlogRecord
  | TransactionRecord
  | OtherRecord;
