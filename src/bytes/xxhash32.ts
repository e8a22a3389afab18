/**
 * XXH32 (`doc/xxhash_spec.md` of xxHash), which guards frames of LZ4. Bytes are taken as they come: a hash over
 * many pieces is that over all of them together.
 */
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const STRIPE_BYTES = 16;

/** The hash of some bytes with seed 0, as an unsigned number. */
export function xxHash32(bytes: Uint8Array): number {
  return new XxHash32().update(bytes).digest();
}

/** A hash with seed 0 that is fed piece by piece. */
export class XxHash32 {
  #a = (PRIME_1 + PRIME_2) | 0;
  #b = PRIME_2 | 0;
  #c = 0;
  #d = -PRIME_1 | 0;
  #length = 0;
  /** The beginning of a stripe that is not whole yet. */
  readonly #rest = new Uint8Array(STRIPE_BYTES);

  /** Goes on over more bytes. */
  update(bytes: Uint8Array): this {
    const held = this.#length % STRIPE_BYTES;
    this.#length += bytes.length;
    let from = 0;
    if (held > 0) {
      from = Math.min(STRIPE_BYTES - held, bytes.length);
      this.#rest.set(bytes.subarray(0, from), held);
      if (held + from < STRIPE_BYTES) return this;
      this.#stripes(this.#rest, 0, STRIPE_BYTES);
    }
    const end = bytes.length - ((bytes.length - from) % STRIPE_BYTES);
    this.#stripes(bytes, from, end);
    this.#rest.set(bytes.subarray(end));
    return this;
  }

  /** The hash of all bytes so far. */
  digest(): number {
    const rest = this.#rest.subarray(0, this.#length % STRIPE_BYTES);
    let hash =
      this.#length < STRIPE_BYTES
        ? PRIME_5
        : rotate(this.#a, 1) + rotate(this.#b, 7) + rotate(this.#c, 12) + rotate(this.#d, 18);
    hash = (hash + this.#length) | 0;
    let at = 0;
    for (; at + 4 <= rest.length; at += 4) {
      hash = Math.imul(rotate((hash + Math.imul(word(rest, at), PRIME_3)) | 0, 17), PRIME_4);
    }
    for (; at < rest.length; at++) {
      hash = Math.imul(rotate((hash + Math.imul(rest[at], PRIME_5)) | 0, 11), PRIME_1);
    }
    hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
    hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #stripes(bytes: Uint8Array, start: number, end: number): void {
    let a = this.#a;
    let b = this.#b;
    let c = this.#c;
    let d = this.#d;
    for (let at = start; at < end; at += STRIPE_BYTES) {
      a = round(a, word(bytes, at));
      b = round(b, word(bytes, at + 4));
      c = round(c, word(bytes, at + 8));
      d = round(d, word(bytes, at + 12));
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
