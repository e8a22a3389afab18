import { write } from 'node:fs';

/**
 * Standard output for many megabytes of text: whole buffers at a time, one on its way while the next is
 * filled. `process.stdout` would queue them all.
 */
export class ByteOutput {
  readonly #descriptor: number;
  #pending: Promise<void> = Promise.resolve();

  constructor(descriptor = 1) {
    this.#descriptor = descriptor;
  }

  /**
   * Begins to write bytes, once those before are written. They must stay as they are until the next call.
   *
   * @throws what the system says; a reader that went away is `EPIPE`
   */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#pending;
    this.#pending = this.#writeAll(bytes);
    // met by the next call
    this.#pending.catch(() => undefined);
  }

  /** Waits until all is written. */
  async flush(): Promise<void> {
    await this.#pending;
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) at += await this.#writeSome(bytes, at);
  }

  #writeSome(bytes: Uint8Array, at: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, bytes, at, bytes.length - at, null, (error, written) => {
        if (error === null) resolve(written);
        else if (error.code === 'EAGAIN') setTimeout(() => resolve(0), 1);
        else reject(error);
      });
    });
  }
}
