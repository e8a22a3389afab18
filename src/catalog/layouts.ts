import type { MajorVersion } from '../version.js';

// The catalogs' columns by version, in their order, from the CATALOG structs in src/include/catalog: as far as
// they are of fixed size and never null, and as far as the last one that is read. Up to 11 a row's OID is not
// among them but stands before the data.

type ColumnType = 'name' | 'oid' | 'int4' | 'float4' | 'bool' | 'char';

/** Columns of a catalog by name. */
export type CatalogColumns = Readonly<Record<string, ColumnType>>;

/** The catalogs of a version. */
export interface CatalogLayouts {
  /** `pg_class`: relations. */
  readonly relations: CatalogColumns;
  /** `pg_namespace`: schemas. */
  readonly schemas: CatalogColumns;
  /** `pg_database`. */
  readonly databases: CatalogColumns;
  /** `pg_tablespace`. */
  readonly tablespaces: CatalogColumns;
  /** Room in `pg_filenode.map` (`MAX_MAPPINGS`, `src/backend/utils/cache/relmapper.c`). */
  readonly relationMapPlaces: number;
  /** Where the outcomes of transactions are kept. */
  readonly commitLog: 'pg_clog' | 'pg_xact';
}

const CLASS_FILES: CatalogColumns = {
  relname: 'name',
  relnamespace: 'oid',
  reltype: 'oid',
  reloftype: 'oid',
  relowner: 'oid',
  relam: 'oid',
  relfilenode: 'oid',
  reltablespace: 'oid',
  relpages: 'int4',
  reltuples: 'float4',
  relallvisible: 'int4',
};
const CLASS_KIND: CatalogColumns = {
  relhasindex: 'bool',
  relisshared: 'bool',
  relpersistence: 'char',
  relkind: 'char',
};

const SCHEMAS: CatalogColumns = { nspname: 'name' };
const TABLESPACES: CatalogColumns = { spcname: 'name' };

const DATABASES: CatalogColumns = { datname: 'name', datdba: 'oid', encoding: 'int4' };
const DATABASES_9_3: CatalogColumns = {
  ...DATABASES,
  datcollate: 'name',
  datctype: 'name',
  datistemplate: 'bool',
  datallowconn: 'bool',
  datconnlimit: 'int4',
  datlastsysoid: 'oid',
  datfrozenxid: 'oid',
  datminmxid: 'oid',
  dattablespace: 'oid',
};
const DATABASES_15: CatalogColumns = {
  oid: 'oid',
  ...DATABASES,
  datlocprovider: 'char',
  datistemplate: 'bool',
  datallowconn: 'bool',
  datconnlimit: 'int4',
  datfrozenxid: 'oid',
  datminmxid: 'oid',
  dattablespace: 'oid',
};
const DATABASES_17: CatalogColumns = {
  oid: 'oid',
  ...DATABASES,
  datlocprovider: 'char',
  datistemplate: 'bool',
  datallowconn: 'bool',
  dathasloginevt: 'bool',
  datconnlimit: 'int4',
  datfrozenxid: 'oid',
  datminmxid: 'oid',
  dattablespace: 'oid',
};

// Each is the one before it and what its release changed.
const V9_3: CatalogLayouts = {
  relations: { ...CLASS_FILES, reltoastrelid: 'oid', reltoastidxid: 'oid', ...CLASS_KIND },
  schemas: SCHEMAS,
  databases: DATABASES_9_3,
  tablespaces: TABLESPACES,
  relationMapPlaces: 62,
  commitLog: 'pg_clog',
};
const V9_4: CatalogLayouts = {
  ...V9_3,
  relations: { ...CLASS_FILES, reltoastrelid: 'oid', ...CLASS_KIND },
};
const V10: CatalogLayouts = { ...V9_4, commitLog: 'pg_xact' };
const V12: CatalogLayouts = {
  ...V10,
  relations: { oid: 'oid', ...V10.relations },
  schemas: { oid: 'oid', ...SCHEMAS },
  databases: { oid: 'oid', ...DATABASES_9_3 },
  tablespaces: { oid: 'oid', ...TABLESPACES },
};
const V15: CatalogLayouts = { ...V12, databases: DATABASES_15 };
const V16: CatalogLayouts = { ...V15, relationMapPlaces: 64 };
const V17: CatalogLayouts = { ...V16, databases: DATABASES_17 };
const V18: CatalogLayouts = {
  ...V17,
  relations: { oid: 'oid', ...CLASS_FILES, relallfrozen: 'int4', reltoastrelid: 'oid', ...CLASS_KIND },
};

/** By major. Of 19 only betas are known: that its catalogs are still 18's has to show when they are read. */
export const CATALOG_LAYOUTS: Readonly<Record<MajorVersion, CatalogLayouts>> = {
  '9.3': V9_3,
  '9.4': V9_4,
  '9.5': V9_4,
  '9.6': V9_4,
  '10': V10,
  '11': V10,
  '12': V12,
  '13': V12,
  '14': V12,
  '15': V15,
  '16': V16,
  '17': V17,
  '18': V18,
  '19': V18,
};

/** Where the columns of a catalog are in a row's data. */
export interface ColumnOffsets {
  /** By name, in bytes. */
  readonly at: ReadonlyMap<string, number>;
  /** How many columns there are. */
  readonly count: number;
  /** Where the last one ends. */
  readonly length: number;
}

/**
 * Lays columns out as a C compiler does.
 *
 * @param nameBytes - `NAMEDATALEN`
 */
export function columnOffsets(columns: CatalogColumns, nameBytes: number): ColumnOffsets {
  const at = new Map<string, number>();
  let end = 0;
  for (const [name, type] of Object.entries(columns)) {
    const isByte = type === 'bool' || type === 'char' || type === 'name';
    const start = isByte ? end : (end + 3) & ~3;
    at.set(name, start);
    end = start + (type === 'name' ? nameBytes : isByte ? 1 : 4);
  }
  return { at, count: at.size, length: end };
}
