import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { formatControlFile } from './format-control-file.js';
import { readControlFile } from './read-control-file.js';

/** Pairs of a control file and what its server's `pg_controldata` printed of it. */
function pairs(): [file: string, text: string][] {
  const tours = corpusFolders('tour').map(({ path }): [string, string] => [
    join(path, 'global/pg_control'),
    join(path, 'expected/controldata.txt'),
  ]);
  const nodes = corpusFolders('failback').flatMap(({ path }) =>
    ['node', 'upstream'].map((role): [string, string] => [
      join(path, role, 'global/pg_control'),
      join(path, `${role}.controldata.txt`),
    ]),
  );
  return [...tours, ...nodes];
}

describe.skipIf(CORPUS === undefined)('control files of the corpus in PGWAL_CORPUS', () => {
  const found = pairs();

  it('are there', () => expect(found.length).toBeGreaterThan(0));

  it.each(found)('prints %s as its server does', (file, text) => {
    const control = readControlFile(readFileSync(file));
    expect(control).toMatchObject({ crcMatches: true, development: null });
    expect(formatControlFile(control, { timeZone: 'UTC' })).toBe(readFileSync(text, 'utf8'));
  });
});
