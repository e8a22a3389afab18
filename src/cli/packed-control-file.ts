import { join } from 'node:path';
import { SourceError } from '../errors.js';
import { directorySource } from '../source/directory.js';
import { readWholeFile } from '../source/source.js';

/** The start of a file, and what messages call it. */
export interface FoundControlFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Finds the control file in what has to be unpacked first: a tar file, or a directory that holds packed files.
 *
 * @param places - where it may be
 * @param maxSize - how many bytes of it to read at the most
 */
export async function unpackControlFile(
  path: string,
  places: readonly string[],
  maxSize: number,
): Promise<FoundControlFile> {
  const source = await directorySource(path);
  const [only, ...others] = (await source.list('')) ?? [];
  const isAlone = only?.kind === 'file' && others.length === 0;
  for (const place of isAlone ? [...places, only.name] : places) {
    const bytes = await readWholeFile(source, place, maxSize);
    if (bytes !== null) return { file: isAlone ? path : join(path, place), bytes };
  }
  const reasons = (source.findings ?? []).map(({ message }) => `; ${message}`).join('');
  throw new SourceError(
    'SOURCE_NOT_FOUND',
    `no control file in ${path}: expected ${places.join(' or ')}${reasons}`,
  );
}
