import { mkdirSync, readdirSync } from 'node:fs';
import { TextWriter } from '../bytes/text-writer.js';
import type { CatalogNames } from '../catalog/catalog-names.js';
import { DUMP_DIALECTS, type DumpDialect } from '../dump/dialect.js';
import { Statistics } from '../dump/statistics.js';
import { formatLsn, type Lsn, segmentNumberOf } from '../lsn.js';
import type { RecordDescriber } from '../rmgr/describe-record.js';
import { POSTGRES_VERSIONS } from '../version.js';
import type { WalEnd } from '../wal/wal-end.js';
import { segmentFileName } from '../wal-file-name.js';
import { ByteOutput } from './byte-output.js';
import { DumpFailure } from './dump-failure.js';
import { countInThreads, dumpInThreads, isPrinted, jobsFor, partBytesOf, partsOf } from './dump-jobs.js';
import type { DumpListener } from './dump-joining.js';
import { type DumpArguments, type DumpOptions, readDumpOptions } from './dump-options.js';
import { type DumpPart, type DumpPartResult, PartPrinter } from './dump-part.js';
import { type DumpRange, locateDump } from './dump-range.js';
import { Exit, type ExitStatus } from './exit.js';
import { Progress } from './progress.js';
import type { DumpWorkerData } from './worker-printer.js';

/** `-f` looks for more this often, in milliseconds. */
const FOLLOW_INTERVAL = 250;

/** So long it may be deaf, in milliseconds. */
const BREATH_INTERVAL = 50;

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
    const { names, namesFile, wanted } = await withNames(given, streams.tell);
    const options = readDumpOptions(wanted);
    const range = await locateDump(files, given.path, options);
    if (names !== null) {
      const { warnOfOthers } = await import('./names-option.js');
      warnOfOthers(names, range.format.systemIdentifier, streams.tell);
    }
    const data = { files, given: wanted, names: namesFile };
    const printer = await PartPrinter.of(range, options, names);
    return await new Dump(range, options, streams, printer).run(data);
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

/** One run of the command: part by part, in this thread or in workers, to the end of what is wanted. */
class Dump {
  readonly #range: DumpRange;
  readonly #options: DumpOptions;
  readonly #streams: DumpStreams;
  readonly #dialect: DumpDialect;
  readonly #statistics: Statistics | null;
  readonly #printer: PartPrinter;
  readonly #progress = new Progress(() => process.stderr.isTTY && !process.stdout.isTTY);
  #printed = 0;
  #first: Lsn | null = null;
  #isInterrupted = false;
  #breathedAt = performance.now();

  constructor(range: DumpRange, options: DumpOptions, streams: DumpStreams, printer: PartPrinter) {
    this.#range = range;
    this.#options = options;
    this.#streams = streams;
    this.#printer = printer;
    this.#dialect = DUMP_DIALECTS[range.format.version.major];
    this.#statistics = options.statistics === 'none' || options.quiet ? null : new Statistics(range.format);
  }

  async run(data: DumpWorkerData): Promise<ExitStatus> {
    const interrupt = () => {
      this.#isInterrupted = true;
    };
    process.once('SIGINT', interrupt);
    try {
      if (this.#options.saveFullPages !== null) makeEmptyDirectory(this.#options.saveFullPages);
      const jobs = jobsFor(this.#range, this.#options);
      if (!this.#options.follow) this.#progress.total = Number(this.#range.last - this.#range.start);
      const end = jobs > 1 ? await this.#walkInThreads(jobs, data) : await this.#walk();
      this.#progress.stop();
      if (this.#statistics !== null && !isFatal(end)) await this.#writeStatistics(this.#statistics);
      await this.#streams.output.flush();
      return end === null ? Exit.ok : this.#tellEnd(end);
    } finally {
      this.#progress.stop();
      process.removeListener('SIGINT', interrupt);
    }
  }

  /** Walks in this thread. Gives where WAL ended, or null where no more of it was wanted. */
  async #walk(): Promise<WalEnd | null> {
    for (let part: DumpPart = { start: this.#range.start, from: null, until: null }; ; ) {
      const result = await this.#print(part, async (message) => {
        if (message.kind === 'first') await this.#begin(message.first);
        if (message.kind === 'text') await this.#streams.output.write(message.text);
      });
      this.#take(result);
      const { end } = result;
      if (end === null || end.code === 'requested-end' || !this.#options.follow) return this.#wantedEnd(end);
      await this.#streams.output.flush();
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_INTERVAL));
      if (this.#isInterrupted) return null;
      if (end.lastRecord !== null) part = { start: end.lsn, from: end.lastRecord, until: null };
    }
  }

  /** Walks in several threads; what they print comes out in order, as one thread would print it. */
  async #walkInThreads(jobs: number, data: DumpWorkerData): Promise<WalEnd | null> {
    let end: WalEnd | null = null;
    const partBytes = partBytesOf(this.#range, this.#options, jobs);
    const tellers = {
      here: async (part: DumpPart, listener: DumpListener) => {
        const result = await this.#print(part, listener);
        await listener({ kind: 'result', result });
      },
      isInterrupted: () => this.#isInterrupted,
    };
    const inThreads = isPrinted(this.#options) ? dumpInThreads : countInThreads;
    await inThreads(partsOf(this.#range, partBytes), jobs, data, tellers, async (message) => {
      if (message.kind === 'first') await this.#begin(message.first);
      else if (message.kind === 'text') await this.#streams.output.write(message.text);
      else {
        const { result } = message;
        await this.#streams.output.flush();
        this.#take(result);
        if (result.next !== null) this.#reach(result.next);
        end = result.end;
      }
    });
    return this.#wantedEnd(end);
  }

  /** Prints a part in this thread. */
  #print(part: DumpPart, listener: DumpListener): Promise<DumpPartResult> {
    return this.#printer.print(part, {
      limit: this.#options.limit - this.#printed,
      isInterrupted: () => this.#isInterrupted,
      reach: async (lsn) => {
        this.#reach(lsn);
        await this.#breathe();
      },
      begin: (first) => listener({ kind: 'first', first }),
      text: (text) => listener({ kind: 'text', text }),
    });
  }

