const INITIAL_BYTES = 64 * 1024;
const ZERO = 0x30;
/** Two digits at a time, the first in the lower byte: what 0 to 99 and 0 to 255 look like. */
const DECIMAL_PAIRS = Uint16Array.from({ length: 100 }, (_, value) => pairOf(`${value}`.padStart(2, '0')));
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, value) =>
  pairOf(value.toString(16).toUpperCase().padStart(2, '0')),
);
const DIGITS_LOWER = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const DIGITS_UPPER = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0));
const LONE_SURROGATE = /\p{Surrogate}/u;
const ENCODER = new TextEncoder();

/**
 * Text that is written into bytes as it comes, without strings in between: what prints millions of records
 * a second cannot make garbage of each. Names follow `printf`: `uint` is `%u`, `hex` is `%x`, `hexUpper` is
 * `%X`. The buffer grows as needed and is written over after {@link TextWriter.clear}.
 *
 * Its methods are long where a loop of their own saves a temporary.
 */
export class TextWriter {
  /** The buffer; the first {@link TextWriter.length} bytes of it are text. */
  bytes = new Uint8Array(INITIAL_BYTES);
  length = 0;
  /** Writes several bytes of the buffer at once, at any place. */
  #view = new DataView(this.bytes.buffer);

  /** Forgets what was written. */
  clear(): void {
    this.length = 0;
  }

  /** What was written, as a string of JavaScript's. Bytes that are not UTF-8 come out as lone surrogates. */
  toString(): string {
    return decodeText(this.bytes.subarray(0, this.length));
  }

  /** Writes a text; quick where it is short and ASCII, as it nearly always is. */
  text(text: string): this {
    const { length } = text;
    this.reserve(length);
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return this.raw(encodeText(text));
      bytes[at++] = code;
    }
    this.length = at;
    return this;
  }

  /** Writes a text that was prepared. */
  piece({ words, length }: TextPiece): this {
    this.reserve(words.length * 4);
    const view = this.#view;
    const at = this.length;
    for (let index = 0; index < words.length; index++) view.setInt32(at + index * 4, words[index], true);
    this.length = at + length;
    return this;
  }

  /** Writes bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** Writes one character of ASCII, given as its code. */
  code(code: number): this {
    this.reserve(1);
    this.bytes[this.length++] = code;
    return this;
  }

  /** `%u`, or `%*u` where a width is given; `pad` is the code of what fills it: a space, or `0`. */
  uint(value: number, width = 0, pad = 0x20): this {
    // above 32 bits there is no integer division in one step
    if (value > 0xffff_ffff) return this.text(`${value}`.padStart(width, String.fromCharCode(pad)));
    this.reserve(10 + width);
    const digits = digitsOf(value);
    let at = this.length;
    for (let fill = width - digits; fill > 0; fill--) this.bytes[at++] = pad;
    this.length = at + digits;
    this.putUint(this.length, value);
    return this;
  }

  /** `%d` */
  int(value: number): this {
    return value < 0 ? this.code(0x2d).uint(-value) : this.uint(value);
  }

  /** `%llu` or `%lld`: a number of 64 bits. */
  bigint(value: bigint): this {
    return this.text(value.toString());
  }

  /** `%x`, or `%0*x` where a width is given. */
  hex(value: number, width = 1): this {
    return this.#hex(value, width, DIGITS_LOWER);
  }

  /** `%X`, or `%0*X` where a width is given. */
  hexUpper(value: number, width = 1): this {
    return this.#hex(value, width, DIGITS_UPPER);
  }

  /** Puts the decimal digits of a number of 32 bits over what was written in front of `end`. */
  putUint(end: number, value: number): void {
    const view = this.#view;
    let rest = value >>> 0;
    let at = end;
    while (rest >= 100) {
      const hundreds = (rest / 100) >>> 0;
      at -= 2;
      view.setUint16(at, DECIMAL_PAIRS[rest - hundreds * 100], true);
      rest = hundreds;
    }
    if (rest < 10) view.setUint8(at - 1, ZERO + rest);
    else view.setUint16(at - 2, DECIMAL_PAIRS[rest], true);
  }

  /** Puts `%08X` over what was written at `at`. */
  putHex8Upper(at: number, value: number): void {
    const view = this.#view;
    view.setUint16(at, HEX_PAIRS[value >>> 24], true);
    view.setUint16(at + 2, HEX_PAIRS[(value >>> 16) & 0xff], true);
    view.setUint16(at + 4, HEX_PAIRS[(value >>> 8) & 0xff], true);
    view.setUint16(at + 6, HEX_PAIRS[value & 0xff], true);
  }

  /** An LSN as `%X/%X`. */
  lsn(lsn: bigint): this {
    return this.lsnWords(Number(lsn >> 32n), Number(lsn & 0xffff_ffffn), 1);
  }

  /** An LSN given by its upper and lower 32 bits, the lower with at least so many digits. */
  lsnWords(high: number, low: number, digits: number): this {
    return this.hexUpper(high).code(0x2f).hexUpper(low, digits);
  }

  #hex(value: number, width: number, digits: Uint8Array): this {
    this.reserve(Math.max(8, width));
    const { bytes } = this;
    let count = 1;
    for (let rest = value >>> 4; rest !== 0; rest >>>= 4) count++;
    while (width-- > count) bytes[this.length++] = ZERO;
    let at = this.length + count;
    this.length = at;
    for (let rest = value; count > 0; count--) {
      bytes[--at] = digits[rest & 0xf];
      rest >>>= 4;
    }
    return this;
  }

  /** Makes room for so many more bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** How many decimal digits a number of 32 bits has. */
function digitsOf(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10_000) return 4;
  if (value < 100_000) return 5;
  if (value < 1_000_000) return 6;
  if (value < 10_000_000) return 7;
  if (value < 100_000_000) return 8;
  return value < 1_000_000_000 ? 9 : 10;
}

function pairOf([first, second]: string): number {
  return first.charCodeAt(0) | (second.charCodeAt(0) << 8);
}

/** A text that is written again and again: four bytes at a time, as the buffer does not care what lies behind. */
export class TextPiece {
  /** In bytes. */
  readonly length: number;
  /** Little-endian, the last one filled up with zeros. */
  readonly words: Int32Array;

  constructor(text: string) {
    const bytes = encodeText(text);
    this.length = bytes.length;
    this.words = new Int32Array((bytes.length + 3) >> 2);
    bytes.forEach((byte, at) => {
      this.words[at >> 2] |= byte << ((at & 3) * 8);
    });
  }
}

/**
 * Text that a server wrote: UTF-8 as a rule. A byte that is none becomes a lone surrogate U+DC80 to U+DCFF,
 * so that {@link encodeText} gives back the very same bytes (as Python's `surrogateescape` does).
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeMixed(bytes);
  }
}

/** The bytes of a text, the inverse of {@link decodeText}. */
export function encodeText(text: string): Uint8Array {
  if (!LONE_SURROGATE.test(text)) return ENCODER.encode(text);
  const parts: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00);
    else parts.push(...ENCODER.encode(character));
  }
  return Uint8Array.from(parts);
}

/** Takes the longest valid character at each place, and else one byte. */
function decodeMixed(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at];
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
    let character: string | null = null;
    if (length > 0 && at + length <= bytes.length) {
      try {
        character = decoder.decode(bytes.subarray(at, at + length));
      } catch {
        character = null;
      }
    }
    text += character ?? String.fromCharCode(0xdc00 + lead);
    at += character === null ? 1 : length;
  }
  return text;
}
