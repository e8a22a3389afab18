import type { PostgresVersion } from '../../version.js';
import type { DescriptionWriter } from '../description-writer.js';
import type { RecordBody } from '../record-data.js';
import { type RecordType, type ResourceManager, recordType } from '../record-type.js';
import { RELATION_FILE_BYTES, readRelationFile, tablespaceVersionDirectory } from '../relation-file.js';
import {
  CHECKPOINT_9_3,
  CHECKPOINT_9_5,
  CHECKPOINT_12,
  CHECKPOINT_17,
  CHECKPOINT_19,
  type CheckPointLayout,
  type CheckPointWording,
  checkpoint,
} from './check-point.js';
import {
  PARAMETER_CHANGE_9_3,
  PARAMETER_CHANGE_9_4,
  PARAMETER_CHANGE_9_5,
  PARAMETER_CHANGE_9_6,
  PARAMETER_CHANGE_12,
} from './parameter-change.js';
import { WAL_LEVELS_9_6, writeWalLevel } from './wal-levels.js';
import type {
  XlogBackupEnd,
  XlogCheckpointRedo,
  XlogEndOfRecovery,
  XlogFullPageImage,
  XlogFullPageWritesChange,
  XlogNextOid,
  XlogNoop,
  XlogOverwriteContrecord,
  XlogRestorePoint,
  XlogSwitch,
} from './xlog-records.js';

const checkpoints = (layout: CheckPointLayout, wording: CheckPointWording) => ({
  0: checkpoint('CHECKPOINT_SHUTDOWN', layout, wording),
  16: checkpoint('CHECKPOINT_ONLINE', layout, wording),
});

const noop = (text: string): RecordType =>
  recordType(
    'NOOP',
    (_, type): XlogNoop => ({ resourceManager: 'XLOG', type }),
    (out) => out.text(text),
  );

const switchSegment = (text: string): RecordType =>
  recordType(
    'SWITCH',
    (_, type): XlogSwitch => ({ resourceManager: 'XLOG', type }),
    (out) => out.text(text),
  );

const nextOid = (prefix: string): RecordType =>
  recordType(
    'NEXTOID',
    ({ main }, type): XlogNextOid => ({ resourceManager: 'XLOG', type, nextOid: main.uint32(0) }),
    (out, fields) => out.text(prefix).uint(fields.nextOid),
  );

const backupEnd = (prefix: string): RecordType =>
  recordType(
    'BACKUP_END',
    ({ main }, type): XlogBackupEnd => ({ resourceManager: 'XLOG', type, startpoint: main.lsn(0) }),
    (out, { startpoint }) => out.text(prefix).lsn(startpoint),
  );

/** `MAXFNAMELEN` (`src/include/access/xlog_internal.h`). */
const RESTORE_POINT_NAME_BYTES = 64;

const decodeRestorePoint = ({ main }: RecordBody, type: 'RESTORE_POINT'): XlogRestorePoint => ({
  resourceManager: 'XLOG',
  type,
  rpTime: main.int64(0),
  rpName: main.text(8, RESTORE_POINT_NAME_BYTES),
});
const restorePoint = (prefix: string): RecordType =>
  recordType('RESTORE_POINT', decodeRestorePoint, (out, { rpName }) => out.text(prefix).text(rpName));

const decodeFullPageWritesChange = ({ main }: RecordBody, type: 'FPW_CHANGE'): XlogFullPageWritesChange => ({
  resourceManager: 'XLOG',
  type,
  fullPageWrites: main.bool(0),
});
const fullPageWritesChange = (prefix: string): RecordType =>
  recordType('FPW_CHANGE', decodeFullPageWritesChange, (out, { fullPageWrites }) =>
    out.text(prefix).text(fullPageWrites ? 'true' : 'false'),
  );

const decodeEndOfRecovery = ({ main }: RecordBody, type: 'END_OF_RECOVERY'): XlogEndOfRecovery => ({
  resourceManager: 'XLOG',
  type,
  endTime: main.int64(0),
  thisTimeLineID: main.uint32(8),
  prevTimeLineID: main.uint32(12),
});
const decodeEndOfRecovery17 = (body: RecordBody, type: 'END_OF_RECOVERY'): XlogEndOfRecovery => ({
  ...decodeEndOfRecovery(body, type),
  walLevel: body.main.int32(16),
});
function writeEndOfRecovery(out: DescriptionWriter, fields: XlogEndOfRecovery): DescriptionWriter {
  out.text('tli ').uint(fields.thisTimeLineID).text('; prev tli ').uint(fields.prevTimeLineID);
  return out.text('; time ').timestamp(fields.endTime);
}
const END_OF_RECOVERY_9_3 = recordType('END_OF_RECOVERY', decodeEndOfRecovery, (out, fields) =>
  writeEndOfRecovery(out.text('end_of_recovery: '), fields),
);
const END_OF_RECOVERY_9_5 = recordType('END_OF_RECOVERY', decodeEndOfRecovery, writeEndOfRecovery);
const END_OF_RECOVERY_17 = recordType('END_OF_RECOVERY', decodeEndOfRecovery17, (out, fields) =>
  writeWalLevel(writeEndOfRecovery(out, fields).text('; wal_level '), fields.walLevel ?? 0, WAL_LEVELS_9_6),
);

