import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type Lsn, parseLsn } from '../lsn.js';
import type { WalRecord } from '../wal/record.js';
import type { WalReader } from '../wal/wal-reader.js';

/** The ends of real servers' WAL and what their own `pg_waldump` printed of it, see `fixtures/cut-tours.sh`. */
const FIXTURES = fileURLToPath(new URL('../../fixtures/tour/', import.meta.url));

/** Names of the fixtures: versions, and `9.4-16k`. */
export const TOURS: readonly string[] = readdirSync(FIXTURES).sort((a, b) =>
  a.localeCompare(b, 'en', { numeric: true }),
);

export function tourPath(name: string): string {
  return FIXTURES + name;
}

/** The segments of a tour, decompressed, as files of a memory source: new copies with every call. */
export function tourFiles(name: string): Record<string, Uint8Array> {
  const root = tourPath(name);
  const directory = existsSync(`${root}/pg_xlog`) ? 'pg_xlog' : 'pg_wal';
  const files: Record<string, Uint8Array> = {};
  for (const file of readdirSync(`${root}/${directory}`).sort()) {
    const bytes = Uint8Array.from(gunzipSync(readFileSync(`${root}/${directory}/${file}`)));
    files[`${directory}/${file.replace(/\.gz$/, '')}`] = bytes;
  }
  return files;
}

/** What `pg_waldump` tells of a record in every version. */
export interface DumpedRecord {
  readonly lsn: Lsn;
  readonly previousLsn: Lsn;
  readonly xid: number;
  readonly resourceManager: string;
  /** The record without its page images, as the version counts it. */
  readonly recordLength: number;
  readonly totalLength: number;
}

/** What a server's `pg_waldump` printed: its records, and the position and the words of its last complaint. */
export interface Dump {
  readonly records: readonly DumpedRecord[];
  readonly lastRecord: Lsn;
  readonly message: string;
}

const LINE =
  /^rmgr: (\S+)\s+len \(rec\/tot\):\s*(\d+)\/\s*(\d+), tx:\s*(\d+), lsn: (\w+\/\w+), prev (\w+\/\w+)/;
const COMPLAINT = /error in WAL record at (\w+\/\w+): (.*)$/m;

/** Reads `expected/waldump.txt` and `waldump.err` of a tour, the former compressed or not. */
export function readDump(root: string): Dump {
  const plain = `${root}/expected/waldump.txt`;
  const text = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`));
  const complaint = COMPLAINT.exec(readFileSync(`${root}/expected/waldump.err`, 'utf8'));
  return {
    records: text.toString('latin1').trimEnd().split('\n').map(readLine),
    lastRecord: parseLsn(complaint?.[1] ?? ''),
    message: complaint?.[2] ?? '',
  };
}

function readLine(line: string): DumpedRecord {
  const match = LINE.exec(line);
  if (match === null) throw new Error(`no line of pg_waldump: ${line}`);
  return {
    lsn: parseLsn(match[5]),
    previousLsn: parseLsn(match[6]),
    xid: Number(match[4]),
    resourceManager: match[1],
    recordLength: Number(match[2]),
    totalLength: Number(match[3]),
  };
}

/** A record as `pg_waldump` would tell of it. */
export function dumpRecord(record: WalRecord): DumpedRecord {
  const isOld = record.format.version.recordFormat === 'backup-blocks';
  return {
    lsn: record.lsn,
    previousLsn: record.previousLsn,
    xid: record.xid,
    resourceManager: record.resourceManagerName,
    recordLength: isOld ? record.mainData.length : record.totalLength - record.imageLength,
    totalLength: record.totalLength,
  };
}

/** Walks to the end, or until so many records are read. */
export async function dumpAll(reader: WalReader, limit = Number.POSITIVE_INFINITY): Promise<DumpedRecord[]> {
  const records: DumpedRecord[] = [];
  for await (const window of reader) {
    for (const record of window) {
      records.push(dumpRecord(record));
      if (records.length >= limit) return records;
    }
  }
  return records;
}

/** Where the first difference is, or -1: far quicker than a deep comparison of thousands of records. */
export function firstDifference(
  actual: readonly DumpedRecord[],
  expected: readonly DumpedRecord[],
  from = 0,
): number {
  for (let index = 0; index < Math.max(actual.length, expected.length - from); index++) {
    const a = actual[index];
    const b = expected[from + index];
    if (
      a?.lsn !== b?.lsn ||
      a?.previousLsn !== b?.previousLsn ||
      a?.xid !== b?.xid ||
      a?.resourceManager !== b?.resourceManager ||
      a?.recordLength !== b?.recordLength ||
      a?.totalLength !== b?.totalLength
    ) {
      return index;
    }
  }
  return -1;
}

/** The first expected record at or behind a position: its index. */
export function indexAtOrAfter(records: readonly DumpedRecord[], lsn: Lsn): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle].lsn < lsn) low = middle + 1;
    else high = middle;
  }
  return low;
}
