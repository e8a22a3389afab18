import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatControlFile } from './format-control-file.js';
import { readControlFile } from './read-control-file.js';

/** A folder of real servers' files: `tour/VERSION/…` and `failback/NAME/…`, unpacked. */
const corpus = process.env.PGWAL_CORPUS;

/** Pairs of a control file and what its server's `pg_controldata` printed of it. */
function pairs(root: string): [file: string, text: string][] {
  const tours = foldersIn(join(root, 'tour')).map((tour): [string, string] => [
    join(tour, 'global/pg_control'),
    join(tour, 'expected/controldata.txt'),
  ]);
  const nodes = foldersIn(join(root, 'failback')).flatMap((failover) =>
    ['node', 'upstream'].map((role): [string, string] => [
      join(failover, role, 'global/pg_control'),
      join(failover, `${role}.controldata.txt`),
    ]),
  );
  return [...tours, ...nodes];
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => join(folder, name));
}

describe.skipIf(corpus === undefined)('control files of the corpus in PGWAL_CORPUS', () => {
  const found = corpus === undefined ? [] : pairs(corpus);

  it('are there', () => expect(found.length).toBeGreaterThan(0));

  it.each(found)('prints %s as its server does', (file, text) => {
    const control = readControlFile(readFileSync(file));
    expect(control).toMatchObject({ crcMatches: true, development: null });
    expect(formatControlFile(control, { timeZone: 'UTC' })).toBe(readFileSync(text, 'utf8'));
  });
});
