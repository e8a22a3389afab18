import { TextPiece } from '../bytes/text-writer.js';
import type { DescriptionWriter } from '../rmgr/description-writer.js';
import type { WalRecord } from '../wal/record.js';

// rmgr: Heap        len (rec/tot):     59/    59, tx:        740, lsn: 0/01F21848, prev 0/01F217F8, desc: …
const NAME_WIDTH = 11;
const LENGTH_WIDTH = 6;
const XID_WIDTH = 10;
const LOW_WIDTH = 8;
const MAX_LENGTH = 999_999;

/** What the lines of one kind of record begin with. */
export class LineBeginning {
  readonly #name: string;
  readonly #behind: string;
  #isMade = false;
  #high = 0;
  #piece = new TextPiece('');
  /** Where the numbers are, the first three by their ends. */
  #lengthEnd = 0;
  #totalEnd = 0;
  #xidEnd = 0;
  #lsnAt = 0;
  #previousAt = 0;

  /**
   * @param name - of the resource manager
   * @param behind - goes on behind the position of the record before
   */
  constructor(name: string, behind: string) {
    this.#name = name.padEnd(NAME_WIDTH);
    this.#behind = behind;
  }

  /**
   * Writes it, for a record of this kind. It is more than half of most lines, and so it is a copy of a text that has
   * room for the numbers, the upper halves of the positions included.
   */
  write(out: DescriptionWriter, record: WalRecord, length: number, total: number): void {
    const high = record.lsnHigh;
    if (length > MAX_LENGTH || total > MAX_LENGTH || record.previousHigh !== high) {
      this.#writeUnusual(out, record, length, total);
      return;
    }
    if (!this.#isMade || high !== this.#high) this.#make(high);
    const start = out.length;
    out.piece(this.#piece);
    out.putUint(start + this.#lengthEnd, length);
    out.putUint(start + this.#totalEnd, total);
    out.putUint(start + this.#xidEnd, record.xid);
    out.putHex8Upper(start + this.#lsnAt, record.lsnLow);
    out.putHex8Upper(start + this.#previousAt, record.previousLow);
  }

  #make(high: number): void {
    const upper = high.toString(16).toUpperCase();
    let text = `rmgr: ${this.#name} len (rec/tot): `;
    const room = (before: string, width: number) => {
      text += before + ' '.repeat(width);
      return text.length;
    };
    this.#lengthEnd = room('', LENGTH_WIDTH);
    this.#totalEnd = room('/', LENGTH_WIDTH);
    this.#xidEnd = room(', tx: ', XID_WIDTH);
    this.#lsnAt = room(`, lsn: ${upper}/`, LOW_WIDTH) - LOW_WIDTH;
    this.#previousAt = room(`, prev ${upper}/`, LOW_WIDTH) - LOW_WIDTH;
    this.#piece = new TextPiece(text + this.#behind);
    this.#high = high;
    this.#isMade = true;
  }

  /** For what has no such room: long records, and those behind a record of the 4 GB before. */
  #writeUnusual(out: DescriptionWriter, record: WalRecord, length: number, total: number): void {
    out.text('rmgr: ').text(this.#name).text(' len (rec/tot): ');
    out.uint(length, LENGTH_WIDTH).text('/').uint(total, LENGTH_WIDTH);
    out.text(', tx: ').uint(record.xid, XID_WIDTH);
    out.text(', lsn: ').lsnWords(record.lsnHigh, record.lsnLow, LOW_WIDTH);
    out.text(', prev ').lsnWords(record.previousHigh, record.previousLow, LOW_WIDTH);
    out.text(this.#behind);
  }
}
