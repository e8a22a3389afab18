import { describe, expect, it } from 'vitest';
import { BackupFileError } from '../errors.js';
import { BACKUPS, backupFile } from '../testing/backups.js';
import { versionOfMajor } from '../version.js';
import { parseTablespaceMap } from './tablespace-map.js';

const old = versionOfMajor('13')!;
const recent = versionOfMajor('14')!;

describe('parseTablespaceMap', () => {
  it.each(BACKUPS)(
    'reads what a server of %s wrote of paths with a backslash, spaces and a line feed',
    (version) => {
      const tablespaces = parseTablespaceMap(backupFile(version, 'tablespace_map'), versionOfMajor(version)!);
      expect(tablespaces.map(({ path }) => path.replace(/^\/tmp\/tmp\.\w+/, ''))).toEqual([
        '/a \\ b\nc',
        '/plain',
      ]);
      expect(tablespaces.map(({ oid }) => oid > 16383)).toEqual([true, true]);
    },
  );

  it('undoes escapes as the version makes them', () => {
    expect(parseTablespaceMap('16384 /a\\\\b\\\nc\n', recent)).toEqual([{ oid: 16384, path: '/a\\b\nc' }]);
    expect(parseTablespaceMap('16384 /a\\\\b\\\nc\n', old)).toEqual([{ oid: 16384, path: '/a\\\\b\nc' }]);
  });

  it('keeps spaces that begin a path, from 14 on', () => {
    expect(parseTablespaceMap('16384  /a\n', recent)).toEqual([{ oid: 16384, path: ' /a' }]);
    expect(parseTablespaceMap('16384  /a\n', old)).toEqual([{ oid: 16384, path: '/a' }]);
  });

  it('takes the line ends of Windows', () => {
    expect(parseTablespaceMap('1 /a\r\n2 /b\r\n', recent)).toEqual([
      { oid: 1, path: '/a' },
      { oid: 2, path: '/b' },
    ]);
  });

  it('refuses what a server refuses', () => {
    for (const text of [
      'nonsense\n',
      'x /a\n',
      '16384 \n',
      '16384\n',
      '4294967296 /a\n',
      '1 /a',
      '1 /a\n\\',
    ]) {
      expect(() => parseTablespaceMap(text, recent), text).toThrow(BackupFileError);
    }
    expect(parseTablespaceMap('', recent)).toEqual([]);
  });
});
