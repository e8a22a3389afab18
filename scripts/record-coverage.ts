// Writes docs/records.md: how the text of each kind of record in each version was verified.
//
//     npx tsx scripts/record-coverage.ts CORPUS/tour > docs/records.md
//
// CORPUS/tour holds whole tours, unpacked, of which `npm run test:corpus` compares every line.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { POSTGRES_VERSIONS, type PostgresVersion, WalReader } from '../src/index.js';
import { directorySource } from '../src/node.js';
import { recordTypesOf } from '../src/rmgr/resource-managers.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/records/', import.meta.url));
const tours = process.argv[2];
if (tours === undefined) throw new Error('usage: node scripts/record-coverage.ts CORPUS/tour');

/** By version: the kinds seen, as resource manager ID times 16 and kind. */
const inTours = new Map<string, Set<number>>();
for (const tour of readdirSync(tours)) {
  const reader = await WalReader.open(await directorySource(`${tours}/${tour}`));
  const seen = setOf(inTours, reader.format.version.major);
  for await (const window of reader) {
    for (const record of window) seen.add(record.resourceManager * 16 + (record.info >> 4));
  }
}

const handMade = new Map<string, Set<number>>();
for (const file of readdirSync(FIXTURES)) {
  for (const line of readFileSync(FIXTURES + file, 'utf8')
    .trimEnd()
    .split('\n')) {
    const { version, resourceManager, info } = JSON.parse(line);
    setOf(handMade, version).add(resourceManager * 16 + (info >> 4));
  }
}

// 19 is not released: nothing of it is verified, and it has no column
const versions = POSTGRES_VERSIONS.filter(({ major }) => major !== '19');
const newest = versions[versions.length - 1];

console.log(`---
title: Kinds of records
---

# Kinds of records, and how each was verified

Every kind of record that a version can write, by the name that \`pg_waldump\` has for it from 9.5 on.

- **L**: live. A server wrote such records in a tour through what it can log, and what we print equals what its own \`pg_waldump\` (\`pg_xlogdump\` up to 9.6) printed, byte for byte.
- **T**: tool. No tour holds one. Hand-made records were printed by the version's own tool, and we print the same: \`fixtures/records\`.
- **S**: source. Derived from the version's source only.
- A blank: the version has no such kind.

Hand-made records stand beside the live ones as well, for the branches that no server took. This page is written by \`scripts/record-coverage.ts\`.
`);

newest.resourceManagers.forEach((manager, id) => {
  console.log(`\n## ${manager}\n`);
  console.log(`| kind | ${versions.map(({ major }) => major).join(' | ')} |`);
  console.log(`| --- |${versions.map(() => ' :-: |').join('')}`);
  const rows = versions.map((version) => kindsOf(version, id));
  for (const name of new Set(rows.flatMap((row) => [...row.keys()]))) {
    const cells = rows.map((row) => row.get(name) ?? '');
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
});

/** By name: the best that there is to say. */
function kindsOf(version: PostgresVersion, id: number): Map<string, string> {
  const types = recordTypesOf(version);
  const kinds = new Map<string, string>();
  for (let kind = id * 16; kind < id * 16 + 16; kind++) {
    const name = types[kind]?.name;
    if (name === undefined) continue;
    const mark = setOf(inTours, version.major).has(kind)
      ? 'L'
      : setOf(handMade, version.major).has(kind)
        ? 'T'
        : 'S';
    const before = kinds.get(name);
    if (before === undefined || 'LTS'.indexOf(mark) < 'LTS'.indexOf(before)) kinds.set(name, mark);
  }
  return kinds;
}

function setOf(map: Map<string, Set<number>>, key: string): Set<number> {
  const found = map.get(key) ?? new Set<number>();
  map.set(key, found);
  return found;
}
