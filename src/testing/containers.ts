import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Archives of every kind, see `fixtures/make-containers.sh`. */
const FIXTURES = fileURLToPath(new URL('../../fixtures/containers/', import.meta.url));

/** What is in most of them: the last segment of the tour of 15, and a history file. */
export const CONTAINED_SEGMENT = '000000010000000000000020';
export const CONTAINED_HISTORY = '00000002.history';

export function containerPath(name: string): string {
  return FIXTURES + name;
}

/** The files below a path, by their paths from there, as for a memory source. */
export function filesBelow(path: string): Record<string, Uint8Array> {
  const paths = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    paths
      .filter((file) => statSync(`${path}/${file}`).isFile())
      .map((file) => [file.replaceAll('\\', '/'), Uint8Array.from(readFileSync(`${path}/${file}`))]),
  );
}
