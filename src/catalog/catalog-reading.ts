import { SourceError } from '../errors.js';
import type { RelationFile } from '../rmgr/description-writer.js';
import { readWholeFile, type Source } from '../source/source.js';
import { POSTGRES_VERSIONS } from '../version.js';
import { CatalogNames, type NamedRelation, type NamesFinding } from './catalog-names.js';
import { CatalogPages } from './catalog-pages.js';
import { CatalogRow } from './catalog-row.js';
import {
  type Cluster,
  type DatabaseDirectory,
  DEFAULT_TABLESPACE,
  GLOBAL_TABLESPACE,
  sharedFile,
} from './cluster-files.js';
import { CommitLog } from './commit-log.js';
import { type NameDecoder, nameDecoder } from './encodings.js';
import { CATALOG_LAYOUTS, type CatalogColumns, type CatalogLayouts } from './layouts.js';
import { MultiXacts } from './multixacts.js';
import { RELATION_MAP_FILE, RELATION_MAP_LIMIT, type RelationMap, readRelationMap } from './relation-map.js';
import { nameRelations, type RelationRow, readRelationRow } from './relations.js';
import { SlruPages } from './slru.js';
import { type NameRow, namesByOid, type SortedRows, sortRows } from './sort-rows.js';
import { Visibility } from './visibility.js';
import type { WalChanges } from './wal-changes.js';

/** OIDs of the catalogs that are read; each is also the number of its first file. */
const PG_CLASS = 1259;
const PG_NAMESPACE = 2615;
const PG_DATABASE = 1262;
const PG_TABLESPACE = 1213;

/** No cluster has as many. */
const MOST_RELATIONS = 8_388_608;

interface DatabaseRow extends NameRow {
  readonly tablespace: number;
  readonly encoding: number;
}

/** One reading of a cluster's catalogs, with what WAL changes in them. */
export class CatalogReading {
  /** The files that were read. */
  readonly files: RelationFile[] = [];
  readonly #source: Source;
  readonly #cluster: Cluster;
  readonly #layouts: CatalogLayouts;
  readonly #directories: readonly DatabaseDirectory[];
  readonly #changes: WalChanges | null;
  readonly #findings: NamesFinding[];
  readonly #pages: CatalogPages;
  readonly #visibility: Visibility;

  /** @param findings - what is wrong with the files is added to it */
  constructor(
    source: Source,
    cluster: Cluster,
    directories: readonly DatabaseDirectory[],
    changes: WalChanges | null,
    findings: NamesFinding[],
  ) {
    this.#source = source;
    this.#cluster = cluster;
    this.#layouts = CATALOG_LAYOUTS[cluster.version.major];
    this.#directories = directories;
    this.#changes = changes;
    this.#findings = findings;
    this.#pages = new CatalogPages(source, cluster.geometry, changes, findings);
    this.#visibility = newVisibility(source, cluster, this.#layouts, changes);
  }

  /** The files that will be read, as far as that can be told before any is. */
  static async likelyFiles(
    source: Source,
    cluster: Cluster,
    directories: readonly DatabaseDirectory[],
  ): Promise<RelationFile[]> {
    const reading = new CatalogReading(source, cluster, directories, null, []);
    const shared = await reading.#map('global', 0);
    const files = [PG_DATABASE, PG_TABLESPACE].map((oid) => sharedFile(shared?.get(oid) ?? oid));
    for (const { tablespace, database, path } of directories) {
      const map = await reading.#map(path, database);
      if (map === null) continue;
      const relation = map.get(PG_CLASS) ?? PG_CLASS;
      files.push({ tablespace, database, relation }, { tablespace, database, relation: PG_NAMESPACE });
    }
    return files;
  }

  /** Reads all of them. */
  async read(): Promise<CatalogNames> {
    const sharedMap = (await this.#map('global', 0)) ?? new Map<number, number>();
    const decode = nameDecoder(null);
    const tablespaces = await this.#named(
      sharedFile(sharedMap.get(PG_TABLESPACE) ?? PG_TABLESPACE),
      'global',
      this.#row(this.#layouts.tablespaces, decode),
      (row) => ({ header: row.header, oid: row.oid, name: row.name('spcname') }),
    );
    const databases = await this.#named(
      sharedFile(sharedMap.get(PG_DATABASE) ?? PG_DATABASE),
      'global',
      this.#row(this.#layouts.databases, decode),
      readDatabaseRow,
    );
    const relations: NamedRelation[] = [];
    for (const directory of this.#directories) {
      const own = databases.current.get(directory.database) ?? null;
      if (own !== null && own.tablespace !== directory.tablespace) continue;
      for (const relation of await this.#relations(directory, own, sharedMap)) relations.push(relation);
      if (relations.length <= MOST_RELATIONS) continue;
      this.#find('catalog-too-large', `names after the first ${relations.length} were not read`);
      break;
    }
    this.#tellUnknown();
    return new CatalogNames({
      systemIdentifier: this.#cluster.control?.systemIdentifier ?? null,
      tablespaces: namesByOid(tablespaces),
      databases: namesByOid(databases),
      relations: withoutDoubles(relations),
      findings: this.#findings,
    });
  }

