import type { RelationFile } from '../rmgr/description-writer.js';
import type { NamedRelation, RelationKind, RelationName, RelationState } from './catalog-names.js';
import type { CatalogRow } from './catalog-row.js';
import { GLOBAL_TABLESPACE } from './cluster-files.js';
import type { RelationMap } from './relation-map.js';
import { allRows, type NameRow, type SortedRows } from './sort-rows.js';

/** `relkind` (`src/include/catalog/pg_class.h`) of what has files: not views, nor what is parted into others. */
const KINDS: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  i: 'index',
  S: 'sequence',
  t: 'toast-table',
  m: 'materialized-view',
};

/** Temporary relations (`relpersistence`) have files of their own names, and are not in WAL. */
const TEMPORARY = 't';

/** A row version of `pg_class`. */
export interface RelationRow extends NameRow {
  readonly schema: number;
  /** The number of its files; 0 where a map tells it, or where it has none. */
  readonly file: number;
  /** 0 for its database's. */
  readonly tablespace: number;
  /** The OID of its TOAST table, or 0. */
  readonly toast: number;
  readonly kind: RelationKind | null;
}

/** Reads a row of `pg_class`; null for what has nothing to do with WAL. */
export function readRelationRow(row: CatalogRow): RelationRow | null {
  if (row.character('relpersistence') === TEMPORARY) return null;
  return {
    header: row.header,
    oid: row.oid,
    name: row.name('relname'),
    schema: row.number('relnamespace'),
    file: row.number('relfilenode'),
    tablespace: row.number('reltablespace'),
    toast: row.number('reltoastrelid'),
    kind: KINDS[row.character('relkind')] ?? null,
  };
}

/** A database, as far as its relations are concerned. */
export interface RelationsOfDatabase {
  readonly database: number;
  /** Its own tablespace. */
  readonly tablespace: number;
  readonly rows: SortedRows<RelationRow>;
  readonly schemas: ReadonlyMap<number, string>;
  /** Files of catalogs whose rows do not tell it. */
  readonly map: RelationMap;
  readonly sharedMap: RelationMap;
}

/** Names the files of a database's relations, those that are before those that were. */
export function nameRelations(of: RelationsOfDatabase): NamedRelation[] {
  const { rows, schemas } = of;
  const owners = new Map<number, RelationRow>();
  const tables = new Map<string, RelationRow>();
  for (const row of allRows(rows).reverse()) {
    owners.set(row.toast, row);
    if (row.kind === 'toast-table') tables.set(`${row.name}_index`, row);
  }
  const toastOf = (row: RelationRow): RelationName['toastOf'] => {
    const toast = row.kind === 'index' ? tables.get(row.name) : row;
    const isOfToast = toast !== undefined && toast.kind === 'toast-table' && toast.schema === row.schema;
    const owner = isOfToast ? owners.get(toast.oid) : undefined;
    return owner === undefined ? null : { schema: schemas.get(owner.schema) ?? null, name: owner.name };
  };
  const named = new Map<string, NamedRelation>();
  const add = (row: RelationRow, state: RelationState) => {
    const file = fileOf(row, of);
    if (file === null || row.kind === null) return;
    const key = `${file.tablespace}/${file.relation}`;
    if (named.has(key)) return;
    const schema = schemas.get(row.schema) ?? null;
    named.set(key, { ...file, schema, name: row.name, kind: row.kind, toastOf: toastOf(row), state });
  };
  for (const row of rows.current.values()) add(row, 'current');
  for (const row of rows.former) add(row, 'former');
  for (const row of rows.uncommitted) add(row, 'uncommitted');
  return [...named.values()];
}

function fileOf({ oid, file, tablespace, kind }: RelationRow, of: RelationsOfDatabase): RelationFile | null {
  if (kind === null) return null;
  const isShared = tablespace === GLOBAL_TABLESPACE;
  const relation = file || (isShared ? of.sharedMap : of.map).get(oid) || 0;
  if (relation === 0) return null;
  return {
    tablespace: tablespace || of.tablespace,
    database: isShared ? 0 : of.database,
    relation,
  };
}
