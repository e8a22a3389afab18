import { RecordText, type RecordTextOptions } from '../dump/record-text.js';
import { Statistics } from '../dump/statistics.js';
import type { Lsn } from '../lsn.js';
import { RecordDescriber } from '../rmgr/describe-record.js';
import { DescriptionWriter } from '../rmgr/description-writer.js';
import type { WalReader } from '../wal/wal-reader.js';

/** What `pg_waldump` would print of a whole walk. */
export async function dumpText(reader: WalReader, options: RecordTextOptions = {}): Promise<Buffer> {
  const text = new RecordText(reader.format, options);
  const out = new DescriptionWriter();
  for await (const window of reader) for (const record of window) text.write(out, record);
  return Buffer.from(out.bytes.subarray(0, out.length));
}

/** What `pg_waldump --stats` and `--stats=record` would print of a whole walk. */
export async function dumpStatistics(reader: WalReader): Promise<{ rmgr: string; record: string }> {
  const statistics = new Statistics(reader.format);
  let start: Lsn | null = null;
  for await (const window of reader) {
    for (const record of window) {
      start ??= record.lsn;
      statistics.add(record);
    }
  }
  const print = (rows: ReturnType<Statistics['byKind']>) => {
    const out = new DescriptionWriter();
    statistics.write(out, rows, start ?? 0n);
    return out.toString();
  };
  const describer = new RecordDescriber(reader.format);
  return { rmgr: print(statistics.byResourceManager()), record: print(statistics.byKind(describer)) };
}

/** How many lines differ and the first of them: far quicker, and easier to read, than a comparison of the whole. */
export function differingLines(actual: Buffer, expected: Buffer): { count: number; first: string | null } {
  if (actual.equals(expected)) return { count: 0, first: null };
  const ours = actual.toString('latin1').split('\n');
  const theirs = expected.toString('latin1').split('\n');
  let count = 0;
  let first: string | null = null;
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    if (ours[index] === theirs[index]) continue;
    count++;
    first ??= `line ${index + 1}\n  ours   ${ours[index]}\n  theirs ${theirs[index]}`;
  }
  return { count, first };
}
