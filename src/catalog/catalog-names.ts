import type { RelationFile } from '../rmgr/description-writer.js';

/**
 * What a relation is, as far as it has files.
 *
 * @category Names
 */
export type RelationKind = 'table' | 'index' | 'sequence' | 'toast-table' | 'materialized-view' | 'other';

/**
 * Whether files are a relation's: they are (`current`); they were, before it was dropped or written anew into
 * other files (`former`); or they would be, if the transaction that made them had been committed (`uncommitted`).
 *
 * @category Names
 */
export type RelationState = 'current' | 'former' | 'uncommitted';

/**
 * What a relation is called.
 *
 * @category Names
 */
export interface RelationName {
  /** Its database; null for relations that all databases share, and where it is not known. */
  readonly database: string | null;
  /** Its schema; null where it is not known. */
  readonly schema: string | null;
  /** Its own name. */
  readonly name: string;
  /** What it is. */
  readonly kind: RelationKind;
  /** The table whose long values a TOAST table holds, or its index finds; null for all others. */
  readonly toastOf: {
    /** The table's schema; null where it is not known. */
    readonly schema: string | null;
    /** The table's own name. */
    readonly name: string;
  } | null;
  /** Whether these files are the relation's. */
  readonly state: RelationState;
}

/**
 * A relation's files and its name.
 *
 * @category Names
 */
export interface NamedRelation extends RelationFile, Omit<RelationName, 'database'> {}

/**
 * Codes of what can be wrong with the catalogs that names are read from. A closed list.
 *
 * @category Names
 */
export type NamesFindingCode =
  | 'relation-map-invalid'
  | 'catalog-missing'
  | 'catalog-unreadable'
  | 'catalog-damaged'
  | 'catalog-too-large'
  | 'transaction-status-unknown'
  | 'wal-not-applied'
  | 'version-unknown';

/**
 * Something wrong with the catalogs that names are read from: names may be missing, or be older ones.
 *
 * @category Names
 */
export interface NamesFinding {
  /** Stable. */
  readonly code: NamesFindingCode;
  /** One sentence that names the file. */
  readonly message: string;
}

/**
 * What {@link CatalogNames} are made of.
 *
 * @category Names
 */
export interface NamesData {
  /** Identifies the cluster; null where it is not known. */
  readonly systemIdentifier: bigint | null;
  /** Names of tablespaces by OID. */
  readonly tablespaces: ReadonlyMap<number, string>;
  /** Names of databases by OID, those that were dropped included. */
  readonly databases: ReadonlyMap<number, string>;
  /** Relations. Where two are of the same files, the first counts. */
  readonly relations: readonly NamedRelation[];
  /** What is wrong with what they were read from. */
  readonly findings?: readonly NamesFinding[];
}

/**
 * What the numbers in WAL stand for: names of relations, databases and tablespaces.
 *
 * ```ts
 * const names = await readCatalogNames(await directorySource('/var/lib/postgresql/15/main'));
 * names.nameOfRelation({ tablespace: 1663, database: 16384, relation: 16399 })?.name; // 'orders'
 * ```
 *
 * @category Names
 */
export class CatalogNames {
  /** Identifies the cluster; null where it is not known. */
  readonly systemIdentifier: bigint | null;
  /** Names of tablespaces by OID. */
  readonly tablespaces: ReadonlyMap<number, string>;
  /** Names of databases by OID, those that were dropped included. */
  readonly databases: ReadonlyMap<number, string>;
  /** All relations. */
  readonly relations: readonly NamedRelation[];
  /** What is wrong with what they were read from. */
  readonly findings: readonly NamesFinding[];
  /** By file number: few relations share one. */
  readonly #byNumber = new Map<number, NamedRelation[]>();

  /** @param data - what is known */
  constructor(data: NamesData) {
    this.systemIdentifier = data.systemIdentifier;
    this.tablespaces = data.tablespaces;
    this.databases = data.databases;
    this.relations = data.relations;
    this.findings = data.findings ?? [];
    for (const relation of data.relations) {
      const others = this.#byNumber.get(relation.relation);
      if (others === undefined) this.#byNumber.set(relation.relation, [relation]);
      else others.push(relation);
    }
  }

  /** What a relation's files are called, or null where that is not known. */
  nameOfRelation(file: RelationFile): RelationName | null {
    const found = this.#byNumber
      .get(file.relation)
      ?.find(({ tablespace, database }) => tablespace === file.tablespace && database === file.database);
    if (found === undefined) return null;
    const { schema, name, kind, toastOf, state } = found;
    return { database: this.nameOfDatabase(found.database), schema, name, kind, toastOf, state };
  }

  /** The name of a database, or null where it is not known. */
  nameOfDatabase(oid: number): string | null {
    return this.databases.get(oid) ?? null;
  }

  /** The name of a tablespace, or null where it is not known. */
  nameOfTablespace(oid: number): string | null {
    return this.tablespaces.get(oid) ?? null;
  }
}
