import { describe, expect, it } from 'vitest';
import {
  nearestControlVersion,
  nearestPageMagic,
  POSTGRES_VERSIONS,
  versionOfControlFile,
  versionOfMajor,
  versionOfPageMagic,
} from './version.js';

// XLOG_PAGE_MAGIC, PG_CONTROL_VERSION and CATALOG_VERSION_NO of the releases' own headers
const MARKS: [major: string, magic: number, control: number, catalog: number | null][] = [
  ['9.3', 0xd075, 937, 201306121],
  ['9.4', 0xd07e, 942, 201409291],
  ['9.5', 0xd087, 942, 201510051],
  ['9.6', 0xd093, 960, 201608131],
  ['10', 0xd097, 1002, 201707211],
  ['11', 0xd098, 1100, 201809051],
  ['12', 0xd101, 1201, 201909212],
  ['13', 0xd106, 1300, 202007201],
  ['14', 0xd10d, 1300, 202107181],
  ['15', 0xd110, 1300, 202209061],
  ['16', 0xd113, 1300, 202307071],
  ['17', 0xd116, 1700, 202406281],
  ['18', 0xd118, 1800, 202506291],
  ['19', 0xd121, 1902, null],
];

it('has a row for every major, oldest first', () => {
  expect(POSTGRES_VERSIONS.map(({ major }) => major)).toEqual(MARKS.map(([major]) => major));
});

describe.each(MARKS)('%s', (major, magic, control, catalog) => {
  it('is told by its page magic', () => {
    expect(versionOfPageMagic(magic)).toMatchObject({ version: { major }, development: null });
  });

  it('is told by its control and catalog versions', () => {
    const found = versionOfControlFile(control, catalog ?? 202612311);
    expect(found).toMatchObject({ version: { major, catalogVersion: catalog }, development: null });
  });

  it('is told by its name', () => expect(versionOfMajor(major)?.pageMagic).toBe(magic));
});

describe('development snapshots', () => {
  it('of 9.4 with 9.3 formats are read as 9.3', () => {
    expect(versionOfPageMagic(0xd076)).toMatchObject({ version: { major: '9.3' }, development: '9.4' });
    expect(versionOfControlFile(937, 201307221)).toMatchObject({
      version: { major: '9.3' },
      development: '9.4',
    });
  });

  it('between two releases with one control version count as the later one', () => {
    expect(versionOfControlFile(1300, 202101011)).toMatchObject({
      version: { major: '14' },
      development: '14',
    });
  });

  it('before the first release with a control version count as that', () => {
    expect(versionOfControlFile(1800, 202501011)).toMatchObject({
      version: { major: '18' },
      development: '18',
    });
  });
});

describe('marks of no known version', () => {
  it.each([0, 0xd074, 0xd077, 0xd066, 0xffff, 0x75d0])('page magic %i', (magic) => {
    expect(versionOfPageMagic(magic)).toBeNull();
  });

  it.each([0, 922, 938, 1301, 9999])('control version %i', (control) => {
    expect(versionOfControlFile(control, 202007201)).toBeNull();
  });

  it.each(['', '8.4', '9', '9.30', '15.1', '20', '016'])('name %j', (major) => {
    expect(versionOfMajor(major)).toBeNull();
  });

  it('have a nearest neighbour for messages', () => {
    expect(nearestPageMagic(0xd074).major).toBe('9.3');
    expect(nearestPageMagic(0xffff).major).toBe('19');
    expect(nearestPageMagic(0xd111).major).toBe('15');
    expect(nearestControlVersion(1).major).toBe('9.3');
    expect(nearestControlVersion(1701).major).toBe('17');
  });
});

describe('what changed with which release', () => {
  const majorsWhere = (test: (version: (typeof POSTGRES_VERSIONS)[number]) => boolean) =>
    POSTGRES_VERSIONS.filter(test).map(({ major }) => major);

  it('9.5: records of 24 bytes, block references and CRC-32C', () => {
    expect(majorsWhere((version) => version.recordFormat === 'backup-blocks')).toEqual(['9.3', '9.4']);
    expect(majorsWhere((version) => version.crc === 'legacy-crc32')).toEqual(['9.3', '9.4']);
    expect(majorsWhere((version) => version.pageImageFlags === null)).toEqual(['9.3', '9.4']);
  });

  it('10: pg_wal', () => {
    expect(majorsWhere((version) => version.walDirectory === 'pg_xlog')).toEqual([
      '9.3',
      '9.4',
      '9.5',
      '9.6',
    ]);
  });

  it('14 and 15: top-level transactions, resource managers of extensions, compressed images', () => {
    expect(majorsWhere((version) => version.topLevelTransactionIds)[0]).toBe('14');
    expect(majorsWhere((version) => version.customResourceManagers)[0]).toBe('15');
    expect(majorsWhere((version) => (version.pageImageFlags?.zstd ?? 0) !== 0)[0]).toBe('15');
  });

  it('the number of resource managers', () => {
    const counts = Object.fromEntries(
      POSTGRES_VERSIONS.map((version) => [version.major, version.resourceManagers.length]),
    );
    expect(counts).toMatchObject({ '9.3': 17, '9.4': 17, '9.5': 20, '9.6': 22, 10: 22, 18: 22, 19: 23 });
  });
});
