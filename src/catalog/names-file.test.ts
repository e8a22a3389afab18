import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NamedRelation } from './catalog-names.js';
import { formatRelationName, relationNameText } from './name-text.js';
import { formatNames, parseNames } from './names-file.js';

const ORDERS: NamedRelation = {
  tablespace: 1663,
  database: 16384,
  relation: 16399,
  schema: 'public',
  name: 'orders',
  kind: 'table',
  toastOf: null,
  state: 'current',
};

describe('a file of names', () => {
  it('is JSON with an entry a line', () => {
    const text = formatNames({
      systemIdentifier: 7_301_234_567_890_123_456n,
      tablespaces: new Map([[1663, 'pg_default']]),
      databases: new Map([[16384, 'app']]),
      relations: [
        {
          ...ORDERS,
          relation: 16402,
          name: 't',
          kind: 'toast-table',
          toastOf: { schema: 'public', name: 'orders' },
        },
        { ...ORDERS, state: 'former' },
      ],
    });
    expect(text).toBe(`{
  "systemIdentifier": "7301234567890123456",
  "tablespaces": {
    "1663": "pg_default"
  },
  "databases": {
    "16384": "app"
  },
  "relations": {
    "1663/16384/16399": {"schema":"public","name":"orders","kind":"table","state":"former"},
    "1663/16384/16402": {"schema":"public","name":"t","kind":"toast-table","toastOf":{"schema":"public","name":"orders"}}
  }
}
`);
  });

  it('may be written by hand, with no more than a name', () => {
    const names = parseNames('{"relations": {"1663/5/16399": {"name": "orders"}}, "note": 1}');
    expect(names.nameOfRelation({ tablespace: 1663, database: 5, relation: 16399 })).toEqual({
      database: null,
      schema: null,
      name: 'orders',
      kind: 'other',
      toastOf: null,
      state: 'current',
    });
    expect(names.nameOfRelation({ tablespace: 1663, database: 6, relation: 16399 })).toBeNull();
    expect(names.systemIdentifier).toBeNull();
  });

  it.each<[string, string]>([
    ['{', 'names are no JSON'],
    ['[]', 'the file is not as it should be: expected an object'],
    ['{"systemIdentifier": 7}', 'systemIdentifier is not'],
    ['{"databases": ["app"]}', 'databases is not'],
    ['{"databases": {"x": "app"}}', 'databases."x" is not as it should be: expected an OID'],
    ['{"tablespaces": {"4294967296": "app"}}', 'tablespaces."4294967296" is not'],
    ['{"databases": {"5": 5}}', 'databases."5" is not as it should be: expected a string'],
    ['{"relations": {"1663/5": {"name": "t"}}}', 'relations."1663/5" is not'],
    ['{"relations": {"1663/5/-1": {"name": "t"}}}', 'relations."1663/5/-1" is not'],
    [
      '{"relations": {"1663/5/16399": "t"}}',
      'relations."1663/5/16399" is not as it should be: expected an object',
    ],
    ['{"relations": {"1663/5/16399": {}}}', 'relations."1663/5/16399".name is not'],
    ['{"relations": {"1663/5/16399": {"name": "t", "kind": "x"}}}', 'relations."1663/5/16399".kind is not'],
    [
      '{"relations": {"1663/5/16399": {"name": "t", "toastOf": {}}}}',
      'relations."1663/5/16399".toastOf.name',
    ],
  ])('is refused as %s', (json, message) => {
    expect(() => parseNames(json)).toThrow(
      expect.objectContaining({ code: 'NAMES_SYNTAX', message: expect.stringContaining(message) }),
    );
  });

  it('comes back as it was written', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    const table = fc.record({ schema: fc.option(fc.string()), name: fc.string({ unit: 'binary' }) });
    const relation: fc.Arbitrary<NamedRelation> = fc.record({
      tablespace: number,
      database: number,
      relation: number,
      schema: fc.option(fc.string()),
      name: fc.string({ unit: 'binary' }),
      kind: fc.constantFrom('table', 'index', 'sequence', 'toast-table', 'materialized-view', 'other'),
      toastOf: fc.option(table),
      state: fc.constantFrom('current', 'former', 'uncommitted'),
    });
    const keyOf = (it: NamedRelation) => `${it.tablespace}/${it.database}/${it.relation}`;
    fc.assert(
      fc.property(
        fc.option(fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn })),
        fc.array(fc.tuple(number, fc.string({ unit: 'binary' }))),
        fc.uniqueArray(relation, { selector: keyOf }),
        (systemIdentifier, databases, relations) => {
          const data = {
            systemIdentifier,
            tablespaces: new Map(databases),
            databases: new Map(databases),
            relations,
          };
          const read = parseNames(formatNames(data));
          expect(read.systemIdentifier).toBe(systemIdentifier);
          expect(read.databases).toEqual(data.databases);
          expect(read.tablespaces).toEqual(data.tablespaces);
          expect(new Set(read.relations)).toEqual(new Set(relations));
        },
      ),
    );
  });
});

