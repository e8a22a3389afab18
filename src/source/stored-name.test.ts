import { describe, expect, it } from 'vitest';
import { isPackedName, isTarName, readStoredName } from './stored-name.js';

const SEGMENT = '000000010000000A000000FF';
const SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

describe('names of stored files', () => {
  // as each program writes them: its sources, for pgBackRest src/command/archive/common.h
  it.each([
    ['a server', SEGMENT, SEGMENT, null, false],
    ['pg_receivewal', `${SEGMENT}.partial`, `${SEGMENT}.partial`, null, false],
    ['pg_receivewal', `${SEGMENT}.gz.partial`, `${SEGMENT}.partial`, 'gzip', false],
    ['pg_receivewal', `${SEGMENT}.lz4.partial`, `${SEGMENT}.partial`, 'lz4', false],
    ['WAL-G', `${SEGMENT}.br`, SEGMENT, 'brotli', false],
    ['WAL-G', `${SEGMENT}.lzma`, SEGMENT, 'lzma', false],
    ['WAL-G', '0000000B.history.lz4', '0000000B.history', 'lz4', false],
    ['pgBackRest', `${SEGMENT}-${SHA1}`, SEGMENT, null, false],
    ['pgBackRest', `${SEGMENT}-${SHA1}.zst`, SEGMENT, 'zstd', false],
    ['pgBackRest', `${SEGMENT}.partial-${SHA1}.bz2`, `${SEGMENT}.partial`, 'bzip2', false],
    ['pgBackRest', `${SEGMENT}.00000028.backup`, `${SEGMENT}.00000028.backup`, null, false],
    ['pgmoneta', `${SEGMENT}.zstd`, SEGMENT, 'zstd', false],
    ['pgmoneta', `${SEGMENT}.zstd.aes`, SEGMENT, 'zstd', true],
    ['a person', `${SEGMENT}.partial.gz`, `${SEGMENT}.partial`, 'gzip', false],
    ['a person', `${SEGMENT}.GZ`, SEGMENT, 'gzip', false],
    ['a person', `${SEGMENT}.gpg`, SEGMENT, null, true],
    ['a person', 'base.tgz', 'base.tar', 'gzip', false],
    ['pg_basebackup', 'base.tar.zst', 'base.tar', 'zstd', false],
    ['anybody', `notes-${SHA1}`, `notes-${SHA1}`, null, false],
    ['anybody', 'something.partial', 'something.partial', null, false],
  ])('of %s: %s is %s', (_, name, plain, compression, isEncrypted) => {
    expect(readStoredName(name)).toMatchObject({ plain, compression, isEncrypted });
  });

  it('tell the checksum that pgBackRest puts there', () => {
    expect(readStoredName(`${SEGMENT}-${SHA1}.gz`).checksum).toBe(SHA1);
    expect(readStoredName(`${SEGMENT}.gz`).checksum).toBeNull();
  });

  it.each([
    ['base.tar', true, true],
    ['base.tar.lz4', true, true],
    ['x.tgz', true, true],
    [`${SEGMENT}.zst`, false, true],
    ['pg_control.gz', false, true],
    ['pg_control', false, false],
    ['tar', false, false],
  ])('say whether %s is a tar file (%s), or packed at all (%s)', (name, isTar, isPacked) => {
    expect([isTarName(name), isPackedName(name)]).toEqual([isTar, isPacked]);
  });
});
