import type { ControlFile } from '../control/control-file.js';
import { readControlFile } from '../control/read-control-file.js';
import { ControlFileError, SourceError, TimelineHistoryError, WalError } from '../errors.js';
import { segmentNumberOf } from '../lsn.js';
import { readWholeFile, type Source } from '../source/source.js';
import { parseTimelineHistory, type TimelineHistory } from '../timeline/history.js';
import { saidOfStrangeName, WalDirectory } from '../wal/wal-directory.js';
import { historyFileName } from '../wal-file-name.js';
import {
  type ArchiveFiles,
  type HistoryFile,
  listArchive,
  type NamedSegment,
  readHeader,
  type SegmentHeader,
} from './archive-files.js';
import { type AuditFindingCode, AuditFindings } from './audit-finding.js';
import { auditTimeline } from './audit-timeline.js';
import { clusterFormat } from './cluster-format.js';
import { groupSegments, lastSegment, type SegmentMaterial } from './group-segments.js';
import { Lineages } from './lineages.js';
import { TimelineScanner } from './scan-timelines.js';
import { type ChooseScans, scansHere } from './segment-scans.js';
import type { AuditSetting } from './timeline-files.js';
import type { ArchiverAudit, AuditOptions, TimelineAudit, WalAudit } from './wal-audit.js';

const CONTROL_FILES = ['global/pg_control', 'pg_control'];
const CONTROL_FILE_BYTES = 8192;
const HISTORY_FILE_LIMIT = 1024 * 1024;
const MAX_FINDINGS = 1000;
const DEFAULT_PAGE_SIZE = 8192;

/** What a source finds wrong with its files that recovery does not stumble over. */
const NOTES: ReadonlySet<AuditFindingCode> = new Set(['misleading-name', 'tar-entry-passed-over']);

/**
 * Audits WAL: an archive, a data directory or a WAL directory. Every segment is read, its first page held against
 * its name and the cluster, its records against their checksums and against each other, also over the ends of
 * segments and where a timeline leaves another. What is missing, damaged or of another cluster is told, and where
 * the WAL of each timeline really ends. No more is in memory than a window of a segment, and a little for each file.
 *
 * @param source - or several: where a segment is in more than one, the first counts
 * @throws {@link WalError} `WAL_NOT_FOUND` where there is no WAL
 * @throws {@link SourceError} `SOURCE_UNREADABLE` where it cannot be listed
 * @category Audit
 */
export async function auditWal(
  source: Source | readonly Source[],
  options: AuditOptions = {},
): Promise<WalAudit> {
  return auditWith('open' in source ? [source] : source, options, scansHere);
}

/** The same, with a say in who scans the segments. */
export async function auditWith(
  sources: readonly Source[],
  options: AuditOptions,
  chooseScans: ChooseScans,
): Promise<WalAudit> {
  const findings = new AuditFindings(options.maxFindings ?? MAX_FINDINGS);
  const files = await listArchive(sources);
  const isEmpty = files.segments.length + files.partial.length + files.histories.length === 0;
  if (isEmpty && files.problems.length === 0) {
    const names = sources.map(({ name }) => name).join(', ');
    throw new WalError('WAL_NOT_FOUND', `${names}: found no WAL segment or history file`);
  }
  for (const problem of files.problems) findings.damage('unreadable', problem);
  for (const name of files.strangeNames) {
    findings.note('strange-file-name', saidOfStrangeName(name), { file: name });
  }
  const control = await findControlFile(sources, findings);
  const headers = new Map<NamedSegment, SegmentHeader>();
  for (const file of [...files.segments, ...files.partial]) headers.set(file, await readHeader(file));
  const formats = [...headers.values()].flatMap((header) =>
    header.kind === 'format' ? [header.format] : [],
  );
  const format = clusterFormat(formats, control);
  const { lineages, invalid } = await readLineages(files.histories, findings);
  const timelines =
    format === null
      ? noteUnreadable(headers, findings)
      : await auditAll({
          sources,
          options,
          files,
          headers,
          format,
          control,
          lineages,
          invalid,
          findings,
          chooseScans,
        });
  noteStatus(files, findings);
  for (const { code, message } of sources.flatMap(({ findings: found }) => found ?? [])) {
    if (NOTES.has(code)) findings.note(code, message);
    else findings.damage(code, message);
  }
  return {
    places: sources.map(({ name }) => name),
    systemIdentifier: control?.systemIdentifier ?? format?.systemIdentifier ?? null,
    version: format?.version ?? null,
    segmentSize: format?.segmentSize ?? null,
    segments: files.segments.length,
    timelines,
    archiveStatus: archiverAudit(files),
    findings: findings.kept,
    findingCount: findings.count,
    damageCount: findings.damages,
  };
}

