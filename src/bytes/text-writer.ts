const INITIAL_BYTES = 64 * 1024;
const ZERO = 0x30;
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
    putDigits(this.bytes, this.length, value);
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

  /** `%08X` */
  hex8Upper(value: number): this {
    this.reserve(8);
    putHex8(this.bytes, this.length, value);
    this.length += 8;
    return this;
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

/** Puts the decimal digits of a number of 32 bits in front of `end`. Gives where the first of them is. */
export function putDigits(bytes: Uint8Array, end: number, value: number): number {
  let rest = value >>> 0;
  let at = end;
  do {
    const tens = (rest / 10) >>> 0;
    bytes[--at] = ZERO + (rest - tens * 10);
    rest = tens;
  } while (rest !== 0);
  return at;
}

/** Puts a number of 32 bits at `at`, as eight digits of hexadecimal in upper case. */
function putHex8(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = DIGITS_UPPER[value >>> 28];
  bytes[at + 1] = DIGITS_UPPER[(value >>> 24) & 0xf];
  bytes[at + 2] = DIGITS_UPPER[(value >>> 20) & 0xf];
  bytes[at + 3] = DIGITS_UPPER[(value >>> 16) & 0xf];
  bytes[at + 4] = DIGITS_UPPER[(value >>> 12) & 0xf];
  bytes[at + 5] = DIGITS_UPPER[(value >>> 8) & 0xf];
  bytes[at + 6] = DIGITS_UPPER[(value >>> 4) & 0xf];
  bytes[at + 7] = DIGITS_UPPER[value & 0xf];
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
