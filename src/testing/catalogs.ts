import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { NamedRelation, RelationKind } from '../catalog/catalog-names.js';

/** Catalogs of clusters that crashed, by version; `fixtures/make-catalogs.sh` made them. */
const FIXTURES = fileURLToPath(new URL('../../fixtures/catalog/', import.meta.url));

export const CATALOG_FIXTURES: readonly string[] = readdirSync(FIXTURES);

/** The folder of a fixture: a data directory with what names are read from. */
export function catalogPath(name: string): string {
  return `${FIXTURES}${name}`;
}

/** Its files, unpacked, by path: new copies with every call, to be altered at will. */
export function catalogFiles(name: string): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const entry of readdirSync(catalogPath(name), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'expected.json.gz') continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const bytes = readFileSync(path);
    const unpacked = path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    files[path.slice(catalogPath(name).length + 1).replace(/\.gz$/, '')] = Uint8Array.from(unpacked);
  }
  return files;
}

interface Expected {
  readonly databases: readonly { readonly oid: number; readonly name: string }[];
  readonly tablespaces: readonly { readonly oid: number; readonly name: string }[];
  readonly relations: readonly {
    readonly tablespace: number;
    readonly database: number;
    readonly relation: number;
    readonly datname: string | null;
    readonly schema: string;
    readonly name: string;
    readonly kind: keyof typeof KINDS;
    readonly former: boolean;
    readonly toastOf: NamedRelation['toastOf'];
  }[];
}

const KINDS = {
  r: 'table',
  i: 'index',
  S: 'sequence',
  t: 'toast-table',
  m: 'materialized-view',
} as const satisfies Record<string, RelationKind>;

/** What the server itself said of its names, before it crashed. */
export function expectedNames(name: string) {
  const text = gunzipSync(readFileSync(`${catalogPath(name)}/expected.json.gz`)).toString();
  const { databases, tablespaces, relations }: Expected = JSON.parse(text);
  const named = relations.map(({ datname, former, kind, ...relation }): NamedRelation => {
    return { ...relation, kind: KINDS[kind], state: former ? 'former' : 'current' };
  });
  return {
    databases: new Map(databases.map(({ oid, name: database }) => [oid, database])),
    tablespaces: new Map(tablespaces.map(({ oid, name: tablespace }) => [oid, tablespace])),
    relations: named,
  };
}
