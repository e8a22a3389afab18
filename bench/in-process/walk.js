// @ts-check
// The walk over a folder of WAL, every record's checksum verified.
import { WalReader } from 'pg-wal';
import { directorySource } from 'pg-wal/node';

const [wal, bytes] = process.argv.slice(2);
if (wal === undefined || bytes === undefined) throw new Error('usage: node walk.js FOLDER BYTES');
const source = await directorySource(wal);
const end = (await startOfWal()) + BigInt(bytes);

const recordRates = [];
const byteRates = [];
let records = 0;
for (let run = -1; run < 5; run++) {
  const begin = performance.now();
  const reader = await WalReader.open(source, { end });
  records = 0;
  let first = -1n;
  while (await reader.nextWindow()) {
    while (reader.next()) if (records++ === 0) first = reader.record.lsn;
  }
  const seconds = (performance.now() - begin) / 1000;
  // the first walk warms up code and the page cache
  if (run < 0) continue;
  recordRates.push(records / seconds / 1e6);
  byteRates.push(Number((reader.end?.lsn ?? first) - first) / 2 ** 20 / seconds);
}
console.log(
  JSON.stringify({
    records,
    figures: [
      { subject: 'walk with checksums', unit: 'million records/s', values: recordRates, goal: null },
      { subject: 'walk with checksums', unit: 'MB/s', values: byteRates, goal: null },
    ],
  }),
);

async function startOfWal() {
  const reader = await WalReader.open(source);
  try {
    await reader.nextWindow();
    if (!reader.next()) throw new Error(`no records in ${wal}`);
    return reader.record.lsn - (reader.record.lsn % BigInt(reader.format.segmentSize));
  } finally {
    await reader.close();
  }
}
