import type { Source, SourceFile } from '../source/source.js';

/** Nothing is said of what is done sooner, in milliseconds. */
const PATIENCE = 1000;
const INTERVAL = 200;

/** Segments, also under the names that archivers give them. */
const SEGMENT = /(?:^|\/)([0-9A-F]{24})[^/]*$/;

/**
 * Says on a terminal how far reading has come, in a line that goes away again, once it has taken longer than a
 * second. Silent where standard error is no terminal.
 */
export class Progress {
  /** How many bytes there are to read in all; null where that is not known. */
  total: number | null = null;
  readonly #isShown: () => boolean;
  readonly #begun = performance.now();
  #shownAt = 0;
  #bytes = 0;
  #segments = 0;
  #segment = '';

  /** @param isShown - asked once it takes longer: to know it, Node has to open the streams */
  constructor(isShown = () => process.stderr.isTTY) {
    this.#isShown = isShown;
  }

  /** Notes that so many bytes more were read. */
  read(bytes: number): void {
    this.reach(this.#bytes + bytes);
  }

  /** Notes that so many bytes were read in all. */
  reach(bytes: number): void {
    this.#bytes = bytes;
    const now = performance.now();
    if (now - this.#begun < PATIENCE || now - this.#shownAt < INTERVAL) return;
    this.#shownAt = now;
    if (!this.#isShown()) return;
    this.#clear();
    // a line that is longer than the terminal is wide could not be taken away again
    process.stderr.write(this.text(now - this.#begun).slice(0, (process.stderr.columns || 80) - 1));
  }

  /** Notes that a segment is read now. */
  enter(segment: string): void {
    if (segment === this.#segment) return;
    this.#segment = segment;
    this.#segments++;
  }

  /** What is said after so many milliseconds. */
  text(milliseconds: number): string {
    const rate = this.#bytes / (milliseconds / 1000);
    const parts = [
      this.#segment,
      `${this.#segments} segment${this.#segments === 1 ? '' : 's'}`,
      `${Math.round(this.#bytes / 1e6)} MB`,
      `${Math.round(rate / 1e6)} MB/s`,
    ];
    if (this.total !== null && this.total > this.#bytes) {
      parts.push(`${Math.round((100 * this.#bytes) / this.total)} %`);
      parts.push(`${Math.ceil((this.total - this.#bytes) / rate)} s left`);
    }
    return parts.filter((part) => part !== '').join('  ');
  }

  /** Takes the line away. */
  stop(): void {
    if (this.#shownAt > 0 && this.#isShown()) this.#clear();
    this.#shownAt = 0;
  }

  #clear(): void {
    process.stderr.clearLine(0);
    process.stderr.cursorTo(0);
  }
}

/** The same source, of which `progress` learns what is read. */
export function watched(source: Source, progress: Progress): Source {
  return {
    get name() {
      return source.name;
    },
    get findings() {
      return source.findings ?? [];
    },
    list: (directory) => source.list(directory),
    async open(path) {
      const file = await source.open(path);
      const segment = SEGMENT.exec(path)?.[1];
      return file === null || segment === undefined ? file : watchedFile(file, segment, progress);
    },
  };
}

function watchedFile(file: SourceFile, segment: string, progress: Progress): SourceFile {
  const note = (bytes: number) => {
    progress.enter(segment);
    progress.read(bytes);
    return bytes;
  };
  return {
    read(target, position) {
      const read = file.read(target, position);
      return typeof read === 'number' ? note(read) : read.then(note);
    },
    close: () => file.close(),
  };
}
