import type { Lsn } from '../lsn.js';
import type { SegmentFile, WalDirectory } from '../wal/wal-directory.js';
import type { WalFormat } from '../wal/wal-format.js';
import type { AuditFindings } from './audit-finding.js';
import type { Lineages } from './lineages.js';
import type { SegmentState } from './segment-state.js';

/** A segment, and what it is by its first page. */
export interface AuditedSegment {
  readonly file: SegmentFile;
  readonly state: SegmentState;
}

/** The files of a timeline. */
export interface TimelineFiles {
  readonly timeline: number;
  /** Those that hold its WAL or should, one a number, in increasing order. */
  readonly used: readonly AuditedSegment[];
  /** How many lie behind the last of them, and wait for their use. */
  readonly spare: number;
  /** Of numbers that there is no whole segment of, in increasing order. */
  readonly partial: readonly SegmentFile[];
}

/** What all timelines are audited with. */
export interface AuditSetting {
  readonly format: WalFormat;
  /** `BLCKSZ`, in bytes. */
  readonly pageSize: number;
  readonly lineages: Lineages;
  /** All of the WAL that there is. */
  readonly directory: WalDirectory;
  readonly findings: AuditFindings;
  /** The timelines that are looked at, in increasing order. */
  readonly timelines: ReadonlyMap<number, TimelineFiles>;
  /** The segments that are looked at, by number. */
  readonly firstSegment: number;
  readonly lastSegment: number;
  /** Damage matters before this position only; null where it matters everywhere. */
  readonly to: Lsn | null;
}

/** The files of a timeline with what lies behind its end told apart: a server keeps segments there for later use. */
export function timelineFiles(
  timeline: number,
  segments: readonly AuditedSegment[],
  partial: readonly SegmentFile[],
): TimelineFiles {
  const last = segments.findLastIndex(({ state }) => state.kind !== 'spare');
  const whole = new Set(segments.map(({ file }) => file.number));
  return {
    timeline,
    used: segments.slice(0, last + 1),
    spare: segments.length - last - 1,
    partial: partial.filter((file) => !whole.has(file.number)),
  };
}
