import { DUMP_DIALECTS } from '../dump/dialect.js';
import { matchesFilter } from '../dump/record-filter.js';
import { RecordJson } from '../dump/record-json.js';
import { RecordText } from '../dump/record-text.js';
import { Statistics } from '../dump/statistics.js';
import { formatLsn, type Lsn } from '../lsn.js';
import { DescriptionWriter } from '../rmgr/description-writer.js';
import { TimestampFormat } from '../time/timestamp-format.js';
import { POSTGRES_VERSIONS } from '../version.js';
import type { WalRecord } from '../wal/record.js';
import type { WalDirectory } from '../wal/wal-directory.js';
import type { WalEnd } from '../wal/wal-end.js';
import { WalReader } from '../wal/wal-reader.js';
import { ByteOutput } from './byte-output.js';
import { DumpFailure } from './dump-failure.js';
import { type DumpArguments, type DumpOptions, readDumpOptions } from './dump-options.js';
import { type DumpRange, locateDump } from './dump-range.js';
import { Exit, type ExitStatus } from './exit.js';
import { environmentTimeZone } from './zone-file.js';

/** `-f` looks for more this often, in milliseconds. */
const FOLLOW_INTERVAL = 250;

/**
 * Prints WAL as `pg_waldump` of the version that wrote it does (`pg_xlogdump` up to 9.6): standard output,
 * standard error and exit status.
 *
 * @param files - `[STARTSEG [ENDSEG]]`
 */
export async function dump(
  files: readonly string[],
  given: DumpArguments,
  streams: DumpStreams = { output: new ByteOutput(), tell: (line) => process.stderr.write(line) },
): Promise<ExitStatus> {
  try {
    if (given.rmgr?.some((name) => name.toLowerCase() === 'list')) return await listResourceManagers(streams);
    const options = readDumpOptions(given);
    const range = await locateDump(files, given.path, options);
    return await new Dump(range, options, streams).run();
  } catch (error) {
    if (!(error instanceof DumpFailure)) throw error;
    return fail(streams, DUMP_DIALECTS['18'].fatal, error.message);
  }
}

/** Where text goes, and lines about it. */
export interface DumpStreams {
  readonly output: Pick<ByteOutput, 'write' | 'flush'>;
  readonly tell: (line: string) => void;
}

async function listResourceManagers({ output }: DumpStreams): Promise<ExitStatus> {
  const names = POSTGRES_VERSIONS[POSTGRES_VERSIONS.length - 1].resourceManagers;
  await output.write(new TextEncoder().encode(names.map((name) => `${name}\n`).join('')));
  await output.flush();
  return Exit.ok;
}

function fail({ tell }: DumpStreams, severity: string, message: string): ExitStatus {
  tell(`pgwal: ${severity}${message}\n`);
  return Exit.unreadable;
}

/** Moments are printed in the time zone of the environment. */
function newWriter(): DescriptionWriter {
  return new DescriptionWriter(new TimestampFormat(environmentTimeZone()));
}

/** One run of the command: from a position on, record by record, to the end. */
class Dump {
  readonly #range: DumpRange;
  readonly #options: DumpOptions;
  readonly #format: NonNullable<WalDirectory['format']>;
  readonly #streams: DumpStreams;
  /** One is filled while the other is written. */
  #out = newWriter();
  #other = newWriter();
  readonly #statistics: Statistics | null;
  #printed = 0;
  #first: { high: number; low: number } | null = null;
  #isInterrupted = false;

  constructor(range: DumpRange, options: DumpOptions, streams: DumpStreams) {
    this.#streams = streams;
    this.#range = range;
    this.#options = options;
    this.#format = range.format;
    this.#statistics = options.statistics === 'none' || options.quiet ? null : new Statistics(this.#format);
  }

