import { type MajorVersion, POSTGRES_VERSIONS, type PostgresVersion } from '../version.js';
import { brin } from './brin.js';
import { btree } from './btree/btree.js';
import { commitLog } from './commit-log.js';
import { commitTimestamp } from './commit-timestamp.js';
import { database } from './database.js';
import { generic } from './generic.js';
import { gin } from './gin/gin.js';
import { gist } from './gist/gist.js';
import { hash } from './hash/hash.js';
import { heap } from './heap/heap.js';
import { heap2 } from './heap2/heap2.js';
import { logicalMessage } from './logical-message.js';
import { multiXact } from './multixact.js';
import type { RecordType, ResourceManager } from './record-type.js';
import { relationMap } from './relation-map.js';
import { replicationOrigin } from './replication-origin.js';
import { sequence } from './sequence.js';
import { spgist } from './spgist/spgist.js';
import { standby } from './standby.js';
import { storage } from './storage.js';
import { tablespace } from './tablespace.js';
import { transaction } from './transaction/transaction.js';
import { xlog } from './xlog/xlog.js';

/** All built-in resource managers; their IDs are in `version.ts`. */
const RESOURCE_MANAGERS: readonly ResourceManager[] = [
  btree,
  hash,
  gin,
  gist,
  spgist,
  brin,
  heap,
  heap2,
  sequence,
  standby,
  commitLog,
  commitTimestamp,
  multiXact,
  replicationOrigin,
  logicalMessage,
  generic,
  database,
  tablespace,
  storage,
  relationMap,
  xlog,
  transaction,
];

/**
 * The kinds of records of a version: at the resource manager's ID times 16 and the upper four bits of
 * `xl_info`. What is not there is unknown to the version's own tool as well.
 */
export function recordTypesOf(version: PostgresVersion): readonly (RecordType | undefined)[] {
  const types = new Array<RecordType | undefined>(version.resourceManagers.length * 16).fill(undefined);
  version.resourceManagers.forEach((name, id) => {
    for (const [info, type] of Object.entries(typesAt(name, version.major))) {
      types[id * 16 + (Number(info) >> 4)] = type;
    }
  });
  return types;
}

/** What a version up to 9.4 says of a kind of record that its resource manager does not know. */
export function unknownTextOf(version: PostgresVersion, resourceManagerId: number, info: number): string {
  const name = version.resourceManagers[resourceManagerId];
  const found = RESOURCE_MANAGERS.find((each) => each.name === name);
  return found?.unknownText?.(info) ?? 'UNKNOWN';
}

function typesAt(name: string, major: MajorVersion): Readonly<Record<number, RecordType>> {
  const manager = RESOURCE_MANAGERS.find((each) => each.name === name);
  const at = indexOf(major);
  return manager?.versions.findLast(({ since }) => indexOf(since) <= at)?.types ?? {};
}

function indexOf(major: MajorVersion): number {
  return POSTGRES_VERSIONS.findIndex((version) => version.major === major);
}
