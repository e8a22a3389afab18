import type { ControlFile } from '../control/control-file.js';
import { readControlFile } from '../control/read-control-file.js';
import { ControlFileError, SourceError } from '../errors.js';
import type { RelationFile } from '../rmgr/description-writer.js';
import { readWholeFile, type Source } from '../source/source.js';
import { type MajorVersion, type PostgresVersion, versionOfMajor } from '../version.js';
import type { PageGeometry } from './relation-pages.js';

/** `pg_default`: the directory `base`. */
export const DEFAULT_TABLESPACE = 1663;
/** `pg_global`: the directory `global`. */
export const GLOBAL_TABLESPACE = 1664;

const CONTROL_FILE_BYTES = 8192;
const VERSION_FILE_BYTES = 64;

/** `NAMEDATALEN` of nearly all servers. */
const DEFAULT_NAME_BYTES = 64;

/** What has to be known of a cluster to find its way about its files. */
export interface Cluster {
  /** Null where there is no control file that can be relied on. */
  readonly control: ControlFile | null;
  readonly version: PostgresVersion;
  /** Set where a development snapshot wrote the files: the major that it was to become. */
  readonly development: MajorVersion | null;
  readonly geometry: PageGeometry;
  /** `NAMEDATALEN`: bytes of a name, the zero behind it included. */
  readonly nameBytes: number;
}

/** A directory of a database's files. */
export interface DatabaseDirectory {
  readonly database: number;
  readonly tablespace: number;
  /** Relative to the data directory. */
  readonly path: string;
}

/** Whether a source holds data files: else it is a copy of WAL, or an archive. */
export async function hasDataFiles(source: Source): Promise<boolean> {
  return (await source.list('base')) !== null && (await source.list('global')) !== null;
}

/**
 * Finds out what cluster the files are of: by `pg_control`, or by `PG_VERSION` where that cannot be read.
 *
 * @throws SourceError `SOURCE_NOT_A_NODE` where neither tells
 */
export async function readCluster(source: Source): Promise<Cluster> {
  const control = await readControl(source);
  if (control !== null && isPossible(control)) {
    return {
      control,
      version: control.version,
      development: control.development,
      geometry: { pageSize: control.blcksz, pagesPerFile: control.relsegSize },
      nameBytes: control.nameDataLen,
    };
  }
  const bytes = await readWholeFile(source, 'PG_VERSION', VERSION_FILE_BYTES);
  const version = bytes && versionOfMajor(new TextDecoder().decode(bytes).trim());
  if (version === null) {
    throw new SourceError(
      'SOURCE_NOT_A_NODE',
      `${source.name}: no data directory of a known version (found neither global/pg_control nor PG_VERSION)`,
    );
  }
  const geometry = { pageSize: 8192, pagesPerFile: 131_072 };
  return { control: null, version, development: null, geometry, nameBytes: DEFAULT_NAME_BYTES };
}

/** What a server can be built with. */
function isPossible({ blcksz, relsegSize, nameDataLen }: ControlFile): boolean {
  const isPageSize = blcksz >= 1024 && blcksz <= 32_768 && (blcksz & (blcksz - 1)) === 0;
  return isPageSize && relsegSize > 0 && nameDataLen > 0 && nameDataLen <= blcksz;
}

async function readControl(source: Source): Promise<ControlFile | null> {
  try {
    const bytes = await readWholeFile(source, 'global/pg_control', CONTROL_FILE_BYTES);
    const control = bytes && readControlFile(bytes);
    return control?.crcMatches ? control : null;
  } catch (error) {
    if (error instanceof ControlFileError || error instanceof SourceError) return null;
    throw error;
  }
}

/** The directories of databases, in `base` and in tablespaces; a database has one in each that it uses. */
export async function databaseDirectories(source: Source, cluster: Cluster): Promise<DatabaseDirectory[]> {
  const found: DatabaseDirectory[] = [];
  for (const database of await numberedDirectories(source, 'base')) {
    found.push({ database, tablespace: DEFAULT_TABLESPACE, path: `base/${database}` });
  }
  for (const tablespace of await numberedDirectories(source, 'pg_tblspc')) {
    const own = await versionDirectory(source, `pg_tblspc/${tablespace}`, cluster);
    if (own === null) continue;
    for (const database of await numberedDirectories(source, own)) {
      found.push({ database, tablespace, path: `${own}/${database}` });
    }
  }
  return found;
}

/** Relations that all databases share. */
export function sharedFile(relation: number): RelationFile {
  return { tablespace: GLOBAL_TABLESPACE, database: 0, relation };
}

/**
 * `PG_15_202209061`: the major and the catalog version. A tablespace can have those of several versions:
 * `pg_upgrade` leaves the old one behind.
 */
async function versionDirectory(
  source: Source,
  tablespace: string,
  { control, version }: Cluster,
): Promise<string | null> {
  const names = ((await listQuietly(source, tablespace)) ?? []).map(({ name }) => name);
  const own = names.filter((name) => name.startsWith('PG_'));
  const catalogVersion = control?.catalogVersionNo ?? version.catalogVersion;
  const name =
    own.find((each) => each.endsWith(`_${catalogVersion}`)) ??
    own.find((each) => each.startsWith(`PG_${version.major}_`));
  return name === undefined ? null : `${tablespace}/${name}`;
}

async function numberedDirectories(source: Source, path: string): Promise<number[]> {
  const entries = (await listQuietly(source, path)) ?? [];
  return entries
    .filter(({ name, kind }) => kind === 'directory' && /^[1-9]\d{0,9}$/.test(name))
    .map(({ name }) => Number(name))
    .sort((a, b) => a - b);
}

/** A directory that cannot be listed is as one that is not there: its catalogs will be missed. */
async function listQuietly(source: Source, path: string) {
  try {
    return await source.list(path);
  } catch (error) {
    if (error instanceof SourceError) return null;
    throw error;
  }
}
