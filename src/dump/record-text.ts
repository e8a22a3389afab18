import { encodeText, putDigits } from '../bytes/text-writer.js';
import { RecordDescriber } from '../rmgr/describe-record.js';
import type { DescriptionWriter } from '../rmgr/description-writer.js';
import type { WalRecord } from '../wal/record.js';
import type { WalFormat } from '../wal/wal-format.js';
import { writeBackupBlocks, writeBlockDetails, writeBlocks } from './block-text.js';
import { DUMP_DIALECTS, type DumpDialect } from './dialect.js';

// rmgr: Heap        len (rec/tot):     59/    59, tx:        740, lsn: 0/01F21848, prev 0/01F217F8, desc: …
const NAME_WIDTH = 11;
const NUMBERS = '      /      , tx:           ';
const AFTER_NAME = ` len (rec/tot): ${NUMBERS}`;
const BEGINNING_BYTES = 'rmgr: '.length + NAME_WIDTH + AFTER_NAME.length;
const XID_END = BEGINNING_BYTES;
const TOTAL_END = XID_END - ', tx:           '.length;
const LENGTH_END = TOTAL_END - '/      '.length;
const DESCRIPTION = ', desc: ';
const SLASH = 0x2f;

/** How records are printed. */
export interface RecordTextOptions {
  /** A line more for each block (`--bkp-details`). */
  readonly blockDetails?: boolean;
  /** `BLCKSZ`: the size of the cluster's data pages in bytes, 8192 if not given. */
  readonly pageSize?: number;
}

/**
 * Prints records as the `pg_waldump` of the version that wrote them does (`XLogDumpDisplayRecord` in
 * `src/bin/pg_waldump/pg_waldump.c`; `pg_xlogdump` up to 9.6).
 */
export class RecordText {
  readonly #dialect: DumpDialect;
  readonly #describer: RecordDescriber;
  readonly #blockDetails: boolean;
  readonly #pageSize: number;
  /** By resource manager: what a line begins with, with room for the numbers. */
  readonly #beginnings: readonly Uint8Array[];

  constructor(format: WalFormat, options: RecordTextOptions = {}) {
    this.#dialect = DUMP_DIALECTS[format.version.major];
    this.#describer = new RecordDescriber(format);
    this.#blockDetails = options.blockDetails ?? false;
    this.#pageSize = options.pageSize ?? 8192;
    this.#beginnings = Array.from({ length: 256 }, (_, id) => {
      const name = format.version.resourceManagers[id] ?? `custom${`${id}`.padStart(3, '0')}`;
      return encodeText(`rmgr: ${name.padEnd(NAME_WIDTH)}${AFTER_NAME}`);
    });
  }

  /** Writes a record's line or lines, ends of lines included. */
  write(out: DescriptionWriter, record: WalRecord): void {
    if (this.#dialect.line === 'backup-blocks') this.#writeOld(out, record);
    else this.#writeNew(out, record);
  }

  #writeNew(out: DescriptionWriter, record: WalRecord): void {
    const total = record.totalLength;
    this.#writeCommon(out, record, total - record.imageLength, total);
    out.text(DESCRIPTION);
    this.#describer.describe(record, out);
    if (this.#blockDetails) {
      out.code(0x0a);
      writeBlockDetails(out, record, this.#dialect, this.#pageSize);
    } else {
      writeBlocks(out, record, this.#dialect);
      out.code(0x0a);
    }
  }

  #writeOld(out: DescriptionWriter, record: WalRecord): void {
    this.#writeCommon(out, record, record.blockTable.mainDataLength, record.totalLength);
    out.text(', bkp: ');
    for (let bit = 0x08; bit > 0; bit >>= 1) out.uint((record.info & bit) === 0 ? 0 : 1);
    out.text(', desc: ');
    this.#describer.describe(record, out);
    out.code(0x0a);
    if (this.#blockDetails) writeBackupBlocks(out, record);
  }

  /**
   * Writes what all lines begin with, up to the position of the record before. Flat, because it is more than half
   * of most lines: numbers are put into a copy of a text that has room for them.
   */
  #writeCommon(out: DescriptionWriter, record: WalRecord, length: number, total: number): void {
    const beginning = this.#beginnings[record.resourceManager];
    const { lsnHigh, previousHigh } = record;
    if (beginning.length !== BEGINNING_BYTES || length > 999_999 || total > 999_999) {
      writeBeginning(out, beginning, record, length, total);
    } else {
      out.reserve(BEGINNING_BYTES);
      const { bytes } = out;
      const at = out.length;
      bytes.set(beginning, at);
      putDigits(bytes, at + LENGTH_END, length);
      putDigits(bytes, at + TOTAL_END, total);
      putDigits(bytes, at + XID_END, record.xid);
      out.length = at + BEGINNING_BYTES;
    }
    out.text(', lsn: ').hexUpper(lsnHigh).code(SLASH).hex8Upper(record.lsnLow);
    out.text(', prev ').hexUpper(previousHigh).code(SLASH).hex8Upper(record.previousLow);
  }
}

/** The slow way, for names and lengths that take more room than they usually do. */
function writeBeginning(
  out: DescriptionWriter,
  beginning: Uint8Array,
  record: WalRecord,
  length: number,
  total: number,
): void {
  out
    .raw(beginning.subarray(0, beginning.length - NUMBERS.length))
    .uint(length, 6)
    .code(SLASH)
    .uint(total, 6);
  out.text(', tx: ').uint(record.xid, 10);
}
