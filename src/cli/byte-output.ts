import { fstatSync, write, writeSync } from 'node:fs';

/** `/dev/null` on Linux: memory devices have the number 1, and this one is the third of them. */
const NULL_DEVICE = 0x0103;

/**
 * Standard output for many megabytes of text: whole buffers at a time. To who reads at his own pace, one is on its
 * way while the next is filled; `process.stdout` would queue them all. To a file it is written at once: to have
 * another thread do that takes longer, and that thread would have to wait for one that works.
 */
export class ByteOutput {
  readonly #descriptor: number;
  readonly #isReady: boolean;
  #pending: Promise<void> = Promise.resolve();

  constructor(descriptor = 1) {
    this.#descriptor = descriptor;
    this.#isReady = isAlwaysReady(descriptor);
  }

  /**
   * Begins to write bytes, once those before are written. They must stay as they are until the next call.
   *
   * @throws what the system says; a reader that went away is `EPIPE`
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isReady) {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
      return;
    }
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

/** Whether nobody has to take what is written: it goes to a file, or to `/dev/null`. */
function isAlwaysReady(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFile() || (status.isCharacterDevice() && status.rdev === NULL_DEVICE);
  } catch {
    return false;
  }
}
