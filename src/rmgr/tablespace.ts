import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type RecordType, type ResourceManager, recordType } from './record-type.js';

/**
 * A tablespace was made (`xl_tblspc_create_rec`, `src/include/commands/tablespace.h`).
 *
 * @category Records as data
 */
export interface TablespaceCreate extends RecordFields<'Tablespace', 'CREATE'> {
  /** The tablespace's OID. */
  readonly tsId: number;
  /** Its directory on the server. */
  readonly tsPath: string;
}

/**
 * A tablespace was dropped (`xl_tblspc_drop_rec`, `src/include/commands/tablespace.h`).
 *
 * @category Records as data
 */
export interface TablespaceDrop extends RecordFields<'Tablespace', 'DROP'> {
  /** The tablespace's OID. */
  readonly tsId: number;
}

/**
 * Records of tablespaces.
 *
 * @category Records as data
 */
export type TablespaceRecord = TablespaceCreate | TablespaceDrop;

const decodeCreate = ({ main }: RecordBody, type: 'CREATE'): TablespaceCreate => ({
  resourceManager: 'Tablespace',
  type,
  tsId: main.uint32(0),
  tsPath: main.text(4),
});

const decodeDrop = ({ main }: RecordBody, type: 'DROP'): TablespaceDrop => ({
  resourceManager: 'Tablespace',
  type,
  tsId: main.uint32(0),
});

const create = (prefix: string): RecordType =>
  recordType('CREATE', decodeCreate, (out, { tsId, tsPath }) =>
    out.text(prefix).uint(tsId).text(' "').text(tsPath).code(0x22),
  );
const drop = (prefix: string): RecordType =>
  recordType('DROP', decodeDrop, (out, { tsId }) => out.text(prefix).uint(tsId));

/** As `src/backend/access/rmgrdesc/tblspcdesc.c` tells them. */
export const tablespace: ResourceManager = {
  name: 'Tablespace',
  versions: [
    { since: '9.3', types: { 0: create('create tablespace: '), 16: drop('drop tablespace: ') } },
    { since: '9.5', types: { 0: create(''), 16: drop('') } },
  ],
};
