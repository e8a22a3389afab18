import { CompressionError, copyBack, tooLong, tooShort } from './compressed-data.js';

/** A nibble of 15 says that bytes follow which are to be added to it. */
const MORE = 15;
const LEAST_MATCH = 4;

/**
 * Decompresses a block of LZ4 (`lz4_Block_format.md` of LZ4).
 *
 * @param size - of the data, in bytes; it must come out as long as that
 * @throws {@link CompressionError}
 */
export function decompressLz4Block(source: Uint8Array, size: number): Uint8Array {
  const target = new Uint8Array(size);
  const end = decodeLz4Block(source, target, 0);
  if (end < size) throw tooShort(size, end);
  return target;
}

/**
 * Decompresses a block of LZ4 into a buffer: sequences of a token, literal bytes and a reference back; the last
 * has no reference.
 *
 * @param start - where in the buffer the data goes; it may refer to what is before that
 * @returns where the data ends
 * @throws {@link CompressionError}
 */
export function decodeLz4Block(source: Uint8Array, target: Uint8Array, start: number): number {
  const end = source.length;
  let from = 0;
  let to = start;
  const length = (nibble: number): number => {
    let sum = nibble;
    if (nibble < MORE) return sum;
    for (;;) {
      if (from >= end) throw endsEarly();
      const more = source[from++];
      sum += more;
      if (more < 255) return sum;
    }
  };
  while (from < end) {
    const token = source[from++];
    const literals = length(token >> 4);
    if (from + literals > end) throw endsEarly();
    if (to + literals > target.length) throw tooLong(target.length - start);
    target.set(source.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === end) break;
    if (from + 2 > end) throw endsEarly();
    const offset = source[from] | (source[from + 1] << 8);
    from += 2;
    const match = length(token & 0x0f) + LEAST_MATCH;
    copyBack(target, to, offset, match);
    to += match;
  }
  return to;
}

function endsEarly(): CompressionError {
  return new CompressionError('it ends within a sequence');
}
