import { readFile } from 'node:fs/promises';
import type { CatalogNames } from '../catalog/catalog-names.js';
import { hasDataFiles } from '../catalog/cluster-files.js';
import { formatRelationName } from '../catalog/name-text.js';
import { parseNames } from '../catalog/names-file.js';
import { readCatalogNames } from '../catalog/read-catalog-names.js';
import { NamesError, SourceError } from '../errors.js';
import { directorySource } from '../source/directory.js';
import { failureLine } from './exit.js';
import type { NodePair } from './pair-of-nodes.js';

/** Where names come from. */
export interface NamesOptions {
  /** A file that `pgwal names --json` wrote. */
  readonly names?: string;
  /** A data directory. */
  readonly data?: string;
}

/**
 * Reads the names that were asked for; null where none were.
 *
 * @param tell - is told what is wrong with them, line by line
 */
export async function readNames(
  { names, data }: NamesOptions,
  tell = tellOnError,
): Promise<CatalogNames | null> {
  if (names !== undefined) return readNamesFile(names);
  return data === undefined ? null : tellingOf(await readCatalogNames(await directorySource(data)), tell);
}

/** The names of a node's relations: those of its own catalogs, unless others are given; null where there are none. */
export async function readNamesOfNode(
  options: NamesOptions,
  { node, nodeSource, archives: { nodeArchive } }: NodePair,
): Promise<CatalogNames | null> {
  const names = await readNames(options);
  if (names !== null) {
    warnOfOthers(names, node.systemIdentifier, tellOnError);
    return names;
  }
  if (!(await hasDataFiles(nodeSource))) return null;
  const { history } = node;
  const own = await readCatalogNames(nodeSource, {
    ...(nodeArchive !== undefined && { archive: nodeArchive }),
    ...(history !== null && { history }),
  });
  return tellingOf(own, tellOnError);
}

/** Says so where names are those of another cluster than the WAL is of. */
export function warnOfOthers(
  { systemIdentifier }: CatalogNames,
  ofWal: bigint | null,
  tell: (line: string) => void,
): void {
  if (systemIdentifier === null || ofWal === null || systemIdentifier === ofWal) return;
  tell(failureLine(`warning: the names are of system ${systemIdentifier}, the WAL is of ${ofWal}`));
}

/** The numbers of a relation given by its name, with or without its database; null where there is none, or several. */
export function relationByName(names: CatalogNames, text: string): string | null {
  const isMeant = (database: string | null, { schema, name }: { schema: string | null; name: string }) =>
    [database, null].some((each) => formatRelationName({ database: each, schema, name }) === text);
  const found = names.relations.filter(
    (each) => each.state === 'current' && isMeant(names.nameOfDatabase(each.database), each),
  );
  const [only] = found;
  return found.length === 1 ? `${only.tablespace}/${only.database}/${only.relation}` : null;
}

async function readNamesFile(path: string): Promise<CatalogNames> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SourceError('SOURCE_UNREADABLE', `${path}: no names can be read: ${reason}`, { cause: error });
  });
  try {
    return parseNames(text);
  } catch (error) {
    if (error instanceof NamesError)
      throw new NamesError(error.code, `${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

function tellingOf(names: CatalogNames, tell: (line: string) => void): CatalogNames {
  for (const { message } of names.findings) tell(failureLine(`warning: ${message}`));
  return names;
}

function tellOnError(line: string): void {
  process.stderr.write(line);
}
