import { type Lsn, segmentStart } from '../lsn.js';
import { decodeRecord } from '../rmgr/describe-record.js';
import { normalizePosition } from '../wal/page-header.js';
import type { WalRecord } from '../wal/record.js';
import { RM_XLOG_ID } from '../wal/record-header.js';
import type { WalDirectory } from '../wal/wal-directory.js';
import { WalReader } from '../wal/wal-reader.js';

/** Where a server went over to a timeline, by what it wrote then. */
export interface TimelineSwitch {
  /** The timeline that it came from. */
  readonly previous: number;
  /** The switch is not before this position; at the start of a page, that before its header. */
  readonly from: Lsn;
  /** And not behind this one. */
  readonly to: Lsn;
}

/**
 * Looks in a timeline's first segment for what a server logs when recovery is over: an end of recovery, or a
 * checkpoint that names the timeline before. Little else can have been logged on the timeline by then.
 *
 * @param number - of the segment
 * @returns null where nothing of it is in the segment, or can be read
 */
export async function findTimelineSwitch(
  directory: WalDirectory,
  timeline: number,
  number: number,
): Promise<TimelineSwitch | null> {
  const { format } = directory;
  if (format === null || directory.segment(timeline, number) === null) return null;
  const start = segmentStart(number, format.segmentSize);
  const end = start + BigInt(format.segmentSize);
  const reader = await WalReader.open(directory, { timeline, singleTimeline: true, start, end });
  let from = start;
  for await (const window of reader) {
    for (const record of window) {
      const previous = record.resourceManager === RM_XLOG_ID ? previousTimeline(record, timeline) : undefined;
      if (typeof previous === 'number') {
        return {
          previous,
          from: normalizePosition(from, format.segmentSize, format.blockSize),
          to: record.lsn,
        };
      }
      // settings may be logged before it
      if (previous === undefined) from = record.endLsn;
    }
  }
  return null;
}

/** Whether a history tells of the same switch. */
export function isSwitchAt(
  { previous, from, to }: TimelineSwitch,
  fork: { readonly timeline: number; readonly lsn: Lsn },
): boolean {
  return previous === fork.timeline && from <= fork.lsn && fork.lsn <= to;
}

/** The timeline that recovery ended on; null for what may be logged before that; undefined for other records. */
function previousTimeline(record: WalRecord, timeline: number): number | null | undefined {
  const decoded = decodeRecord(record);
  if (decoded.resourceManager !== 'XLOG') return undefined;
  switch (decoded.type) {
    case 'END_OF_RECOVERY':
      return decoded.thisTimeLineID === timeline ? decoded.prevTimeLineID : undefined;
    case 'CHECKPOINT_SHUTDOWN': {
      const { thisTimeLineID, prevTimeLineID } = decoded.checkPoint;
      return thisTimeLineID === timeline && prevTimeLineID !== timeline ? prevTimeLineID : undefined;
    }
    case 'FPW_CHANGE':
    case 'PARAMETER_CHANGE':
    case 'OVERWRITE_CONTRECORD':
      return null;
    default:
      return undefined;
  }
}
