import { NamesError } from '../errors.js';
import {
  CatalogNames,
  type NamedRelation,
  type NamesData,
  type RelationKind,
  type RelationState,
} from './catalog-names.js';

const KINDS: readonly RelationKind[] = [
  'table',
  'index',
  'sequence',
  'toast-table',
  'materialized-view',
  'other',
];

const STATES: readonly RelationState[] = ['current', 'former', 'uncommitted'];

/** OIDs and file numbers have 32 bits. */
const MOST = 0xffff_ffff;

/**
 * Writes names as a JSON file, so that they can be taken from a data directory to where only WAL is: an entry a
 * line. `docs/names.schema.json` is its schema.
 *
 * @category Names
 */
export function formatNames({ systemIdentifier, tablespaces, databases, relations }: NamesData): string {
  const lines = [
    `  "systemIdentifier": ${systemIdentifier === null ? 'null' : `"${systemIdentifier}"`}`,
    `  "tablespaces": ${object(sorted(tablespaces).map(([oid, name]) => [`${oid}`, name]))}`,
    `  "databases": ${object(sorted(databases).map(([oid, name]) => [`${oid}`, name]))}`,
    `  "relations": ${object([...relations].sort(byFile).map((each) => [keyOf(each), entryOf(each)]))}`,
  ];
  return `{\n${lines.join(',\n')}\n}\n`;
}

function object(entries: readonly (readonly [string, unknown])[]): string {
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n  }`;
}

function sorted(names: ReadonlyMap<number, string>): [number, string][] {
  return [...names].sort(([a], [b]) => a - b);
}

function byFile(a: NamedRelation, b: NamedRelation): number {
  return a.tablespace - b.tablespace || a.database - b.database || a.relation - b.relation;
}

function keyOf({ tablespace, database, relation }: NamedRelation): string {
  return `${tablespace}/${database}/${relation}`;
}

function entryOf({ schema, name, kind, toastOf, state }: NamedRelation): object {
  return {
    ...(schema !== null && { schema }),
    name,
    kind,
    ...(toastOf !== null && { toastOf }),
    ...(state !== 'current' && { state }),
  };
}

/**
 * Reads names from a JSON file that {@link formatNames} wrote, or somebody else: keys that are not known are
 * passed over, and all of an entry but a relation's `name` may be left out.
 *
 * @param json - the file's text
 * @throws {@link NamesError} `NAMES_SYNTAX`
 * @category Names
 */
export function parseNames(json: string): CatalogNames {
  const file = members(parse(json), 'the file');
  return new CatalogNames({
    systemIdentifier: systemIdentifierOf(file.get('systemIdentifier')),
    tablespaces: namesOf(file.get('tablespaces'), 'tablespaces'),
    databases: namesOf(file.get('databases'), 'databases'),
    relations: [...optionalMembers(file.get('relations'), 'relations')].map(relationOf),
  });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new NamesError(
      'NAMES_SYNTAX',
      `names are no JSON: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

function systemIdentifierOf(value: unknown): bigint | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value);
  throw wrong('systemIdentifier', 'a number in a string');
}

function namesOf(value: unknown, key: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const [oid, name] of optionalMembers(value, key)) {
    const number = numberOf(oid);
    if (number === null) throw wrong(`${key}."${oid}"`, 'an OID as its key');
    names.set(number, textOf(name, `${key}."${oid}"`));
  }
  return names;
}

function relationOf([key, value]: [string, unknown]): NamedRelation {
  const place = `relations."${key}"`;
  const numbers = key.split('/').map(numberOf);
  const [tablespace, database, relation] = numbers;
  if (numbers.length !== 3 || tablespace === null || database === null || relation === null) {
    throw wrong(place, 'a key like "1663/16384/16399": the OIDs of tablespace and database, the file number');
  }
  const entry = members(value, place);
  return {
    tablespace,
    database,
    relation,
    ...qualifiedName(entry, place),
    kind: kindOf(entry.get('kind'), place),
    toastOf: toastOf(entry.get('toastOf'), `${place}.toastOf`),
    state: stateOf(entry.get('state'), place),
  };
}

function qualifiedName(entry: ReadonlyMap<string, unknown>, place: string) {
  const schema = entry.get('schema');
  return {
    schema: schema === undefined || schema === null ? null : textOf(schema, `${place}.schema`),
    name: textOf(entry.get('name'), `${place}.name`),
  };
}

function toastOf(value: unknown, place: string): NamedRelation['toastOf'] {
  return value === undefined || value === null ? null : qualifiedName(members(value, place), place);
}

function kindOf(value: unknown, place: string): RelationKind {
  if (value === undefined) return 'other';
  const kind = KINDS.find((each) => each === value);
  if (kind === undefined) throw wrong(`${place}.kind`, `one of ${KINDS.join(', ')}`);
  return kind;
}

function stateOf(value: unknown, place: string): RelationState {
  if (value === undefined) return 'current';
  const state = STATES.find((each) => each === value);
  if (state === undefined) throw wrong(`${place}.state`, `one of ${STATES.join(', ')}`);
  return state;
}

function textOf(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  throw wrong(place, 'a string');
}

function numberOf(text: string): number | null {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : MOST + 1;
  return number > MOST ? null : number;
}

function optionalMembers(value: unknown, place: string): ReadonlyMap<string, unknown> {
  return value === undefined ? new Map() : members(value, place);
}

function members(value: unknown, place: string): ReadonlyMap<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value));
  }
  throw wrong(place, 'an object');
}

function wrong(place: string, expected: string): NamesError {
  return new NamesError('NAMES_SYNTAX', `names: ${place} is not as it should be: expected ${expected}`);
}
