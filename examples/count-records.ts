// Counts the records of WAL by resource manager: npx tsx examples/count-records.ts DIRECTORY
import { formatLsn, WalReader } from 'pg-wal';
import { directorySource } from 'pg-wal/node';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: count-records.ts DIRECTORY');

const reader = await WalReader.open(await directorySource(path));
const counts = new Map<string, number>();
for await (const window of reader) {
  // records are views of the window: take what is wanted of one before the next
  for (const { resourceManagerName: name } of window) counts.set(name, (counts.get(name) ?? 0) + 1);
}

for (const [name, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${name} ${count}`);
if (reader.end !== null) console.log(`ended at ${formatLsn(reader.end.lsn)}: ${reader.end.message}`);
