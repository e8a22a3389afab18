import type { RecordData } from '../record-data.js';
import type { FreezeTuple } from './heap2-records.js';

const TUPLE_BYTES = 12;

/** Reads so many `xl_heap_freeze_tuple`, as far as there are any. */
export function readFreezeTuples(data: RecordData, at: number, count: number): readonly FreezeTuple[] {
  const held = data.fit(count, at, TUPLE_BYTES);
  const tuples: FreezeTuple[] = [];
  for (let index = 0; index < held; index++, at += TUPLE_BYTES) {
    tuples.push({
      xmax: data.uint32(at),
      offset: data.uint16(at + 4),
      tInfomask2: data.uint16(at + 6),
      tInfomask: data.uint16(at + 8),
      frzflags: data.uint8(at + 10),
    });
  }
  return tuples;
}
