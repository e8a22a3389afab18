import type { DescriptionWriter } from '../description-writer.js';
import type { RecordData } from '../record-data.js';
import type { HeapBlock } from './heap-records.js';

/** A record of 9.3 or 9.4, which tells in its own data which block it is about. */
export type Located<Fields> = Fields & Required<HeapBlock>;

/** Reads a `BlockIdData`: two halves, the upper first. */
export function readBlockId(data: RecordData, at: number): number {
  return ((data.uint16(at) << 16) | data.uint16(at + 2)) >>> 0;
}

/** Writes what `out_target` does. */
export function writeTarget(out: DescriptionWriter, { locator, block }: Required<HeapBlock>, offnum: number) {
  return out.text('rel ').relation(locator).text('; tid ').uint(block).code(0x2f).uint(offnum);
}

/** Writes which block a record is about. */
export function writeBlock(out: DescriptionWriter, { locator, block }: Required<HeapBlock>) {
  return out.text('rel ').relation(locator).text('; blk ').uint(block);
}
