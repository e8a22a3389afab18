import type { TextWriter } from '../bytes/text-writer.js';
import { formatLsn, formatLsnWords, type Lsn, lsnHigh, lsnLow } from '../lsn.js';
import type { RecordDescriber } from '../rmgr/describe-record.js';
import type { WalRecord } from '../wal/record.js';
import { RecordCounts } from '../wal/skim/skimmer.js';
import type { WalFormat } from '../wal/wal-format.js';
import { DUMP_DIALECTS, type DumpDialect } from './dialect.js';

/** Records of one kind, or of one resource manager. */
export interface StatisticsRow {
  /** `Heap`, or `Heap/INSERT`. */
  readonly name: string;
  /** How many records. */
  readonly count: number;
  /** Their bytes without full-page images. */
  readonly recordLength: number;
  /** Bytes of their full-page images. */
  readonly imageLength: number;
}

/** What was counted, in a form that can be sent from thread to thread. */
export interface StatisticsState {
  /** For each resource manager and kind: records, bytes without images, bytes of images. */
  readonly table: Float64Array;
  /** The upper and lower 32 bits of where the last record ends. */
  readonly endHigh: number;
  readonly endLow: number;
}

const KINDS = 16;
const COLUMNS = 3;
const FIRST_CUSTOM = 128;
const TRANSACTION = 'Transaction';
/** The bits of a transaction's kind, without the flag that more follows (`XLOG_XACT_OPMASK`). */
const TRANSACTION_KIND = 0x07;

/**
 * Counts records by resource manager and kind, as `pg_waldump --stats` does (`XLogRecStoreStats` in
 * `src/backend/access/transam/xlogstats.c`).
 */
export class Statistics {
  readonly #format: WalFormat;
  readonly #dialect: DumpDialect;
  readonly #transactionId: number;
  /** What was counted; a reader may count into it. */
  readonly counts = new RecordCounts();
  readonly #table = this.counts.table;
  #endHigh = 0;
  #endLow = 0;

  constructor(format: WalFormat) {
    this.#format = format;
    this.#dialect = DUMP_DIALECTS[format.version.major];
    this.#transactionId = format.version.resourceManagers.indexOf(TRANSACTION);
  }

  /** Whether nothing was counted. */
  get isEmpty(): boolean {
    return this.#endHigh === 0 && this.#endLow === 0;
  }

  /** Counts a record. */
  add(record: WalRecord): void {
    const row = (record.resourceManager * KINDS + (record.info >> 4)) * COLUMNS;
    const imageLength = record.imageLength;
    this.#table[row] += 1;
    this.#table[row + 1] += record.totalLength - imageLength;
    this.#table[row + 2] += imageLength;
    this.#endHigh = record.endHigh;
    this.#endLow = record.endLow;
  }

  /** Says where the last record ends that was counted by a reader. */
  reach(end: Lsn): void {
    this.#endHigh = lsnHigh(end);
    this.#endLow = lsnLow(end);
  }

