import { parentPort, workerData } from 'node:worker_threads';
import { walkParts } from './walk-order.js';

// One of the threads of `pgwal verdict`: walks parts of a node's WAL.

walkParts(workerData, (answer) => parentPort?.postMessage(answer));
