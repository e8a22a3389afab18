import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directorySource } from '../source/directory.js';
import { memorySource } from '../source/memory.js';
import { CATALOG_FIXTURES, catalogFiles, catalogPath, expectedNames } from '../testing/catalogs.js';
import { CRC_OFFSETS, withLegacyCrc, withNumber } from '../testing/control-files.js';
import type { CatalogNames, NamedRelation } from './catalog-names.js';
import { formatRelationName } from './name-text.js';
import { readCatalogNames } from './read-catalog-names.js';

const keyOf = ({ tablespace, database, relation }: NamedRelation) => `${tablespace}/${database}/${relation}`;

/** Relations by their files. */
function byFile(relations: readonly NamedRelation[]): Record<string, NamedRelation> {
  return Object.fromEntries(relations.map((relation) => [keyOf(relation), relation]));
}

const read = new Map<string, Promise<CatalogNames>>();

/** The names of a fixture, read once. */
function namesOf(version: string): Promise<CatalogNames> {
  const names = read.get(version) ?? directorySource(catalogPath(version)).then((it) => readCatalogNames(it));
  read.set(version, names);
  return names;
}

const isCurrent = ({ state }: NamedRelation) => state === 'current';

describe('names from the catalogs of a server that crashed', () => {
  it('has fixtures', () => expect(CATALOG_FIXTURES).toEqual(['11', '18', '9.3', '9.4']));

  it.each(CATALOG_FIXTURES)('%s: are those that the server gave, and no others', async (version) => {
    const names = await namesOf(version);
    const expected = expectedNames(version);
    expect(names.findings).toEqual([]);
    expect(byFile(names.relations.filter(isCurrent))).toEqual(byFile(expected.relations.filter(isCurrent)));
    for (const [oid, name] of expected.databases) expect(names.nameOfDatabase(oid)).toBe(name);
    for (const [oid, name] of expected.tablespaces) expect(names.nameOfTablespace(oid)).toBe(name);
  });

  it.each(CATALOG_FIXTURES)('%s: tell what files were that a relation has no longer', async (version) => {
    const names = await namesOf(version);
    const former = byFile(names.relations.filter(({ state }) => state === 'former'));
    const expected = expectedNames(version).relations.filter(({ state }) => state === 'former');
    expect(expected.length).toBeGreaterThan(5);
    for (const relation of expected) {
      // the schema was renamed since, and was "doomed" when the server was asked
      const schema = (name: string | null) => (name === 'doomed' ? 'no longer' : name);
      const toastOf = relation.toastOf && { ...relation.toastOf, schema: schema(relation.toastOf.schema) };
      expect(former[keyOf(relation)]).toEqual({ ...relation, toastOf, schema: schema(relation.schema) });
    }
  });

  it.each(CATALOG_FIXTURES)('%s: tell what was never committed from what was', async (version) => {
    const { relations } = await namesOf(version);
    const namesIn = (state: NamedRelation['state']) =>
      relations.filter((it) => it.state === state && it.schema === 'public').map(({ name }) => name);
    expect(namesIn('current').sort()).toEqual(
      [
        ...[
          'Re named',
          'elsewhere',
          'late',
          'locked2',
          'orders',
          'orders_id_seq',
          'orders_pkey',
          'prepared2',
        ],
        ...['sub', 'sub3', 'unlocked'],
      ].sort(),
    );
    // what was rolled back before the catalog was written anew has left no row
    expect(namesIn('uncommitted').sort()).toEqual(['prepared', 'rolled_back3', 'uncommitted']);
  });

  it.each(CATALOG_FIXTURES)(
    '%s: are older ones where the WAL is not there, and that is said',
    async (version) => {
      const files = Object.entries(catalogFiles(version)).filter(([path]) => !/^pg_(wal|xlog)/.test(path));
      const names = await readCatalogNames(memorySource(Object.fromEntries(files)));
      const current = names.relations.filter(isCurrent).map(({ name }) => name);
      expect(current).toEqual(expect.arrayContaining(['locked', 'orders']));
      expect(current).not.toContain('unlocked');
      expect(current).not.toContain('late');
      expect(names.findings).toEqual([
        { code: 'wal-not-applied', message: expect.stringContaining('found no WAL segments') },
      ]);
    },
  );

  it('are read of databases that pg_database does not tell of, as far as they go', async () => {
    const files = catalogFiles('11');
    for (const path of Object.keys(files)) if (path.startsWith('global/1')) delete files[path];
    const names = await readCatalogNames(memorySource(files));
    const orders = names.relations.find(({ name, state }) => name === 'orders' && state === 'current');
    expect(orders && names.nameOfRelation(orders)).toMatchObject({ database: null, schema: 'public' });
    expect(names.findings.map(({ code }) => code)).toContain('catalog-missing');
  });

  it('are read without a control file, whose place PG_VERSION takes', async () => {
    const files = catalogFiles('18');
    delete files['global/pg_control'];
    const names = await readCatalogNames(memorySource(files));
    expect(names.relations.filter(isCurrent).map(({ name }) => name)).toContain('locked');
    expect(names.findings.map(({ code }) => code)).toEqual(['wal-not-applied']);
  });

  it('are read of a development snapshot by the layout that fits', async () => {
    // as of July 2013: it calls itself 9.4, has 9.3's control file, and a pg_class as 9.4 was to have
    const entries = Object.entries(dropWal(catalogFiles('9.4')));
    const files = Object.fromEntries(
      entries.map(([path, bytes]) => [path.replace('PG_9.4_201409291', 'PG_9.4_201307201'), bytes]),
    );
    const control = withNumber(catalogFiles('9.3')['global/pg_control'], 12, 201_307_201);
    files['global/pg_control'] = withLegacyCrc(control, CRC_OFFSETS['9.3']);
    const names = await readCatalogNames(memorySource(files));
    const before = await readCatalogNames(memorySource(dropWal(catalogFiles('9.4'))));
    expect(byFile(names.relations.filter(isCurrent))).toEqual(byFile(before.relations.filter(isCurrent)));
    expect(names.findings.map(({ code }) => code)).toEqual(['wal-not-applied']);
  });

  it('are not made up where no known layout fits', async () => {
    const files = dropWal(catalogFiles('9.4'));
    const control = withNumber(catalogFiles('9.3')['global/pg_control'], 12, 201_307_201);
    files['global/pg_control'] = withLegacyCrc(control, CRC_OFFSETS['9.3']);
    for (const path of Object.keys(files)) if (/\/(1259|\d{5})$/.test(path)) files[path].copyWithin(90, 94);
    const names = await readCatalogNames(memorySource(files));
    expect(names.relations).toEqual([]);
    expect(names.findings.map(({ code }) => code)).toContain('version-unknown');
  });

  it('refuses what has no data files', async () => {
    await expect(readCatalogNames(memorySource({ 'pg_wal/x': new Uint8Array(1) }))).rejects.toMatchObject({
      code: 'SOURCE_NOT_A_NODE',
    });
  });
});

