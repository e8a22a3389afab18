import { parentPort, workerData } from 'node:worker_threads';
import { countPart } from './count-part.js';
import type { DumpPart } from './dump-part.js';
import { TakenParts, takeFromBehind } from './parts-from-behind.js';
import { type DumpWorkerData, openPrinter } from './worker-printer.js';

// One of the threads of `pgwal dump` where no record is printed: takes parts from the last on, until none is left.

/** What such a worker is told. */
export interface CountWorkerData extends DumpWorkerData {
  readonly parts: readonly DumpPart[];
  readonly taken: SharedArrayBuffer;
}

const { parts, taken, ...command }: CountWorkerData = workerData;

openPrinter(command).then((printer) =>
  takeFromBehind(
    parts.length,
    new TakenParts(taken),
    (index) => countPart(parts[index], printer),
    (answer) => parentPort?.postMessage(answer),
  ),
);
