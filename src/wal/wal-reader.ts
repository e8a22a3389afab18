import { SourceError, WalError } from '../errors.js';
import { type Lsn, lsnHigh, lsnLow, segmentNumberOf, segmentStart } from '../lsn.js';
import type { Source } from '../source/source.js';
import { historyWithoutParents, type TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import { normalizePosition } from './page-header.js';
import { ReadAhead } from './read-ahead.js';
import { fileEnds, segmentIsMissing } from './reader-messages.js';
import type { WalRecord } from './record.js';
import { RecordChain } from './record-chain.js';
import { recordHeaderLayout } from './record-header.js';
import { newWalkedBuffer } from './skim/machine.js';
import { NOTHING_SKIMMED, type PassOptions, type Skimmed } from './skim/skimmer.js';
import { openSegment, type SegmentFile, WalDirectory } from './wal-directory.js';
import type { WalEnd } from './wal-end.js';
import type { WalFormat } from './wal-format.js';
import type { WalkedRun } from './walked-run.js';
import type { Window } from './window.js';

/**
 * What a {@link WalReader} is to walk.
 *
 * @category WAL
 */
export interface WalReaderOptions {
  /** The timeline to end on; its ancestors are read before it, as far as its history is known. The newest that has segments, if not given. */
  readonly timeline?: number;
  /** The history of that timeline; read from its history file, if not given. */
  readonly history?: TimelineHistory;
  /**
   * Whether to read files of that timeline only, and to take pages of any timelines in them as long as their
   * IDs do not decrease: what `pg_waldump` does, which knows no histories.
   */
  readonly singleTimeline?: boolean;
  /** The first record to give is the first at or behind this position. The beginning of the oldest segment, if not given. */
  readonly start?: Lsn;
  /** Whether a record has to begin at `start`, as at a checkpoint's redo point. */
  readonly exact?: boolean;
  /** Ends the walk before the first record at or behind this position. */
  readonly end?: Lsn;
  /** No byte at or behind this position counts: the last record to give is the last that ends before it. */
  readonly limit?: Lsn;
  /** `BLCKSZ`: the size of the cluster's data pages in bytes, 8192 if not given. */
  readonly pageSize?: number;
}

const NO_SEGMENTS = 'found no WAL segments (in pg_wal, pg_xlog or itself)';

/** A window is large enough for a call a window not to matter, and small enough to stay in the cache. */
const WINDOW_BYTES = 512 * 1024;

/** Read behind the end of a walk at once; at a multiple of every size that a WAL page may have. */
const TAIL_BYTES = 64 * 1024;

const REQUESTED_END = 'the end that was asked for';

/**
 * Walks the records of WAL, over pages, segments and timelines, as a server's recovery does: what it would
 * not replay ends the walk, and {@link WalReader.end} says where and why.
 *
 * ```ts
 * const reader = await WalReader.open(source, { start: parseLsn('0/82603A30') });
 * for await (const window of reader) {
 *   for (const record of window) console.log(record.lsn, record.resourceManagerName);
 * }
 * console.log(reader.end);
 * ```
 *
 * Windows are awaited, records within a window are not: they are views of it, each valid until the next.
 *
 * @category WAL
 */
export class WalReader implements AsyncIterable<Iterable<WalRecord>> {
  /** What the WAL that is walked has in common. */
  readonly format: WalFormat;
  readonly #directory: WalDirectory;
  readonly #history: TimelineHistory;
  readonly #chain: RecordChain;
  readonly #start: Lsn;
  readonly #endHigh: number;
  readonly #endLow: number;
  readonly #limit: Lsn | null;
  readonly #limitHigh: number;
  readonly #limitLow: number;
  /** The first of both; null where there is neither. */
  readonly #bound: Lsn | null;
  #isPastStart = false;
  readonly #bytes: ReadAhead;
  #segment: SegmentFile | null = null;

  private constructor(
    directory: WalDirectory,
    format: WalFormat,
    history: TimelineHistory,
    options: WalReaderOptions,
    bytes: ReadAhead,
  ) {
    this.format = format;
    this.#bytes = bytes;
    this.#directory = directory;
    this.#history = history;
    this.#chain = new RecordChain(format, {
      history: options.singleTimeline === true ? null : history,
      pageSize: options.pageSize ?? 8192,
    });
    this.#start = options.start ?? oldestPosition(directory, history, format.segmentSize);
    this.#endHigh = options.end === undefined ? Number.POSITIVE_INFINITY : lsnHigh(options.end);
    this.#endLow = options.end === undefined ? 0 : lsnLow(options.end);
    this.#limit = options.limit ?? null;
    this.#bound = firstOf(options.end ?? null, this.#limit);
    this.#limitHigh = this.#limit === null ? Number.POSITIVE_INFINITY : lsnHigh(this.#limit);
    this.#limitLow = this.#limit === null ? 0 : lsnLow(this.#limit);
    if (options.exact === true) {
      this.#chain.begin(this.#start, false);
    } else {
      this.#chain.begin(this.#start - (this.#start & BigInt(format.blockSize - 1)), true);
    }
  }

  /**
   * Opens the WAL of a node or an archive: of `pg_wal` or `pg_xlog` in it, or of itself. Of a source, `.partial`
   * segments are read where there is no whole one.
   *
   * @throws {@link WalError} `WAL_NOT_FOUND` where there is no segment, `WAL_FORMAT` where none could be read
   * @throws TimelineHistoryError where the timeline's history file is not valid
   * @throws {@link SourceError} `SOURCE_UNREADABLE`
   */
  static async open(source: Source | WalDirectory, options: WalReaderOptions = {}): Promise<WalReader> {
    const directory = source instanceof WalDirectory ? source : await WalDirectory.openWithPartial(source);
    if (directory.format === null) {
      if (directory.formatProblem !== null) throw new WalError('WAL_FORMAT', directory.formatProblem);
      if (source instanceof WalDirectory) throw new WalError('WAL_NOT_FOUND', `there: ${NO_SEGMENTS}`);
      const reasons = [NO_SEGMENTS, ...(source.findings ?? []).map(({ message }) => message)];
      throw new WalError('WAL_NOT_FOUND', `${source.name}: ${reasons.join('; ')}`);
    }
    return WalReader.#over(
      directory,
      directory.format,
      options,
      new ReadAhead(WINDOW_BYTES, newWalkedBuffer),
    );
  }

  /**
   * Begins another walk over the WAL of this one, and ends this one. It has no file to look for again, and goes on
   * with the same memory: for who walks many short stretches.
   *
   * @throws TimelineHistoryError where the timeline's history file is not valid
   * @throws {@link SourceError} `SOURCE_UNREADABLE`
   */
  async reopen(options: WalReaderOptions = {}): Promise<WalReader> {
    await this.close();
    return WalReader.#over(this.#directory, this.format, options, this.#bytes);
  }

  static async #over(
    directory: WalDirectory,
    format: WalFormat,
    options: WalReaderOptions,
    bytes: ReadAhead,
  ): Promise<WalReader> {
    const timeline = options.timeline ?? options.history?.timeline ?? directory.timelines.at(-1) ?? 1;
    const history =
      options.history ??
      (options.singleTimeline === true ? historyWithoutParents(timeline) : null) ??
      (await directory.readHistory(timeline)) ??
      historyWithoutParents(timeline);
    return new WalReader(directory, format, history, options, bytes);
  }

  /** Where and why the walk ended; null while it goes on. */
  get end(): WalEnd | null {
    const { end } = this.#chain;
    // what is wrong behind the limit was not asked for
    return end === null || this.#hasRoom(end.lsn, recordHeaderLayout(this.format.version).bytes)
      ? end
      : { ...end, code: 'requested-end', message: REQUESTED_END };
  }

  /** The record that {@link WalReader.next} came to last. */
  get record(): WalRecord {
    return this.#chain.record;
  }

  /**
   * Steps to the next record of the window at hand.
   *
   * @returns whether there is one; where not, the walk has ended or wants {@link WalReader.nextWindow}
   */
  next(): boolean {
    const chain = this.#chain;
    while (chain.next()) {
      const { lsnHigh: high, lsnLow: low } = chain.record;
      if (!this.#isPastStart) {
        if (chain.record.lsn < this.#start) continue;
        this.#isPastStart = true;
      }
      if (high > this.#endHigh || (high === this.#endHigh && low >= this.#endLow)) {
        chain.stop('requested-end', REQUESTED_END);
        return false;
      }
      if (this.#mayPassLimit() && !this.#hasRoom(chain.record.lsn, lengthInWal(chain.record))) {
        chain.stop('requested-end', REQUESTED_END);
        return false;
      }
      return true;
    }
    return false;
  }

  /**
   * Passes over records of the window at hand that are valid, without a look at each, as far as it can: several
   * times as fast as {@link WalReader.next}, which then steps to the first that was not passed over. Before the
   * first record nothing is. {@link WalReader.record} is not valid afterwards.
   *
   * ```ts
   * while (await reader.nextWindow()) {
   *   for (;;) {
   *     count += reader.pass().records;
   *     if (!reader.next()) break;
   *     count++;
   *   }
   * }
   * ```
   */
  pass(options: PassOptions = {}): Skimmed {
    if (!this.#isPastStart) return NOTHING_SKIMMED;
    const { segmentSize } = this.format;
    const bound = firstOf(this.#bound, options.before ?? null);
    const left =
      bound === null ? segmentSize : Number(bound - segmentStart(this.#chain.segment, segmentSize));
    return this.#chain.pass(Math.min(left, segmentSize), options);
  }

  /**
   * Goes behind records that somebody else has walked, on another thread, say, without a look at them or at what they
   * are in. {@link WalReader.nextWindow} then goes on there.
   *
   * @returns whether this walk has come to where they begin; where it has not, it stays where it is
   */
  async skip(run: WalkedRun): Promise<boolean> {
    const chain = this.#chain;
    const { segmentSize, blockSize } = this.format;
    const isThere =
      chain.lastRecord === run.previous &&
      normalizePosition(chain.endLsn, segmentSize, blockSize) === run.from;
    if (!this.#isPastStart || !isThere || chain.end !== null || chain.isReassembling) return false;
    const { segment } = chain;
    chain.skipTo(run.last, run.to);
    if (chain.segment !== segment) await this.close();
    return true;
  }

  /** Where the last valid record ends that was come to; where there was none, where the walk began. */
  get endLsn(): Lsn {
    return this.#chain.endLsn;
  }

  /** Where the last valid record begins that was come to; null where there was none. */
  get lastRecord(): Lsn | null {
    return this.#chain.lastRecord;
  }

  /**
   * Reads the next window of WAL.
   *
   * @returns false once the walk has ended
   */
  async nextWindow(): Promise<boolean> {
    const chain = this.#chain;
    try {
      while (chain.end === null && !(await this.#readWindow())) {
        // a segment ended: the next one follows
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      chain.stop('unreadable', error.message);
    }
    if (chain.end !== null) await this.close();
    return chain.end === null;
  }

  /** Windows of records, each to be used up before the next is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Iterable<WalRecord>> {
    const window = { [Symbol.iterator]: () => this.#recordsOfWindow() };
    try {
      while (await this.nextWindow()) yield window;
    } finally {
      await this.close();
    }
  }

  /** Gives back the file that is open. A walk that ended has done so itself. */
  async close(): Promise<void> {
    await this.#bytes.close();
  }

  #recordsOfWindow(): Iterator<WalRecord> {
    return {
      next: () => (this.next() ? { done: false, value: this.record } : { done: true, value: undefined }),
    };
  }

  /** True once a window is supplied or the walk has ended; false where it goes on in the next segment. */
  async #readWindow(): Promise<boolean> {
    const chain = this.#chain;
    if (chain.offset >= this.format.segmentSize) {
      await this.close();
      chain.advanceSegment();
      return false;
    }
    if (!this.#bytes.isOpen && !(await this.#enterSegment())) return true;
    const windowStart = chain.offset & -this.format.blockSize;
    if (!this.#hasRoom(segmentStart(chain.segment, this.format.segmentSize) + BigInt(windowStart), 1)) {
      chain.stop('requested-end', REQUESTED_END);
      return true;
    }
    const { bytes, words, length } = await this.#bytes.read(windowStart, this.#readUntil(windowStart));
    const end = windowStart + (length & -this.format.blockSize);
    if (end <= chain.offset) {
      chain.stop('truncated-segment', fileEnds(this.#segment?.name ?? '', end));
      return true;
    }
    chain.supply({ bytes, words, start: windowStart, end });
    return true;
  }

  /** Where in the segment to stop reading: a walk that ends in it wants no more than the rest of a record behind that. */
  #readUntil(windowStart: number): number {
    const { segmentSize, blockSize } = this.format;
    if (this.#bound === null) return segmentSize;
    const left = Number(this.#bound - segmentStart(this.#chain.segment, segmentSize));
    const until = Math.ceil(left / blockSize) * blockSize;
    return Math.min(Math.max(until, windowStart + TAIL_BYTES), segmentSize);
  }

  /** Told without a `bigint` a record: only padding, and what a switch leaves unused, may lie past the limit. */
  #mayPassLimit(): boolean {
    const { endHigh, endLow } = this.#chain.record;
    return endHigh > this.#limitHigh || (endHigh === this.#limitHigh && endLow > this.#limitLow);
  }

  /** Whether so many bytes from a position on lie before the limit. */
  #hasRoom(lsn: Lsn, bytes: number): boolean {
    return this.#limit === null || lsn + BigInt(bytes) <= this.#limit;
  }

  /** Opens the segment that the walk is in and checks its first page; false where the walk ends before it. */
  async #enterSegment(): Promise<boolean> {
    const chain = this.#chain;
    const segment = this.#directory.segmentOfHistory(this.#history, chain.segment);
    // a server does not go back to an older timeline either, which may have gone on elsewhere
    if (segment === null || segment.timeline < (this.#segment?.timeline ?? 0)) {
      const position = segmentStart(chain.segment, this.format.segmentSize) + BigInt(chain.offset);
      const name = this.#directory.nameOfSegment(timelineAt(this.#history, position).timeline, chain.segment);
      chain.enterFile(name, null);
      chain.stop('missing-segment', segmentIsMissing(name));
      return false;
    }
    this.#segment = segment;
    this.#bytes.open(await openSegment(segment));
    let firstPage: Window | null = null;
    if (chain.offset >= this.format.blockSize) {
      const { bytes, words, length } = await this.#bytes.read(0, this.format.blockSize);
      if (length < this.format.blockSize) {
        chain.enterFile(segment.name, null);
        chain.stop(
          'truncated-segment',
          `could not read from ${segment.name}, offset 0: the file ends at ${length}`,
        );
        return false;
      }
      firstPage = { bytes, words, start: 0, end: this.format.blockSize };
    }
    chain.enterFile(segment.name, firstPage);
    return chain.end === null;
  }
}

function firstOf(a: Lsn | null, b: Lsn | null): Lsn | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/** From a record's first byte to its last, page headers in between included; without padding. */
function lengthInWal(record: WalRecord): number {
  if (record.isSegmentSwitch) return record.totalLength;
  return Number(record.endLsn - record.lsn) - ((8 - (record.totalLength & 7)) & 7);
}

function oldestPosition(directory: WalDirectory, history: TimelineHistory, segmentSize: number): Lsn {
  const oldest = history.entries.flatMap(({ timeline, begin }) =>
    directory
      .segments(timeline)
      .map((segment) => segment.number)
      .filter((number) => number >= segmentNumberOf(begin, segmentSize)),
  );
  return segmentStart(Math.min(...oldest, Number.MAX_SAFE_INTEGER), segmentSize);
}
