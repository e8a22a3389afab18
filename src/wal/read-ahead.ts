import type { SourceFile } from '../source/source.js';
import type { WindowBuffer } from './window.js';

/** Who wants but a record or two reads no more. */
const FEW_WINDOWS = 2;

/**
 * Reads a file in windows, forward, and starts on the next window as soon as one is handed out: the disk works
 * while records are decoded. Two buffers are written over in turn, for all files. Of a file that has its reader
 * wait, nothing is read ahead.
 */
export class ReadAhead {
  readonly #windowBytes: number;
  #newLongBuffer: ((bytes: number) => WindowBuffer) | null;
  #windows = 0;
  #current: WindowBuffer;
  /** Made once there is something to read ahead. */
  #next: WindowBuffer | null = null;
  #file: SourceFile | null = null;
  #ahead: { buffer: WindowBuffer; offset: number; length: number; read: Promise<number> } | null = null;

  /**
   * @param newLongBuffer - makes a buffer of `windowBytes` at least for who reads more than a few windows of files that
   * have him wait: one that is worth more and takes longer to make
   */
  constructor(windowBytes: number, newLongBuffer: ((bytes: number) => WindowBuffer) | null = null) {
    this.#windowBytes = windowBytes;
    this.#newLongBuffer = newLongBuffer;
    this.#current = plainBuffer(windowBytes);
  }

  /** Whether there is a file to read from. */
  get isOpen(): boolean {
    return this.#file !== null;
  }

  /** Goes on with another file; the one before it has been closed. */
  open(file: SourceFile): void {
    this.#file = file;
  }

  /**
   * Reads a window's worth from `offset` on, but not past `end`.
   *
   * @returns the buffer, valid until the next read, and how many bytes of it were filled
   */
  async read(offset: number, end: number): Promise<WindowBuffer & { readonly length: number }> {
    const wanted = Math.min(this.#windowBytes, end - offset);
    const ahead = this.#ahead;
    this.#ahead = null;
    let length: number;
    if (ahead?.offset === offset && ahead.length === wanted) {
      length = await ahead.read;
      [this.#current, this.#next] = [ahead.buffer, this.#current];
    } else {
      await ahead?.read.catch(() => 0);
      const read = this.#file?.read(this.#current.bytes.subarray(0, wanted), offset) ?? 0;
      if (typeof read === 'number') return { ...this.#handOut(), length: read };
      length = await read;
    }
    if (length === wanted && offset + wanted < end) this.#start(offset + wanted, end);
    return { ...this.#current, length };
  }

  /** The current buffer. Once a few were handed out, the next one is for many. */
  #handOut(): WindowBuffer {
    const current = this.#current;
    if (++this.#windows === FEW_WINDOWS && this.#newLongBuffer !== null) {
      this.#current = this.#newLongBuffer(this.#windowBytes);
      this.#newLongBuffer = null;
    }
    return current;
  }

  /** Gives the file back, once nothing reads from it any more. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await this.#ahead?.read.catch(() => 0);
    this.#ahead = null;
    await file?.close();
  }

  #start(offset: number, end: number): void {
    const length = Math.min(this.#windowBytes, end - offset);
    const buffer = this.#next ?? plainBuffer(this.#windowBytes);
    this.#next = buffer;
    const read = Promise.resolve(this.#file?.read(buffer.bytes.subarray(0, length), offset) ?? 0);
    // an error is met when the window is asked for, which may be never
    read.catch(() => 0);
    this.#ahead = { buffer, offset, length, read };
  }
}

/** A buffer in memory like any other. */
export function plainBuffer(bytes: number): WindowBuffer {
  const buffer = new ArrayBuffer(bytes);
  return { bytes: new Uint8Array(buffer), words: new Int32Array(buffer) };
}
