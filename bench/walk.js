// @ts-check
// One walk over a folder of WAL in a process of its own; run.js starts it.
import { statSync } from 'node:fs';
import { formatLsn, WalReader } from 'pg-wal';
import { directorySource } from 'pg-wal/node';

const wal = process.argv[2];
if (wal === undefined || !statSync(wal).isDirectory()) throw new Error('usage: node bench/walk.js FOLDER');

const begin = performance.now();
const reader = await WalReader.open(await directorySource(wal));
let records = 0;
let last = 0n;
let first = -1n;
while (await reader.nextWindow()) {
  while (reader.next()) {
    if (records++ === 0) first = reader.record.lsn;
  }
  last = reader.record.endLsn;
}
const milliseconds = performance.now() - begin;
console.log(
  JSON.stringify({
    milliseconds,
    memory: process.resourceUsage().maxRSS * 1024,
    records,
    bytes: Number((reader.end?.lsn ?? last) - first),
    lastRecord: formatLsn(reader.end?.lastRecord ?? 0n),
  }),
);
