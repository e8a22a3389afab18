/**
 * Compressed data that cannot be right. It does not leave the library: who asked for the data knows what it
 * was to be, and says so.
 */
export class CompressionError extends Error {}

/**
 * Copies bytes that were decompressed already to where the next ones go, as all methods of the LZ family do.
 * The two places may overlap: what is copied first is then copied on.
 *
 * @param offset - how far back the first of them is
 * @throws {@link CompressionError} where that is before the beginning, or there is no room
 */
export function copyBack(target: Uint8Array, at: number, offset: number, length: number): void {
  if (offset === 0 || offset > at) throw new CompressionError(`it refers ${offset} bytes back at byte ${at}`);
  if (length > target.length - at) throw tooLong(target.length);
  const end = at + length;
  for (let to = at, from = at - offset; to < end; to++, from++) target[to] = target[from];
}

/** The complaint of all methods about more data than there is room for. */
export function tooLong(size: number): CompressionError {
  return new CompressionError(`it holds more than ${size} bytes`);
}

/** The complaint of all methods about less data than there should be. */
export function tooShort(size: number, found: number): CompressionError {
  return new CompressionError(`it holds ${found} bytes, not ${size}`);
}
