import type { ControlFile } from '../control/control-file.js';
import type { Lsn } from '../lsn.js';
import { decodeRecord } from '../rmgr/describe-record.js';
import type { TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import { normalizePosition } from '../wal/page-header.js';
import type { WalRecord } from '../wal/record.js';
import { RM_XLOG_ID } from '../wal/record-header.js';
import type { PassOptions } from '../wal/skim/skimmer.js';
import type { WalDirectory } from '../wal/wal-directory.js';
import { WalReader, type WalReaderOptions } from '../wal/wal-reader.js';
import type { WalkedRun } from '../wal/walked-run.js';
import { findLiveWalBehind } from './live-wal.js';
import type { CheckpointEvidence, WalEvidence } from './node-evidence.js';
import {
  passable,
  type WalkAhead,
  type WalkersAhead,
  type WalkPlan,
  XLOG_BACKUP_END,
  XLOG_CHECKPOINT_ONLINE,
  XLOG_CHECKPOINT_SHUTDOWN,
  XLOG_END_OF_RECOVERY,
} from './walk-ahead.js';

/** `BLCKSZ` of nearly all servers, where no control file says it. */
const DEFAULT_PAGE_SIZE = 8192;

/** Reads a checkpoint record's own fields, or null where the record is another. */
export function readCheckpoint(record: WalRecord): CheckpointEvidence | null {
  const info = record.resourceManagerInfo;
  if (record.resourceManager !== RM_XLOG_ID) return null;
  if (info !== XLOG_CHECKPOINT_SHUTDOWN && info !== XLOG_CHECKPOINT_ONLINE) return null;
  const data = dataView(record);
  if (data.byteLength < 16) return null;
  const redo = data.getBigUint64(0, true);
  return {
    timeline: data.getUint32(8, true),
    lsn: record.lsn,
    end: record.endLsn,
    redo,
    isShutdown: info === XLOG_CHECKPOINT_SHUTDOWN,
  };
}

/**
 * Walks a node's WAL along a history, as replay would, and notes what it passes.
 *
 * @param directory - the node's WAL, with what an archive adds to it
 * @param own - the node's WAL alone: only there is WAL behind the end a sign of damage
 * @param control - what the walk is held against; without it, the walk begins at the oldest segment
 * @param walkers - others who are to walk ahead; none of what is noted depends on them
 */
export async function walkWal(
  directory: WalDirectory,
  own: WalDirectory,
  history: TimelineHistory,
  control: ControlFile | null,
  redo: Lsn | null,
  walkers: WalkersAhead | null = null,
): Promise<WalEvidence> {
  const from: WalReaderOptions = redo === null ? {} : { start: redo, exact: true };
  const pageSize = control?.blcksz ?? DEFAULT_PAGE_SIZE;
  const reader = await WalReader.open(directory, { ...from, pageSize, history });
  const { segmentSize, blockSize } = reader.format;
  const minRecoveryPoint = control?.minRecoveryPoint || null;
  const checkpoints: CheckpointEvidence[] = [];
  const endsOfRecovery: { timeline: number; end: Lsn }[] = [];
  const backupEnds: { start: Lsn; end: Lsn }[] = [];
  const normalize = (lsn: Lsn) => normalizePosition(lsn, segmentSize, blockSize);
  const boundary = minRecoveryPoint === null ? null : normalize(minRecoveryPoint);
  let minRecoveryPointIsRecordEnd = false;
  let hasControlCheckpoint = false;
  let start: Lsn | null = null;

  const note = (record: WalRecord) => {
    start ??= record.lsn;
    if (boundary !== null && (record.endLsn === boundary || normalize(record.lsn) === boundary)) {
      minRecoveryPointIsRecordEnd = true;
    }
    if (record.resourceManager !== RM_XLOG_ID) return;
    const checkpoint = readCheckpoint(record);
    if (checkpoint !== null) {
      checkpoints.push(checkpoint);
      if (control !== null && isCheckpointOf(control, record)) hasControlCheckpoint = true;
    } else if (record.resourceManagerInfo === XLOG_END_OF_RECOVERY && record.mainData.length >= 12) {
      endsOfRecovery.push({ timeline: dataView(record).getUint32(8, true), end: record.endLsn });
    } else if (record.resourceManagerInfo === XLOG_BACKUP_END && record.mainData.length >= 8) {
      backupEnds.push({ start: dataView(record).getBigUint64(0, true), end: record.endLsn });
    }
  };

  const plan: WalkPlan = { history, pageSize, boundary };
  const ahead = redo === null ? null : (walkers?.(directory, plan, redo) ?? null);
  const runs = new Map<Lsn, WalkedRun>();
  while (await reader.nextWindow()) {
    for (;;) {
      if (ahead !== null && ahead.limit !== null && reader.endLsn >= ahead.limit) {
        for (const run of await ahead.pass(reader.endLsn)) runs.set(run.from, run);
      }
      const run = runs.get(normalize(reader.endLsn));
      if (run !== undefined && (await reader.skip(run))) break;
      reader.pass(beforeLimit(passable(reader, plan), ahead));
      if (!reader.next()) break;
      note(reader.record);
    }
  }
  const end = reader.end;
  if (end === null) throw new TypeError('a walk that is over has an end');
  const walked = start ?? redo ?? end.lsn;
  const isPassed = (lsn: Lsn) => walked <= lsn && lsn < end.lsn;
  return {
    start: walked,
    end: { ...end, lsn: normalize(end.lsn) },
    checkpoints,
    hasControlCheckpoint: control === null || !isPassed(control.checkPoint) ? null : hasControlCheckpoint,
    minRecoveryPointIsRecordEnd:
      boundary === null || boundary < normalize(walked) || boundary > normalize(end.lsn)
        ? null
        : minRecoveryPointIsRecordEnd || boundary === normalize(walked),
    endsOfRecovery,
    backupEnds,
    liveWalBehind: await findLiveWalBehind(
      own,
      reader.format,
      end,
      timelineAt(history, end.lsn).timeline,
      pageSize,
    ),
  };
}

/** What others may have walked is not passed over. */
function beforeLimit(options: PassOptions, ahead: WalkAhead | null): PassOptions {
  const limit = ahead?.limit ?? null;
  if (limit === null || (options.before !== undefined && options.before <= limit)) return options;
  return { ...options, before: limit };
}

/**
 * Whether a record is the checkpoint that the control file has a copy of. The next transaction ID is left out: a
 * standby's control file goes on with that of each checkpoint that it replays (`xlog_redo`).
 */
function isCheckpointOf(control: ControlFile, record: WalRecord): boolean {
  if (record.lsn !== control.checkPoint) return false;
  const decoded = decodeRecord(record);
  if (decoded.type !== 'CHECKPOINT_SHUTDOWN' && decoded.type !== 'CHECKPOINT_ONLINE') return false;
  const { checkPoint } = decoded;
  const copy = control.checkPointCopy;
  return (
    checkPoint.redo === copy.redo &&
    checkPoint.thisTimeLineID === copy.thisTimeLineID &&
    checkPoint.time === copy.time &&
    checkPoint.nextOid === copy.nextOid &&
    checkPoint.oldestXid === copy.oldestXid &&
    checkPoint.oldestActiveXid === copy.oldestActiveXid
  );
}

function dataView(record: WalRecord): DataView {
  const data = record.mainData;
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
