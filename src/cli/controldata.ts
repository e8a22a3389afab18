import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ControlFile } from '../control/control-file.js';
import { formatControlFile } from '../control/format-control-file.js';
import { readControlFile } from '../control/read-control-file.js';
import { controlFileWarnings } from '../control/warnings.js';
import { ControlFileError, SourceError } from '../errors.js';
import { isPackedName } from '../source/stored-name.js';
import { Exit, type ExitStatus } from './exit.js';
import type { FoundControlFile } from './packed-control-file.js';
import { environmentTimeZone } from './zone-file.js';

/** Where a directory may hold its control file: a data directory, or its `global`. */
const PLACES = ['global/pg_control', 'pg_control'];

/** No server writes more, and a device may never end. */
const MAX_SIZE = 8192;

/**
 * Prints a control file as the `pg_controldata` of its version does, in the time zone of the environment.
 *
 * @param path - a data directory, a directory that holds a `pg_control`, a tar file of one, or the file itself
 */
export async function controldata(path: string): Promise<ExitStatus> {
  const { file, bytes } = await findControlFile(path);
  const control = parse(file, bytes);
  for (const line of controlFileWarnings(control)) process.stderr.write(`pgwal: ${line}\n`);
  process.stdout.write(formatControlFile(control, { timeZone: environmentTimeZone() }));
  return Exit.ok;
}

async function findControlFile(path: string): Promise<FoundControlFile> {
  if (isDirectory(path)) {
    const file = PLACES.map((place) => join(path, place)).find(exists);
    if (file !== undefined) return { file, bytes: readStart(file) };
  } else if (!isPackedName(basename(path))) {
    return { file: path, bytes: readStart(path) };
  }
  // what unpacks takes longer to load than a control file takes to print
  const { unpackControlFile } = await import('./packed-control-file.js');
  return unpackControlFile(path, PLACES, MAX_SIZE);
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function exists(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw unreadable(file, error);
  }
}

function readStart(file: string): Uint8Array {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = new Uint8Array(MAX_SIZE);
      let length = 0;
      // a pipe gives what it has
      for (let read = -1; read !== 0 && length < MAX_SIZE; length += read) {
        read = readSync(descriptor, bytes, length, MAX_SIZE - length, null);
      }
      return bytes.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

function parse(file: string, bytes: Uint8Array): ControlFile {
  try {
    return readControlFile(bytes);
  } catch (error) {
    if (!(error instanceof ControlFileError)) throw error;
    throw new ControlFileError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}

function unreadable(path: string, error: unknown): SourceError {
  const code = isNotFound(error) ? 'SOURCE_NOT_FOUND' : 'SOURCE_UNREADABLE';
  const said = error instanceof Error ? error.message : String(error);
  // Of `ENOENT: no such file or directory, open '/path'` the middle is what a person wants to know.
  return new SourceError(code, `cannot read ${path}: ${said.replace(/^E[A-Z]+: (.*), .*$/, '$1')}`, {
    cause: error,
  });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
