import { RecordDescriber } from '../rmgr/describe-record.js';
import type { DescriptionWriter } from '../rmgr/description-writer.js';
import type { WalRecord } from '../wal/record.js';
import type { WalFormat } from '../wal/wal-format.js';
import { BlockText, writeBackupBlocks, writeBlockDetails } from './block-text.js';
import { DUMP_DIALECTS, type DumpDialect } from './dialect.js';
import { LineBeginning } from './line-beginning.js';

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
  readonly #blocks: BlockText;
  /** By kind of record, made when the first of a kind comes. */
  readonly #beginnings = new Array<LineBeginning | null>(256 * 16).fill(null);

  constructor(format: WalFormat, options: RecordTextOptions = {}) {
    this.#dialect = DUMP_DIALECTS[format.version.major];
    this.#describer = new RecordDescriber(format);
    this.#blockDetails = options.blockDetails ?? false;
    this.#pageSize = options.pageSize ?? 8192;
    this.#blocks = new BlockText(format, this.#dialect);
  }

  /** Writes a record's line or lines, ends of lines included. */
  write(out: DescriptionWriter, record: WalRecord): void {
    if (this.#dialect.line === 'backup-blocks') this.#writeOld(out, record);
    else this.#writeNew(out, record);
  }

  #writeNew(out: DescriptionWriter, record: WalRecord): void {
    const total = record.totalLength;
    this.#beginningOf(record).write(out, record, total - record.imageLength, total);
    this.#describer.describeBehindName(record, out);
    if (this.#blockDetails) {
      out.code(0x0a);
      writeBlockDetails(out, record, this.#dialect, this.#pageSize);
    } else {
      this.#blocks.write(out, record);
      out.code(0x0a);
    }
  }

  #writeOld(out: DescriptionWriter, record: WalRecord): void {
    this.#beginningOf(record).write(out, record, record.blockTable.mainDataLength, record.totalLength);
    for (let bit = 0x08; bit > 0; bit >>= 1) out.uint((record.info & bit) === 0 ? 0 : 1);
    out.text(', desc: ');
    this.#describer.describeBehindName(record, out);
    out.code(0x0a);
    if (this.#blockDetails) writeBackupBlocks(out, record);
  }

  #beginningOf(record: WalRecord): LineBeginning {
    const kind = record.resourceManager * 16 + (record.resourceManagerInfo >> 4);
    this.#beginnings[kind] ??= this.#newBeginning(record);
    return this.#beginnings[kind];
  }

  #newBeginning(record: WalRecord): LineBeginning {
    const isOld = this.#dialect.line === 'backup-blocks';
    const behind = isOld ? ', bkp: ' : `, desc: ${this.#describer.nameInText(record)}`;
    return new LineBeginning(record.resourceManagerName, behind);
  }
}
