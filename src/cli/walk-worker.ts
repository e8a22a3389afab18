import { parentPort, workerData } from 'node:worker_threads';
import { findRuns, type WalkPart, type WalkPlan } from '../evidence/walk-ahead.js';
import { waitingDirectorySource } from '../source/directory-waiting.js';
import { WalDirectory } from '../wal/wal-directory.js';
import { TakenParts, takeFromBehind } from './parts-from-behind.js';

// One of the threads of commands about two nodes: walks parts of a node's WAL, from the last on, until none is left.

/** What such a worker is told. */
export interface WalkWorkerData {
  /** Where the node's files are, and its archive if there is one. */
  readonly roots: readonly string[];
  readonly plan: WalkPlan;
  readonly parts: readonly WalkPart[];
  readonly taken: SharedArrayBuffer;
}

async function walkAll({ roots, plan, parts, taken }: WalkWorkerData): Promise<void> {
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
    (answer) => parentPort?.postMessage(answer),
  );
}

walkAll(workerData);
