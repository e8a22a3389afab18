import { findLiveWalBehind } from '../evidence/live-wal.js';
import { formatLsn, type Lsn, segmentNumberOf } from '../lsn.js';
import { segmentIsMissing } from '../wal/reader-messages.js';
import type { ScannedSegment, WalStretch } from '../wal/segment-scan.js';
import type { WalEnd, WalEndCode } from '../wal/wal-end.js';
import { segmentFileName } from '../wal-file-name.js';
import type { AuditFindingCode } from './audit-finding.js';
import type { AuditedSegment, AuditSetting } from './timeline-files.js';

/** How WAL ends that a server has not finished writing. */
const UNWRITTEN: ReadonlySet<WalEndCode> = new Set(['zeroed-tail', 'recycled-segment']);

/** What an end is that is none, where a code of findings does not say the same. */
const CODES: Readonly<Record<WalEndCode, AuditFindingCode>> = {
  'zeroed-tail': 'wal-behind-end',
  'recycled-segment': 'wal-behind-end',
  'missing-segment': 'missing-segments',
  'truncated-segment': 'truncated-segment',
  'broken-record': 'broken-record',
  'broken-page': 'broken-page',
  'other-timeline': 'other-timeline',
  'other-format': 'other-format-segment',
  unreadable: 'unreadable',
  'requested-end': 'broken-record',
};

/**
 * Tells the ordinary end of a timeline's WAL from damage, which is noted.
 *
 * @param stretches - of the timeline; behind each but the last, there is more of its WAL
 * @param last - the last segment that was scanned
 * @returns where and why its WAL really ends
 */
export async function judgeEnds(
  setting: AuditSetting,
  timeline: number,
  stretches: readonly WalStretch[],
  last: ScannedSegment,
): Promise<WalEnd | null> {
  const used = setting.timelines.get(timeline)?.used ?? [];
  const isCutOff = ({ state }: AuditedSegment) => state.kind === 'live' && state.sizeProblem !== null;
  const cutOff = new Set(used.filter(isCutOff).map(({ file }) => file.name));
  for (const [index, stretch] of stretches.entries()) {
    const isLast = index === stretches.length - 1;
    // gaps are looked for by name
    if (stretch.end === null || stretch.end.code === 'missing-segment') continue;
    // and files that are cut off by their size, if that is known
    if (stretch.end.code === 'truncated-segment' && cutOff.has(stretch.end.file)) continue;
    const behind = isLast ? await whatIsBehind(setting, timeline, stretch.end) : 'more WAL of it';
    if (behind !== null) note(setting, timeline, stretch.end, behind);
  }
  const end = stretches.at(-1);
  if (end === undefined) return null;
  return end.end ?? openEnd(end, last, setting.format.segmentSize);
}

/** What keeps the last end from being an ordinary one; null where it is one. */
async function whatIsBehind(setting: AuditSetting, timeline: number, end: WalEnd): Promise<string | null> {
  const { directory, format, pageSize } = setting;
  if (!UNWRITTEN.has(end.code)) return isLeft(setting, timeline, end.lsn) ? null : 'nothing';
  const live = await findLiveWalBehind(directory, format, end, timeline, pageSize);
  return live === null ? null : `${formatLsn(live.lsn)} in ${live.file}`;
}

/**
 * Whether a later timeline goes on from before a position in the same segment: whatever is behind that in the
 * segment was given up when the timeline was left.
 */
function isLeft({ lineages, format }: AuditSetting, timeline: number, lsn: Lsn): boolean {
  return lineages.childrenOf(timeline).some((child) => {
    const fork = lineages.forkOf(child)?.lsn ?? null;
    if (fork === null || fork > lsn) return false;
    return segmentNumberOf(fork, format.segmentSize) === segmentNumberOf(lsn, format.segmentSize);
  });
}

function note({ findings, to }: AuditSetting, timeline: number, end: WalEnd, behind: string): void {
  const { code, file, lsn } = end;
  if (to !== null && lsn >= to) return;
  const more = UNWRITTEN.has(code) ? `, but behind it there is ${behind}` : '';
  const message = `${file}: ${end.message}; WAL before it ends at ${formatLsn(lsn)}${more}`;
  findings.damage(CODES[code], message, { timeline, lsn, file });
}

/** A timeline that goes on in a segment that is not there (yet). */
function openEnd(stretch: WalStretch, last: ScannedSegment, segmentSize: number): WalEnd {
  const file = segmentFileName(last.timeline, last.number + 1, segmentSize);
  const { endLsn: lsn, lastRecord, timeline } = stretch;
  return { lsn, timeline, code: 'missing-segment', message: segmentIsMissing(file), file, lastRecord };
}
