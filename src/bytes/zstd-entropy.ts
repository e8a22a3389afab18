import { CompressionError } from './compressed-data.js';

/** Bits of a stream that is read from its end to its beginning; a bit of 1 marks where it ends. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  /** How many bits are left; negative once more were taken than there are. */
  left: number;

  /** The stream is `bytes[start, end)`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start && end <= bytes.length ? bytes[end - 1] : 0;
    if (last === 0) throw new CompressionError('a stream of bits has no end mark');
    this.#bytes = bytes;
    this.#start = start;
    this.left = (end - start) * 8 - 1 - Math.clz32(last << 24);
  }

  /** The next bits, at most 17, without taking them; before the beginning there are zeros. */
  peek(count: number): number {
    const at = this.left - count;
    if (at < 0) return at <= -count ? 0 : (this.#at(0) & ((1 << this.left) - 1)) << -at;
    return (this.#at(at >> 3) >>> (at & 7)) & ((1 << count) - 1);
  }

  /** Takes so many bits, at most 17; where there are fewer, the missing are zeros. */
  take(count: number): number {
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  #at(byte: number): number {
    const at = this.#start + byte;
    const bytes = this.#bytes;
    return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
  }
}

/** A state machine of finite state entropy: each state gives a symbol and says how to find the next state. */
export interface FseTable {
  /** How many bits the first state takes. */
  readonly log: number;
  readonly symbols: Uint8Array;
  /** How many bits the next state takes, and what is added to them. */
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** The machine of a single symbol, which takes no bits. */
export function fseTableOfOne(symbol: number): FseTable {
  return { log: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), bases: new Uint16Array(1) };
}

/**
 * Builds a machine (RFC 8878, 4.1.1).
 *
 * @param counts - for each symbol, how many of the `1 << log` states are its own; -1 for less than one
 */
export function fseTable(counts: readonly number[], log: number): FseTable {
  const size = 1 << log;
  const table = {
    log,
    symbols: new Uint8Array(size),
    bits: new Uint8Array(size),
    bases: new Uint16Array(size),
  };
  // the rarest symbols have a state each at the end, the others are spread over the rest
  let high = size;
  counts.forEach((count, symbol) => {
    if (count === -1) table.symbols[--high] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let state = 0;
  counts.forEach((count, symbol) => {
    for (let index = 0; index < count; index++) {
      table.symbols[state] = symbol;
      do state = (state + step) & (size - 1);
      while (state >= high);
    }
  });
  const next = counts.map(Math.abs);
  for (state = 0; state < size; state++) {
    const rank = next[table.symbols[state]]++;
    const bits = log - (31 - Math.clz32(rank));
    table.bits[state] = bits;
    table.bases[state] = (rank << bits) - size;
  }
  return table;
}

/**
 * Reads a machine's description.
 *
 * @returns the machine, and where its description ends
 */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  maxLog: number,
  maxSymbol: number,
): { readonly table: FseTable; readonly end: number } {
  let bit = start * 8;
  const peek = (count: number): number => {
    const at = bit >> 3;
    return ((bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)) >>> (bit & 7)) & ((1 << count) - 1);
  };
  const log = peek(4) + 5;
  bit += 4;
  if (log > maxLog) throw new CompressionError('a table of states is too large');
  const counts: number[] = [];
  let left = 1 << log;
  while (left > 0) {
    // a value from 0 to left + 1; the lower of them take a bit less
    const bits = 32 - Math.clz32(left + 1);
    const short = (1 << bits) - 2 - left;
    const low = peek(bits - 1);
    let value = peek(bits);
    if (low < short) {
      value = low;
      bit += bits - 1;
    } else {
      if (value >= 1 << (bits - 1)) value -= short;
      bit += bits;
    }
    const count = value - 1;
    counts.push(count);
    left -= Math.abs(count);
    if (count === 0) {
      let repeat = 3;
      while (repeat === 3 && counts.length <= maxSymbol) {
        repeat = peek(2);
        bit += 2;
        for (let index = 0; index < repeat; index++) counts.push(0);
      }
    }
    if (counts.length > maxSymbol + 1) throw new CompressionError('a table of states has too many symbols');
  }
  const end = (bit + 7) >> 3;
  if (left < 0 || end > bytes.length) throw new CompressionError('a table of states is damaged');
  return { table: fseTable(counts, log), end };
}

/** Codes of different lengths for bytes: what the next {@link HuffmanTable.log} bits mean. */
export interface HuffmanTable {
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly lengths: Uint8Array;
}

const MAX_HUFFMAN_LOG = 11;
const MAX_WEIGHTS = 255;

/**
 * Reads a Huffman table's description (RFC 8878, 4.2.1).
 *
 * @returns the table, and where its description ends
 */
export function readHuffmanTable(
  bytes: Uint8Array,
  start: number,
): { readonly table: HuffmanTable; readonly end: number } {
  const header = bytes[start];
  if (header < 128) {
    const end = start + 1 + header;
    if (end > bytes.length) throw new CompressionError('a Huffman table is cut off');
    return { table: huffmanTable(readWeights(bytes, start + 1, end)), end };
  }
  const count = header - 127;
  const end = start + 1 + ((count + 1) >> 1);
  if (!(end <= bytes.length)) throw new CompressionError('a Huffman table is cut off');
  const weights = Array.from({ length: count }, (_, index) => {
    const pair = bytes[start + 1 + (index >> 1)];
    return (index & 1) === 0 ? pair >> 4 : pair & 0x0f;
  });
  return { table: huffmanTable(weights), end };
}

/** Weights that are compressed themselves: two machines take turns until the bits are used up. */
function readWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, end: streamStart } = readFseTable(bytes, start, 6, MAX_HUFFMAN_LOG + 1);
  const stream = new BackwardBits(bytes, streamStart, end);
  const weights: number[] = [];
  let state = stream.take(table.log);
  let other = stream.take(table.log);
  while (weights.length < MAX_WEIGHTS) {
    weights.push(table.symbols[state]);
    const next = table.bases[state] + stream.take(table.bits[state]);
    if (stream.left < 0) {
      weights.push(table.symbols[other]);
      break;
    }
    state = other;
    other = next;
  }
  return weights;
}

/** The last symbol's weight is not stored: it is what the sum lacks to a power of two. */
function huffmanTable(stored: readonly number[]): HuffmanTable {
  const sum = stored.reduce((total, weight) => total + ((1 << weight) >> 1), 0);
  const log = 32 - Math.clz32(sum);
  const rest = (1 << log) - sum;
  if (sum === 0 || log > MAX_HUFFMAN_LOG || (rest & (rest - 1)) !== 0 || stored.length > MAX_WEIGHTS) {
    throw new CompressionError('a Huffman table is damaged');
  }
  const weights = [...stored, 32 - Math.clz32(rest)];
  const symbols = new Uint8Array(1 << log);
  const lengths = new Uint8Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    weights.forEach((own, symbol) => {
      if (own !== weight) return;
      const end = at + (1 << (weight - 1));
      symbols.fill(symbol, at, end);
      lengths.fill(log + 1 - weight, at, end);
      at = end;
    });
  }
  return { log, symbols, lengths };
}
