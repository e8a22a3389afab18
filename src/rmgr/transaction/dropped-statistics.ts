import type { DescriptionWriter } from '../description-writer.js';
import type { RecordData } from '../record-data.js';
import type { DroppedStatistics } from './transaction-records.js';

/** Bytes of an `xl_xact_stats_item`: 12 up to 17, 16 from 18, whose `objid` has two halves; 0 where there are none. */
export type StatisticsItemBytes = 0 | 12 | 16;

export const NO_STATISTICS: readonly DroppedStatistics[] = [];

/** Reads so many items, as far as there are any. */
export function readDroppedStatistics(
  data: RecordData,
  at: number,
  count: number,
  itemBytes: StatisticsItemBytes,
): readonly DroppedStatistics[] {
  if (count === 0 || itemBytes === 0) return NO_STATISTICS;
  const items: DroppedStatistics[] = [];
  const end = at + data.fit(count, at, itemBytes) * itemBytes;
  for (let each = at; each < end; each += itemBytes) {
    items.push({
      kind: data.int32(each),
      dboid: data.uint32(each + 4),
      objid: itemBytes === 16 ? data.uint64(each + 8) : BigInt(data.uint32(each + 8)),
    });
  }
  return items;
}

/** `xact_desc_stats` (`src/backend/access/rmgrdesc/xactdesc.c`) */
export function writeDroppedStatistics(
  out: DescriptionWriter,
  label: string,
  items: readonly DroppedStatistics[],
): void {
  if (items.length === 0) return;
  out.text('; ').text(label).text('dropped stats:');
  for (const { kind, dboid, objid } of items) {
    out.code(0x20).int(kind).code(0x2f).uint(dboid).code(0x2f).bigint(objid);
  }
}
