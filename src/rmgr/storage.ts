import type { PostgresVersion } from '../version.js';
import type { DescriptionWriter, RelationFile } from './description-writer.js';
import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type RecordType, type ResourceManager, recordType } from './record-type.js';
import { RELATION_FILE_BYTES, readRelationFile, tablespaceVersionDirectory } from './relation-file.js';

/**
 * A relation's file was made (`xl_smgr_create`, `src/include/catalog/storage_xlog.h`).
 *
 * @category Records as data
 */
export interface StorageCreate extends RecordFields<'Storage', 'CREATE'> {
  /** The relation. */
  readonly rlocator: RelationFile;
  /** 0 main, 1 free space map, 2 visibility map, 3 init. */
  readonly forkNum: number;
}

/**
 * A relation was cut off (`xl_smgr_truncate`, `src/include/catalog/storage_xlog.h`).
 *
 * @category Records as data
 */
export interface StorageTruncate extends RecordFields<'Storage', 'TRUNCATE'> {
  /** The relation. */
  readonly rlocator: RelationFile;
  /** How many blocks of its main fork are left. */
  readonly blkno: number;
  /** Which forks are cut off: 1 main, 2 visibility map, 4 free space map; from 9.6, all of them before. */
  readonly flags?: number;
}

/**
 * Records of relations' files.
 *
 * @category Records as data
 */
export type StorageRecord = StorageCreate | StorageTruncate;

const decodeCreate = ({ main }: RecordBody, type: 'CREATE'): StorageCreate => ({
  resourceManager: 'Storage',
  type,
  rlocator: readRelationFile(main, 0),
  forkNum: main.int32(RELATION_FILE_BYTES),
});

const decodeTruncate9_3 = ({ main }: RecordBody, type: 'TRUNCATE'): StorageTruncate => ({
  resourceManager: 'Storage',
  type,
  rlocator: readRelationFile(main, 4),
  blkno: main.uint32(0),
});

const decodeTruncate9_6 = (body: RecordBody, type: 'TRUNCATE'): StorageTruncate => ({
  ...decodeTruncate9_3(body, type),
  flags: body.main.int32(4 + RELATION_FILE_BYTES),
});

const create = (prefix: string): RecordType =>
  recordType('CREATE', decodeCreate, (out, { rlocator, forkNum }, version) =>
    out.text(prefix).relationPath(rlocator, forkNum, tablespaceVersionDirectory(version)),
  );

function writeTruncate(
  out: DescriptionWriter,
  { rlocator, blkno }: StorageTruncate,
  version: PostgresVersion,
): void {
  out.relationPath(rlocator, 0, tablespaceVersionDirectory(version));
  out.text(' to ').uint(blkno).text(' blocks');
}

const TRUNCATE_9_3 = recordType('TRUNCATE', decodeTruncate9_3, (out, fields, version) =>
  writeTruncate(out.text('file truncate: '), fields, version),
);
const TRUNCATE_9_5 = recordType('TRUNCATE', decodeTruncate9_3, writeTruncate);
const TRUNCATE_9_6 = recordType('TRUNCATE', decodeTruncate9_6, (out, fields, version) => {
  writeTruncate(out, fields, version);
  out.text(' flags ').int(fields.flags ?? 0);
});

const V9_3 = { 16: create('file create: '), 32: TRUNCATE_9_3 };
const V9_5 = { 16: create(''), 32: TRUNCATE_9_5 };
const V9_6 = { ...V9_5, 32: TRUNCATE_9_6 };

/** As `src/backend/access/rmgrdesc/smgrdesc.c` tells them. */
export const storage: ResourceManager = {
  name: 'Storage',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.5', types: V9_5 },
    { since: '9.6', types: V9_6 },
  ],
};
