import { CompressionError, copyBack, tooShort } from './compressed-data.js';

/** A length of 18 is followed by a byte that says how much longer it is. */
const LONG_MATCH = 18;

/**
 * Decompresses what PostgreSQL's own method compressed (`pglz_decompress`, `src/common/pg_lzcompress.c`): a
 * byte of eight bits, lowest first, then an item for each: a literal byte, or a reference back.
 *
 * The servers differ in what they do with damaged data: those up to 11 refuse a last reference that leads past
 * the end, later ones cut it off; up to 12 a reference to nothing is followed, and up to 15 one to before the
 * beginning. Here the end is cut off and the others are refused, as in 18. Whatever a server wrote comes out
 * the same in all of them.
 *
 * @param size - of the data, in bytes; it must come out as long as that, and nothing may be left over
 * @throws {@link CompressionError}
 */
export function decompressPglz(source: Uint8Array, size: number): Uint8Array {
  const target = new Uint8Array(size);
  const end = source.length;
  let from = 0;
  let to = 0;
  while (from < end && to < size) {
    let control = source[from++];
    for (let item = 0; item < 8 && from < end && to < size; item++) {
      if ((control & 1) === 0) {
        target[to++] = source[from++];
      } else {
        if (from + 2 > end) throw endsInReference();
        const first = source[from];
        const offset = ((first & 0xf0) << 4) | source[from + 1];
        let length = (first & 0x0f) + 3;
        from += 2;
        if (length === LONG_MATCH) {
          if (from >= end) throw endsInReference();
          length += source[from++];
        }
        length = Math.min(length, size - to);
        copyBack(target, to, offset, length);
        to += length;
      }
      control >>= 1;
    }
  }
  if (to < size) throw tooShort(size, to);
  if (from < end) throw new CompressionError(`${end - from} bytes follow its end`);
  return target;
}

function endsInReference(): CompressionError {
  return new CompressionError('it ends within a reference');
}
