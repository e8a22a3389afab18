import pc from 'picocolors';
import type { CatalogNames } from '../catalog/catalog-names.js';
import { formatRelationName, relationFileText } from '../catalog/name-text.js';
import { findLostChanges } from '../evidence/find-lost-changes.js';
import type { LostChanges, LostRelation } from '../evidence/lost-changes.js';
import { formatLsn } from '../lsn.js';
import { DescriptionWriter } from '../rmgr/description-writer.js';
import { TimestampFormat } from '../time/timestamp-format.js';
import { Exit, type ExitStatus, reportFailure } from './exit.js';
import { jsonText } from './json-text.js';
import { type NamesOptions, readNamesOfNode } from './names-option.js';
import { type PairOptions, withPair } from './pair-of-nodes.js';
import { environmentTimeZone } from './zone-file.js';

/** People are shown so many entries of a list; `--json` has them all. */
const SHOWN = 20;

/** Says what the node wrote past the fork point that the upstream never had. */
export async function lost(
  options: PairOptions & NamesOptions & { readonly json?: boolean },
): Promise<ExitStatus> {
  const { changes, names } = await withPair(options, async (pair) => {
    const { node, nodeSource, comparison, archives } = pair;
    return {
      changes: await findLostChanges(node, nodeSource, comparison, archives),
      names: await readNamesOfNode(options, pair),
    };
  });
  if (changes === null) {
    return reportFailure(
      new Error(
        `cannot tell what is lost: the fork point of ${options.node} and ${options.upstream}, or the WAL from there on, is not known; "pgwal verdict" says what is missing`,
      ),
    );
  }
  process.stdout.write(
    options.json ? jsonText(withDatabaseNames(changes, names), names) : lostAsText(changes, names),
  );
  return Exit.ok;
}

/** What is lost, for people. */
export function lostAsText(changes: LostChanges, names: CatalogNames | null = null): string {
  const writer = new DescriptionWriter(new TimestampFormat(environmentTimeZone()));
  const moment = (microseconds: bigint) => {
    writer.clear();
    return writer.timestamp(microseconds).toString();
  };
  const { from, to, bytes, records, transactions } = changes;
  if (records === 0) return `${pc.bold('Nothing is lost')}: the node has no WAL past ${formatLsn(from)}\n`;
  const lines = [
    `${pc.bold(`${count(transactions.length, 'committed transaction')} lost`)}: ${count(records, 'record')}, ${bytes} bytes of WAL from ${formatLsn(from)} to ${formatLsn(to)}`,
    ...section(
      'Committed',
      transactions.map(
        ({ xid, commitLsn, commitTime, subtransactions, preparedAs }) =>
          `${xid}  ${formatLsn(commitLsn)}  ${moment(commitTime)}` +
          (subtransactions.length > 0 ? `  subtransactions ${subtransactions.join(' ')}` : '') +
          (preparedAs === null ? '' : `  prepared as '${preparedAs}'`),
      ),
    ),
    ...section(
      'Rows of relations',
      changes.tupleChanges.map(
        ({ locator, inserts, updates, deletes }) =>
          `${relationFileText(locator, names)}  ${inserts} inserted, ${updates} updated, ${deletes} deleted`,
      ),
    ),
    ...section('Relations created', changes.created.map(relationLine(names))),
    ...section('Relations dropped', changes.dropped.map(relationLine(names))),
    ...section('Relations truncated', changes.truncated.map(relationLine(names))),
    ...section(
      'Databases',
      changes.databases.map(
        ({ database, change, lsn }) => `${databaseText(database, names)} ${change} at ${formatLsn(lsn)}`,
      ),
    ),
    ...section(
      'Prepared and left open',
      changes.prepared.map(
        ({ xid, gid, lsn, preparedAt }) => `${xid} '${gid}'  ${formatLsn(lsn)}  ${moment(preparedAt)}`,
      ),
    ),
    ...section(
      'Still running at the end',
      changes.running.map((xid) => `${xid}`),
    ),
    ...section(
      'Records',
      changes.byResourceManager.map((row) => `${row.resourceManager}  ${row.records}, ${row.bytes} bytes`),
    ),
  ];
  if (changes.rolledBack > 0) lines.push('', `${count(changes.rolledBack, 'transaction')} had rolled back.`);
  return `${lines.join('\n')}\n`;
}

function section(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - SHOWN;
  const rest = more > 0 ? [pc.dim(`  and ${more} more (--json lists all)`)] : [];
  return ['', pc.bold(title), ...entries.slice(0, SHOWN).map((entry) => `  ${entry}`), ...rest];
}

const relationLine =
  (names: CatalogNames | null) =>
  ({ locator, xid, lsn }: LostRelation): string =>
    `${relationFileText(locator, names)} at ${formatLsn(lsn)}${xid === 0 ? '' : ` by ${xid}`}`;

function databaseText(database: number, names: CatalogNames | null): string {
  const name = names?.nameOfDatabase(database) ?? null;
  return name === null
    ? `${database}`
    : `${database} (${formatRelationName({ database: null, schema: null, name })})`;
}

function withDatabaseNames(changes: LostChanges, names: CatalogNames | null): object {
  if (names === null) return changes;
  const databases = changes.databases.map((each) => ({ ...each, name: names.nameOfDatabase(each.database) }));
  return { ...changes, databases };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
