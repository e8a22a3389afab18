import { SourceError } from '../errors.js';
import { openExisting, readWholeFile, type Source, type SourceFile } from '../source/source.js';
import { parseTimelineHistory, type TimelineHistory } from '../timeline/history.js';
import {
  parseWalFileName,
  type SegmentName,
  segmentFileName,
  segmentNumberOfName,
} from '../wal-file-name.js';
import { LONG_HEADER_BYTES } from './page-header.js';
import { type FirstPage, readFirstPage, type WalFormat } from './wal-format.js';
import { listWalFiles } from './wal-places.js';

/** A history file of a server is a line a promotion; nothing near this size is one. */
const HISTORY_FILE_LIMIT = 1024 * 1024;

/** A file of a WAL directory with the name of a segment, or of a `.partial` one. */
export interface SegmentFile {
  readonly name: string;
  readonly timeline: number;
  /** Counted from 0 over the whole stream. */
  readonly number: number;
  /** In bytes; null where only reading it would tell. */
  readonly size: number | null;
  /** Where it was found. */
  readonly source: Source;
  readonly path: string;
}

/**
 * The WAL files of a node or an archive: which segments and histories there are, and how to open them.
 */
export class WalDirectory {
  /** What the segments have in common; null where none could be read. */
  readonly format: WalFormat | null;
  /** Why the first segment that was looked at could not be read, where none could. */
  readonly formatProblem: string | null;
  /** The timelines that have a history file here. */
  readonly histories: ReadonlySet<number>;
  /** Names that a server does not take for WAL, but people may: segments in lower case, say. */
  readonly strangeNames: readonly string[];
  readonly #files: ReadonlyMap<number, ReadonlyMap<number, SegmentFile>>;
  readonly #historyFiles: ReadonlyMap<number, FoundFile>;