const NAMES_ARE_IN = /^(base|global\/\d|pg_tblspc|pg_(xact|clog|multixact))/;

describe('damaged catalogs', () => {
  it('names what is whole, and tells of pages that are not', async () => {
    const files = dropWal(catalogFiles('18'));
    const [path] = Object.keys(files).filter((each) => /^base\/\d+\/\d{5}$/.test(each));
    files[path].fill(0xff, 8192, 8192 + 24);
    const names = await readCatalogNames(memorySource(files));
    expect(names.findings).toContainEqual({
      code: 'catalog-damaged',
      message: `${path}: damaged pages were passed over, 1`,
    });
    expect(names.relations.length).toBeGreaterThan(300);
  });

  it('tells of a map of catalogs that cannot be relied on', async () => {
    const files = catalogFiles('9.4');
    const [path] = Object.keys(files).filter((each) => /^base\/\d+\/pg_filenode.map$/.test(each));
    files[path][20] ^= 1;
    const names = await readCatalogNames(memorySource(files));
    expect(names.findings).toContainEqual({
      code: 'relation-map-invalid',
      message: `${path}: its checksum is wrong`,
    });
  });

  it('never end in an exception, whatever bytes are wrong', async () => {
    const whole = new Map(CATALOG_FIXTURES.map((version) => [version, catalogFiles(version)]));
    const change = fc.record({
      file: fc.nat(),
      at: fc.nat(),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...CATALOG_FIXTURES),
        fc.array(change, { minLength: 1, maxLength: 20 }),
        fc.option(fc.record({ file: fc.nat(), length: fc.nat() })),
        fc.boolean(),
        async (version, changes, cut, hasWal) => {
          const files = { ...whole.get(version) };
          const paths = Object.keys(files).filter((path) => NAMES_ARE_IN.test(path));
          for (const { file, at, bytes } of changes) {
            const path = paths[file % paths.length];
            files[path] = overwritten(files[path], at, bytes);
          }
          if (cut !== null) {
            const path = paths[cut.file % paths.length];
            files[path] = files[path].subarray(0, cut.length % files[path].length);
          }
          // segments of 16 MB take their time
          if (!hasWal || version.startsWith('9.')) dropWal(files);
          const { relations } = await readCatalogNames(memorySource(files));
          const texts = relations.map(({ schema, name }) =>
            formatRelationName({ database: null, schema, name }),
          );
          expect(texts.filter((text) => /\p{Cc}/u.test(text))).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Half of the changes are to the first bytes of a page, where they do most harm. */
function overwritten(file: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(file);
  const place = (at % 2 === 0 ? at : at - (at % 8192) + (at % 120)) % Math.max(1, copy.length);
  copy.set(bytes.subarray(0, copy.length - place), place);
  return copy;
}

function dropWal(files: Record<string, Uint8Array>): Record<string, Uint8Array> {
  for (const path of Object.keys(files)) if (/^pg_(wal|xlog)/.test(path)) delete files[path];
  return files;
}
