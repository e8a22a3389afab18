import type { DescriptionWriter, RelationFile } from './description-writer.js';
import type { RecordData } from './record-data.js';
import { readRelationFile } from './relation-file.js';

/**
 * Something that backends must not go on to keep in their caches (`SharedInvalidationMessage`,
 * `src/include/storage/sinval.h`), to be told apart by `kind`.
 *
 * @category Records as data
 */
export type InvalidationMessage =
  | CatcacheInvalidation
  | CatalogInvalidation
  | RelationInvalidation
  | StorageInvalidation
  | RelationMapInvalidation
  | UnrecognizedInvalidation;

/**
 * A row in a cache of a system catalog's rows (`SharedInvalCatcacheMsg`).
 *
 * @category Records as data
 */
export interface CatcacheInvalidation {
  /** Tells the messages apart. */
  readonly kind: 'catcache';
  /** The cache's number, 0 to 127. */
  readonly id: number;
  /** The database's OID; 0 for shared catalogs. */
  readonly dbId: number;
  /** The hash of the row's key, 32 bits. */
  readonly hashValue: number;
}

/**
 * All cached rows of a system catalog (`SharedInvalCatalogMsg`).
 *
 * @category Records as data
 */
export interface CatalogInvalidation {
  /** Tells the messages apart. */
  readonly kind: 'catalog';
  /** -1. */
  readonly id: number;
  /** The database's OID; 0 for shared catalogs. */
  readonly dbId: number;
  /** The catalog's OID. */
  readonly catId: number;
}

/**
 * What is kept about a relation: its cache entry, snapshots that might be used to read it, or (from 18) how
 * it is published.
 *
 * @category Records as data
 */
export interface RelationInvalidation {
  /** Tells the messages apart. */
  readonly kind: 'relcache' | 'snapshot' | 'relsync';
  /** -2 for `relcache`, -5 for `snapshot`, -6 for `relsync`. */
  readonly id: number;
  /** The database's OID; 0 for shared relations. */
  readonly dbId: number;
  /** The relation's OID; 0 for all of them. */
  readonly relId: number;
}

/**
 * An open file of a relation (`SharedInvalSmgrMsg`). No server writes these to WAL.
 *
 * @category Records as data
 */
export interface StorageInvalidation {
  /** Tells the messages apart. */
  readonly kind: 'smgr';
  /** -3. */
  readonly id: number;
  /** The backend that owns a temporary relation; -1 for others. */
  readonly backend: number;
  /** The relation's files. */
  readonly rlocator: RelationFile;
}

/**
 * A database's map of relations to files (`SharedInvalRelmapMsg`). No server writes these to WAL.
 *
 * @category Records as data
 */
export interface RelationMapInvalidation {
  /** Tells the messages apart. */
  readonly kind: 'relmap';
  /** -4. */
  readonly id: number;
  /** The database's OID; 0 for shared catalogs. */
  readonly dbId: number;
}

/**
 * A message of no known kind.
 *
 * @category Records as data
 */
export interface UnrecognizedInvalidation {
  /** Tells the messages apart. */
  readonly kind: 'unrecognized';
  /** -128 to -7. */
  readonly id: number;
}

/** Bytes of a `SharedInvalidationMessage`. */
export const MESSAGE_BYTES = 16;

/** Reads so many messages, as far as there are any. */
export function readInvalidationMessages(data: RecordData, at: number, count: number): InvalidationMessage[] {
  const messages: InvalidationMessage[] = [];
  const end = at + data.fit(count, at, MESSAGE_BYTES) * MESSAGE_BYTES;
  for (let each = at; each < end; each += MESSAGE_BYTES) messages.push(readMessage(data, each));
  return messages;
}

function readMessage(data: RecordData, at: number): InvalidationMessage {
  const id = (data.uint8(at) << 24) >> 24;
  const dbId = data.uint32(at + 4);
  const last = data.uint32(at + 8);
  if (id >= 0) return { kind: 'catcache', id, dbId, hashValue: last };
  switch (id) {
    case -1:
      return { kind: 'catalog', id, dbId, catId: last };
    case -2:
      return { kind: 'relcache', id, dbId, relId: last };
    case -3:
      return { kind: 'smgr', id, backend: readBackend(data, at), rlocator: readRelationFile(data, at + 4) };
    case -4:
      return { kind: 'relmap', id, dbId };
    case -5:
      return { kind: 'snapshot', id, dbId, relId: last };
    case -6:
      return { kind: 'relsync', id, dbId, relId: last };
    default:
      return { kind: 'unrecognized', id };
  }
}

/** `backend_hi` and `backend_lo`: a number of 24 bits and its sign. */
function readBackend(data: RecordData, at: number): number {
  return (((data.uint8(at + 1) << 24) >> 24) << 16) | data.uint16(at + 2);
}

/** What differs between versions in how messages are told. */
export interface InvalidationWording {
  /** Kinds below this `id` are not known yet. */
  readonly lowestId: number;
  /** What is written before such an `id`. */
  readonly unrecognized: string;
  /** Whether the database of a relation map is told. */
  readonly hasRelationMapDatabase: boolean;
  /** Whether something is written where there are no messages. */
  readonly mentionsNone: boolean;
}

/** Up to 9.3. */
export const INVALIDATIONS_9_3: InvalidationWording = {
  lowestId: -4,
  unrecognized: ' unknown id ',
  hasRelationMapDatabase: false,
  mentionsNone: false,
};
/** 9.4, and 9.5 likewise. */
export const INVALIDATIONS_9_4: InvalidationWording = { ...INVALIDATIONS_9_3, lowestId: -5 };
/** From 9.6, `standby_desc_invalidations` tells all messages. */
export const INVALIDATIONS_9_6: InvalidationWording = {
  lowestId: -5,
  unrecognized: ' unrecognized id ',
  hasRelationMapDatabase: true,
  mentionsNone: true,
};
/** 13 to 17. */
export const INVALIDATIONS_13: InvalidationWording = { ...INVALIDATIONS_9_6, mentionsNone: false };
/** From 18. */
export const INVALIDATIONS_18: InvalidationWording = { ...INVALIDATIONS_13, lowestId: -6 };

/** Writes what `standby_desc_invalidations` does (`src/backend/access/rmgrdesc/standbydesc.c`). */
export function writeInvalidations(
  out: DescriptionWriter,
  messages: readonly InvalidationMessage[],
  databaseId: number,
  tablespaceId: number,
  relcacheInitFileInval: boolean,
  wording: InvalidationWording = INVALIDATIONS_18,
): void {
  if (messages.length === 0 && !wording.mentionsNone) return;
  if (relcacheInitFileInval) {
    out.text('; relcache init file inval dbid ').uint(databaseId).text(' tsid ').uint(tablespaceId);
  }
  out.text('; inval msgs:');
  for (const message of messages) writeMessage(out, message, wording);
}

function writeMessage(
  out: DescriptionWriter,
  message: InvalidationMessage,
  wording: InvalidationWording,
): void {
  if (message.id < wording.lowestId) {
    out.text(wording.unrecognized).int(message.id);
    return;
  }
  out.code(0x20).text(message.kind);
  switch (message.kind) {
    case 'catcache':
      out.code(0x20).int(message.id);
      break;
    case 'catalog':
      out.code(0x20).uint(message.catId);
      break;
    case 'relmap':
      if (wording.hasRelationMapDatabase) out.text(' db ').uint(message.dbId);
      break;
    case 'relcache':
    case 'snapshot':
    case 'relsync':
      out.code(0x20).uint(message.relId);
      break;
  }
}
