import { SourceError } from '../errors.js';
import type { RelationFile } from '../rmgr/description-writer.js';
import type { Source } from '../source/source.js';
import type { TimelineHistory } from '../timeline/history.js';
import type { CatalogNames, NamesFinding } from './catalog-names.js';
import { CatalogReading } from './catalog-reading.js';
import { databaseDirectories, hasDataFiles, readCluster } from './cluster-files.js';
import { gatherWalChanges } from './gather-wal-changes.js';
import { fileKey } from './wal-changes.js';

/**
 * What else there is to look at.
 *
 * @category Names
 */
export interface ReadCatalogNamesOptions {
  /** The WAL archive that the node's `restore_command` reads from. */
  readonly archive?: Source;
  /** The history of the timeline that the node is on, where that is not its control file's. */
  readonly history?: TimelineHistory;
}

/** A catalog that is written anew in the WAL that is read has other files at its end; once, hardly ever twice. */
const MOST_ROUNDS = 3;

/**
 * Reads what a cluster's relations, databases and tablespaces are called from its data files, without a server:
 * `pg_class` and `pg_namespace` of each database, `pg_database`, `pg_tablespace` and the maps
 * (`pg_filenode.map`), of 9.3 to 18. What a node had not written to them when it ended, as after a crash, is
 * taken from its WAL. Names of relations that were dropped are found as far as their rows are still there.
 *
 * What is damaged is passed over, and {@link CatalogNames.findings} say so.
 *
 * @param source - a data directory
 * @throws {@link SourceError} `SOURCE_NOT_A_NODE` where there are no data files of a known version,
 * `SOURCE_UNREADABLE` where they cannot be listed
 * @category Names
 */
export async function readCatalogNames(
  source: Source,
  options: ReadCatalogNamesOptions = {},
): Promise<CatalogNames> {
  if (!(await hasDataFiles(source))) {
    throw new SourceError(
      'SOURCE_NOT_A_NODE',
      `${source.name}: names are in a data directory's files, and this holds no base and global`,
    );
  }
  const cluster = await readCluster(source);
  const directories = await databaseDirectories(source, cluster);
  let files: readonly RelationFile[] = await CatalogReading.likelyFiles(source, cluster, directories);
  for (let round = 1; ; round++) {
    const findings: NamesFinding[] = [];
    const changes = await gatherWalChanges(source, cluster, files, options, findings);
    const reading = new CatalogReading(source, cluster, directories, changes, findings);
    const names = await reading.read();
    const missed = reading.files.filter((file) => changes?.files.has(fileKey(file)) === false);
    if (missed.length === 0 || round === MOST_ROUNDS) return names;
    files = [...files, ...missed];
  }
}
