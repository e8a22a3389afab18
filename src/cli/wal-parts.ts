import type { WalkPart } from '../evidence/walk-ahead.js';
import type { Lsn } from '../lsn.js';

/** Less WAL is walked sooner than a thread has started and its code is compiled, in bytes. */
export const LEAST_BYTES_WALKED = 256 * 1024 * 1024;

/** So many that threads which take parts from both ends meet soon, and so few that to begin each takes no time. */
const PARTS_PER_THREAD = 32;
const SMALLEST_PART = 4 * 1024 * 1024;

/** How large a part is to be, in bytes, where threads take parts from both ends. */
export function partBytesFor(start: Lsn, end: Lsn, threads: number): number {
  const share = Number(end - start) / (threads * PARTS_PER_THREAD);
  return Math.ceil(Math.max(share, 1) / SMALLEST_PART) * SMALLEST_PART;
}

/** Cuts WAL into parts: a page's header tells where the first record on it begins. The last part has no end. */
export function cutIntoParts(start: Lsn, end: Lsn, partBytes: number): WalkPart[] {
  const size = BigInt(partBytes);
  const parts: WalkPart[] = [];
  let from = start;
  for (let until = (start / size + 1n) * size; until < end; until += size) {
    parts.push({ start: from, until });
    from = until;
  }
  parts.push({ start: from, until: null });
  return parts;
}
