import { type BackupLabel, parseBackupLabel } from '../backup/backup-label.js';
import type { ControlFile } from '../control/control-file.js';
import { readControlFile } from '../control/read-control-file.js';
import { ControlFileError, SourceError, TimelineHistoryError, WalError } from '../errors.js';
import type { Lsn } from '../lsn.js';
import { readWholeFile, type Source } from '../source/source.js';
import { historyWithoutParents, type TimelineHistory } from '../timeline/history.js';
import { entryOfTimeline, isBeginningOf, timelineAt } from '../timeline/lineage.js';
import type { IdentifiedVersion } from '../version.js';
import { saidOfStrangeName, WalDirectory } from '../wal/wal-directory.js';
import type { WalEnd } from '../wal/wal-end.js';
import { historyFileName } from '../wal-file-name.js';
import { readConfiguration } from './configuration.js';
import type { Finding, NodeEvidence, SegmentRange, WalEvidence } from './node-evidence.js';
import type { WalkersAhead } from './walk-ahead.js';
import { walkWal } from './walk-wal.js';

/**
 * What else there is to look at.
 *
 * @category Evidence
 */
export interface ReadEvidenceOptions {
  /** The WAL archive that the node's `restore_command` reads from. */
  readonly archive?: Source;
}

const CONTROL_FILES = ['global/pg_control', 'pg_control'];
const CONTROL_FILE_BYTES = 8192;
const LABEL_LIMIT = 64 * 1024;

/**
 * Gathers the facts about a node from its files: a data directory, a copied `pg_wal` or `pg_xlog` with or
 * without `pg_control` beside it, or a lone history file. Nothing is written. What is not there is listed in
 * `missing`; what is wrong, in `findings`.
 *
 * @throws {@link SourceError} `SOURCE_NOT_A_NODE` where there is nothing of a node, `SOURCE_UNREADABLE`
 * where its files cannot be listed
 * @category Evidence
 */
export async function readEvidence(source: Source, options: ReadEvidenceOptions = {}): Promise<NodeEvidence> {
  return readEvidenceWith(source, options, null);
}

/** The same, with others who walk the node's WAL ahead. */
export async function readEvidenceWith(
  source: Source,
  options: ReadEvidenceOptions,
  walkers: WalkersAhead | null,
): Promise<NodeEvidence> {
  const findings: Finding[] = [];
  const missing: string[] = [];
  const control = await findControlFile(source, findings, missing);
  const directory = await WalDirectory.open(source);
  const archive = options.archive === undefined ? null : await WalDirectory.open(options.archive);
  if (
    control === null &&
    directory.format === null &&
    directory.histories.size === 0 &&
    findings.length === 0 &&
    (source.findings ?? []).length === 0
  ) {
    throw new SourceError(
      'SOURCE_NOT_A_NODE',
      `${source.name}: no data directory, WAL directory or history file (found no pg_control, segment or .history)`,
    );
  }
  if (directory.formatProblem !== null)
    findings.push({ code: 'wal-unreadable', message: directory.formatProblem });
  for (const name of directory.strangeNames) {
    findings.push({ code: 'strange-file-name', message: saidOfStrangeName(name) });
  }
  const histories = await readHistories(directory, findings);
  const combined =
    options.archive === undefined ? directory : await WalDirectory.open(source, options.archive);
  const backupLabel = await readBackupLabel(source);
  const startTimeline = timelineOf(control, directory, histories);
  const redo = redoPoint(control, backupLabel);
  const lineage = await walkLineage(
    { own: directory, combined, walkers },
    startTimeline,
    histories,
    control,
    redo,
    findings,
  );
  const format = directory.format ?? archive?.format ?? null;
  const identified: IdentifiedVersion | null = control ?? format;
  if (identified?.development) {
    findings.push({
      code: 'development-version',
      message: `written by a development snapshot of PostgreSQL ${identified.development}, read as ${identified.version.major}`,
    });
  }
  noteFormatDifferences(control, directory, findings);
  const problems: string[] = [];
  const configuration = await readConfiguration(source, identified?.version ?? null, problems);
  for (const message of problems) findings.push({ code: 'configuration-unreadable', message });
  const archiveEnd = await walkArchiveFirst(source, directory, options.archive, lineage, control, redo);
  if (startTimeline !== null && lineage?.history === undefined) missing.push(historyFileName(startTimeline));
  findings.push(...(source.findings ?? []), ...findingsOfArchive(options.archive));
  return {
    name: source.name,
    kind: kindOf(control, directory),
    systemIdentifier: control?.systemIdentifier ?? format?.systemIdentifier ?? null,
    version: identified?.version ?? null,
    development: identified?.development ?? null,
    segmentSize: format?.segmentSize ?? control?.xlogSegSize ?? null,
    walBlockSize: format?.blockSize ?? control?.xlogBlcksz ?? null,
    control,
    timeline: lineage?.history.timeline ?? startTimeline,
    history: lineage?.history ?? null,
    newerHistories: histories.filter(
      ({ timeline }) => timeline > (lineage?.history.timeline ?? startTimeline ?? 0),
    ),
    isSetUpAsStandby: await hasAny(source, ['standby.signal', 'recovery.conf']),
    configuration,
    backupLabel,
    wal: lineage?.wal ?? null,
    dataPages: null,
    archiveEnd,
    segments: rangesOf(directory),
    archiveSegments: archive === null ? [] : rangesOf(archive),
    findings,
    missing,
  };
}

