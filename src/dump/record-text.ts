import { RecordDescriber } from '../rmgr/describe-record.js';
import type { DescriptionWriter } from '../rmgr/description-writer.js';
import type { WalRecord } from '../wal/record.js';
import type { WalFormat } from '../wal/wal-format.js';
import { writeBackupBlocks, writeBlockDetails, writeBlocks } from './block-text.js';
import { DUMP_DIALECTS, type DumpDialect } from './dialect.js';

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
  /** By resource manager: what a line begins with, up to the lengths. */
  readonly #beginnings: readonly string[];

  constructor(format: WalFormat, options: RecordTextOptions = {}) {
    this.#dialect = DUMP_DIALECTS[format.version.major];
    this.#describer = new RecordDescriber(format);
    this.#blockDetails = options.blockDetails ?? false;
    this.#pageSize = options.pageSize ?? 8192;
    this.#beginnings = Array.from({ length: 256 }, (_, id) => {
      const name = format.version.resourceManagers[id] ?? `custom${`${id}`.padStart(3, '0')}`;
      return `rmgr: ${name.padEnd(11)} len (rec/tot): `;
    });
  }

  /** Writes a record's line or lines, ends of lines included. */
  write(out: DescriptionWriter, record: WalRecord): void {
    out.text(this.#beginnings[record.resourceManager]);
    if (this.#dialect.line === 'backup-blocks') this.#writeOld(out, record);
    else this.#writeNew(out, record);
  }

  #writeNew(out: DescriptionWriter, record: WalRecord): void {
    const total = record.totalLength;
    this.#writeCommon(out, record, total - record.imageLength, total);
    out.text(', desc: ');
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

  #writeCommon(out: DescriptionWriter, record: WalRecord, length: number, total: number): void {
    out.uint(length, 6).code(0x2f).uint(total, 6).text(', tx: ').uint(record.xid, 10);
    out.text(', lsn: ').lsnWords(record.lsnHigh, record.lsnLow, 8);
    out.text(', prev ').lsnWords(record.previousHigh, record.previousLow, 8);
  }
}
