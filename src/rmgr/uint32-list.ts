import type { DescriptionWriter } from './description-writer.js';
import type { RecordData } from './record-data.js';

const NONE: readonly number[] = [];

/** Reads an array of so many transaction IDs or OIDs, as far as there are any. */
export function readUint32List(data: RecordData, at: number, count: number): readonly number[] {
  if (count === 0) return NONE;
  const held = data.fit(count, at, 4);
  const list = new Array<number>(held);
  for (let index = 0; index < held; index++) list[index] = data.uint32(at + index * 4);
  return list;
}

/** Writes them, each behind a space. */
export function writeUint32List(out: DescriptionWriter, list: readonly number[]): void {
  for (let index = 0; index < list.length; index++) out.code(0x20).uint(list[index]);
}
