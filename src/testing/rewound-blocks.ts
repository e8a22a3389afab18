import type { RewindPlan } from '../evidence/plan-rewind.js';

/** Files below the data directory, and the numbers of their blocks. */
export type BlocksByFile = ReadonlyMap<string, ReadonlySet<number>>;

/** The blocks that `pg_rewind --debug` said it would copy. */
export function blocksOfRewind(text: string): BlocksByFile {
  const files = new Map<string, Set<number>>();
  let path = '';
  for (const line of text.split('\n')) {
    path = /^(?:pg_rewind: )?(\S+) \(\w+\)$/.exec(line)?.[1] ?? path;
    const block = /^(?:pg_rewind: )? *block (\d+)$/.exec(line)?.[1];
    if (block !== undefined) files.set(path, (files.get(path) ?? new Set()).add(Number(block)));
  }
  return files;
}

/** The same of a plan; for relations in the default and the global tablespace of less than 1 GB. */
export function blocksOfPlan({ relations }: RewindPlan): BlocksByFile {
  return new Map(
    relations.map(({ locator: { tablespace, database, relation }, blocks }) => [
      tablespace === 1664 ? `global/${relation}` : `base/${database}/${relation}`,
      new Set(blocks),
    ]),
  );
}

/**
 * Where the two differ. `pg_rewind` leaves out blocks past the end of the upstream's file, whose size is not
 * known here: such blocks lie past the last one that it named.
 */
export function differingBlocks(ours: BlocksByFile, theirs: BlocksByFile): string[] {
  const missing = [...theirs].flatMap(([path, blocks]) =>
    [...blocks].filter((block) => !ours.get(path)?.has(block)).map((block) => `${path} lacks ${block}`),
  );
  const surplus = [...ours].flatMap(([path, blocks]) => {
    const named = theirs.get(path) ?? new Set();
    const last = Math.max(-1, ...named);
    return [...blocks]
      .filter((block) => block <= last && !named.has(block))
      .map((block) => `${path} has ${block} too many`);
  });
  return [...missing, ...surplus];
}
