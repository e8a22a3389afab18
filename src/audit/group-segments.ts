import { segmentNumberOf } from '../lsn.js';
import type { SegmentFile } from '../wal/wal-directory.js';
import type { WalFormat } from '../wal/wal-format.js';
import { segmentNumberOfName } from '../wal-file-name.js';
import type { ArchiveFiles, NamedSegment, SegmentHeader } from './archive-files.js';
import type { AuditFindings } from './audit-finding.js';
import type { Lineages } from './lineages.js';
import { haveSameBytes } from './same-bytes.js';
import { segmentState } from './segment-state.js';
import { type AuditedSegment, type TimelineFiles, timelineFiles } from './timeline-files.js';
import type { AuditOptions } from './wal-audit.js';

/** What is known of the files before they are grouped. */
export interface SegmentMaterial {
  readonly options: AuditOptions;
  readonly files: ArchiveFiles;
  readonly headers: ReadonlyMap<NamedSegment, SegmentHeader>;
  readonly format: WalFormat;
  readonly lineages: Lineages;
  readonly findings: AuditFindings;
}

/** The files that are to be looked at, by timeline, and what they are by their first pages. */
export async function groupSegments(material: SegmentMaterial): Promise<Map<number, TimelineFiles>> {
  const { options, files, headers, format, lineages, findings } = material;
  const segments = new Map<number, Map<number, AuditedSegment>>();
  for (const named of files.segments) {
    const file = segmentFile(named, format, findings);
    const header = headers.get(named);
    if (file === null || header === undefined || !isAskedFor(file, options, lineages, format)) continue;
    const state = segmentState(file, header, format, lineages.of(file.timeline));
    const found = segments.get(file.timeline) ?? new Map<number, AuditedSegment>();
    segments.set(file.timeline, found);
    const other = found.get(file.number);
    const isBetter = other !== undefined && other.state.kind !== 'live' && state.kind === 'live';
    if (other === undefined || isBetter) found.set(file.number, { file, state });
    if (other !== undefined) await noteDuplicate(other.file, file, options.fast === true, findings);
  }
  const partial = new Map<number, SegmentFile[]>();
  for (const named of files.partial) {
    const file = segmentFile(named, format, findings);
    if (file === null || !isAskedFor(file, options, lineages, format)) continue;
    partial.set(file.timeline, [...(partial.get(file.timeline) ?? []), file]);
  }
  const timelines = [...new Set([...segments.keys(), ...partial.keys(), ...lineages.timelines])]
    .filter((timeline) => options.timeline === undefined || isInLineage(timeline, options.timeline, lineages))
    .sort((a, b) => a - b);
  return new Map(
    timelines.map((timeline) => {
      const found = [...(segments.get(timeline)?.values() ?? [])];
      const sorted = found.sort((a, b) => a.file.number - b.file.number);
      return [timeline, timelineFiles(timeline, sorted, partial.get(timeline) ?? [])];
    }),
  );
}

function segmentFile(named: NamedSegment, format: WalFormat, findings: AuditFindings): SegmentFile | null {
  const { name, size, source, path, wal } = named;
  const number = segmentNumberOfName(wal, format.segmentSize);
  if (number === null) {
    const message = `${name} cannot be a segment of ${format.segmentSize} bytes`;
    findings.damage('other-format-segment', message, { timeline: wal.timeline, file: name });
    return null;
  }
  return { name, timeline: wal.timeline, number, size, source, path };
}

function isInLineage(timeline: number, of: number, lineages: Lineages): boolean {
  if (timeline === of) return true;
  return lineages.of(of)?.entries.some((entry) => entry.timeline === timeline) ?? false;
}

function isAskedFor(
  { timeline, number }: SegmentFile,
  options: AuditOptions,
  lineages: Lineages,
  { segmentSize }: WalFormat,
): boolean {
  if (options.from !== undefined && number < segmentNumberOf(options.from, segmentSize)) return false;
  if (number > lastSegment(options, segmentSize)) return false;
  if (options.timeline === undefined) return true;
  return lineages.ownerOfSegment(options.timeline, number, segmentSize) === timeline;
}

async function noteDuplicate(
  first: SegmentFile,
  second: SegmentFile,
  isFast: boolean,
  findings: AuditFindings,
): Promise<void> {
  const { name, timeline } = first;
  const places = `${first.source.name}/${first.path} and ${second.source.name}/${second.path}`;
  const isSame = isFast ? null : await haveSameBytes(first, second);
  if (isSame === false) {
    const message = `${name} is there twice, with different contents: ${places}`;
    findings.damage('duplicate-segment', message, { timeline, file: name });
  } else {
    const contents = isSame === null ? '' : ', with the same contents';
    findings.note('duplicate-segment', `${name} is there twice${contents}: ${places}`, {
      timeline,
      file: name,
    });
  }
}

/** The last segment that is asked for, by number. */
export function lastSegment({ to }: AuditOptions, segmentSize: number): number {
  if (to === undefined) return Number.MAX_SAFE_INTEGER;
  return to === 0n ? -1 : segmentNumberOf(to - 1n, segmentSize);
}
