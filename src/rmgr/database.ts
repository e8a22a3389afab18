import type { DescriptionWriter } from './description-writer.js';
import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type RecordType, type ResourceManager, recordType } from './record-type.js';
import { readUint32List } from './uint32-list.js';

/**
 * A database was made by copying the directory of another one (`xl_dbase_create_file_copy_rec`,
 * `src/include/commands/dbcommands_xlog.h`). It is called `CREATE` up to 14.
 *
 * @category Records as data
 */
export interface DatabaseCreateFileCopy extends RecordFields<'Database', 'CREATE' | 'CREATE_FILE_COPY'> {
  /** The new database's OID. */
  readonly dbId: number;
  /** The OID of the tablespace that the copy lies in. */
  readonly tablespaceId: number;
  /** The OID of the database that was copied. */
  readonly srcDbId: number;
  /** The OID of the tablespace that it lies in. */
  readonly srcTablespaceId: number;
}

/**
 * A database is about to be made page by page (`xl_dbase_create_wal_log_rec`,
 * `src/include/commands/dbcommands_xlog.h`), from 15 on.
 *
 * @category Records as data
 */
export interface DatabaseCreateWalLog extends RecordFields<'Database', 'CREATE_WAL_LOG'> {
  /** The new database's OID. */
  readonly dbId: number;
  /** The OID of its tablespace. */
  readonly tablespaceId: number;
}

/**
 * Directories of a database were removed (`xl_dbase_drop_rec`, `src/include/commands/dbcommands_xlog.h`).
 *
 * @category Records as data
 */
export interface DatabaseDrop extends RecordFields<'Database', 'DROP'> {
  /** The database's OID. */
  readonly dbId: number;
  /** The OIDs of the tablespaces that they lay in; always one up to 12. */
  readonly tablespaceIds: readonly number[];
}

/**
 * Records of databases.
 *
 * @category Records as data
 */
export type DatabaseRecord = DatabaseCreateFileCopy | DatabaseCreateWalLog | DatabaseDrop;

const decodeCreate = <Name extends DatabaseCreateFileCopy['type']>(
  { main }: RecordBody,
  type: Name,
): DatabaseCreateFileCopy & { type: Name } => ({
  resourceManager: 'Database',
  type,
  dbId: main.uint32(0),
  tablespaceId: main.uint32(4),
  srcDbId: main.uint32(8),
  srcTablespaceId: main.uint32(12),
});

const decodeCreateWalLog = ({ main }: RecordBody, type: 'CREATE_WAL_LOG'): DatabaseCreateWalLog => ({
  resourceManager: 'Database',
  type,
  dbId: main.uint32(0),
  tablespaceId: main.uint32(4),
});

const decodeDrop9_3 = ({ main }: RecordBody, type: 'DROP'): DatabaseDrop => ({
  resourceManager: 'Database',
  type,
  dbId: main.uint32(0),
  tablespaceIds: [main.uint32(4)],
});

const decodeDrop13 = ({ main }: RecordBody, type: 'DROP'): DatabaseDrop => ({
  resourceManager: 'Database',
  type,
  dbId: main.uint32(0),
  tablespaceIds: readUint32List(main, 8, main.int32(4)),
});

const databaseFirst = (out: DescriptionWriter, database: number, tablespace: number): DescriptionWriter =>
  out.uint(database).code(0x2f).uint(tablespace);
const tablespaceFirst: typeof databaseFirst = (out, database, tablespace) =>
  databaseFirst(out, tablespace, database);

const create = (
  name: DatabaseCreateFileCopy['type'],
  prefix: string,
  writeDirectory: typeof databaseFirst,
): RecordType =>
  recordType(name, decodeCreate, (out, { dbId, tablespaceId, srcDbId, srcTablespaceId }) => {
    writeDirectory(out.text(prefix), srcDbId, srcTablespaceId);
    writeDirectory(out.text(' to '), dbId, tablespaceId);
  });

const CREATE_WAL_LOG = recordType('CREATE_WAL_LOG', decodeCreateWalLog, (out, { dbId, tablespaceId }) =>
  tablespaceFirst(out.text('create dir '), dbId, tablespaceId),
);

const drop = (
  decode: typeof decodeDrop9_3,
  prefix: string,
  writeDirectory: typeof databaseFirst,
): RecordType =>
  recordType('DROP', decode, (out, { dbId, tablespaceIds }) => {
    out.text(prefix);
    for (const tablespaceId of tablespaceIds) writeDirectory(out.code(0x20), dbId, tablespaceId);
  });

const V9_3 = {
  0: create('CREATE', 'create db: copy dir ', databaseFirst),
  16: drop(decodeDrop9_3, 'drop db: dir', databaseFirst),
};
const V9_5 = {
  0: create('CREATE', 'copy dir ', databaseFirst),
  16: drop(decodeDrop9_3, 'dir', databaseFirst),
};
const V12 = {
  0: create('CREATE', 'copy dir ', tablespaceFirst),
  16: drop(decodeDrop9_3, 'dir', tablespaceFirst),
};
const V13 = { ...V12, 16: drop(decodeDrop13, 'dir', tablespaceFirst) };
const V15 = {
  0: create('CREATE_FILE_COPY', 'copy dir ', tablespaceFirst),
  16: CREATE_WAL_LOG,
  32: V13[0x10],
};

/** As `src/backend/access/rmgrdesc/dbasedesc.c` tells them. */
export const database: ResourceManager = {
  name: 'Database',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.5', types: V9_5 },
    { since: '12', types: V12 },
    { since: '13', types: V13 },
    { since: '15', types: V15 },
  ],
};
