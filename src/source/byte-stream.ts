import { CompressionError } from '../bytes/compressed-data.js';

/** Compressed data that ends too early. What came out of it until then is as good as it ever will be. */
export class CutOffError extends CompressionError {}

/** Hands out a stream of pieces in pieces of other sizes. */
export class ByteStream {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array();

  /** @param pieces - the stream, whose pieces stay as they are once they are handed over */
  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Whether nothing is left. */
  async isAtEnd(): Promise<boolean> {
    return (await this.peek(1)).length === 0;
  }

  /** The next bytes without taking them; fewer where the stream ends before. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#held.length < length) {
      const { done, value } = await this.#pieces.next();
      if (done) break;
      this.#held = this.#held.length === 0 ? value : concatenate(this.#held, value);
    }
    return this.#held.subarray(0, length);
  }

  /**
   * Takes the next bytes.
   *
   * @throws CutOffError where the stream ends before
   */
  async take(length: number): Promise<Uint8Array> {
    const taken = await this.peek(length);
    if (taken.length < length) throw new CutOffError('it is cut off');
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /**
   * Takes a little-endian number of so many bytes.
   *
   * @throws CutOffError
   */
  async takeNumber(length: number): Promise<number> {
    return littleEndian(await this.take(length));
  }

  /**
   * Passes over bytes without holding them.
   *
   * @throws CutOffError
   */
  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      const step = Math.min(left, Math.max(this.#held.length, 1));
      await this.take(step);
      left -= step;
    }
  }
}

/** The number that bytes stand for, the lowest first. */
export function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => number * 256 + byte, 0);
}

/** Joins two runs of bytes. */
export function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
