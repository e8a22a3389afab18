import type { RecordData } from './record-data.js';

/** Bytes of an `IndexTupleData`, with which every tuple of an index begins (`src/include/access/itup.h`). */
export const INDEX_TUPLE_HEADER_BYTES = 8;

/** `IndexTupleSize`: a tuple's length in bytes, as it says itself. */
export function indexTupleSize(data: RecordData, at: number): number {
  return data.uint16(at + 6) & 0x1fff;
}
