import { parentPort } from 'node:worker_threads';
import { type ScanOrder, ScanOrders } from './scan-order.js';

// One of the threads of `pgwal audit`: scans the segments that it is sent, one after the other.

const port = parentPort;
if (port === null) throw new TypeError('this file is for worker threads');
const orders = new ScanOrders();

let work = Promise.resolve();
port.on('message', (order: ScanOrder) => {
  work = work.then(async () => port.postMessage(await orders.answer(order)));
});
