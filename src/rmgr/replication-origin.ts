import type { Lsn } from '../lsn.js';
import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type ResourceManager, recordType } from './record-type.js';

/**
 * How far a replication origin has come was set by hand (`xl_replorigin_set`, `src/include/replication/origin.h`).
 *
 * @category Records as data
 */
export interface ReplicationOriginSet extends RecordFields<'ReplicationOrigin', 'SET'> {
  /** How far, in the origin's own WAL. */
  readonly remoteLsn: Lsn;
  /** The origin, 1 to 65534. */
  readonly nodeId: number;
  /** Whether it may go back. */
  readonly force: boolean;
}

/**
 * A replication origin was dropped (`xl_replorigin_drop`, `src/include/replication/origin.h`).
 *
 * @category Records as data
 */
export interface ReplicationOriginDrop extends RecordFields<'ReplicationOrigin', 'DROP'> {
  /** The origin, 1 to 65534. */
  readonly nodeId: number;
}

/**
 * Records of replication origins.
 *
 * @category Records as data
 */
export type ReplicationOriginRecord = ReplicationOriginSet | ReplicationOriginDrop;

const decodeSet = ({ main }: RecordBody, type: 'SET'): ReplicationOriginSet => ({
  resourceManager: 'ReplicationOrigin',
  type,
  remoteLsn: main.lsn(0),
  nodeId: main.uint16(8),
  force: main.bool(10),
});

const decodeDrop = ({ main }: RecordBody, type: 'DROP'): ReplicationOriginDrop => ({
  resourceManager: 'ReplicationOrigin',
  type,
  nodeId: main.uint16(0),
});

const SET = recordType('SET', decodeSet, (out, { nodeId, remoteLsn, force }) => {
  out.text('set ').uint(nodeId).text('; lsn ').lsn(remoteLsn).text('; force: ').uint(Number(force));
});
const DROP = recordType('DROP', decodeDrop, (out, { nodeId }) => out.text('drop ').uint(nodeId));

/** As `src/backend/access/rmgrdesc/replorigindesc.c` tells them. */
export const replicationOrigin: ResourceManager = {
  name: 'ReplicationOrigin',
  versions: [{ since: '9.5', types: { 0: SET, 16: DROP } }],
};
