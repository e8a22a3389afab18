import { isValidSegmentSize } from '../lsn.js';
import { formatLocalTime } from '../time/local-time.js';
import type { TimeZone } from '../time/time-zone.js';
import { timeZone } from '../time/tz-variable.js';
import type { ControlFile } from './control-file.js';
import { DIALECTS, type Dialect } from './dialects.js';
import { warningsInText } from './warnings.js';

/**
 * How to print a control file.
 *
 * @category Control file
 */
export interface FormatControlFileOptions {
  /**
   * The time zone, as in the environment variable `TZ`: a name such as `Europe/Berlin`, or a rule such as
   * `UTC-3`; UTC where it is neither, as with any C program. Not given: the system's own time zone. Names are
   * known through `Intl`; or a {@link TimeZone} of your own.
   */
  readonly timeZone?: string | TimeZone | undefined;
}

/** What the printing of a row needs to know beside the control file. */
interface Manner extends Dialect {
  readonly zone: TimeZone;
}

/** A label, and what stands behind it; null leaves the row out. */
type Row = readonly [label: string, print: (control: ControlFile, manner: Manner) => string | null];

/** Where values begin, or right behind a label that is longer. */
const VALUE_COLUMN = 38;

/** What stands for what cannot be told. */
const UNTELLABLE = '???';

/** The segment size of a server of up to 10 that was built without `--with-wal-segsize`. */
const DEFAULT_SEGMENT_SIZE = 16 * 1024 * 1024;

const STATE_ROWS: readonly Row[] = [
  ['pg_control version number', (control) => `${control.pgControlVersion}`],
  ['Catalog version number', (control) => `${control.catalogVersionNo}`],
  ['Database system identifier', (control) => `${control.systemIdentifier}`],
  ['Database cluster state', (control) => control.state],
  ['pg_control last modified', ({ time }, { zone }) => formatLocalTime(time, zone) ?? UNTELLABLE],
  ['Latest checkpoint location', ({ checkPoint }, { formatLsn }) => formatLsn(checkPoint)],
  [
    'Prior checkpoint location',
    ({ prevCheckPoint }, { formatLsn }) => (prevCheckPoint === null ? null : formatLsn(prevCheckPoint)),
  ],
];

const CHECKPOINT_ROWS: readonly Row[] = [
  ['REDO location', ({ checkPointCopy }, { formatLsn }) => formatLsn(checkPointCopy.redo)],
  ['REDO WAL file', redoWalFile],
  ['TimeLineID', ({ checkPointCopy }) => `${checkPointCopy.thisTimeLineID}`],
  ['PrevTimeLineID', ({ checkPointCopy }) => `${checkPointCopy.prevTimeLineID}`],
  ['full_page_writes', ({ checkPointCopy }) => onOff(checkPointCopy.fullPageWrites)],
  ['NextXID', ({ checkPointCopy: { nextXid } }, { xidSeparator }) => xid(nextXid, xidSeparator)],
  ['NextOID', ({ checkPointCopy }) => `${checkPointCopy.nextOid}`],
  ['NextMultiXactId', ({ checkPointCopy }) => `${checkPointCopy.nextMulti}`],
  ['NextMultiOffset', ({ checkPointCopy }) => `${checkPointCopy.nextMultiOffset}`],
  ['oldestXID', ({ checkPointCopy }) => `${checkPointCopy.oldestXid}`],
  ["oldestXID's DB", ({ checkPointCopy }) => `${checkPointCopy.oldestXidDB}`],
  ['oldestActiveXID', ({ checkPointCopy }) => `${checkPointCopy.oldestActiveXid}`],
  ['oldestMultiXid', ({ checkPointCopy }) => `${checkPointCopy.oldestMulti}`],
  ["oldestMulti's DB", ({ checkPointCopy }) => `${checkPointCopy.oldestMultiDB}`],
  ['oldestCommitTsXid', ({ checkPointCopy }) => number(checkPointCopy.oldestCommitTsXid)],
  ['newestCommitTsXid', ({ checkPointCopy }) => number(checkPointCopy.newestCommitTsXid)],
  ['data_checksum_version', ({ checkPointCopy }) => number(checkPointCopy.dataChecksumState)],
];

const RECOVERY_ROWS: readonly Row[] = [
  [
    'Time of latest checkpoint',
    ({ checkPointCopy }, { zone }) => formatLocalTime(checkPointCopy.time, zone) ?? UNTELLABLE,
  ],
  ['Fake LSN counter for unlogged rels', ({ unloggedLSN }, { formatLsn }) => formatLsn(unloggedLSN)],
  ['Minimum recovery ending location', (control, { formatLsn }) => formatLsn(control.minRecoveryPoint)],
  ["Min recovery ending loc's timeline", (control) => `${control.minRecoveryPointTLI}`],
  ['Backup start location', (control, { formatLsn }) => formatLsn(control.backupStartPoint)],
  ['Backup end location', (control, { formatLsn }) => formatLsn(control.backupEndPoint)],
  ['End-of-backup record required', (control) => (control.backupEndRequired ? 'yes' : 'no')],
];

