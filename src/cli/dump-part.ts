import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogNames } from '../catalog/catalog-names.js';
import { NamedText } from '../dump/named-text.js';
import { matchesFilter } from '../dump/record-filter.js';
import { RecordJson } from '../dump/record-json.js';
import { RecordText } from '../dump/record-text.js';
import { fullPageFiles } from '../dump/save-full-page.js';
import { Statistics, type StatisticsState } from '../dump/statistics.js';
import type { Lsn } from '../lsn.js';
import { DescriptionWriter } from '../rmgr/description-writer.js';
import { TimestampFormat } from '../time/timestamp-format.js';
import type { WalRecord } from '../wal/record.js';
import type { WalEnd } from '../wal/wal-end.js';
import { WalReader } from '../wal/wal-reader.js';
import type { DumpOptions } from './dump-options.js';
import type { DumpRange } from './dump-range.js';
import { environmentTimeZone } from './zone-file.js';

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
  /** Told now and then where the last record begins that was read. */
  readonly reach: (lsn: Lsn) => void;
  /** Told once where the first record begins, before there is any text. */
  readonly begin: (first: Lsn) => Promise<void>;
  /** Told text as it comes. The bytes stay as they are until the next call. */
  readonly text: (text: Uint8Array) => Promise<void>;
}

/** Prints parts, one after the other; what can be used again is. */
export class PartPrinter {
  readonly #range: DumpRange;
  readonly #options: DumpOptions;
  /** Whether single records do not matter. */
  readonly #passesOver: boolean;
  readonly #printer: { write(out: DescriptionWriter, record: WalRecord): void };
  /** One is filled while the other is on its way. */
  #out = newWriter();
  #other = newWriter();
  #statistics: Statistics | null = null;

  /** @param names - what relations are called, to be told beside their numbers; null for numbers only */
  constructor(range: DumpRange, options: DumpOptions, names: CatalogNames | null) {
    const { format, pageSize } = range;
    const { blockDetails } = options;
    this.#range = range;
    this.#options = options;
    this.#passesOver =
      (options.quiet || options.statistics !== 'none') &&
      options.limit === Number.POSITIVE_INFINITY &&
      options.saveFullPages === null &&
      Object.keys(options.filter).length === 0;
    const text = new RecordText(format, { blockDetails, pageSize });
    if (options.format === 'json') this.#printer = new RecordJson(format, newWriter(), names);
    else this.#printer = names === null ? text : new NamedText(text, names, newWriter());
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
          this.#show(reader.record);
          if (++printed < progress.limit) continue;
          isCutShort = true;
          break walk;
        }
        await this.#flush(progress);
        if (isBegun) progress.reach(reader.lastRecord ?? part.start);
        isCutShort = progress.isInterrupted();
      }
      await this.#flush(progress);
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
    const { directory, timeline, end: limit, pageSize } = this.#range;
    return WalReader.open(await directory(), {
      timeline,
      singleTimeline: true,
      start: from ?? start,
      exact: from !== null,
      pageSize,
      ...(until !== null && { end: until }),
      ...(limit !== null && { limit }),
    });
  }

  #show(record: WalRecord): void {
    if (this.#statistics !== null) this.#statistics.add(record);
    else if (!this.#options.quiet) this.#printer.write(this.#out, record);
    if (this.#options.saveFullPages !== null) this.#savePages(record, this.#options.saveFullPages);
  }

  #savePages(record: WalRecord, directory: string): void {
    const { timeline, pageSize } = this.#range;
    for (const { name, page } of fullPageFiles(record, timeline, pageSize)) {
      writeFileSync(join(directory, name), page);
    }
  }

  async #flush({ text }: DumpProgress): Promise<void> {
    if (this.#out.length === 0) return;
    await text(this.#out.bytes.subarray(0, this.#out.length));
    [this.#out, this.#other] = [this.#other, this.#out];
    this.#out.clear();
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

/** Moments are printed in the time zone of the environment. */
function newWriter(): DescriptionWriter {
  return new DescriptionWriter(new TimestampFormat(environmentTimeZone()));
}