const BACKUP_BLOCK_BYTES = 24;

const decodeOldImage = ({ main }: RecordBody, type: 'FPI'): XlogFullPageImage & { readonly type: 'FPI' } => ({
  resourceManager: 'XLOG',
  type,
  backupBlock: {
    node: readRelationFile(main, 0),
    fork: main.int32(RELATION_FILE_BYTES),
    block: main.uint32(16),
    holeOffset: main.uint16(20),
    holeLength: main.uint16(22),
    image: main.slice(BACKUP_BLOCK_BYTES, Math.max(0, main.length - BACKUP_BLOCK_BYTES)),
  },
});
function writeOldImage(
  out: DescriptionWriter,
  { backupBlock }: XlogFullPageImage,
  version: PostgresVersion,
): void {
  if (backupBlock === undefined) return;
  const { node, fork, block } = backupBlock;
  out.text('full-page image: ').relationPath(node, fork, tablespaceVersionDirectory(version));
  out.text(' block ').uint(block);
}

const decodeImage = <Name extends XlogFullPageImage['type']>(
  _: RecordBody,
  type: Name,
): XlogFullPageImage & { readonly type: Name } => ({ resourceManager: 'XLOG', type });
const fullPageImage = (name: XlogFullPageImage['type']): RecordType =>
  recordType(name, decodeImage, () => {});

const decodeOverwriteContrecord = (
  { main }: RecordBody,
  type: 'OVERWRITE_CONTRECORD',
): XlogOverwriteContrecord => ({
  resourceManager: 'XLOG',
  type,
  overwrittenLsn: main.lsn(0),
  overwriteTime: main.int64(8),
});
const OVERWRITE_CONTRECORD = recordType(
  'OVERWRITE_CONTRECORD',
  decodeOverwriteContrecord,
  (out, { overwrittenLsn, overwriteTime }) =>
    out.text('lsn ').lsn(overwrittenLsn).text('; time ').timestamp(overwriteTime),
);

const CHECKPOINT_REDO = recordType(
  'CHECKPOINT_REDO',
  ({ main }, type): XlogCheckpointRedo => ({ resourceManager: 'XLOG', type, walLevel: main.int32(0) }),
  (out, { walLevel }) => writeWalLevel(out.text('wal_level '), walLevel, WAL_LEVELS_9_6),
);

const V9_3 = {
  ...checkpoints(CHECKPOINT_9_3, { prefix: 'checkpoint: ', xidSeparator: '/' }),
  32: noop('xlog no-op'),
  48: nextOid('nextOid: '),
  64: switchSegment('xlog switch'),
  80: backupEnd('backup end: '),
  96: PARAMETER_CHANGE_9_3,
  112: restorePoint('restore point: '),
  128: fullPageWritesChange('full_page_writes: '),
  144: END_OF_RECOVERY_9_3,
  160: recordType('FPI', decodeOldImage, writeOldImage),
};
const V9_4 = { ...V9_3, 96: PARAMETER_CHANGE_9_4 };
const V9_5 = {
  ...checkpoints(CHECKPOINT_9_5, { prefix: '', xidSeparator: '/' }),
  32: noop(''),
  48: nextOid(''),
  64: switchSegment(''),
  80: backupEnd(''),
  96: PARAMETER_CHANGE_9_5,
  112: restorePoint(''),
  128: fullPageWritesChange(''),
  144: END_OF_RECOVERY_9_5,
  160: fullPageImage('FPI_FOR_HINT'),
  176: fullPageImage('FPI'),
  192: fullPageImage('FPI_MULTI'),
};
const V9_6 = {
  ...V9_5,
  ...checkpoints(CHECKPOINT_9_5, { prefix: '', xidSeparator: ':' }),
  96: PARAMETER_CHANGE_9_6,
  208: OVERWRITE_CONTRECORD,
};
const { 0xc0: _, ...V9_6_WITHOUT_FPI_MULTI } = V9_6;
const V12 = {
  ...V9_6_WITHOUT_FPI_MULTI,
  ...checkpoints(CHECKPOINT_12, { prefix: '', xidSeparator: ':' }),
  96: PARAMETER_CHANGE_12,
};
const V17 = {
  ...V12,
  ...checkpoints(CHECKPOINT_17, { prefix: '', xidSeparator: ':' }),
  144: END_OF_RECOVERY_17,
  224: CHECKPOINT_REDO,
};
const V19 = { ...V17, ...checkpoints(CHECKPOINT_19, { prefix: '', xidSeparator: ':' }) };

/** As `src/backend/access/rmgrdesc/xlogdesc.c` tells them. */
export const xlog: ResourceManager = {
  name: 'XLOG',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.4', types: V9_4 },
    { since: '9.5', types: V9_5 },
    { since: '9.6', types: V9_6 },
    { since: '12', types: V12 },
    { since: '17', types: V17 },
    { since: '19', types: V19 },
  ],
};
