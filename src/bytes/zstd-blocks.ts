import { CompressionError, copyBack, tooLong } from './compressed-data.js';
import {
  BackwardBits,
  type FseTable,
  fseTable,
  fseTableOfOne,
  type HuffmanTable,
  readFseTable,
  readHuffmanTable,
} from './zstd-entropy.js';

const MATCH_LENGTHS = 0;
const OFFSETS = 1;
const LITERAL_LENGTHS = 2;

/** What a kind of codes may be at most, and the machine that it has where a frame brings none. */
interface CodeKind {
  readonly maxLog: number;
  readonly maxSymbol: number;
  readonly predefined: FseTable;
}

/** By the constants above (RFC 8878, 3.1.1.3.2.2). */
const CODE_KINDS: readonly CodeKind[] = [
  {
    maxLog: 9,
    maxSymbol: 52,
    predefined: fseTable(
      [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
      ],
      6,
    ),
  },
  {
    maxLog: 8,
    maxSymbol: 31,
    predefined: fseTable(
      [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
      5,
    ),
  },
  {
    maxLog: 9,
    maxSymbol: 35,
    predefined: fseTable(
      [
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1,
        -1, -1, -1,
      ],
      6,
    ),
  },
];

/** How many bits follow a code of a length, and what is added to them (RFC 8878, 3.1.1.3.2.1.1). */
const LITERAL_LENGTH_BITS = Array<number>(16)
  .fill(0)
  .concat([1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const MATCH_LENGTH_BITS = Array<number>(32)
  .fill(0)
  .concat([1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const LITERAL_LENGTH_BASES = basesOf(LITERAL_LENGTH_BITS, 0);
const MATCH_LENGTH_BASES = basesOf(MATCH_LENGTH_BITS, 3);

function basesOf(bits: readonly number[], first: number): readonly number[] {
  let base = first;
  return bits.map((count) => {
    const own = base;
    base += 1 << count;
    return own;
  });
}

/** A code above this stands for an offset past the largest window that is read. */
const MAX_OFFSET_CODE = 27;

/** How a block is stored, by the two bits above the lowest of its header. */
const RAW = 0;
const ONE_BYTE = 1;
const COMPRESSED = 2;

/**
 * Decompresses the blocks of a frame of Zstandard, one after another, into a buffer (RFC 8878, 3.1.1.2). A block
 * may refer to what those before it left there, and to their tables and offsets.
 */
export class ZstdBlocks {
  readonly #target: Uint8Array;
  #to = 0;
  #source: Uint8Array = new Uint8Array();
  #from = 0;
  #huffman: HuffmanTable | null = null;
  readonly #tables: FseTable[] = [];
  /** The last three offsets, the latest first. */
  readonly #offsets = [1, 4, 8];

  /** @param target - has room for all blocks, or for a window and a block after it: {@link ZstdBlocks.keep} */
  constructor(target: Uint8Array) {
    this.#target = target;
  }

  /** How much of the buffer is filled. */
  get length(): number {
    return this.#to;
  }

  /**
   * Decompresses a block.
   *
   * @param header - its three bytes as a number
   * @param body - {@link zstdBlockBytes} of them
   * @throws {@link CompressionError}
   */
  decode(header: number, body: Uint8Array): void {
    const type = (header >> 1) & 3;
    const size = header >> 3;
    this.#source = body;
    this.#from = 0;
    if (type === RAW) {
      this.#append(body);
    } else if (type === ONE_BYTE) {
      const byte = this.#uint(1);
      if (size > this.#target.length - this.#to) throw tooLong(this.#target.length);
      this.#target.fill(byte, this.#to, this.#to + size);
      this.#to += size;
    } else {
      const literals = this.#readLiterals();
      this.#readSequences(literals, body.length);
    }
  }

  /** Makes room by dropping all but the last bytes, which the next blocks may refer to. */
  keep(bytes: number): void {
    if (this.#to <= bytes) return;
    this.#target.copyWithin(0, this.#to - bytes, this.#to);
    this.#to = bytes;
  }

  /** The bytes of a block that are not repeated from before (RFC 8878, 3.1.1.3.1). */
  #readLiterals(): Uint8Array {
    const first = this.#source[this.#from];
    const type = first & 3;
    const format = (first >> 2) & 3;
    if (type < 2) {
      const size = (format & 1) === 0 ? this.#uint(1) >> 3 : this.#uint(format === 1 ? 2 : 3) >> 4;
      if (size > this.#target.length - this.#to) throw tooLong(this.#target.length);
      return type === 0 ? this.#part(size) : new Uint8Array(size).fill(this.#uint(1));
    }
    // two sizes of as many bits each
    const bits = [10, 10, 14, 18][format];
    const mask = (1 << bits) - 1;
    const low = this.#uint(Math.min(4, (bits + bits + 4) >> 3));
    const high = format === 3 ? this.#uint(1) : 0;
    const size = (low >>> 4) & mask;
    const compressedSize = ((low >>> (4 + bits)) | (high << 10)) & mask;
    if (size > this.#target.length - this.#to) throw tooLong(this.#target.length);
    const start = this.#from;
    const compressed = this.#part(compressedSize);
    let at = 0;
    if (type === 2) {
      const { table, end } = readHuffmanTable(compressed, 0);
      this.#huffman = table;
      at = end;
    }
    if (this.#huffman === null) throw new CompressionError('it refers to a Huffman table that is not there');
    this.#from = start + compressedSize;
    const literals = new Uint8Array(size);
    if (format === 0) decodeHuffman(this.#huffman, compressed, at, compressedSize, literals, 0, size);
    else decodeFourStreams(this.#huffman, compressed, at, literals);
    return literals;
  }

  #readSequences(literals: Uint8Array, end: number): void {
    let count = this.#uint(1);
    if (count === 0) {
      this.#append(literals);
      if (this.#from !== end) throw cutOff();
      return;
    }
    if (count === 255) count = this.#uint(2) + 0x7f00;
    else if (count >= 128) count = ((count - 128) << 8) + this.#uint(1);
    const modes = this.#uint(1);
    if ((modes & 3) !== 0) throw new CompressionError('a block has an unknown flag');
    for (const kind of [LITERAL_LENGTHS, OFFSETS, MATCH_LENGTHS]) {
      this.#tables[kind] = this.#readTable(kind, (modes >> (2 + 2 * kind)) & 3);
    }
    const bits = new BackwardBits(this.#source, this.#from, end);
    const used = this.#runSequences(count, bits, literals);
    if (bits.left !== 0) throw new CompressionError('a stream of bits has a wrong length');
    this.#append(literals.subarray(used));
  }

  #readTable(kind: number, mode: number): FseTable {
    const { predefined, maxLog, maxSymbol } = CODE_KINDS[kind];
    if (mode === 0) return predefined;
    if (mode === 1) {
      const symbol = this.#uint(1);
      if (symbol > maxSymbol) throw new CompressionError('a code is unknown');
      return fseTableOfOne(symbol);
    }
    if (mode === 2) {
      const { table, end } = readFseTable(this.#source, this.#from, maxLog, maxSymbol);
      this.#from = end;
      return table;
    }
    const repeated = this.#tables[kind];
    if (repeated === undefined) throw new CompressionError('it refers to a table that is not there');
    return repeated;
  }

  /** Literals, then a reference back, so many times. Gives how many literals that took. */
  #runSequences(count: number, bits: BackwardBits, literals: Uint8Array): number {
    const target = this.#target;
    const lengthTable = this.#tables[LITERAL_LENGTHS];
    const offsetTable = this.#tables[OFFSETS];
    const matchTable = this.#tables[MATCH_LENGTHS];
    let used = 0;
    let lengthState = bits.take(lengthTable.log);
    let offsetState = bits.take(offsetTable.log);
    let matchState = bits.take(matchTable.log);
    for (let index = 0; index < count; index++) {
      const offsetCode = offsetTable.symbols[offsetState];
      const matchCode = matchTable.symbols[matchState];
      const lengthCode = lengthTable.symbols[lengthState];
      if (offsetCode > MAX_OFFSET_CODE) throw new CompressionError('it refers too far back');
      const offsetValue = (1 << offsetCode) + takeOffset(bits, offsetCode);
      const match = MATCH_LENGTH_BASES[matchCode] + bits.take(MATCH_LENGTH_BITS[matchCode]);
      const length = LITERAL_LENGTH_BASES[lengthCode] + bits.take(LITERAL_LENGTH_BITS[lengthCode]);
      if (index < count - 1) {
        lengthState = lengthTable.bases[lengthState] + bits.take(lengthTable.bits[lengthState]);
        matchState = matchTable.bases[matchState] + bits.take(matchTable.bits[matchState]);
        offsetState = offsetTable.bases[offsetState] + bits.take(offsetTable.bits[offsetState]);
      }
      if (bits.left < 0) throw new CompressionError('a stream of bits has a wrong length');
      if (used + length > literals.length) throw new CompressionError('a block has too few literals');
      if (length > target.length - this.#to) throw tooLong(target.length);
      for (let end = used + length; used < end; ) target[this.#to++] = literals[used++];
      copyBack(target, this.#to, this.#offsetOf(offsetValue, length === 0), match);
      this.#to += match;
    }
    return used;
  }

  /** Values up to 3 stand for offsets used before (RFC 8878, 3.1.1.5). */
  #offsetOf(value: number, isWithoutLiterals: boolean): number {
    const offsets = this.#offsets;
    const repeated = isWithoutLiterals ? value : value - 1;
    if (value <= 3 && repeated === 0) return offsets[0];
    const offset = value > 3 ? value - 3 : repeated === 3 ? offsets[0] - 1 : offsets[repeated];
    if (value > 3 || repeated > 1) offsets[2] = offsets[1];
    offsets[1] = offsets[0];
    offsets[0] = offset;
    return offset;
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length > this.#target.length - this.#to) throw tooLong(this.#target.length);
    this.#target.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** The next bytes of the source as they are. */
  #part(length: number): Uint8Array {
    const end = this.#from + length;
    if (end > this.#source.length) throw cutOff();
    const part = this.#source.subarray(this.#from, end);
    this.#from = end;
    return part;
  }

  /** The next bytes of the source, at most 4, as a little-endian number. */
  #uint(length: number): number {
    if (this.#from + length > this.#source.length) throw cutOff();
    let value = 0;
    for (let index = 0; index < length; index++) value |= this.#source[this.#from++] << (8 * index);
    return value >>> 0;
  }
}

/** How many bytes follow a block's header. */
export function zstdBlockBytes(header: number): number {
  const type = (header >> 1) & 3;
  if (type > COMPRESSED) throw new CompressionError('it has a block of an unknown type');
  return type === ONE_BYTE ? 1 : header >> 3;
}

/** Takes up to 27 bits: no more than 17 can be taken at once. */
function takeOffset(bits: BackwardBits, count: number): number {
  return count <= 17 ? bits.take(count) : (bits.take(count - 16) << 16) | bits.take(16);
}

/** Four streams of Huffman codes, each for a quarter of the literals; a table says how long the first three are. */
function decodeFourStreams(
  table: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  literals: Uint8Array,
): void {
  const quarter = (literals.length + 3) >> 2;
  let at = start + 6;
  for (let stream = 0; stream < 4; stream++) {
    const size = bytes[start + 2 * stream] | (bytes[start + 2 * stream + 1] << 8);
    const end = stream < 3 ? at + size : bytes.length;
    const to = stream < 3 ? quarter * (stream + 1) : literals.length;
    decodeHuffman(table, bytes, at, end, literals, quarter * stream, to);
    at = end;
  }
}

/** Decodes the stream `bytes[start, end)` into `literals[from, to)`. */
function decodeHuffman(
  { log, symbols, lengths }: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  literals: Uint8Array,
  from: number,
  to: number,
): void {
  const bits = new BackwardBits(bytes, start, end);
  for (let at = from; at < to; at++) {
    const code = bits.peek(log);
    literals[at] = symbols[code];
    bits.left -= lengths[code];
    if (bits.left < 0) break;
  }
  if (bits.left !== 0) throw new CompressionError('a stream of Huffman codes has a wrong length');
}

export function cutOff(): CompressionError {
  return new CompressionError('it is cut off');
}
