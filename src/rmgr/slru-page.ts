import type { RecordData } from './record-data.js';

/** How many bytes the number of a page of `pg_xact` and its like takes: 4 up to 16, 8 from 17. */
export type PageNumberBytes = 4 | 8;

/** Reads such a number. */
export function readPageNumber(data: RecordData, at: number, bytes: PageNumberBytes): bigint {
  return bytes === 8 ? data.int64(at) : BigInt(data.int32(at));
}
