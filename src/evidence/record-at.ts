import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import { describeRecord } from '../rmgr/describe-record.js';
import { LONG_HEADER_BYTES, SHORT_HEADER_BYTES } from '../wal/page-header.js';
import type { WalRecord } from '../wal/record.js';
import type { WalEndCode } from '../wal/wal-end.js';
import { WalReader } from '../wal/wal-reader.js';
import type { WalOfNode } from './common-wal.js';
import type { RecordSummary } from './comparison.js';

/**
 * Where the record begins that the byte at `lsn` belongs to. Where it belongs to the header of a page that no
 * record continues on, the end of the record before.
 *
 * @returns null for a byte that no record owns: what follows a switch record to the end of the segment may be
 * left over from whatever was there before
 */
export async function startOfRecordAt({ directory, history }: WalOfNode, lsn: Lsn): Promise<Lsn | null> {
  const size = directory.format?.segmentSize ?? 0;
  for (let number = segmentNumberOf(lsn, size); ; number--) {
    const start = segmentStart(number, size);
    const reader = await WalReader.open(directory, { history, start, end: lsn + 1n });
    let found: Lsn | null | undefined;
    for await (const window of reader) {
      for (const record of window) {
        if (record.endLsn <= lsn) found = record.endLsn;
        else found = isBehindSwitch(record, lsn) ? null : record.lsn;
      }
    }
    // where the chain breaks before that byte, in whatever is broken there
    const end = reader.end?.lsn ?? start;
    if (found === undefined && start < end && end <= lsn) found = end;
    if (found !== undefined) return found;
    // a record from the segment before fills this one up to there
    if (number === 0 || directory.segmentOfHistory(history, number - 1) === null) return start;
  }
}

function isBehindSwitch(record: WalRecord, lsn: Lsn): boolean {
  if (!record.isSegmentSwitch) return false;
  const { blockSize, segmentSize } = record.format;
  const end = record.lsn + BigInt(record.totalLength);
  const nextPage = record.lsn - (record.lsn % BigInt(blockSize)) + BigInt(blockSize);
  if (end <= nextPage) return lsn >= end;
  const header = nextPage % BigInt(segmentSize) === 0n ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
  return lsn >= end + BigInt(header);
}

/** What was found where a record is to begin. */
export type RecordAt =
  | { readonly record: WalRecord; readonly end: null }
  | { readonly record: null; readonly end: WalEndCode | null };

/** Reads the record that begins at a position; where there is no valid one, says why. */
export async function readRecordAt(
  { directory, history }: WalOfNode,
  lsn: Lsn,
  pageSize: number,
): Promise<RecordAt> {
  const reader = await WalReader.open(directory, { history, start: lsn, exact: true, pageSize });
  try {
    while (await reader.nextWindow()) {
      if (reader.next()) return { record: reader.record.copy(), end: null };
    }
    return { record: null, end: reader.end?.code ?? null };
  } finally {
    await reader.close();
  }
}

/** A record in a few words. */
export function summarizeRecord(record: WalRecord): RecordSummary {
  return {
    resourceManager: record.resourceManagerName,
    description: describeRecord(record).trim(),
    xid: record.xid,
    length: record.totalLength,
    end: record.endLsn,
  };
}
