import type { CheckPoint } from '../../control/control-file.js';
import type { DescriptionWriter } from '../description-writer.js';
import type { RecordBody, RecordData } from '../record-data.js';
import { type RecordType, recordType } from '../record-type.js';
import { WAL_LEVELS_9_6, writeWalLevel } from './wal-levels.js';
import type { XlogCheckpoint } from './xlog-records.js';

/** Where a version's `CheckPoint` has what, in bytes; null where it does not have it. */
export interface CheckPointLayout {
  readonly walLevel: number | null;
  readonly logicalDecodingEnabled: number | null;
  /** The upper and the lower half of the next transaction ID. */
  readonly nextXid: readonly [epoch: number, xid: number];
  /** With the next multixact behind it. */
  readonly nextOid: number;
  readonly nextMultiOffset: { readonly at: number; readonly bytes: 4 | 8 };
  /** With the oldest multixact behind it, each with its database. */
  readonly oldestXid: number;
  readonly time: number;
  /** The oldest and the newest transaction with a commit timestamp. */
  readonly commitTsXids: number | null;
  readonly oldestActiveXid: number;
  readonly dataChecksumState: number | null;
}

export const CHECKPOINT_9_3: CheckPointLayout = {
  walLevel: null,
  logicalDecodingEnabled: null,
  nextXid: [20, 24],
  nextOid: 28,
  nextMultiOffset: { at: 36, bytes: 4 },
  oldestXid: 40,
  time: 56,
  commitTsXids: null,
  oldestActiveXid: 64,
  dataChecksumState: null,
};
export const CHECKPOINT_9_5: CheckPointLayout = { ...CHECKPOINT_9_3, commitTsXids: 64, oldestActiveXid: 72 };
export const CHECKPOINT_12: CheckPointLayout = {
  ...CHECKPOINT_9_5,
  nextXid: [28, 24],
  nextOid: 32,
  nextMultiOffset: { at: 40, bytes: 4 },
  oldestXid: 44,
  time: 64,
  commitTsXids: 72,
  oldestActiveXid: 80,
};
export const CHECKPOINT_17: CheckPointLayout = { ...CHECKPOINT_12, walLevel: 20 };
export const CHECKPOINT_19: CheckPointLayout = {
  walLevel: 20,
  logicalDecodingEnabled: 24,
  nextXid: [36, 32],
  nextOid: 40,
  nextMultiOffset: { at: 48, bytes: 8 },
  oldestXid: 56,
  time: 72,
  commitTsXids: 80,
  oldestActiveXid: 88,
  dataChecksumState: 92,
};

function readCheckPoint(data: RecordData, layout: CheckPointLayout): CheckPoint {
  const { walLevel, logicalDecodingEnabled, nextXid, nextMultiOffset, commitTsXids, dataChecksumState } =
    layout;
  const [epoch, xid] = nextXid;
  return {
    redo: data.lsn(0),
    thisTimeLineID: data.uint32(8),
    prevTimeLineID: data.uint32(12),
    fullPageWrites: data.bool(16),
    walLevel: walLevel === null ? null : data.int32(walLevel),
    logicalDecodingEnabled: logicalDecodingEnabled === null ? null : data.bool(logicalDecodingEnabled),
    nextXid: (BigInt(data.uint32(epoch)) << 32n) | BigInt(data.uint32(xid)),
    nextOid: data.uint32(layout.nextOid),
    nextMulti: data.uint32(layout.nextOid + 4),
    nextMultiOffset:
      nextMultiOffset.bytes === 8 ? data.uint64(nextMultiOffset.at) : BigInt(data.uint32(nextMultiOffset.at)),
    oldestXid: data.uint32(layout.oldestXid),
    oldestXidDB: data.uint32(layout.oldestXid + 4),
    oldestMulti: data.uint32(layout.oldestXid + 8),
    oldestMultiDB: data.uint32(layout.oldestXid + 12),
    time: data.int64(layout.time),
    oldestCommitTsXid: commitTsXids === null ? null : data.uint32(commitTsXids),
    newestCommitTsXid: commitTsXids === null ? null : data.uint32(commitTsXids + 4),
    oldestActiveXid: data.uint32(layout.oldestActiveXid),
    dataChecksumState: dataChecksumState === null ? null : data.uint32(dataChecksumState),
  };
}

/** How a version tells a checkpoint, beyond fields that come and go. */
export interface CheckPointWording {
  readonly prefix: 'checkpoint: ' | '';
  /** Stands between the epoch and the rest of a transaction ID. */
  readonly xidSeparator: '/' | ':';
}

function writeCheckPoint(out: DescriptionWriter, checkPoint: CheckPoint, wording: CheckPointWording): void {
  const { walLevel, nextXid, oldestCommitTsXid, newestCommitTsXid } = checkPoint;
  out.text(wording.prefix).text('redo ').lsn(checkPoint.redo);
  out.text('; tli ').uint(checkPoint.thisTimeLineID).text('; prev tli ').uint(checkPoint.prevTimeLineID);
  out.text('; fpw ').text(checkPoint.fullPageWrites ? 'true' : 'false');
  if (walLevel !== null) writeWalLevel(out.text('; wal_level '), walLevel, WAL_LEVELS_9_6);
  out.text('; xid ').bigint(nextXid >> 32n);
  out.text(wording.xidSeparator).bigint(BigInt.asUintN(32, nextXid));
  out.text('; oid ').uint(checkPoint.nextOid);
  out.text('; multi ').uint(checkPoint.nextMulti).text('; offset ').bigint(checkPoint.nextMultiOffset);
  out.text('; oldest xid ').uint(checkPoint.oldestXid).text(' in DB ').uint(checkPoint.oldestXidDB);
  out.text('; oldest multi ').uint(checkPoint.oldestMulti).text(' in DB ').uint(checkPoint.oldestMultiDB);
  if (oldestCommitTsXid !== null && newestCommitTsXid !== null) {
    out.text('; oldest/newest commit timestamp xid: ').uint(oldestCommitTsXid);
    out.code(0x2f).uint(newestCommitTsXid);
  }
  out.text('; oldest running xid ').uint(checkPoint.oldestActiveXid);
}

/** A checkpoint of either kind, as a version lays it out and tells it. */
export function checkpoint(
  name: XlogCheckpoint['type'],
  layout: CheckPointLayout,
  wording: CheckPointWording,
): RecordType {
  const decode = <Name extends XlogCheckpoint['type']>(
    { main }: RecordBody,
    type: Name,
  ): XlogCheckpoint & { readonly type: Name } => ({
    resourceManager: 'XLOG',
    type,
    checkPoint: readCheckPoint(main, layout),
  });
  const end = name === 'CHECKPOINT_SHUTDOWN' ? '; shutdown' : '; online';
  return recordType(name, decode, (out, { checkPoint }) => {
    writeCheckPoint(out, checkPoint, wording);
    out.text(end);
  });
}