  async #relations(
    directory: DatabaseDirectory,
    row: DatabaseRow | null,
    sharedMap: RelationMap,
  ): Promise<NamedRelation[]> {
    const { database, tablespace, path } = directory;
    const map = await this.#map(path, database);
    if (map === null) {
      // in a tablespace that is not its own, a database has relations and no catalogs
      if (row !== null) this.#find('catalog-missing', `${path}/${RELATION_MAP_FILE}: not there`);
      return [];
    }
    const decode = nameDecoder(row?.encoding ?? null);
    const classFile = { tablespace, database, relation: map.get(PG_CLASS) ?? PG_CLASS };
    const rows = await this.#classRows(classFile, path, decode);
    const schemaFile = {
      tablespace,
      database,
      relation: rows.current.get(PG_NAMESPACE)?.file || PG_NAMESPACE,
    };
    const schemas = await this.#named(
      schemaFile,
      path,
      this.#row(this.#layouts.schemas, decode),
      (schema) => ({ header: schema.header, oid: schema.oid, name: schema.name('nspname') }),
    );
    return nameRelations({ database, tablespace, rows, schemas: namesByOid(schemas), map, sharedMap });
  }

  /**
   * Reads `pg_class`. A development snapshot's is its version's or the next one's; which, its own row tells, which
   * has to be in it.
   */
  async #classRows(file: RelationFile, path: string, decode: NameDecoder): Promise<SortedRows<RelationRow>> {
    const { version, development } = this.#cluster;
    const read = (layouts: CatalogLayouts) =>
      this.#named(file, path, this.#row(layouts.relations, decode), readRelationRow);
    if (development === null && version.catalogVersion !== null) return read(this.#layouts);
    const next = POSTGRES_VERSIONS[POSTGRES_VERSIONS.indexOf(version) + 1] ?? version;
    for (const layouts of [this.#layouts, CATALOG_LAYOUTS[next.major]]) {
      const rows = await read(layouts);
      const own = rows.current.get(PG_CLASS);
      if (own?.name === 'pg_class' && own.kind === 'table') return rows;
    }
    this.#find('version-unknown', `${path}/${file.relation}: its rows are of no version that is known here`);
    return { current: new Map(), former: [], uncommitted: [] };
  }

  async #named<Row extends NameRow>(
    file: RelationFile,
    directory: string,
    row: CatalogRow,
    read: (row: CatalogRow) => Row | null,
  ): Promise<SortedRows<Row>> {
    this.files.push(file);
    const rows = await this.#pages.rows(file, `${directory}/${file.relation}`, row, read);
    await this.#visibility.load(rows.map(({ header }) => header));
    return sortRows(rows, this.#visibility);
  }

  #row(columns: CatalogColumns, decode: NameDecoder): CatalogRow {
    return new CatalogRow(columns, this.#cluster.nameBytes, decode);
  }

  /** A map of catalogs to their files, the newest there is; null where there is none that can be relied on. */
  async #map(directory: string, database: number): Promise<RelationMap | null> {
    const logged = this.#changes?.relationMaps.get(database);
    if (logged !== undefined) return logged;
    const path = `${directory}/${RELATION_MAP_FILE}`;
    try {
      const bytes = await readWholeFile(this.#source, path, RELATION_MAP_LIMIT);
      if (bytes === null) return null;
      const map = readRelationMap(bytes, this.#cluster.version, this.#layouts.relationMapPlaces);
      if (typeof map !== 'string') return map;
      this.#find('relation-map-invalid', `${path}: ${map}`);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#find('catalog-unreadable', error.message);
    }
    return null;
  }

  #tellUnknown(): void {
    const { unknown } = this.#visibility;
    const [first] = unknown;
    if (first === undefined) return;
    const more = unknown.size > 1 ? ` and ${unknown.size - 1} more` : '';
    this.#find(
      'transaction-status-unknown',
      `${this.#layouts.commitLog} does not tell what became of transaction ${first}${more}: its changes are taken as if it had been committed, and nothing had been dropped`,
    );
  }

  #find(code: NamesFinding['code'], message: string): void {
    this.#findings.push({ code, message });
  }
}

function newVisibility(
  source: Source,
  { control, geometry: { pageSize } }: Cluster,
  { commitLog }: CatalogLayouts,
  changes: WalChanges | null,
): Visibility {
  const pagesOf = (directory: string) => new SlruPages(source, directory, pageSize);
  const checkpoint = control?.checkPointCopy ?? null;
  const horizon = checkpoint && {
    oldest: checkpoint.oldestXid,
    next: Number(BigInt.asUintN(32, checkpoint.nextXid)),
  };
  const nextOffset = checkpoint && Number(BigInt.asUintN(32, checkpoint.nextMultiOffset));
  return new Visibility(
    new CommitLog(pagesOf(commitLog), pageSize, horizon, changes?.transactions ?? null),
    new MultiXacts(
      pagesOf('pg_multixact/offsets'),
      pagesOf('pg_multixact/members'),
      pageSize,
      nextOffset,
      changes?.multiXactUpdaters ?? new Map(),
    ),
  );
}

function readDatabaseRow(row: CatalogRow): DatabaseRow {
  return {
    header: row.header,
    oid: row.oid,
    name: row.name('datname'),
    tablespace: row.number('dattablespace') || DEFAULT_TABLESPACE,
    encoding: row.number('encoding'),
  };
}

/** Each database has all shared relations in its `pg_class`. */
function withoutDoubles(relations: readonly NamedRelation[]): NamedRelation[] {
  const shared = new Set<number>();
  return relations.filter(({ tablespace, relation }) => {
    if (tablespace !== GLOBAL_TABLESPACE) return true;
    const isNew = !shared.has(relation);
    shared.add(relation);
    return isNew;
  });
}
