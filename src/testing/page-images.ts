import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/**
 * The full-page images of a tour's fixture as PostgreSQL restored them: by the names of the files that
 * `pg_waldump --save-fullpage` wrote, the MD5 of each. See `fixtures/page-images/README.md`.
 */
export function restoredImages(tour: string): Map<string, string> {
  const file = new URL(`../../fixtures/page-images/${tour}.txt.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('latin1').trimEnd().split('\n');
  return new Map(lines.map((line) => [line.slice(34), line.slice(0, 32)]));
}
