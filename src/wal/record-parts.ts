import type { Lsn } from '../lsn.js';
import { FIRST_IS_CONTRECORD, FIRST_IS_OVERWRITE_CONTRECORD } from './page-header.js';
import { RECORD_ALIGNMENT } from './record-header.js';

/**
 * A record that does not end in the WAL that was read.
 *
 * @category Scans of WAL
 */
export interface UnfinishedRecord {
  /** Where it begins. */
  readonly lsn: Lsn;
  /** The timeline of the page that it begins on. */
  readonly timeline: number;
  /** How long it says that it is, in bytes. */
  readonly totalLength: number;
  /** How many of these bytes there are. */
  readonly length: number;
  /** These bytes. */
  readonly parts: readonly Uint8Array[];
}

/**
 * What a page's header says about the record that its first bytes belong to.
 *
 * @category Scans of WAL
 */
export interface PageStart {
  /** The position behind the page's header. */
  readonly lsn: Lsn;
  /** The page's timeline. */
  readonly timeline: number;
  /** The segment file that holds it. */
  readonly file: string;
  /** Flag bits (`xlp_info`). */
  readonly flags: number;
  /** Bytes of the record that are still to come (`xlp_rem_len`). */
  readonly remaining: number;
}

/**
 * The rest of a record that begins before the WAL that was read.
 *
 * @category Scans of WAL
 */
export interface RecordRest {
  /** How many bytes of it there are. */
  readonly length: number;
  /** These bytes. */
  readonly parts: readonly Uint8Array[];
  /** Where reading goes on behind the record; null where it does not end in this WAL. */
  readonly end: Lsn | null;
  /** The timeline of the last page that holds some of it. */
  readonly timeline: number;
  /** The segment file of that page. */
  readonly file: string;
  /** The page behind, where it does not go on with the record that it should, or goes on with one that is over. */
  readonly after: PageStart | null;
}

/**
 * The first record that begins in a stretch of WAL, as far as its neighbour before is concerned.
 *
 * @category Scans of WAL
 */
export interface FirstRecord {
  /** Where it begins. */
  readonly lsn: Lsn;
  /** Where the one before it begins, as it says; null where that part of it is in the next segment. */
  readonly previous: Lsn | null;
  /** The timeline of the page where that was read. */
  readonly timeline: number;
  /** The segment file where that was read. */
  readonly file: string;
}

/** Gathers the rest of a record from before the beginning of a walk, page by page. */
export class RecordRestBuilder {
  /** The first page of the walk; null where it was not valid. */
  first: PageStart | null = null;
  #parts: Uint8Array[] = [];
  #length = 0;
  #end: Lsn | null = null;
  #timeline = 0;
  #file = '';
  #after: PageStart | null = null;

  /** @param room - the page behind its header; it is written over later */
  addPage(page: PageStart, room: Uint8Array): void {
    if (this.first === null) {
      this.first = page;
      if ((page.flags & FIRST_IS_CONTRECORD) === 0) return;
    } else if (this.#after !== null) {
      return;
    } else if (this.#end !== null) {
      // the record filled the page before to its end
      if ((page.flags & FIRST_IS_CONTRECORD) !== 0) this.#after = page;
      return;
    } else if (!isContinuation(page, this.first.remaining - this.#length)) {
      this.#after = page;
      return;
    }
    const part = room.slice(0, page.remaining);
    this.#parts.push(part);
    this.#length += part.length;
    this.#timeline = page.timeline;
    this.#file = page.file;
    if (page.remaining <= room.length) this.#end = page.lsn + alignedLength(part.length);
  }

  /** Null where the walk did not begin in the middle of a record. */
  get rest(): RecordRest | null {
    if (this.#parts.length === 0) return null;
    return {
      length: this.#length,
      parts: this.#parts,
      end: this.#end,
      timeline: this.#timeline,
      file: this.#file,
      after: this.#after,
    };
  }
}

/** Whether a page goes on with a record of which so many bytes are still to come. */
function isContinuation({ flags, remaining }: PageStart, expected: number): boolean {
  const isPart = (flags & (FIRST_IS_CONTRECORD | FIRST_IS_OVERWRITE_CONTRECORD)) === FIRST_IS_CONTRECORD;
  return isPart && remaining === expected;
}

/**
 * The rest of a record that fills all that was read, and what was read behind it.
 *
 * @param first - the page where the former begins, and `page` where the latter does
 */
export function joinedRest(
  first: PageStart,
  rest: RecordRest,
  page: PageStart,
  behind: RecordRest | null,
): RecordRest {
  if (rest.after !== null) return rest;
  if (rest.end !== null) return (page.flags & FIRST_IS_CONTRECORD) === 0 ? rest : { ...rest, after: page };
  if (behind === null || !isContinuation(page, first.remaining - rest.length))
    return { ...rest, after: page };
  return { ...behind, length: rest.length + behind.length, parts: [...rest.parts, ...behind.parts] };
}

function alignedLength(length: number): bigint {
  return BigInt(Math.ceil(length / RECORD_ALIGNMENT) * RECORD_ALIGNMENT);
}