  async run(): Promise<ExitStatus> {
    const interrupt = () => {
      this.#isInterrupted = true;
    };
    process.once('SIGINT', interrupt);
    try {
      const end = await this.#walk();
      if (this.#statistics !== null) this.#writeStatistics(this.#statistics);
      await this.#flush();
      await this.#streams.output.flush();
      return end === null ? Exit.ok : this.#tellEnd(end);
    } finally {
      process.removeListener('SIGINT', interrupt);
    }
  }

  /** Where WAL ended, or null where no more of it was wanted. */
  async #walk(): Promise<WalEnd | null> {
    const show = this.#recordWriter();
    let reader = await this.#open(this.#range.start, false);
    try {
      for (;;) {
        while (await reader.nextWindow()) {
          while (reader.next()) {
            if (this.#first === null) this.#begin(reader.record);
            if (!matchesFilter(this.#options.filter, reader.record)) continue;
            show(reader.record);
            if (++this.#printed >= this.#options.limit) return null;
          }
          await this.#flush();
          if (this.#isInterrupted) return null;
        }
        const { end } = reader;
        if (end === null || end.code === 'requested-end') return this.#endWithoutRecord(end);
        if (!this.#options.follow) return end;
        await this.#streams.output.flush();
        await new Promise((resolve) => setTimeout(resolve, FOLLOW_INTERVAL));
        if (this.#isInterrupted) return null;
        await reader.close();
        reader = await this.#open(this.#first === null ? this.#range.start : end.lsn, this.#first !== null);
      }
    } finally {
      await reader.close();
    }
  }

  async #open(start: Lsn, exact: boolean): Promise<WalReader> {
    const { directory, timeline, end: limit, pageSize } = this.#range;
    return WalReader.open(await directory(), {
      timeline,
      singleTimeline: true,
      start,
      exact,
      pageSize,
      ...(limit !== null && { limit }),
    });
  }

  #recordWriter(): (record: WalRecord) => void {
    const statistics = this.#statistics;
    const print = this.#printer();
    return (record) => {
      if (statistics !== null) statistics.add(record);
      else if (!this.#options.quiet) print.write(this.#out, record);
    };
  }

  #printer(): { write(out: DescriptionWriter, record: WalRecord): void } {
    if (this.#options.format === 'json') return new RecordJson(this.#format);
    const { blockDetails } = this.#options;
    return new RecordText(this.#format, { blockDetails, pageSize: this.#range.pageSize });
  }

  #begin(record: WalRecord): void {
    this.#first = { high: record.lsnHigh, low: record.lsnLow };
    const { start } = this.#range;
    const skipped = Number(record.lsn - start);
    if (skipped === 0 || start % BigInt(this.#format.segmentSize) === 0n) return;
    const { skipNotice } = DUMP_DIALECTS[this.#format.version.major];
    const unit = skipped === 1 && skipNotice !== 'stdout-plural' ? 'byte' : 'bytes';
    const notice = `first record is after ${formatLsn(start)}, at ${formatLsn(record.lsn)}, skipping over ${skipped} ${unit}\n`;
    if (skipNotice === 'stderr' || this.#options.format === 'json') this.#streams.tell(`pgwal: ${notice}`);
    else this.#out.text(notice);
  }

  /** Hands on what is printed so far, and goes on in the other buffer. */
  async #flush(): Promise<void> {
    if (this.#out.length === 0) return;
    await this.#streams.output.write(this.#out.bytes.subarray(0, this.#out.length));
    [this.#out, this.#other] = [this.#other, this.#out];
    this.#out.clear();
  }

  #writeStatistics(statistics: Statistics): void {
    const rows = this.#options.statistics === 'record' ? statistics.byKind() : statistics.byResourceManager();
    if (this.#options.format === 'json') {
      for (const row of rows) this.#out.text(JSON.stringify(row)).code(0x0a);
    } else {
      statistics.write(this.#out, rows, this.#first ?? { high: 0, low: 0 });
    }
  }

  /** That there is no record at all is an error even where no more was wanted. */
  #endWithoutRecord(end: WalEnd | null): WalEnd | null {
    return this.#first === null ? end : null;
  }

  #tellEnd(end: WalEnd): ExitStatus {
    return fail(this.#streams, DUMP_DIALECTS[this.#format.version.major].fatal, this.#reasonOf(end));
  }

  #reasonOf(end: WalEnd): string {
    if (end.code === 'missing-segment') return `could not find file "${end.file}": No such file or directory`;
    if (end.code === 'truncated-segment' || end.code === 'unreadable') return end.message;
    if (this.#first === null) return `could not find a valid record after ${formatLsn(this.#range.start)}`;
    return `error in WAL record at ${formatLsn(end.lastRecord ?? 0n)}: ${end.message}`;
  }
}