const SETTING_ROWS: readonly Row[] = [
  ['wal_level', ({ walLevelName }, { unknownWalLevel }) => walLevelName ?? unknownWalLevel],
  ['wal_log_hints', (control) => onOff(control.walLogHints)],
  ['max_connections', (control) => `${control.maxConnections}`],
  ['max_worker_processes', (control) => number(control.maxWorkerProcesses)],
  ['max_wal_senders', (control) => number(control.maxWalSenders)],
  ['max_prepared_xacts', (control) => `${control.maxPreparedXacts}`],
  ['max_locks_per_xact', (control) => `${control.maxLocksPerXact}`],
  ['track_commit_timestamp', (control) => onOff(control.trackCommitTimestamp)],
];

const FORMAT_ROWS: readonly Row[] = [
  ['Maximum data alignment', (control) => `${control.maxAlign}`],
  ['Database block size', (control) => `${control.blcksz}`],
  ['Blocks per segment of large relation', (control) => `${control.relsegSize}`],
  ['Pages per SLRU segment', (control) => number(control.slruPagesPerSegment)],
  ['WAL block size', (control) => `${control.xlogBlcksz}`],
  ['Bytes per WAL segment', (control) => `${control.xlogSegSize}`],
  ['Maximum length of identifiers', (control) => `${control.nameDataLen}`],
  ['Maximum columns in an index', (control) => `${control.indexMaxKeys}`],
  ['Maximum size of a TOAST chunk', (control) => `${control.toastMaxChunkSize}`],
  ['Size of a large-object chunk', (control) => number(control.loblksize)],
  [
    'Date/time type storage',
    ({ enableIntTimes }) => (enableIntTimes === false ? 'floating-point numbers' : '64-bit integers'),
  ],
  ['Float4 argument passing', ({ float4ByVal }) => (float4ByVal === null ? null : passing(float4ByVal))],
  ['Float8 argument passing', ({ float8ByVal }) => passing(float8ByVal)],
  ['Data page checksum version', (control) => `${control.dataChecksumVersion}`],
  ['Default char data signedness', (control) => signedness(control.defaultCharSignedness)],
  ['Mock authentication nonce', (control) => control.mockAuthenticationNonce],
];

/**
 * Prints a control file as the `pg_controldata` of its version does on standard output, byte for byte, in the
 * C locale. Up to 16 that includes what it warns of; from 17 see `controlFileWarnings`.
 *
 * Where the program would crash (a time or a segment size beyond all bounds), `???` is printed as in 18.
 *
 * @returns lines, each with a line feed at its end
 * @category Control file
 */
export function formatControlFile(control: ControlFile, options: FormatControlFileOptions = {}): string {
  const dialect = DIALECTS[control.version.major];
  const manner = { ...dialect, zone: zoneOf(options.timeZone) };
  const rows = (labels: readonly Row[], prefix = '', suffix = ''): string =>
    labels.map(([label, print]) => formatRow(`${prefix}${label}${suffix}`, print(control, manner))).join('');
  return (
    warningsInText(control) +
    rows(STATE_ROWS) +
    rows(CHECKPOINT_ROWS, "Latest checkpoint's ") +
    rows(RECOVERY_ROWS) +
    rows(SETTING_ROWS, dialect.settingPrefix, ' setting') +
    rows(FORMAT_ROWS)
  );
}

function zoneOf(option: FormatControlFileOptions['timeZone']): TimeZone {
  return typeof option === 'function' ? option : timeZone(option);
}

function formatRow(label: string, value: string | null): string {
  return value === null ? '' : `${`${label}:`.padEnd(VALUE_COLUMN)}${value}\n`;
}

/** The name of the segment that holds the redo point, with any segment size that can be divided by. */
function redoWalFile({ checkPointCopy, xlogSegSize }: ControlFile, { segmentSize }: Manner): string {
  const isUnused = segmentSize === 'built in' && !isValidSegmentSize(xlogSegSize);
  // `pg_controldata` keeps it in an `int`.
  const size = isUnused ? DEFAULT_SEGMENT_SIZE : xlogSegSize | 0;
  if (size <= 0) return UNTELLABLE;
  const segment = checkPointCopy.redo / BigInt(size);
  const perId = 0x1_0000_0000n / BigInt(size);
  return [BigInt(checkPointCopy.thisTimeLineID), segment / perId, segment % perId]
    .map((part) => BigInt.asUintN(32, part).toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}

function number(value: number | null): string | null {
  return value === null ? null : `${value}`;
}

function onOff(value: boolean | null): string | null {
  if (value === null) return null;
  return value ? 'on' : 'off';
}

function passing(byValue: boolean): string {
  return byValue ? 'by value' : 'by reference';
}

function signedness(isSigned: boolean | null): string | null {
  if (isSigned === null) return null;
  return isSigned ? 'signed' : 'unsigned';
}

function xid(nextXid: bigint, separator: string): string {
  return `${nextXid >> 32n}${separator}${BigInt.asUintN(32, nextXid)}`;
}
