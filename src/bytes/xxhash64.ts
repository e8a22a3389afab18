/**
 * XXH64 (`doc/xxhash_spec.md` of xxHash), which guards frames of Zstandard. `bigint` would be the plain way and
 * is some ten times slower, so 64-bit numbers are kept as two halves.
 */
const PRIME_1 = { high: 0x9e3779b1, low: 0x85ebca87 };
const PRIME_2 = { high: 0xc2b2ae3d, low: 0x27d4eb4f };
const PRIME_3 = { high: 0x165667b1, low: 0x9e3779f9 };
const PRIME_4 = { high: 0x85ebca77, low: 0xc2b2ae63 };
const PRIME_5 = { high: 0x27d4eb2f, low: 0x165667c5 };

type Prime = typeof PRIME_1;

const STRIPE_BYTES = 32;
const LANES = 4;

/** A hash with seed 0 that is fed piece by piece. */
export class XxHash64 {
  /** The four lanes' halves: high, low, high, low … */
  readonly #lanes = new Int32Array(2 * LANES);
  readonly #value = new Uint64();
  #length = 0;
  /** The beginning of a stripe that is not whole yet. */
  readonly #rest = new Uint8Array(STRIPE_BYTES);

  constructor() {
    const value = this.#value;
    this.#store(0, value.set(PRIME_1).add(PRIME_2));
    this.#store(1, value.set(PRIME_2));
    this.#store(3, value.set(PRIME_1).negate());
  }

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

  /** The lower 32 bits of the hash of all bytes so far, unsigned: what a frame of Zstandard keeps of it. */
  digestLow(): number {
    const rest = this.#rest.subarray(0, this.#length % STRIPE_BYTES);
    const hash = new Uint64();
    const part = this.#value;
    if (this.#length < STRIPE_BYTES) hash.set(PRIME_5);
    else this.#merge(hash);
    hash.addWords(Math.floor(this.#length / 0x1_0000_0000) | 0, this.#length | 0);
    let at = 0;
    for (; at + 8 <= rest.length; at += 8) {
      part
        .setWords(word(rest, at + 4), word(rest, at))
        .multiply(PRIME_2)
        .rotate(31)
        .multiply(PRIME_1);
      hash.xor(part).rotate(27).multiply(PRIME_1).add(PRIME_4);
    }
    if (at + 4 <= rest.length) {
      hash
        .xor(part.setWords(0, word(rest, at)).multiply(PRIME_1))
        .rotate(23)
        .multiply(PRIME_2)
        .add(PRIME_3);
      at += 4;
    }
    for (; at < rest.length; at++) {
      hash.xor(part.setWords(0, rest[at]).multiply(PRIME_5)).rotate(11).multiply(PRIME_1);
    }
    hash.xorShift(33).multiply(PRIME_2).xorShift(29).multiply(PRIME_3).xorShift(32);
    return hash.low >>> 0;
  }

  #merge(hash: Uint64): void {
    const lane = this.#value;
    const rotations = [1, 7, 12, 18];
    for (let index = 0; index < LANES; index++) {
      this.#load(index).rotate(rotations[index]);
      hash.addWords(lane.high, lane.low);
    }
    for (let index = 0; index < LANES; index++) {
      this.#load(index).multiply(PRIME_2).rotate(31).multiply(PRIME_1);
      hash.xor(lane).multiply(PRIME_1).add(PRIME_4);
    }
  }

  #stripes(bytes: Uint8Array, start: number, end: number): void {
    const value = this.#value;
    const lanes = this.#lanes;
    for (let index = 0; index < LANES; index++) {
      let high = lanes[2 * index];
      let low = lanes[2 * index + 1];
      for (let at = start + 8 * index; at < end; at += STRIPE_BYTES) {
        value
          .setWords(word(bytes, at + 4), word(bytes, at))
          .multiply(PRIME_2)
          .addWords(high, low);
        value.rotate(31).multiply(PRIME_1);
        high = value.high;
        low = value.low;
      }
      lanes[2 * index] = high;
      lanes[2 * index + 1] = low;
    }
  }

  #load(index: number): Uint64 {
    return this.#value.setWords(this.#lanes[2 * index], this.#lanes[2 * index + 1]);
  }

  #store(index: number, { high, low }: Uint64): void {
    this.#lanes[2 * index] = high;
    this.#lanes[2 * index + 1] = low;
  }
}

/** An unsigned 64-bit number as two signed halves, changed in place. */
class Uint64 {
  high = 0;
  low = 0;

  set({ high, low }: Prime): this {
    return this.setWords(high | 0, low | 0);
  }

  setWords(high: number, low: number): this {
    this.high = high;
    this.low = low;
    return this;
  }

  add({ high, low }: Prime): this {
    return this.addWords(high, low);
  }

  addWords(high: number, low: number): this {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    this.low = sum | 0;
    return this;
  }

  negate(): this {
    this.high = ~this.high;
    this.low = ~this.low;
    return this.addWords(0, 1);
  }

  multiply({ high, low }: Prime): this {
    // the lower half times 16 bits of the prime at a time fits the 53 bits of a number
    const own = this.low >>> 0;
    const byLower = own * (low & 0xffff);
    const byUpper = own * (low >>> 16);
    const sum = byLower + (byUpper % 0x1_0000) * 0x1_0000;
    const carry = Math.floor(sum / 0x1_0000_0000) + Math.floor(byUpper / 0x1_0000);
    this.high = (carry + Math.imul(this.low, high) + Math.imul(this.high, low)) | 0;
    this.low = sum | 0;
    return this;
  }

  /** @param bits - 1 to 31 */
  rotate(bits: number): this {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
    return this;
  }

  xor({ high, low }: Uint64): this {
    this.high ^= high;
    this.low ^= low;
    return this;
  }

  /** `x ^= x >> bits`; bits from 1 to 63. */
  xorShift(bits: number): this {
    if (bits < 32) {
      this.low ^= (this.low >>> bits) | (this.high << (32 - bits));
      this.high ^= this.high >>> bits;
    } else {
      this.low ^= this.high >>> (bits - 32);
    }
    return this;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
