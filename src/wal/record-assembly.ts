import { lsnFromWords, lsnHigh, lsnLow } from '../lsn.js';
import { RECORD_ALIGNMENT } from './record-header.js';
import type { UnfinishedRecord } from './record-parts.js';
import type { WindowBuffer } from './window.js';

/** The longest part of a record that is set aside before more of it has been seen. */
const INITIAL_BYTES = 64 * 1024;

/** A record that goes on beyond its page, put together from its parts. One is used for all, one after the other. */
export class RecordAssembly implements WindowBuffer {
  bytes = new Uint8Array(INITIAL_BYTES);
  words = new Int32Array(this.bytes.buffer);
  /** How much of it is there, and is to be, in bytes. */
  length = 0;
  totalLength = 0;
  /** Where it begins: the upper and lower 32 bits of the LSN, and the timeline of that page. */
  lsnHigh = 0;
  lsnLow = 0;
  timeline = 0;

  /** Begins with a record of which nothing is there yet. */
  begin(totalLength: number, high: number, low: number, timeline: number): void {
    this.length = 0;
    this.totalLength = totalLength;
    this.lsnHigh = high;
    this.lsnLow = low;
    this.timeline = timeline;
  }

  /** Goes on with a record that another walk left unfinished. */
  resume({ lsn, timeline, totalLength, parts }: UnfinishedRecord): void {
    this.begin(totalLength, lsnHigh(lsn), lsnLow(lsn), timeline);
    for (const part of parts) this.append(part);
  }

  append(part: Uint8Array): void {
    this.#grow(this.length + part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  /** What is there of it, for another walk to go on with. */
  get unfinished(): UnfinishedRecord {
    return {
      lsn: lsnFromWords(this.lsnHigh, this.lsnLow),
      timeline: this.timeline,
      totalLength: this.totalLength,
      length: this.length,
      parts: [this.bytes.slice(0, this.length)],
    };
  }

  /** Makes room only for what has been seen of a record, so that a length made up costs no memory. */
  #grow(bytes: number): void {
    if (bytes <= this.bytes.length) return;
    const room = Math.min(this.totalLength, bytes * 2);
    const larger = new Uint8Array(Math.ceil(room / RECORD_ALIGNMENT) * RECORD_ALIGNMENT);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.words = new Int32Array(larger.buffer);
  }
}
