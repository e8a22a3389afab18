import type { SourceFile } from './source.js';

/**
 * A stream as a file that is read forward: what is passed by is gone, and a step back starts over. Nothing is
 * held but the piece at hand, however long the stream is.
 */
export class ForwardFile implements SourceFile {
  readonly #start: () => AsyncIterable<Uint8Array>;
  #pieces: AsyncIterator<Uint8Array> | null = null;
  #piece: Uint8Array = new Uint8Array();
  #pieceStart = 0;
  /** Why the stream goes no further. */
  #failure: unknown = null;

  /** @param start - gives the stream from its beginning, as often as it is called */
  constructor(start: () => AsyncIterable<Uint8Array>) {
    this.#start = start;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (this.#pieces === null || position < this.#pieceStart) await this.#restart();
    let filled = 0;
    while (filled < target.length) {
      const skip = position + filled - this.#pieceStart;
      if (skip >= this.#piece.length) {
        if (await this.#next()) continue;
        if (filled === 0 && this.#failure !== null) throw this.#failure;
        break;
      }
      const part = this.#piece.subarray(skip, skip + target.length - filled);
      target.set(part, filled);
      filled += part.length;
    }
    return filled;
  }

  async close(): Promise<void> {
    await this.#pieces?.return?.();
    this.#pieces = null;
    this.#piece = new Uint8Array();
  }

  async #restart(): Promise<void> {
    await this.close();
    this.#pieces = this.#start()[Symbol.asyncIterator]();
    this.#pieceStart = 0;
    this.#failure = null;
  }

  async #next(): Promise<boolean> {
    try {
      const next = await this.#pieces?.next();
      if (next === undefined || next.done) return false;
      this.#pieceStart += this.#piece.length;
      this.#piece = next.value;
      return true;
    } catch (error) {
      this.#failure = error;
      return false;
    }
  }
}
