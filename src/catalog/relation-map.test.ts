import { describe, expect, it } from 'vitest';
import { CATALOG_FIXTURES, catalogFiles } from '../testing/catalogs.js';
import { versionOfMajor } from '../version.js';
import { CATALOG_LAYOUTS } from './layouts.js';
import { readRelationMap } from './relation-map.js';

describe.each(CATALOG_FIXTURES)('the map of shared catalogs of %s', (name) => {
  const version = versionOfMajor(name)!;
  const { relationMapPlaces } = CATALOG_LAYOUTS[version.major];
  const files = catalogFiles(name);
  const file = () => Uint8Array.from(files['global/pg_filenode.map']);
  const read = (bytes: Uint8Array) => readRelationMap(bytes, version, relationMapPlaces);

  it('tells the file of pg_tablespace, and that pg_database was written anew', () => {
    const map = read(file());
    expect(map).toBeInstanceOf(Map);
    if (typeof map === 'string') return;
    expect(Object.keys(files)).toContain(`global/${map.get(1213)}`);
    expect(map.get(1262)).toBeGreaterThan(16384);
  });

  it('is refused with any bit changed, up to its checksum', () => {
    const end = 8 + relationMapPlaces * 8 + 4;
    for (let at = 0; at < end; at++) {
      const bytes = file();
      bytes[at] ^= 0x10;
      expect(read(bytes), `byte ${at}`).toBeTypeOf('string');
    }
  });

  it('is refused where it is cut off', () => {
    expect(read(file().subarray(0, 400))).toBe(
      `it has 400 bytes, not the ${8 + relationMapPlaces * 8 + 4} that make a map`,
    );
    expect(read(new Uint8Array(0))).toBeTypeOf('string');
  });
});
