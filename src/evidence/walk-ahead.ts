import type { Lsn } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import { normalizePosition } from '../wal/page-header.js';
import type { WalRecord } from '../wal/record.js';
import { RM_XLOG_ID } from '../wal/record-header.js';
import type { PassOptions } from '../wal/skim/skimmer.js';
import type { WalDirectory } from '../wal/wal-directory.js';
import { WalReader } from '../wal/wal-reader.js';
import type { WalkedRun } from '../wal/walked-run.js';

/** `xl_info` of the records that a walk takes note of (`src/include/catalog/pg_control.h`). */
export const XLOG_CHECKPOINT_SHUTDOWN = 0x00;
export const XLOG_CHECKPOINT_ONLINE = 0x10;
export const XLOG_BACKUP_END = 0x50;
export const XLOG_END_OF_RECOVERY = 0x90;
const NOTED = [XLOG_CHECKPOINT_SHUTDOWN, XLOG_CHECKPOINT_ONLINE, XLOG_BACKUP_END, XLOG_END_OF_RECOVERY];

/** How a node's WAL is walked: plain data, for other threads. */
export interface WalkPlan {
  readonly history: TimelineHistory;
  /** `BLCKSZ`, in bytes. */
  readonly pageSize: number;
  /** The minimum recovery point: records around it are looked at, too; null where there is none. */
  readonly boundary: Lsn | null;
}

/** A stretch of WAL, from the first record at or behind its beginning on. */
export interface WalkPart {
  readonly start: Lsn;
  /** Records that begin at or behind this belong to the next part; null for the last one. */
  readonly until: Lsn | null;
}

/** Others who walk WAL ahead of a walk. */
export interface WalkAhead {
  /** The next position from which others may have walked; null where there is none. */
  readonly limit: Lsn | null;
  /** What others have walked from a position on that is past the limit; sets the next one. */
  pass(position: Lsn): Promise<readonly WalkedRun[]>;
}

/** Has others walk the WAL of a directory from a position on; null where that is not worth it. */
export type WalkersAhead = (directory: WalDirectory, plan: WalkPlan, start: Lsn) => WalkAhead | null;

/** What a walk may pass over where it stands: all records but those of one resource manager and around the boundary. */
export function passable(reader: WalReader, { boundary }: WalkPlan): PassOptions {
  const margin = BigInt(2 * reader.format.blockSize);
  const isBefore = boundary !== null && reader.endLsn <= boundary + margin;
  return { watched: RM_XLOG_ID, ...(isBefore && { before: boundary - margin }) };
}

/** Walks a part, and gives the runs of records of which a walk takes no note. What ends the WAL ends the last run. */
export async function findRuns(
  directory: WalDirectory,
  plan: WalkPlan,
  { start, until }: WalkPart,
): Promise<WalkedRun[]> {
  const { history, pageSize } = plan;
  const reader = await WalReader.open(directory, {
    history,
    pageSize,
    start,
    ...(until !== null && { end: until }),
  });
  const { segmentSize, blockSize } = reader.format;
  const normalize = (lsn: Lsn) => normalizePosition(lsn, segmentSize, blockSize);
  const runs: WalkedRun[] = [];
  let begin: { readonly previous: Lsn; readonly from: Lsn } | null = null;
  let last: Lsn | null = null;
  let end = start;
  const close = () => {
    if (begin !== null && last !== null && last !== begin.previous) runs.push({ ...begin, last, to: end });
  };
  try {
    while (await reader.nextWindow()) {
      for (;;) {
        reader.pass(passable(reader, plan));
        // the step to a record behind the part's end is none of it
        last = reader.lastRecord;
        end = reader.endLsn;
        if (!reader.next()) break;
        const { record } = reader;
        begin ??= { previous: record.previousLsn, from: normalize(record.lsn) };
        if (!isNoted(record, plan, blockSize)) continue;
        close();
        begin = { previous: record.lsn, from: normalize(record.endLsn) };
      }
    }
  } finally {
    await reader.close();
  }
  close();
  return runs;
}

function isNoted(record: WalRecord, { boundary }: WalkPlan, blockSize: number): boolean {
  if (record.resourceManager === RM_XLOG_ID && NOTED.includes(record.resourceManagerInfo)) return true;
  const margin = BigInt(2 * blockSize);
  return boundary !== null && record.endLsn >= boundary - margin && record.lsn <= boundary + margin;
}