/** What there is to be audited. */
interface Material extends SegmentMaterial {
  readonly sources: readonly Source[];
  readonly control: ControlFile | null;
  /** Timelines whose history file no server would accept. */
  readonly invalid: ReadonlySet<number>;
  readonly chooseScans: ChooseScans;
}

async function auditAll(material: Material): Promise<TimelineAudit[]> {
  const { sources, options, format, control, lineages, invalid, findings, chooseScans } = material;
  const { segmentSize } = format;
  const setting: AuditSetting = {
    format,
    pageSize: control?.blcksz ?? DEFAULT_PAGE_SIZE,
    lineages,
    directory: await WalDirectory.open(...sources),
    findings,
    timelines: await groupSegments(material),
    firstSegment: options.from === undefined ? 0 : segmentNumberOf(options.from, segmentSize),
    lastSegment: lastSegment(options, segmentSize),
    to: options.to ?? null,
  };
  const segments = [...setting.timelines.values()].reduce((sum, { used }) => sum + used.length, 0);
  const scanner =
    options.fast === true ? null : new TimelineScanner(setting, chooseScans(segments * segmentSize));
  const audits: TimelineAudit[] = [];
  for (const [timeline, files] of setting.timelines) {
    const history = historyState(timeline, lineages, invalid);
    audits.push(await auditTimeline(setting, files, history, scanner));
  }
  return audits;
}

function historyState(
  timeline: number,
  lineages: Lineages,
  invalid: ReadonlySet<number>,
): TimelineAudit['history'] {
  if (timeline === 1) return 'none-needed';
  if (lineages.hasFile(timeline)) return 'file';
  return invalid.has(timeline) ? 'invalid' : 'missing';
}

async function readLineages(
  files: readonly HistoryFile[],
  findings: AuditFindings,
): Promise<{ lineages: Lineages; invalid: ReadonlySet<number> }> {
  const histories: TimelineHistory[] = [];
  const invalid = new Set<number>();
  for (const { source, path, timeline } of files) {
    // a server never looks for a history of timeline 1
    if (timeline <= 1) continue;
    try {
      const content = await readWholeFile(source, path, HISTORY_FILE_LIMIT);
      if (content !== null) histories.push(parseTimelineHistory(timeline, content));
    } catch (error) {
      if (!(error instanceof TimelineHistoryError || error instanceof SourceError)) throw error;
      invalid.add(timeline);
      findings.damage('history-invalid', error.message, { timeline, file: historyFileName(timeline) });
    }
  }
  return { lineages: new Lineages(histories), invalid };
}

async function findControlFile(
  sources: readonly Source[],
  findings: AuditFindings,
): Promise<ControlFile | null> {
  for (const source of sources) {
    for (const path of CONTROL_FILES) {
      try {
        const bytes = await readWholeFile(source, path, CONTROL_FILE_BYTES);
        if (bytes === null) continue;
        const control = readControlFile(bytes);
        if (control.crcMatches) return control;
        findings.note('control-file', `${path}: its checksum is wrong, it is not gone by`, { file: path });
      } catch (error) {
        if (!(error instanceof ControlFileError || error instanceof SourceError)) throw error;
        findings.note('control-file', `${path}: ${error.message}`, { file: path });
      }
    }
  }
  return null;
}

/** Where no segment tells what the WAL is of. */
function noteUnreadable(
  headers: ReadonlyMap<NamedSegment, SegmentHeader>,
  findings: AuditFindings,
): TimelineAudit[] {
  for (const [{ name, wal }, header] of headers) {
    const why =
      header.kind === 'format'
        ? `it is of system ${header.format.systemIdentifier}, pg_control of another`
        : header.kind === 'short'
          ? `it has only ${header.length} bytes`
          : header.why;
    const code = header.kind === 'format' ? 'foreign-segment' : 'unreadable';
    findings.damage(code, `${name}: ${why}`, { timeline: wal.timeline, file: name });
  }
  return [];
}

function archiverAudit({ status }: ArchiveFiles): ArchiverAudit | null {
  if (status === null) return null;
  const ready = [...status].filter(([, each]) => each === 'ready').map(([name]) => name);
  return { ready: ready.length, firstReady: ready.sort()[0] ?? null, done: status.size - ready.length };
}

function noteStatus({ status, segments, histories }: ArchiveFiles, findings: AuditFindings): void {
  if (status === null) return;
  const there = new Set([...segments, ...histories].map(({ name }) => name));
  for (const [name, each] of [...status].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (each === 'done' || there.has(name) || !/^[0-9A-F]{24}$|\.history$/.test(name)) continue;
    const message = `${name} is marked to be archived, but is not there any more`;
    findings.damage('ready-but-missing', message, { file: name });
  }
}
