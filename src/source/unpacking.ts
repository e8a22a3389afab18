import type { Decompressors } from './compression.js';
import { decompressing } from './decompressing.js';
import { BUILT_IN_DECOMPRESSORS } from './decompressor-of.js';
import { mountingTars } from './mounting-tars.js';
import { plainNames } from './plain-names.js';
import type { Source } from './source.js';

/**
 * The same source as if everything in it were unpacked, as `directorySource` and `memorySource` show it; for
 * sources of your own.
 *
 * - Compressed files go by their plain names and read as what they hold, gzip, Zstandard and LZ4 with their
 *   checksums checked. How a file is compressed, its contents tell.
 * - A lone tar file is the directory that it was made of; `base.tar` and `pg_wal.tar` of `pg_basebackup` are one
 *   data directory.
 * - Archives of pg_receivewal, WAL-G, pgBackRest, Barman and pgmoneta are a plain list of segments.
 *
 * What cannot be read is told by {@link Source.findings} and, where it is opened, by an error.
 *
 * @param decompressors - more than those that are built in
 * @category Sources
 */
export function unpacking(source: Source, decompressors: Decompressors = {}): Source {
  const all = { ...BUILT_IN_DECOMPRESSORS, ...decompressors };
  return plainNames(decompressing(mountingTars(source, all), all));
}