  #reach(lsn: Lsn): void {
    const { start, timeline, format } = this.#range;
    this.#progress.enter(
      segmentFileName(timeline, segmentNumberOf(lsn, format.segmentSize), format.segmentSize),
    );
    this.#progress.reach(Number(lsn - start));
  }

  /** Lets in now and then what else there is: where this thread waits for the disk itself, Ctrl-C would not be heard. */
  async #breathe(): Promise<void> {
    const now = performance.now();
    if (now - this.#breathedAt < BREATH_INTERVAL) return;
    this.#breathedAt = now;
    await new Promise((resolve) => setImmediate(resolve));
  }

  #take({ printed, statistics }: DumpPartResult): void {
    this.#printed += printed;
    if (statistics !== null) this.#statistics?.merge(statistics);
  }

  /** Comes before all text: says so where reading began in the middle of a record. */
  async #begin(first: Lsn): Promise<void> {
    if (this.#first !== null) return;
    this.#first = first;
    const { start, format } = this.#range;
    const skipped = first - start;
    if (skipped === 0n || start % BigInt(format.segmentSize) === 0n) return;
    const { skipNotice } = this.#dialect;
    const unit = skipped === 1n && skipNotice !== 'stdout-plural' ? 'byte' : 'bytes';
    const notice = `first record is after ${formatLsn(start)}, at ${formatLsn(first)}, skipping over ${skipped} ${unit}\n`;
    if (skipNotice === 'stderr' || this.#options.format === 'json') this.#streams.tell(`pgwal: ${notice}`);
    else await this.#streams.output.write(new TextEncoder().encode(notice));
  }

  async #writeStatistics(statistics: Statistics): Promise<void> {
    const out = new TextWriter();
    const rows =
      this.#options.statistics === 'record'
        ? statistics.byKind(await newDescriber(this.#range))
        : statistics.byResourceManager();
    if (this.#options.format === 'json') {
      for (const row of rows) out.text(JSON.stringify(row)).code(0x0a);
    } else {
      statistics.write(out, rows, this.#first ?? 0n);
    }
    await this.#streams.output.write(out.bytes.subarray(0, out.length));
  }

  /** Where no more was wanted, the end is none; but that there is no record at all is an error even then. */
  #wantedEnd(end: WalEnd | null): WalEnd | null {
    return end?.code === 'requested-end' && this.#first !== null ? null : end;
  }

  #tellEnd(end: WalEnd): ExitStatus {
    return fail(this.#streams, this.#dialect.fatal, this.#reasonOf(end));
  }

  #reasonOf(end: WalEnd): string {
    if (end.code === 'missing-segment') return `could not find file "${end.file}": No such file or directory`;
    if (end.code === 'truncated-segment' || end.code === 'unreadable') return end.message;
    if (this.#first === null) return `could not find a valid record after ${formatLsn(this.#range.start)}`;
    return `error in WAL record at ${formatLsn(end.lastRecord ?? 0n)}: ${end.message}`;
  }
}

/** Knows what kinds of records are called; loaded where that is asked for. */
async function newDescriber({ format }: DumpRange): Promise<RecordDescriber> {
  const { RecordDescriber } = await import('../rmgr/describe-record.js');
  return new RecordDescriber(format);
}

/** Where a file cannot be read, pg_waldump gives up at once, and what it counted is lost. */
function isFatal(end: WalEnd | null): boolean {
  return end?.code === 'missing-segment' || end?.code === 'truncated-segment' || end?.code === 'unreadable';
}

/** Reads names, where they are asked for. With them, a relation may be given by its own. */
async function withNames(
  given: DumpArguments,
  tell: DumpStreams['tell'],
): Promise<{ names: CatalogNames | null; namesFile: string | null; wanted: DumpArguments }> {
  if (given.names === undefined && given.data === undefined) {
    return { names: null, namesFile: null, wanted: given };
  }
  // what nobody asks for is not loaded
  const { readNames, relationByName } = await import('./names-option.js');
  const { formatNames } = await import('../catalog/names-file.js');
  const names = await readNames(given, tell);
  const relation =
    given.relation === undefined || names === null ? null : relationByName(names, given.relation);
  const namesFile = names && formatNames(names);
  return { names, namesFile, wanted: relation === null ? given : { ...given, relation } };
}

function makeEmptyDirectory(path: string): void {
  mkdirSync(path, { recursive: true });
  if (readdirSync(path).length > 0) throw new DumpFailure(`directory "${path}" exists but is not empty`);
}
