import { describe, expect, it } from 'vitest';
import { BackupFileError } from '../errors.js';
import { BACKUPS, backupFile, backupNames, backupText } from '../testing/backups.js';
import { parseBackupHistory } from './backup-label.js';
import { parseBackupManifest } from './backup-manifest.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const withManifest = BACKUPS.filter((version) => backupNames(version).includes('backup_manifest'));

/** What `pg_verifybackup` said of a manifest that was changed in a way. */
function verdictOn(version: string, change: string): string {
  return new RegExp(`^${change}:\n(.*)$`, 'm').exec(backupText(version, 'verifybackup.txt'))![1];
}

describe.each(withManifest)('the manifest of a backup of %s', (version) => {
  const content = backupFile(version, 'encoded_manifest');

  it('is right where pg_verifybackup says so', () => {
    expect(verdictOn(version, 'none')).toBe('backup successfully verified');
    expect(parseBackupManifest(content).checksumMatches).toBe(true);
    expect(parseBackupManifest(backupFile(version, 'backup_manifest')).checksumMatches).toBe(true);
  });

  it('has a wrong checksum where pg_verifybackup says so', () => {
    expect(verdictOn(version, 'digit')).toContain('manifest checksum mismatch');
    const altered = new TextDecoder().decode(content).replace('"Size": ', '"Size": 1');
    expect(parseBackupManifest(bytes(altered)).checksumMatches).toBe(false);
  });

  it('cannot be read where pg_verifybackup says so', () => {
    expect(verdictOn(version, 'line')).toContain('could not parse backup manifest');
    const cut = content.subarray(0, content.lastIndexOf(0x0a, content.length - 2) + 1);
    expect(() => parseBackupManifest(cut)).toThrow(/could not parse backup manifest/);
  });

  it('names the cluster from version 2 on', () => {
    const { version: format, systemIdentifier } = parseBackupManifest(content);
    expect(format).toBe(Number(version) >= 17 ? 2 : 1);
    expect(systemIdentifier).toBe(
      format === 1 ? null : BigInt(backupText(version, 'system_identifier').trim()),
    );
  });

  it('lists the files, by whichever kind of name', () => {
    const plain = parseBackupManifest(backupFile(version, 'backup_manifest'));
    const encoded = parseBackupManifest(content);
    expect(plain.files.find(({ path }) => path === 'PG_VERSION')).toEqual({
      path: 'PG_VERSION',
      encodedPath: null,
      size: 3,
      lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT$/),
      checksumAlgorithm: 'CRC32C',
      checksum: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(encoded.files.find(({ path }) => path === 'PG_VERSION')).toMatchObject({
      encodedPath: '50475f56455253494f4e',
      checksumAlgorithm: null,
      checksum: null,
    });
    expect(plain.files.length).toBeGreaterThan(900);
    expect(encoded.files.every(({ encodedPath }) => encodedPath !== null)).toBe(true);
  });

  it('gives the WAL that the backup needs, which the backup history file gives as well', () => {
    const name = backupNames(version).find((each) => each.endsWith('.backup'))!;
    const { startWalLocation, stopWalLocation } = parseBackupHistory(backupFile(version, name));
    expect(parseBackupManifest(backupFile(version, 'backup_manifest')).walRanges).toEqual([
      { timeline: 1, start: startWalLocation, end: stopWalLocation },
    ]);
  });
});

describe('parseBackupManifest', () => {
  const manifest = (fields: string) =>
    bytes(`{ "PostgreSQL-Backup-Manifest-Version": 2,\n${fields}\n"Manifest-Checksum": "00"}\n`);

  it('keeps all digits of a system identifier, and is not taken in by a file of that name', () => {
    const files = '"Files": [{ "Path": "\\"System-Identifier\\": 1", "Size": 1 }],\n"WAL-Ranges": [],';
    const read = parseBackupManifest(manifest(`${files}\n"System-Identifier": 18446744073709551615,`));
    expect(read.systemIdentifier).toBe(18446744073709551615n);
    expect(read.files[0].path).toBe('"System-Identifier": 1');
    expect(read.checksumMatches).toBe(false);
  });

  it('refuses what is not one', () => {
    const wrong = [
      '',
      '[]',
      '{}',
      '{ "PostgreSQL-Backup-Manifest-Version": 3 }',
      '{ "PostgreSQL-Backup-Manifest-Version": 1 }',
    ];
    for (const text of wrong) expect(() => parseBackupManifest(bytes(text)), text).toThrow(BackupFileError);
    const wrongFields = [
      '"Files": [1], "WAL-Ranges": [],',
      '"Files": [{ "Size": 1 }], "WAL-Ranges": [],',
      '"Files": [{ "Path": "a" }], "WAL-Ranges": [],',
      '"Files": [{ "Encoded-Path": "616", "Size": 1 }], "WAL-Ranges": [],',
      '"Files": [], "WAL-Ranges": [{ "Timeline": 1, "Start-LSN": "0/1", "End-LSN": "x" }],',
    ];
    for (const text of wrongFields) {
      expect(() => parseBackupManifest(manifest(text)), text).toThrow(BackupFileError);
    }
  });
});
