import { findRuns, type WalkPart, type WalkPlan } from '../evidence/walk-ahead.js';
import { waitingDirectorySource } from '../source/directory-waiting.js';
import { WalDirectory } from '../wal/wal-directory.js';
import type { WalkedRun } from '../wal/walked-run.js';
import { type PartAnswer, TakenParts, takeFromBehind } from './parts-from-behind.js';

/** What a thread is told that walks parts of a node's WAL. */
export interface WalkOrder {
  /** Where the node's files are, and its archive if there is one. */
  readonly roots: readonly string[];
  readonly plan: WalkPlan;
  readonly parts: readonly WalkPart[];
  readonly taken: SharedArrayBuffer;
}

/** What it says of a part. */
export type WalkAnswer = PartAnswer<readonly WalkedRun[]>;

/** Walks parts from the last on, until none is left, with sources of its own. */
export async function walkParts(
  { roots, plan, parts, taken }: WalkOrder,
  tell: (answer: WalkAnswer) => void,
): Promise<void> {
  const sources = await Promise.all(roots.map(waitingDirectorySource));
  const directory = await WalDirectory.open(...sources);
  await takeFromBehind(
    parts.length,
    new TakenParts(taken),
    async (index) => {
      const runs = await findRuns(directory, plan, parts[index]);
      // what a source finds wrong with its files has to be found by the one that is asked about it
      return sources.some(({ findings }) => (findings ?? []).length > 0) ? [] : runs;
    },
    tell,
  );
}