describe('docs/names.schema.json', () => {
  const text = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
  // strict: the schema itself may have no key that means nothing
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(text('names.schema.json')));

  it('holds what is written', () => {
    const toastOf = { schema: null, name: 'orders' };
    const relations: NamedRelation[] = [
      ORDERS,
      { ...ORDERS, relation: 1, schema: null, toastOf, state: 'former' },
    ];
    for (const systemIdentifier of [null, 7n]) {
      const databases = new Map([[5, 'app']]);
      const json = formatNames({ systemIdentifier, tablespaces: databases, databases, relations });
      expect(validate(JSON.parse(json)), ajv.errorsText(validate.errors)).toBe(true);
    }
  });

  it('holds the example in docs/names.md, which can be read', () => {
    const example = /```json\n(.*?)```/s.exec(text('names.md'))?.[1] ?? '';
    expect(validate(JSON.parse(example)), ajv.errorsText(validate.errors)).toBe(true);
    expect(parseNames(example).relations).toHaveLength(3);
  });

  it.each([
    { databases: { x: 'app' } },
    { relations: { '1663/5': { name: 't' } } },
    { relations: { '1663/5/1': {} } },
    { relations: { '1663/5/1': { name: 't', kind: 'x' } } },
    { systemIdentifier: 7 },
  ])('does not hold %j, as reading does not', (json) => {
    expect(validate(json)).toBe(false);
    expect(() => parseNames(JSON.stringify(json))).toThrow(/names: /);
  });
});

describe('a name in print', () => {
  it.each<[string | null, string | null, string, string]>([
    ['app', 'public', 'orders', 'app.public.orders'],
    [null, 'pg_catalog', 'pg_database', 'pg_catalog.pg_database'],
    [null, null, 'orders', 'orders'],
    ['Sales DB', 'odd"one', 'таблица', '"Sales DB"."odd""one"."таблица"'],
    [null, null, 'back\\slash', '"back\\slash"'],
    [null, null, 'two\nlines\\', 'U&"two\\000Alines\\\\"'],
    [null, null, '\u202e\u{e0001}', 'U&"\\202E\\+0E0001"'],
    [null, null, '', '""'],
  ])('%s, %s, %s', (database, schema, name, text) => {
    expect(formatRelationName({ database, schema, name })).toBe(text);
  });

  it('says whose a TOAST table is, and what is no more', () => {
    const toastOf = { schema: 'public', name: 'Orders' };
    const name = {
      database: 'app',
      schema: 'pg_toast',
      name: 'pg_toast_16399',
      kind: 'toast-table',
      toastOf,
    } as const;
    expect(relationNameText({ ...name, state: 'former' })).toBe(
      'formerly app.pg_toast.pg_toast_16399 of public."Orders"',
    );
  });
});
