import { type Lsn, segmentNumberOf } from '../lsn.js';
import { decodeRecord } from '../rmgr/describe-record.js';
import type { TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import { normalizePosition } from '../wal/page-header.js';
import { segmentIsMissing } from '../wal/reader-messages.js';
import type { WalRecord } from '../wal/record.js';
import { RM_XLOG_ID } from '../wal/record-header.js';
import type { WalDirectory } from '../wal/wal-directory.js';
import type { WalEnd } from '../wal/wal-end.js';
import { WalReader } from '../wal/wal-reader.js';
import type { BackupStart } from './backup-start.js';
import type { TargetWatch } from './recovery-target.js';

/** `xl_info` of the records that replay takes note of (`src/include/catalog/pg_control.h`). */
const XLOG_CHECKPOINT_SHUTDOWN = 0x00;
const XLOG_CHECKPOINT_ONLINE = 0x10;
const XLOG_BACKUP_END = 0x50;

/** What became of a replay that only looks. */
export interface Replay {
  /** Where it would have ended at its target; null where WAL ended before. */
  readonly stop: {
    /** Where the record begins that it ends before or after. */
    readonly lsn: Lsn;
    readonly isBefore: boolean;
    /** When that record was written; null where it does not say. */
    readonly time: bigint | null;
    readonly timeline: number;
  } | null;
  /** Where it was consistent; null where it was not. */
  readonly consistentAt: Lsn | null;
  /** Whether the checkpoint record is where the backup says; null where WAL ended before. */
  readonly hasCheckpoint: boolean | null;
  /** Where WAL ended; null where the target was reached. */
  readonly end: WalEnd | null;
  /** Where the last record ends that was replayed. */
  readonly replayed: Lsn;
}

/** Where a replay begins. */
export interface ReplayStart {
  readonly at: Lsn;
  /** Set where an earlier replay came to this place, and was consistent there. */
  readonly consistentAt: Lsn | null;
}

/** Replays WAL along a history, as recovery does, without doing anything. */
export async function replay(
  directory: WalDirectory,
  history: TimelineHistory,
  backup: BackupStart,
  watch: TargetWatch,
  start: ReplayStart,
): Promise<Replay> {
  const limit = firstMissingTimeline(directory, history, start.at);
  const reader = await WalReader.open(directory, {
    history,
    start: start.at,
    exact: start.consistentAt === null,
    ...(backup.control === null ? {} : { pageSize: backup.control.blcksz }),
    ...(limit === null ? {} : { end: limit.begin }),
  });
  const state = new ReplayState(backup, start);
  let stop: Replay['stop'] = null;
  walk: for await (const window of reader) {
    for (const record of window) {
      if (!state.isReplayed(record)) continue;
      const isBefore = watch.stopsBefore(record, state.isConsistent);
      if (!isBefore) state.apply(record);
      if (!isBefore && !watch.stopsAfter(record, state.isConsistent)) continue;
      const { timeline } = timelineAt(history, record.lsn);
      stop = { lsn: record.lsn, isBefore, time: watch.time, timeline };
      break walk;
    }
  }
  const { consistentAt, hasCheckpoint, replayed } = state;
  const end = stop === null ? endOf(reader, directory, limit) : null;
  return { stop, consistentAt, hasCheckpoint, end, replayed };
}

/** What is known while records go by. */
class ReplayState {
  readonly #backup: BackupStart;
  consistentAt: Lsn | null;
  hasCheckpoint: boolean | null = null;
  replayed: Lsn;

  constructor(backup: BackupStart, start: ReplayStart) {
    const { rule } = backup;
    this.#backup = backup;
    this.consistentAt = start.consistentAt;
    this.replayed = start.at;
    if (start.consistentAt !== null) this.hasCheckpoint = true;
    if (rule.kind === 'position' && rule.lsn <= start.at) this.consistentAt ??= start.at;
  }

  get isConsistent(): boolean {
    return this.consistentAt !== null;
  }

  /** Looks out for the checkpoint on the way. Where replay begins with it, it is not replayed itself. */
  isReplayed(record: WalRecord): boolean {
    const { checkpoint, redo } = this.#backup;
    if (this.hasCheckpoint !== null || record.lsn < checkpoint) return true;
    this.hasCheckpoint = record.lsn === checkpoint && redoOf(record) === redo;
    if (redo !== checkpoint) return true;
    this.replayed = record.endLsn;
    return false;
  }

  apply(record: WalRecord): void {
    this.replayed = record.endLsn;
    if (this.consistentAt !== null) return;
    const { rule } = this.#backup;
    const isReached =
      rule.kind === 'position'
        ? rule.lsn <= record.endLsn
        : rule.kind === 'backup-end' && backupStartOf(record) === rule.start;
    if (isReached) this.consistentAt = record.endLsn;
  }
}

function redoOf(record: WalRecord): Lsn | null {
  const info = record.resourceManagerInfo;
  if (record.resourceManager !== RM_XLOG_ID) return null;
  if (info !== XLOG_CHECKPOINT_SHUTDOWN && info !== XLOG_CHECKPOINT_ONLINE) return null;
  const decoded = decodeRecord(record);
  return decoded.resourceManager === 'XLOG' && 'checkPoint' in decoded ? decoded.checkPoint.redo : null;
}

function backupStartOf(record: WalRecord): Lsn | null {
  if (record.resourceManager !== RM_XLOG_ID || record.resourceManagerInfo !== XLOG_BACKUP_END) return null;
  const decoded = decodeRecord(record);
  return decoded.resourceManager === 'XLOG' && decoded.type === 'BACKUP_END' ? decoded.startpoint : null;
}

interface MissingTimeline {
  readonly begin: Lsn;
  readonly timeline: number;
}

/**
 * The first timeline that WAL would have to go over to whose first segment is not there. A server would go on
 * with that of the timeline before, if that is there: with what it wrote after it was left.
 */
function firstMissingTimeline(
  directory: WalDirectory,
  history: TimelineHistory,
  from: Lsn,
): MissingTimeline | null {
  const size = directory.format?.segmentSize;
  if (size === undefined) return null;
  for (const { timeline, begin } of history.entries.slice(1)) {
    const isLast = timelineAt(history, begin).timeline === timeline;
    if (begin <= from || !isLast) continue;
    if (directory.segment(timeline, segmentNumberOf(begin, size)) === null) return { begin, timeline };
  }
  return null;
}

function endOf(reader: WalReader, directory: WalDirectory, limit: MissingTimeline | null): WalEnd {
  const { end } = reader;
  if (end === null) throw new TypeError('a walk that is over has an end');
  const { segmentSize, blockSize } = reader.format;
  const normalize = (lsn: Lsn) => normalizePosition(lsn, segmentSize, blockSize);
  if (limit === null || normalize(end.lsn) < normalize(limit.begin)) return end;
  const number = segmentNumberOf(limit.begin, segmentSize);
  const file = directory.nameOfSegment(limit.timeline, number);
  return { ...end, code: 'missing-segment', message: segmentIsMissing(file), file };
}
