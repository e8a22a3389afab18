import { FORK_NAMES } from '../rmgr/fork-names.js';
import { restorePageImage } from '../wal/page-image.js';
import type { BlockReference, WalRecord } from '../wal/record.js';

/** A file that `--save-fullpage` writes. */
export interface FullPageFile {
  readonly name: string;
  /** The whole page, as {@link restorePageImage} gives it. */
  readonly page: Uint8Array;
}

/**
 * The files that `pg_waldump --save-fullpage` (16 on) writes of a record: one for every image that it carries,
 * also for those that replay would not restore (`XLogRecordSaveFPWs` in `src/bin/pg_waldump/pg_waldump.c`).
 *
 * @param timeline - of the segment file that is read
 * @param pageSize - `BLCKSZ`: the size of the cluster's data pages in bytes
 * @throws WalError `PAGE_IMAGE` where an image is damaged
 */
export function fullPageFiles(record: WalRecord, timeline?: number, pageSize?: number): FullPageFile[] {
  return record.blocks
    .filter(({ image }) => image !== null)
    .map((block) => ({
      name: fullPageFileName(record, block, timeline),
      page: restorePageImage(record, block, pageSize),
    }));
}

/**
 * The name of the file for an image: timeline, position of the record, and the block, such as
 * `00000001-00000000-0157B970.1663.5.2619.7_main`. It has been the same since there is such a thing.
 *
 * @param timeline - of the segment file that is read: on the segment in which a timeline begins, this is the
 *   new one from the start, while the pages before the switch still carry the old one
 */
export function fullPageFileName(
  { lsnHigh, lsnLow, timeline: ownTimeline }: WalRecord,
  { tablespace, database, relation, block, fork }: BlockReference,
  timeline = ownTimeline,
): string {
  const position = [timeline, lsnHigh, lsnLow].map(upperHex).join('-');
  return `${position}.${tablespace}.${database}.${relation}.${block}_${FORK_NAMES[fork] ?? fork}`;
}

/** `%08X` */
function upperHex(value: number): string {
  return (value >>> 0).toString(16).toUpperCase().padStart(8, '0');
}
