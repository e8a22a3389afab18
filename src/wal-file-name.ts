import { eightHexDigits, type Lsn, requireSegmentSize } from './lsn.js';

/**
 * A WAL segment's name taken apart: `000000010000000A000000FF` is timeline 1, log 0xA, segment 0xFF of it.
 * Which segment of the whole stream that is depends on the segment size: {@link segmentNumberOfName}.
 */
export interface SegmentName {
  /** The timeline ID in the name; the pages of the file may belong to an earlier one. */
  readonly timeline: number;
  /** The upper 32 bits of the LSN where the segment starts. */
  readonly log: number;
  /** Which segment of those 4 GB it is, counted from 0. */
  readonly segmentOfLog: number;
}

/**
 * What the name of a file in a WAL directory or archive says
 * (`src/include/access/xlog_internal.h`: `IsXLogFileName` and its like).
 */
export type WalFileName =
  | ({ readonly kind: 'segment' } & SegmentName)
  /** The unfinished last segment of a timeline that was left by a promotion; servers never read it. */
  | ({ readonly kind: 'partial' } & SegmentName)
  | { readonly kind: 'history'; readonly timeline: number }
  /** A backup history file; `offset` is where in the segment the backup starts. */
  | ({ readonly kind: 'backup'; readonly offset: number } & SegmentName)
  /** A file in `archive_status` that says how far the archiver is with the file called `of`. */
  | { readonly kind: 'archive-status'; readonly status: 'ready' | 'done'; readonly of: string };

const SEGMENT = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(?:\.(partial)|\.([0-9A-F]{8})\.backup)?$/;
const HISTORY = /^([0-9A-F]{8})\.history$/;
const ARCHIVE_STATUS = /^(.+)\.(ready|done)$/;

/**
 * Reads a file name as the server would: only upper-case digits count. Returns null for all other names.
 */
export function parseWalFileName(name: string): WalFileName | null {
  const segment = SEGMENT.exec(name);
  if (segment !== null) {
    const parts = {
      timeline: parseHex(segment[1]),
      log: parseHex(segment[2]),
      segmentOfLog: parseHex(segment[3]),
    };
    if (segment[4] !== undefined) return { kind: 'partial', ...parts };
    if (segment[5] !== undefined) return { kind: 'backup', offset: parseHex(segment[5]), ...parts };
    return { kind: 'segment', ...parts };
  }
  const history = HISTORY.exec(name);
  if (history !== null) return { kind: 'history', timeline: parseHex(history[1]) };
  const status = ARCHIVE_STATUS.exec(name);
  if (status?.[1] !== undefined && parseWalFileName(status[1])) {
    return { kind: 'archive-status', status: status[2] === 'ready' ? 'ready' : 'done', of: status[1] };
  }
  return null;
}

/** The name of a segment of a timeline, as `XLogFileName` makes it. */
export function segmentFileName(timeline: number, segmentNumber: number, segmentSize: number): string {
  const perLog = segmentsPerLog(segmentSize);
  return (
    eightHexDigits(timeline) +
    eightHexDigits(Math.floor(segmentNumber / perLog)) +
    eightHexDigits(segmentNumber % perLog)
  );
}

/** The name of a timeline's history file, as `TLHistoryFileName` makes it. */
export function historyFileName(timeline: number): string {
  return `${eightHexDigits(timeline)}.history`;
}

/** The name of a backup history file, as `BackupHistoryFileName` makes it for a backup that starts at `start`. */
export function backupHistoryFileName(timeline: number, start: Lsn, segmentSize: number): string {
  const segment = segmentFileName(timeline, Number(start / BigInt(segmentSize)), segmentSize);
  return `${segment}.${eightHexDigits(Number(start % BigInt(segmentSize)))}.backup`;
}

/**
 * The number of the segment in the whole stream, or null for a name that no segment of this size can have
 * (`XLogFromFileName`; every segment number is used, as from 9.3 on).
 */
export function segmentNumberOfName(name: SegmentName, segmentSize: number): number | null {
  const perLog = segmentsPerLog(segmentSize);
  return name.segmentOfLog < perLog ? name.log * perLog + name.segmentOfLog : null;
}

function segmentsPerLog(segmentSize: number): number {
  requireSegmentSize(segmentSize);
  return 0x1_0000_0000 / segmentSize;
}

function parseHex(digits: string | undefined): number {
  return Number.parseInt(digits ?? '', 16);
}
