import { SourceError } from '../errors.js';
import { type Lsn, lsnFromWords, lsnHigh, lsnLow } from '../lsn.js';
import type { Source, SourceFile } from '../source/source.js';

/**
 * What a scan of a node's data files is to look for.
 *
 * @category Evidence
 */
export interface ScanPageLsnsOptions {
  /** `BLCKSZ`, in bytes, as the control file says; 8192 if not given. */
  readonly blockSize?: number;
  /** `RELSEG_SIZE`: how many blocks a file of a large relation has; 131072 if not given. */
  readonly blocksPerFile?: number;
  /** Pages whose LSN is past this are counted, and the first of them are named. */
  readonly past?: Lsn;
  /** Called now and then, so that whoever waits can be told. */
  readonly onProgress?: (progress: ScanProgress) => void;
}

/**
 * How far a scan of data files has come.
 *
 * @category Evidence
 */
export interface ScanProgress {
  /** The file that is being read, relative to the data directory. */
  readonly file: string;
  /** How many files have been read to their ends. */
  readonly files: number;
  /** How many pages have been looked at. */
  readonly pages: number;
}

/**
 * A page of a relation and the LSN in its header.
 *
 * @category Evidence
 */
export interface PageLsn {
  /** The end of the WAL record that changed the page last (`pd_lsn`). */
  readonly lsn: Lsn;
  /** Relative to the data directory, as in `base/5/16384.1`. */
  readonly file: string;
  /** The block's number in its relation. */
  readonly block: number;
}

/**
 * What the LSNs in the headers of a node's data pages say.
 *
 * @category Evidence
 */
export interface PageLsnScan {
  /** How many files were read. */
  readonly files: number;
  /** How many pages were looked at, those without an LSN included. */
  readonly pages: number;
  /** The page with the highest LSN; null where no page has one. */
  readonly highest: PageLsn | null;
  /** How many pages have an LSN past the one asked about; 0 where none was. */
  readonly pastCount: number;
  /** The first of those, 20 at the most. */
  readonly past: readonly PageLsn[];
  /** What could not be read, and why: of these files nothing is known. */
  readonly unreadable: readonly string[];
}

const WINDOW_BYTES = 1024 * 1024;
const MOST_NAMED = 20;

/** A fork of a relation; temporary relations (`t3_16384`) and init forks are not looked at. */
const RELATION_FILE = /^(\d+)(?:_(?:fsm|vm))?(?:\.(\d+))?$/;
const INIT_FORK = /^(\d+)_init(?:\.\d+)?$/;

/**
 * Looks at the LSN of every page in a node's data files. A page carries the LSN of the WAL record that changed
 * it last (`pd_lsn`, `src/include/storage/bufpage.h`), so none past a fork point means that the data files hold
 * nothing from past it.
 *
 * All forks of all permanent relations are read, free space and visibility maps as well: replay gives them their
 * LSNs, too. Pages without an LSN are new or were never logged. Files of unlogged relations are passed over:
 * what their pages carry is made up, and a standby empties them.
 *
 * @param source - a data directory
 * @returns null where the source has no data files
 * @category Evidence
 */
export async function scanPageLsns(
  source: Source,
  options: ScanPageLsnsOptions = {},
): Promise<PageLsnScan | null> {
  const scan = new Scan(source, options);
  for await (const directory of relationDirectories(scan)) await scan.readDirectory(directory);
  return scan.hasDirectories ? scan.result() : null;
}

/** `global`, a directory a database, and the same in tablespaces, which are links below `pg_tblspc`. */
async function* relationDirectories(scan: Scan): AsyncGenerator<string> {
  const databases = await scan.directoriesIn('base');
  if (databases === null) return;
  scan.hasDirectories = true;
  yield 'global';
  yield* databases;
  for (const tablespace of (await scan.directoriesIn('pg_tblspc')) ?? []) {
    for (const version of (await scan.directoriesIn(tablespace)) ?? []) {
      yield* (await scan.directoriesIn(version)) ?? [];
    }
  }
}

