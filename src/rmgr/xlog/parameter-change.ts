import type { RecordBody } from '../record-data.js';
import { type RecordType, recordType } from '../record-type.js';
import {
  WAL_LEVELS_9_3,
  WAL_LEVELS_9_4,
  WAL_LEVELS_9_6,
  type WalLevels,
  writeWalLevel,
} from './wal-levels.js';
import type { XlogParameterChange } from './xlog-records.js';

type Decode = (body: RecordBody, type: 'PARAMETER_CHANGE') => XlogParameterChange;

const decode9_3: Decode = ({ main }, type) => ({
  resourceManager: 'XLOG',
  type,
  maxConnections: main.int32(0),
  maxPreparedXacts: main.int32(4),
  maxLocksPerXact: main.int32(8),
  walLevel: main.int32(12),
});

const decode9_4: Decode = ({ main }, type) => ({
  resourceManager: 'XLOG',
  type,
  maxConnections: main.int32(0),
  maxWorkerProcesses: main.int32(4),
  maxPreparedXacts: main.int32(8),
  maxLocksPerXact: main.int32(12),
  walLevel: main.int32(16),
  walLogHints: main.bool(20),
});

const decode9_5: Decode = (body, type) => ({
  ...decode9_4(body, type),
  trackCommitTimestamp: body.main.bool(21),
});

const decode12: Decode = ({ main }, type) => ({
  resourceManager: 'XLOG',
  type,
  maxConnections: main.int32(0),
  maxWorkerProcesses: main.int32(4),
  maxWalSenders: main.int32(8),
  maxPreparedXacts: main.int32(12),
  maxLocksPerXact: main.int32(16),
  walLevel: main.int32(20),
  walLogHints: main.bool(24),
  trackCommitTimestamp: main.bool(25),
});

const onOrOff = (value: boolean): string => (value ? 'on' : 'off');

/** What a version does not have is not told; the order of the rest never changed. */
const parameterChange = (decode: Decode, prefix: string, levels: WalLevels): RecordType =>
  recordType('PARAMETER_CHANGE', decode, (out, fields) => {
    const { maxWorkerProcesses, maxWalSenders, walLogHints, trackCommitTimestamp } = fields;
    out.text(prefix).text('max_connections=').int(fields.maxConnections);
    if (maxWorkerProcesses !== undefined) out.text(' max_worker_processes=').int(maxWorkerProcesses);
    if (maxWalSenders !== undefined) out.text(' max_wal_senders=').int(maxWalSenders);
    out.text(' max_prepared_xacts=').int(fields.maxPreparedXacts);
    out.text(' max_locks_per_xact=').int(fields.maxLocksPerXact);
    writeWalLevel(out.text(' wal_level='), fields.walLevel, levels);
    if (walLogHints !== undefined) out.text(' wal_log_hints=').text(onOrOff(walLogHints));
    if (trackCommitTimestamp !== undefined) {
      out.text(' track_commit_timestamp=').text(onOrOff(trackCommitTimestamp));
    }
  });

export const PARAMETER_CHANGE_9_3 = parameterChange(decode9_3, 'parameter change: ', WAL_LEVELS_9_3);
export const PARAMETER_CHANGE_9_4 = parameterChange(decode9_4, 'parameter change: ', WAL_LEVELS_9_4);
export const PARAMETER_CHANGE_9_5 = parameterChange(decode9_5, '', WAL_LEVELS_9_4);
export const PARAMETER_CHANGE_9_6 = parameterChange(decode9_5, '', WAL_LEVELS_9_6);
export const PARAMETER_CHANGE_12 = parameterChange(decode12, '', WAL_LEVELS_9_6);