async function findControlFile(
  source: Source,
  findings: Finding[],
  missing: string[],
): Promise<ControlFile | null> {
  for (const path of CONTROL_FILES) {
    try {
      const bytes = await readWholeFile(source, path, CONTROL_FILE_BYTES);
      if (bytes === null) continue;
      const control = readControlFile(bytes);
      if (control.crcMatches) return control;
      findings.push({
        code: 'control-file-crc',
        message: `${path}: its checksum is wrong, nothing in it can be relied on`,
      });
    } catch (error) {
      if (!(error instanceof ControlFileError || error instanceof SourceError)) throw error;
      findings.push({ code: 'control-file-unreadable', message: `${path}: ${error.message}` });
    }
    missing.push('global/pg_control');
    return null;
  }
  missing.push('global/pg_control');
  return null;
}

async function readBackupLabel(source: Source): Promise<BackupLabel | null> {
  const bytes = await readWholeFile(source, 'backup_label', LABEL_LIMIT);
  return bytes && parseBackupLabel(new TextDecoder().decode(bytes));
}

function findingsOfArchive(archive: Source | undefined): Finding[] {
  const findings = archive?.findings ?? [];
  return findings.map(({ code, message }) => ({ code, message: `${archive?.name}: ${message}` }));
}

async function hasAny(source: Source, names: readonly string[]): Promise<boolean> {
  const entries = (await source.list('')) ?? [];
  return entries.some((entry) => names.includes(entry.name));
}

async function readHistories(directory: WalDirectory, findings: Finding[]): Promise<TimelineHistory[]> {
  const histories: TimelineHistory[] = [];
  for (const timeline of [...directory.histories].sort((a, b) => a - b)) {
    try {
      const history = await directory.readHistory(timeline);
      if (history !== null) histories.push(history);
    } catch (error) {
      if (!(error instanceof TimelineHistoryError || error instanceof SourceError)) throw error;
      findings.push({ code: 'history-file-invalid', message: error.message });
    }
  }
  return histories;
}

/**
 * The timeline that the node is on: the higher one of the checkpoint's and the minimum recovery point's.
 * Without a control file, the newest that has segments; of a lone history file, its own.
 */
function timelineOf(
  control: ControlFile | null,
  directory: WalDirectory,
  histories: readonly TimelineHistory[],
): number | null {
  if (control !== null) return Math.max(control.checkPointCopy.thisTimeLineID, control.minRecoveryPointTLI);
  return directory.timelines.at(-1) ?? histories.at(-1)?.timeline ?? null;
}

function redoPoint(control: ControlFile | null, label: BackupLabel | null): Lsn | null {
  return label?.startWalLocation ?? control?.checkPointCopy.redo ?? null;
}

interface WalkedLineage {
  readonly history: TimelineHistory;
  readonly wal: WalEvidence | null;
}

/**
 * Walks the node's own timeline, and where newer history files lie about, the newest that startup would pick.
 * The node is on that one if its WAL has really gone over to it.
 */
