import type { RelationFile } from '../rmgr/description-writer.js';
import type { CatalogNames, RelationName, RelationState } from './catalog-names.js';

/** Identifiers that need no quotes. */
const PLAIN = /^[a-z_][a-z0-9_]*$/;

/** What would break a line, or a terminal: control characters, and what turns the direction of text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * A name with its database and schema as SQL has it, quoted where letters ask for it: `app.public.orders`,
 * `app.public."Order Lines"`. It is always one line.
 *
 * @category Names
 */
export function formatRelationName({
  database,
  schema,
  name,
}: Pick<RelationName, 'database' | 'schema' | 'name'>): string {
  return [database, schema, name]
    .filter((part) => part !== null)
    .map(quoted)
    .join('.');
}

/** What is put before a name that is not, or not yet, that of these files. */
const STATES: Readonly<Record<RelationState, string>> = {
  current: '',
  former: 'formerly ',
  uncommitted: 'uncommitted ',
};

/** Says in print what a relation is called, what it belongs to and whether it still is: `formerly app.public.t`. */
export function relationNameText(relation: RelationName): string {
  const owner =
    relation.toastOf === null ? '' : ` of ${formatRelationName({ database: null, ...relation.toastOf })}`;
  return `${STATES[relation.state]}${formatRelationName(relation)}${owner}`;
}

/** A relation's numbers, and behind them its name where it is known: `1663/16384/16399 (app.public.orders)`. */
export function relationFileText(file: RelationFile, names: CatalogNames | null): string {
  const numbers = `${file.tablespace}/${file.database}/${file.relation}`;
  const name = names?.nameOfRelation(file) ?? null;
  return name === null ? numbers : `${numbers} (${relationNameText(name)})`;
}

/** An identifier, quoted where it has to be; what cannot be printed is escaped as in `U&"…"`. */
export function quoted(identifier: string): string {
  if (PLAIN.test(identifier)) return identifier;
  const inner = identifier.replaceAll('"', '""');
  if (inner.search(UNPRINTABLE) < 0) return `"${inner}"`;
  return `U&"${inner.replaceAll('\\', '\\\\').replace(UNPRINTABLE, escaped)}"`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16).toUpperCase();
  return code > 0xffff ? `\\+${digits.padStart(6, '0')}` : `\\${digits.padStart(4, '0')}`;
}
