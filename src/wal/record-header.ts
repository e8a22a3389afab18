import type { PostgresVersion } from '../version.js';

/** Records begin at multiples of this, and what follows one is padded to it (`MAXALIGN`). */
export const RECORD_ALIGNMENT = 8;

/** Where the fields of a record header lie, as indexes of 32-bit words from the record's start. */
export interface RecordHeaderLayout {
  /** The header's whole length in bytes. */
  readonly bytes: number;
  readonly totalLength: number;
  readonly xid: number;
  readonly previousLow: number;
  readonly previousHigh: number;
  /** The word whose lowest byte is `xl_info` and whose next is `xl_rmid`. */
  readonly infoAndResourceManager: number;
  readonly crc: number;
  /** `xl_len`, the length of the resource manager's data; -1 where the header has no such field. */
  readonly dataLength: number;
}

/** `XLogRecord` up to 9.4 (`src/include/access/xlog.h`). */
const WITH_BACKUP_BLOCKS: RecordHeaderLayout = {
  bytes: 32,
  totalLength: 0,
  xid: 1,
  dataLength: 2,
  infoAndResourceManager: 3,
  previousLow: 4,
  previousHigh: 5,
  crc: 6,
};

/** `XLogRecord` from 9.5 on (`src/include/access/xlogrecord.h`). */
const WITH_BLOCK_REFERENCES: RecordHeaderLayout = {
  bytes: 24,
  totalLength: 0,
  xid: 1,
  previousLow: 2,
  previousHigh: 3,
  infoAndResourceManager: 4,
  crc: 5,
  dataLength: -1,
};

/** The layout of a version's record headers. */
export function recordHeaderLayout(version: PostgresVersion): RecordHeaderLayout {
  return version.recordFormat === 'backup-blocks' ? WITH_BACKUP_BLOCKS : WITH_BLOCK_REFERENCES;
}

/** `RM_XLOG_ID`: the resource manager of the WAL's own records. */
export const RM_XLOG_ID = 0;

/** The upper bits of `xl_info`, which are the resource manager's own (`~XLR_INFO_MASK`). */
export const RESOURCE_MANAGER_INFO = 0xf0;

/** `XLOG_SWITCH`: the rest of the segment is not used. */
export const XLOG_SWITCH = 0x40;

/** Whether a version's servers accept a record of this resource manager (`RmgrIdIsValid`). */
export function isResourceManager(version: PostgresVersion, id: number): boolean {
  return id < version.resourceManagers.length || (version.customResourceManagers && id >= 128);
}
