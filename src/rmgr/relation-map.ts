import type { DescriptionWriter } from './description-writer.js';
import type { RecordBody, RecordData } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type ResourceManager, recordType } from './record-type.js';

/**
 * The map of system catalogs to their files was written anew (`xl_relmap_update`,
 * `src/include/utils/relmapper.h`). In the record is the whole file `pg_filenode.map`.
 *
 * @category Records as data
 */
export interface RelationMapUpdate extends RecordFields<'RelMap', 'UPDATE'> {
  /** The database's OID; 0 for the map of shared catalogs. */
  readonly dbid: number;
  /** The OID of the database's tablespace, or that of `pg_global`. */
  readonly tsid: number;
  /** The map's size in bytes. */
  readonly nbytes: number;
  /** Marks the file as a map: 0x592717. */
  readonly magic: number;
  /** The catalogs in it. */
  readonly mappings: readonly RelationMapping[];
  /** The checksum of all before it, as stored: not checked. */
  readonly crc: number;
}

/**
 * A catalog and its file (`RelMapping`, `src/backend/utils/cache/relmapper.c`).
 *
 * @category Records as data
 */
export interface RelationMapping {
  /** The catalog's OID. */
  readonly mapoid: number;
  /** Its file number. */
  readonly mapfilenumber: number;
}

/**
 * Records of relation maps.
 *
 * @category Records as data
 */
export type RelationMapRecord = RelationMapUpdate;

const MAP_START = 12;
const MAPPINGS_START = MAP_START + 8;
const MAPPING_BYTES = 8;

/** @param places - `MAX_MAPPINGS`: how many mappings there is room for */
const decodeUpdate =
  (places: number) =>
  ({ main }: RecordBody, type: 'UPDATE'): RelationMapUpdate => ({
    resourceManager: 'RelMap',
    type,
    dbid: main.uint32(0),
    tsid: main.uint32(4),
    nbytes: main.int32(8),
    magic: main.uint32(MAP_START),
    mappings: readMappings(main, main.int32(MAP_START + 4)),
    crc: main.uint32(MAPPINGS_START + places * MAPPING_BYTES),
  });

function readMappings(data: RecordData, count: number): RelationMapping[] {
  const mappings: RelationMapping[] = [];
  const end = MAPPINGS_START + data.fit(count, MAPPINGS_START, MAPPING_BYTES) * MAPPING_BYTES;
  for (let at = MAPPINGS_START; at < end; at += MAPPING_BYTES) {
    mappings.push({ mapoid: data.uint32(at), mapfilenumber: data.uint32(at + 4) });
  }
  return mappings;
}

function writeStart(out: DescriptionWriter, { dbid, tsid }: RelationMapUpdate): DescriptionWriter {
  return out.text('database ').uint(dbid).text(' tablespace ').uint(tsid).text(' size ');
}

const UPDATE_9_3 = recordType('UPDATE', decodeUpdate(62), (out, fields) =>
  writeStart(out.text('update relmap: '), fields).uint(fields.nbytes >>> 0),
);
const UPDATE_9_5 = recordType('UPDATE', decodeUpdate(62), (out, fields) =>
  writeStart(out, fields).uint(fields.nbytes >>> 0),
);
const UPDATE_15 = recordType('UPDATE', decodeUpdate(62), (out, fields) =>
  writeStart(out, fields).int(fields.nbytes),
);
const UPDATE_16 = recordType('UPDATE', decodeUpdate(64), (out, fields) =>
  writeStart(out, fields).int(fields.nbytes),
);

/** As `src/backend/access/rmgrdesc/relmapdesc.c` tells them. */
export const relationMap: ResourceManager = {
  name: 'RelMap',
  versions: [
    { since: '9.3', types: { 0: UPDATE_9_3 } },
    { since: '9.5', types: { 0: UPDATE_9_5 } },
    { since: '15', types: { 0: UPDATE_15 } },
    { since: '16', types: { 0: UPDATE_16 } },
  ],
};