  /** All that was counted so far. */
  get state(): StatisticsState {
    return { table: this.#table, endHigh: this.#endHigh, endLow: this.#endLow };
  }

  /** Adds what was counted of the WAL that follows. */
  merge({ table, endHigh, endLow }: StatisticsState): void {
    const own = this.#table;
    for (let index = 0; index < own.length; index++) own[index] += table[index];
    if (endHigh === 0 && endLow === 0) return;
    this.#endHigh = endHigh;
    this.#endLow = endLow;
  }

  /** One row a resource manager: all built-in ones, and those of extensions that occur. */
  byResourceManager(): StatisticsRow[] {
    const rows: StatisticsRow[] = [];
    for (let id = 0; id < 256; id++) {
      const name = this.#nameOf(id);
      const row = sum(
        name ?? '',
        Array.from({ length: KINDS }, (_, kind) => this.#row('', id, kind)),
      );
      if (name !== null && (id < FIRST_CUSTOM || row.count > 0)) rows.push(row);
    }
    return rows;
  }

  /** One row for each kind of record that occurs, by the names that `describer` knows. */
  byKind(describer: RecordDescriber): StatisticsRow[] {
    const rows: StatisticsRow[] = [];
    for (let id = 0; id < 256; id++) {
      const isMerged = id === this.#transactionId && this.#dialect.mergesTransactionKinds;
      const kinds = isMerged ? TRANSACTION_KIND + 1 : KINDS;
      for (let kind = 0; kind < kinds; kind++) {
        const type = describer.typeName(id, kind << 4) ?? `UNKNOWN (${(kind << 4).toString(16)})`;
        const name = `${this.#nameOf(id)}/${type}`;
        const plain = this.#row(name, id, kind);
        const row = isMerged ? sum(name, [plain, this.#row(name, id, kind + kinds)]) : plain;
        if (row.count > 0) rows.push(row);
      }
    }
    return rows;
  }

  /**
   * The table that `pg_waldump --stats` prints; nothing where nothing was counted and its version says nothing.
   *
   * @param start - where the first record begins
   */
  write(out: TextWriter, rows: readonly StatisticsRow[], start: Lsn): void {
    if (this.#dialect.statisticsRange) {
      if (this.isEmpty) return;
      out.text(
        `WAL statistics between ${formatLsn(start)} and ${formatLsnWords(this.#endHigh, this.#endLow)}:\n`,
      );
    }
    writeTable(out, rows);
  }

  #row(name: string, id: number, kind: number): StatisticsRow {
    const row = (id * KINDS + kind) * COLUMNS;
    const table = this.#table;
    return { name, count: table[row], recordLength: table[row + 1], imageLength: table[row + 2] };
  }

  #nameOf(id: number): string | null {
    const { resourceManagers, customResourceManagers } = this.#format.version;
    if (id < resourceManagers.length) return resourceManagers[id];
    return customResourceManagers && id >= FIRST_CUSTOM ? `custom${id}` : null;
  }
}

function sum(name: string, rows: readonly StatisticsRow[]): StatisticsRow {
  let count = 0;
  let recordLength = 0;
  let imageLength = 0;
  for (const row of rows) {
    count += row.count;
    recordLength += row.recordLength;
    imageLength += row.imageLength;
  }
  return { name, count, recordLength, imageLength };
}

function writeTable(out: TextWriter, rows: readonly StatisticsRow[]): void {
  const total = sum('Total', rows);
  const combined = total.recordLength + total.imageLength;
  out.text(headings(['Type', 'N', 'Record size', 'FPI size', 'Combined size'], '(%)'));
  out.text(headings(['----', '-', '-----------', '--------', '-------------'], '---'));
  for (const { name, count, recordLength, imageLength } of rows) {
    const cells = [
      cell(count, total.count),
      cell(recordLength, total.recordLength),
      cell(imageLength, total.imageLength),
      cell(recordLength + imageLength, combined),
    ];
    out.text(`${name.padEnd(27)} ${cells.join(' ')}\n`);
  }
  const rule = `${''.padEnd(8)} ${'--------'.padStart(20)}`;
  out.text(`${''.padEnd(27)} ${'--------'.padStart(20)} ${rule} ${rule} ${rule}\n`);
  const share = (part: number) => `[${percentage(part, combined)}%]`.padEnd(9);
  out.text(`${'Total'.padEnd(27)} ${`${total.count}`.padStart(20)} ${''.padEnd(9)}`);
  out.text(`${`${total.recordLength}`.padStart(20)} ${share(total.recordLength)}`);
  out.text(`${`${total.imageLength}`.padStart(20)} ${share(total.imageLength)}`);
  out.text(`${`${combined}`.padStart(20)} [100%]\n`);
}

function headings(names: readonly string[], percent: string): string {
  const [type, ...columns] = names;
  const cells = columns.map((column) => `${column.padStart(20)} ${percent.padStart(8)}`);
  return `${type.padEnd(27)} ${cells.join(' ')}\n`;
}

function cell(part: number, whole: number): string {
  return `${`${part}`.padStart(20)} (${percentage(part, whole).padStart(6)})`;
}

/** `%.02f` of a percentage. C rounds a tie to the even digit, `toFixed` upwards. */
export function percentage(part: number, whole: number): string {
  const value = whole === 0 ? 0 : (100 * part) / whole;
  const isTie = Number.isInteger(value * 8) && Math.abs((value * 1000) % 10) === 5;
  const isEvenBelow = Math.floor(value * 100) % 2 === 0;
  return isTie && isEvenBelow ? (Math.floor(value * 100) / 100).toFixed(2) : value.toFixed(2);
}