  private constructor(found: FoundFile[], probed: ProbedFormat) {
    this.format = probed.format;
    this.formatProblem = probed.problem;
    this.#historyFiles = historiesOf(found);
    this.histories = new Set(this.#historyFiles.keys());
    this.strangeNames = found
      .filter((file) => file.wal === null && looksLikeWal(file.name))
      .map((file) => file.name);
    this.#files = probed.format === null ? new Map() : segmentsOf(found, probed.format.segmentSize);
  }

  /**
   * Looks at the WAL files of each source, as {@link listWalFiles} finds them.
   *
   * @param sources - where a file is in several, the first one counts
   * @throws {@link SourceError} `SOURCE_UNREADABLE`
   */
  static async open(...sources: readonly Source[]): Promise<WalDirectory> {
    const { found, problem } = await findFiles(sources);
    const whole = found.filter(isReadByServers);
    return new WalDirectory(whole, await probeFormat(whole, problem));
  }

  /**
   * The same, of one cluster: the first segment of another does not tell the format.
   *
   * @param systemIdentifier - of the cluster; null where that is not known
   * @throws {@link SourceError} `SOURCE_UNREADABLE`
   */
  static async openOfCluster(
    systemIdentifier: bigint | null,
    ...sources: readonly Source[]
  ): Promise<WalDirectory> {
    const { found, problem } = await findFiles(sources);
    const whole = found.filter(isReadByServers);
    return new WalDirectory(whole, await probeFormat(whole, problem, systemIdentifier));
  }

  /**
   * The same with `.partial` segments where there is no whole one: servers never read them, but they hold the
   * last that pg_receivewal received, or that a timeline had when it was left.
   *
   * @throws {@link SourceError} `SOURCE_UNREADABLE`
   */
  static async openWithPartial(...sources: readonly Source[]): Promise<WalDirectory> {
    const { found, problem } = await findFiles(sources);
    const partial = found.filter((file) => !isReadByServers(file));
    const all = [...found.filter(isReadByServers), ...partial];
    return new WalDirectory(all, await probeFormat(all, problem));
  }

  /** The timelines that have segments here, in increasing order. */
  get timelines(): number[] {
    return [...this.#files.keys()].sort((a, b) => a - b);
  }

  /** The segments of a timeline, in increasing order. */
  segments(timeline: number): SegmentFile[] {
    return [...(this.#files.get(timeline)?.values() ?? [])].sort((a, b) => a.number - b.number);
  }

  /** The file of a segment, or null where there is none. */
  segment(timeline: number, number: number): SegmentFile | null {
    return this.#files.get(timeline)?.get(number) ?? null;
  }

  /**
   * The file that a server on this history would read a segment from: of the newest timeline that had begun
   * by then and has the segment (`XLogFileReadAnyTLI`).
   */
  segmentOfHistory(history: TimelineHistory, number: number): SegmentFile | null {
    const size = BigInt(this.format?.segmentSize ?? 1);
    for (let index = history.entries.length - 1; index >= 0; index--) {
      const { timeline, begin } = history.entries[index];
      const file = BigInt(number) < begin / size ? null : this.segment(timeline, number);
      if (file !== null) return file;
    }
    return null;
  }

  /** What messages call the segment that is not there. */
  nameOfSegment(timeline: number, number: number): string {
    return this.format === null
      ? `segment ${number}`
      : segmentFileName(timeline, number, this.format.segmentSize);
  }

  /**
   * Reads a timeline's history file. Null where there is none.
   *
   * @throws TimelineHistoryError, SourceError
   */
  async readHistory(timeline: number): Promise<TimelineHistory | null> {
    const file = this.#historyFiles.get(timeline);
    if (file === undefined) return null;
    const content = await readWholeFile(file.source, file.path, HISTORY_FILE_LIMIT);
    return content && parseTimelineHistory(timeline, content);
  }
}

/** Opens a segment for reading; it was there when the directory was listed. */
export function openSegment(segment: SegmentFile): Promise<SourceFile> {
  return openExisting(segment.source, segment.path);
}

/** Reads what a segment's first page says. */
export async function readFirstPageOf(segment: SegmentFile): Promise<FirstPage> {
  const file = await openSegment(segment);
  try {
    const bytes = new Uint8Array(LONG_HEADER_BYTES);
    return readFirstPage(bytes.subarray(0, await file.read(bytes, 0)));
  } finally {
    await file.close();
  }
}

interface FoundFile {
  readonly name: string;
  readonly wal: ReturnType<typeof parseWalFileName>;
  readonly size: number | null;
  readonly source: Source;
  readonly path: string;
}

async function findFiles(
  sources: readonly Source[],
): Promise<{ found: FoundFile[]; problem: string | null }> {
  const listed = await Promise.all(
    sources.map(async (source) => ({ source, ...(await listWalFiles(source)) })),
  );
  const found = listed.flatMap(({ source, folder, entries }) =>
    entries.map(({ name, size }) => ({
      name,
      wal: parseWalFileName(name),
      size,
      source,
      path: folder + name,
    })),
  );
  return { found, problem: listed.find(({ problem }) => problem !== null)?.problem ?? null };
}

function isReadByServers(file: FoundFile): boolean {
  return file.wal?.kind !== 'partial';
}

interface ProbedFormat {
  readonly format: WalFormat | null;
  readonly problem: string | null;
}

/** The format that the first readable segment names: the one of most names, where clusters are mixed, is for the audit to find. */
async function probeFormat(
  found: readonly FoundFile[],
  known: string | null,
  systemIdentifier: bigint | null = null,
): Promise<ProbedFormat> {
  let problem = known;
  for (const file of found.filter(isSegment).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    try {
      const first = await readFirstPageOf({ ...file, timeline: file.wal.timeline, number: 0 });
      if (first.kind === 'format') {
        const { format } = first;
        const isOwn = systemIdentifier === null || format.systemIdentifier === systemIdentifier;
        if (isOwn) return { format, problem: null };
        problem ??= `${file.path}: it is of system ${format.systemIdentifier}, not of ${systemIdentifier}`;
      }
      if (first.kind === 'unknown') problem ??= `${file.path}: ${first.why}`;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      problem ??= error.message;
    }
  }
  return { format: null, problem };
}

function isSegment(file: FoundFile): file is FoundFile & { wal: SegmentName } {
  return file.wal?.kind === 'segment' || file.wal?.kind === 'partial';
}

function segmentsOf(found: FoundFile[], segmentSize: number): Map<number, Map<number, SegmentFile>> {
  const timelines = new Map<number, Map<number, SegmentFile>>();
  for (const file of found) {
    if (!isSegment(file)) continue;
    const number = segmentNumberOfName(file.wal, segmentSize);
    if (number === null) continue;
    const segments = timelines.get(file.wal.timeline) ?? new Map<number, SegmentFile>();
    timelines.set(file.wal.timeline, segments);
    if (!segments.has(number)) segments.set(number, { ...file, timeline: file.wal.timeline, number });
  }
  return timelines;
}

function historiesOf(found: FoundFile[]): Map<number, FoundFile> {
  const histories = new Map<number, FoundFile>();
  for (const file of found) {
    if (file.wal?.kind === 'history' && !histories.has(file.wal.timeline))
      histories.set(file.wal.timeline, file);
  }
  return histories;
}

/** Whether people may take a name for one of WAL that no server takes for one: in lower case, say. */
export function looksLikeWal(name: string): boolean {
  return parseWalFileName(name.toUpperCase()) !== null || /^[0-9a-f]{8}\.history$/i.test(name);
}

/** What is said of such a name. */
export function saidOfStrangeName(name: string): string {
  return `${name} looks like a WAL file, but a server only reads names in upper case`;
}