async function walkLineage(
  directories: WalDirectories,
  timeline: number | null,
  histories: readonly TimelineHistory[],
  control: ControlFile | null,
  redo: Lsn | null,
  findings: Finding[],
): Promise<WalkedLineage | null> {
  if (timeline === null) return null;
  const own = histories.find((history) => history.timeline === timeline) ?? null;
  if (own === null && timeline !== 1) {
    findings.push({
      code: 'history-file-missing',
      message: `${historyFileName(timeline)} is missing: where timeline ${timeline} comes from is not known`,
    });
    return null;
  }
  const history = own ?? historyWithoutParents(timeline);
  const wal = await walk(directories, history, control, redo);
  const newest = startupHistory(timeline, histories);
  if (newest === null || wal === null || !isBeginningOf(history, newest)) return { history, wal };
  const switchPoint = entryOfTimeline(newest, timeline)?.end ?? null;
  if (switchPoint === null || wal.end.lsn > switchPoint) return { history, wal };
  const beyond = await walk(directories, newest, control, redo);
  const lastRecord = beyond?.end.lastRecord ?? null;
  if (beyond === null || lastRecord === null || lastRecord < switchPoint) return { history, wal };
  // the page that holds the switch point still carries the old timeline's ID, so the position decides
  const reached = timelineAt(newest, lastRecord).timeline;
  return { history: histories.find((candidate) => candidate.timeline === reached) ?? newest, wal: beyond };
}

/** The history that a standby would aim for: timelines are tried upwards without a gap (`findNewestTimeLine`). */
function startupHistory(timeline: number, histories: readonly TimelineHistory[]): TimelineHistory | null {
  let newest: TimelineHistory | null = null;
  for (let next = timeline + 1; ; next++) {
    const history = histories.find((candidate) => candidate.timeline === next);
    if (history === undefined) return newest;
    newest = history;
  }
}

/** The node's own WAL directory, and the same with what its archive adds. */
interface WalDirectories {
  readonly own: WalDirectory;
  readonly combined: WalDirectory;
  readonly walkers: WalkersAhead | null;
}

async function walk(
  directories: WalDirectories,
  history: TimelineHistory,
  control: ControlFile | null,
  redo: Lsn | null,
): Promise<WalEvidence | null> {
  try {
    const { combined, own, walkers } = directories;
    return await walkWal(combined, own, history, control, redo, walkers);
  } catch (error) {
    if (error instanceof WalError) return null;
    throw error;
  }
}

async function walkArchiveFirst(
  source: Source,
  own: WalDirectory,
  archive: Source | undefined,
  lineage: WalkedLineage | null,
  control: ControlFile | null,
  redo: Lsn | null,
): Promise<WalEnd | null> {
  if (archive === undefined || lineage === null) return null;
  const combined = await WalDirectory.open(archive, source);
  const wal = await walk({ own, combined, walkers: null }, lineage.history, control, redo);
  return wal?.end ?? null;
}

function noteFormatDifferences(
  control: ControlFile | null,
  directory: WalDirectory,
  findings: Finding[],
): void {
  const { format } = directory;
  if (control === null || format === null) return;
  if (control.systemIdentifier !== format.systemIdentifier) {
    findings.push({
      code: 'other-format-segment',
      message:
        `pg_control is of system ${control.systemIdentifier}, but the first WAL segment is of system ` +
        `${format.systemIdentifier}: the files are of two clusters`,
    });
  } else if (control.xlogSegSize !== format.segmentSize || control.xlogBlcksz !== format.blockSize) {
    findings.push({
      code: 'other-format-segment',
      message:
        `pg_control names segments of ${control.xlogSegSize} bytes in blocks of ${control.xlogBlcksz}, ` +
        `the first WAL segment says ${format.segmentSize} and ${format.blockSize}`,
    });
  } else if (control.version !== format.version && control.development === null) {
    findings.push({
      code: 'version-mismatch',
      message: `pg_control is of PostgreSQL ${control.version.major}, the WAL of ${format.version.major}`,
    });
  }
}

function kindOf(control: ControlFile | null, directory: WalDirectory): NodeEvidence['kind'] {
  if (control !== null) return 'data-directory';
  return directory.format === null ? 'history-file' : 'wal-directory';
}

function rangesOf(directory: WalDirectory): SegmentRange[] {
  const ranges: { timeline: number; first: number; last: number }[] = [];
  for (const timeline of directory.timelines) {
    for (const { number } of directory.segments(timeline)) {
      const range = ranges.at(-1);
      if (range?.timeline === timeline && range.last + 1 === number) range.last = number;
      else ranges.push({ timeline, first: number, last: number });
    }
  }
  return ranges;
}
