import { findTimelineSwitch, isSwitchAt } from '../evidence/timeline-switch.js';
import { formatLsn, segmentStart } from '../lsn.js';
import { mergeScans } from '../wal/merge-scans.js';
import type { SegmentFile } from '../wal/wal-directory.js';
import { historyFileName, segmentFileName } from '../wal-file-name.js';
import { findGaps } from './find-gaps.js';
import { judgeEnds } from './judge-ends.js';
import type { ScannedTimeline, TimelineScanner } from './scan-timelines.js';
import type { StateProblem } from './segment-state.js';
import type { AuditSetting, TimelineFiles } from './timeline-files.js';
import type { TimelineAudit } from './wal-audit.js';

/**
 * Audits a timeline.
 *
 * @param scanner - null where no more than first pages are to be read
 * @param history - whether its own history file is there
 */
export async function auditTimeline(
  setting: AuditSetting,
  files: TimelineFiles,
  history: TimelineAudit['history'],
  scanner: TimelineScanner | null,
): Promise<TimelineAudit> {
  const { timeline, used, spare } = files;
  const { lineages } = setting;
  noteHistory(setting, files, history);
  noteStates(setting, files);
  for (const gap of findGaps(setting, timeline)) noteGap(setting, timeline, gap.first, gap.last);
  const scanned = (await scanner?.scan(timeline)) ?? null;
  for (const { file, problem } of scanned?.wrongSizes ?? []) noteProblem(setting, file, problem);
  if (scanner !== null) await noteSwitch(setting, files);
  return {
    timeline,
    forkPoint: lineages.forkOf(timeline),
    children: lineages.childrenOf(timeline),
    history,
    segments: used.length + spare,
    first: used[0]?.file.name ?? null,
    last: used.at(-1)?.file.name ?? null,
    spare,
    records: scanner === null ? null : (scanned?.records ?? 0),
    recordBytes: scanner === null ? null : (scanned?.recordBytes ?? 0),
    start: scanned?.own.stretches.find(({ firstRecord }) => firstRecord !== null)?.firstRecord?.lsn ?? null,
    end: scanned && (await judgeEnds(setting, timeline, scanned.stretches, scanned.own.last)),
    partial: await auditPartial(files, scanned, scanner),
  };
}

function noteHistory(
  { findings, lineages }: AuditSetting,
  { timeline, used }: TimelineFiles,
  history: TimelineAudit['history'],
): void {
  const file = historyFileName(timeline);
  const ancestor = lineages.contradicted(timeline);
  if (ancestor !== null) {
    const message = `${file} contradicts ${historyFileName(ancestor)}: they tell of different promotions`;
    findings.damage('history-contradiction', message, { timeline, file });
  }
  if (history !== 'missing' || used.length === 0) return;
  if (lineages.of(timeline) === null) {
    const message = `${file} is missing: where timeline ${timeline} comes from is not known`;
    findings.damage('history-missing', message, { timeline, file });
  } else {
    const message = `${file} is missing: only a later history tells where timeline ${timeline} comes from`;
    findings.note('history-missing', message, { timeline, file });
  }
}

function noteStates(setting: AuditSetting, { used }: TimelineFiles): void {
  for (const { file, state } of used) {
    const problem = state.kind === 'live' ? state.sizeProblem : state;
    if (problem !== null) noteProblem(setting, file, problem);
  }
}

function noteProblem(
  { findings, format }: AuditSetting,
  file: SegmentFile,
  { code, why }: StateProblem,
): void {
  const { name, timeline, number, size } = file;
  const start = segmentStart(number, format.segmentSize);
  const lsn = code === 'truncated-segment' ? start + BigInt(size ?? 0) : start;
  findings.damage(code, `${name}: ${why}`, { timeline, lsn, file: name });
}

function noteGap({ findings, format }: AuditSetting, timeline: number, first: number, last: number): void {
  const [from, to] = [first, last].map((number) => segmentFileName(timeline, number, format.segmentSize));
  const segments = last - first + 1;
  const message = segments === 1 ? `${from} is missing` : `${from}..${to} are missing: ${segments} segments`;
  const lsn = segmentStart(first, format.segmentSize);
  findings.damage('missing-segments', message, { timeline, lsn, file: from ?? null, segments });
}

/** Holds the history against what the server logged when it went over to the timeline. */
async function noteSwitch(setting: AuditSetting, { timeline, used }: TimelineFiles): Promise<void> {
  const { findings, lineages, directory } = setting;
  const fork = lineages.forkOf(timeline);
  const first = used[0];
  if (fork === null || first?.state.kind !== 'live') return;
  const found = await findTimelineSwitch(directory, timeline, first.file.number);
  if (found === null || isSwitchAt(found, fork)) return;
  const message =
    `by its history, timeline ${timeline} left timeline ${fork.timeline} at ${formatLsn(fork.lsn)}, ` +
    `by its WAL timeline ${found.previous} at ${formatLsn(found.to)}`;
  findings.damage('history-contradiction', message, { timeline, lsn: fork.lsn, file: first.file.name });
}

/** Looks into the partial segment that goes on from the last whole one. */
async function auditPartial(
  { partial }: TimelineFiles,
  scanned: ScannedTimeline | null,
  scanner: TimelineScanner | null,
): Promise<TimelineAudit['partial']> {
  const file = partial.at(-1);
  if (file === undefined) return null;
  if (scanner === null) return { file: file.name, end: null };
  const scan = await scanner.scanFile(file);
  const follows = scanned?.own.last.number === file.number - 1;
  const stretch = (scanned !== null && follows ? mergeScans(scanned.own, scan) : scan).stretches.at(-1);
  return { file: file.name, end: stretch?.lastRecord == null ? null : stretch.endLsn };
}