class Scan {
  hasDirectories = false;
  readonly #source: Source;
  readonly #blockSize: number;
  readonly #blocksPerFile: number;
  /** Pages are held against these in words, so that no `bigint` is made a page. */
  readonly #pastHigh: number;
  readonly #pastLow: number;
  #highestHigh = 0;
  #highestLow = 0;
  readonly #onProgress: ((progress: ScanProgress) => void) | null;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #unreadable: string[] = [];
  readonly #pagesPast: PageLsn[] = [];
  #pastCount = 0;
  #files = 0;
  #pages = 0;
  #highest: PageLsn | null = null;

  constructor(source: Source, options: ScanPageLsnsOptions) {
    this.#source = source;
    this.#blockSize = options.blockSize ?? 8192;
    this.#blocksPerFile = options.blocksPerFile ?? 131072;
    this.#pastHigh = options.past === undefined ? Number.POSITIVE_INFINITY : lsnHigh(options.past);
    this.#pastLow = options.past === undefined ? 0 : lsnLow(options.past);
    this.#onProgress = options.onProgress ?? null;
    this.#bytes = new Uint8Array(Math.max(this.#blockSize, WINDOW_BYTES));
    this.#view = new DataView(this.#bytes.buffer);
  }

  result(): PageLsnScan {
    return {
      files: this.#files,
      pages: this.#pages,
      highest: this.#highest,
      pastCount: this.#pastCount,
      past: this.#pagesPast,
      unreadable: this.#unreadable,
    };
  }

  async directoriesIn(directory: string): Promise<string[] | null> {
    const entries = await this.#tryTo(() => this.#source.list(directory));
    return (
      entries
        ?.filter((entry) => entry.kind === 'directory')
        .map((entry) => `${directory}/${entry.name}`)
        .sort() ?? null
    );
  }

  async readDirectory(directory: string): Promise<void> {
    const entries = (await this.#tryTo(() => this.#source.list(directory))) ?? [];
    const names = entries.filter((entry) => entry.kind === 'file').map((entry) => entry.name);
    const unlogged = new Set(names.map((name) => INIT_FORK.exec(name)?.[1]));
    for (const name of names.sort()) {
      const parts = RELATION_FILE.exec(name);
      if (parts === null || unlogged.has(parts[1])) continue;
      await this.#tryTo(() => this.#readFile(`${directory}/${name}`, Number(parts[2] ?? 0)));
    }
  }

  async #readFile(path: string, number: number): Promise<void> {
    const file = await this.#source.open(path);
    // a relation that was dropped in the meantime holds nothing
    if (file === null) return;
    try {
      await this.#readPages(file, path, number * this.#blocksPerFile);
      this.#files++;
    } finally {
      await file.close();
    }
  }

  async #readPages(file: SourceFile, path: string, firstBlock: number): Promise<void> {
    const window = this.#bytes.length - (this.#bytes.length % this.#blockSize);
    for (let position = 0; ; position += window) {
      const length = await file.read(this.#bytes.subarray(0, window), position);
      for (let at = 0; at + 8 <= length; at += this.#blockSize) {
        this.#pages++;
        const high = this.#view.getUint32(at, true);
        const low = this.#view.getUint32(at + 4, true);
        const isHighest = high > this.#highestHigh || (high === this.#highestHigh && low > this.#highestLow);
        const isPast = high > this.#pastHigh || (high === this.#pastHigh && low > this.#pastLow);
        if (!isHighest && !isPast) continue;
        const block = firstBlock + (position + at) / this.#blockSize;
        this.#note({ lsn: lsnFromWords(high, low), file: path, block }, isHighest, isPast);
      }
      this.#onProgress?.({ file: path, files: this.#files, pages: this.#pages });
      if (length < window) return;
    }
  }

  #note(page: PageLsn, isHighest: boolean, isPast: boolean): void {
    if (isHighest) {
      this.#highest = page;
      this.#highestHigh = lsnHigh(page.lsn);
      this.#highestLow = lsnLow(page.lsn);
    }
    if (!isPast) return;
    this.#pastCount++;
    if (this.#pagesPast.length < MOST_NAMED) this.#pagesPast.push(page);
  }

  /** What cannot be read is noted and passed over. */
  async #tryTo<T>(read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#unreadable.push(error.message);
      return null;
    }
  }
}
