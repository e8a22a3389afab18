import type { CatalogNames } from '../catalog/catalog-names.js';
import { matchesFilter } from '../dump/record-filter.js';
import { Statistics, type StatisticsState } from '../dump/statistics.js';
import type { Lsn } from '../lsn.js';
import type { WalEnd } from '../wal/wal-end.js';
import { WalReader, type WalReaderOptions } from '../wal/wal-reader.js';
import type { DumpOptions } from './dump-options.js';
import type { DumpRange } from './dump-range.js';
import type { RecordOutput } from './record-output.js';

/** A stretch of WAL that is printed in one go. */
export interface DumpPart {
  /** The first record to print is the first at or behind this. */
  readonly start: Lsn;
  /** A record from which the chain leads there; null where a page's header is to tell where a record begins. */
  readonly from: Lsn | null;
  /** Records that begin at or behind this belong to the next part; null for the last one. */
  readonly until: Lsn | null;
}

/** What became of a part. */
export interface DumpPartResult {
  /** Where the first record of the next part begins; null where WAL ended, or no more was wanted, before. */
  readonly next: Lsn | null;
  /** Where and why WAL ended; null where the part did not come to its end. */
  readonly end: WalEnd | null;
  /** How many records were printed. */
  readonly printed: number;
  readonly statistics: StatisticsState | null;
}

/** What is asked and told while a part is printed. */
export interface DumpProgress {
  /** How many records to print at most. */
  readonly limit: number;
  /** Asked now and then; the part ends early where it says so. */
  readonly isInterrupted: () => boolean;
  /** Told now and then where the last record begins that was read; waited for. */
  readonly reach: (lsn: Lsn) => void | Promise<void>;
  /** Told once where the first record begins, before there is any text. */
  readonly begin: (first: Lsn) => Promise<void>;
  /** Told text as it comes. The bytes stay as they are until the next call. */
  readonly text: (text: Uint8Array) => Promise<void>;
}

/** Prints parts, one after the other; what can be used again is. */
export class PartPrinter {
  readonly #range: DumpRange;
  readonly #options: DumpOptions;
  readonly #output: RecordOutput | null;
  /** Whether single records do not matter. */
  readonly #passesOver: boolean;
  #statistics: Statistics | null = null;
  #reader: WalReader | null = null;

  private constructor(range: DumpRange, options: DumpOptions, output: RecordOutput | null) {
    this.#range = range;
    this.#options = options;
    this.#output = output;
    this.#passesOver =
      output === null &&
      options.limit === Number.POSITIVE_INFINITY &&
      Object.keys(options.filter).length === 0;
  }

  /**
   * Gets ready to print. What prints records is only loaded where any are printed: counting them takes less time.
   *
   * @param names - what relations are called, to be told beside their numbers; null for numbers only
   */
  static async of(range: DumpRange, options: DumpOptions, names: CatalogNames | null): Promise<PartPrinter> {
    const isCounting = options.quiet || options.statistics !== 'none';
    if (isCounting && options.saveFullPages === null) return new PartPrinter(range, options, null);
    const { RecordOutput } = await import('./record-output.js');
    return new PartPrinter(range, options, new RecordOutput(range, options, names));
  }

  /** Prints the records of a part. */
  async print(part: DumpPart, progress: DumpProgress): Promise<DumpPartResult> {
    const { quiet, statistics, filter } = this.#options;
    this.#statistics = statistics === 'none' || quiet ? null : new Statistics(this.#range.format);
    const reader = await this.#open(part);
    let isBegun = false;
    let printed = 0;
    let isCutShort = false;
    try {
      walk: while (!isCutShort && (await reader.nextWindow())) {
        for (;;) {
          if (isBegun && this.#passesOver) printed += this.#pass(reader);
          if (!reader.next()) break;
          if (!isBegun) {
            if (reader.record.lsn < part.start) continue;
            isBegun = true;
            await progress.begin(reader.record.lsn);
          }
          if (!matchesFilter(filter, reader.record)) continue;
          this.#statistics?.add(reader.record);
          this.#output?.add(reader.record);
          if (++printed < progress.limit) continue;
          isCutShort = true;
          break walk;
        }
        await this.#output?.flush(progress.text);
        if (isBegun) await progress.reach(reader.lastRecord ?? part.start);
        isCutShort = progress.isInterrupted();
      }
      await this.#output?.flush(progress.text);
      return this.#resultOf(reader, part, isCutShort, printed);
    } finally {
      await reader.close();
    }
  }

  /** Counts records that nothing is printed of, as long as they need no look. Gives how many. */
  #pass(reader: WalReader): number {
    const { records } = reader.pass({ counts: this.#statistics?.counts ?? null });
    if (records > 0) this.#statistics?.reach(reader.endLsn);
    return records;
  }

  async #open({ start, from, until }: DumpPart): Promise<WalReader> {
    const { opened, directory, timeline, end: limit, pageSize } = this.#range;
    const stretch: WalReaderOptions = {
      timeline,
      singleTimeline: true,
      start: from ?? start,
      exact: from !== null,
      pageSize,
      ...(until !== null && { end: until }),
      ...(limit !== null && { limit }),
    };
    // where more WAL comes while it is read, the directory is looked at anew
    if (this.#options.follow) return WalReader.open(await directory(), stretch);
    this.#reader = await (this.#reader?.reopen(stretch) ?? WalReader.open(opened, stretch));
    return this.#reader;
  }

  #resultOf(reader: WalReader, { until }: DumpPart, isCutShort: boolean, printed: number): DumpPartResult {
    const end = isCutShort ? null : reader.end;
    const isAtNext = end?.code === 'requested-end' && until !== null && reader.record.lsn >= until;
    return {
      next: isAtNext ? reader.record.lsn : null,
      end: isAtNext ? null : end,
      printed,
      statistics: this.#statistics?.state ?? null,
    };
  }
}
