import { CompressionError, tooShort } from './compressed-data.js';
import { cutOff, ZstdBlocks, zstdBlockBytes } from './zstd-blocks.js';

const MAGIC = 0xfd2fb528;

/** The header of a frame is no longer than this, its magic number included. */
export const MAX_ZSTD_HEADER_BYTES = 18;

/** What the header of a frame says (RFC 8878, 3.1.1.1). */
export interface ZstdFrameHeader {
  /** How long it is, in bytes. */
  readonly length: number;
  /** How far back a block may refer, in bytes. */
  readonly windowSize: number;
  /** Of the data, in bytes; null where it does not say. */
  readonly contentSize: number | null;
  /** Whether a checksum follows the last block. */
  readonly hasChecksum: boolean;
}

/**
 * Decompresses a frame of Zstandard (RFC 8878) without a dictionary, as `ZSTD_compress` writes it. The frame's
 * own checksum, which PostgreSQL does not ask for, is passed over.
 *
 * @param size - of the data, in bytes; it must come out as long as that, and nothing may follow the frame
 * @throws {@link CompressionError}
 */
export function decompressZstd(source: Uint8Array, size: number): Uint8Array {
  const header = readZstdFrameHeader(source);
  if (header.contentSize !== null && header.contentSize !== size) throw tooShort(size, header.contentSize);
  const target = new Uint8Array(size);
  const blocks = new ZstdBlocks(target);
  let from = header.length;
  for (let isLast = false; !isLast; ) {
    if (from + 3 > source.length) throw cutOff();
    const block = source[from] | (source[from + 1] << 8) | (source[from + 2] << 16);
    const end = from + 3 + zstdBlockBytes(block);
    if (end > source.length) throw cutOff();
    blocks.decode(block, source.subarray(from + 3, end));
    from = end;
    isLast = (block & 1) !== 0;
  }
  if (header.hasChecksum) from += 4;
  if (from > source.length) throw cutOff();
  if (blocks.length < size) throw tooShort(size, blocks.length);
  if (from < source.length) throw new CompressionError(`${source.length - from} bytes follow its end`);
  return target;
}

/**
 * Reads the header of a frame.
 *
 * @param source - {@link MAX_ZSTD_HEADER_BYTES} of it, or all there is
 * @throws {@link CompressionError}
 */
export function readZstdFrameHeader(source: Uint8Array): ZstdFrameHeader {
  let from = 0;
  const uint = (length: number): number => {
    if (from + length > source.length) throw cutOff();
    let value = 0;
    for (let index = 0; index < length; index++) value += source[from++] * 2 ** (8 * index);
    return value;
  };
  if (uint(4) !== MAGIC) throw new CompressionError('it is no frame of Zstandard');
  const descriptor = uint(1);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x08) !== 0) throw new CompressionError('its frame has an unknown flag');
  const window = isSingleSegment ? null : uint(1);
  if (uint([0, 1, 2, 4][descriptor & 3]) !== 0) throw new CompressionError('it needs a dictionary');
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6];
  const contentSize = sizeBytes === 0 ? null : uint(sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  const windowSize =
    window === null ? (contentSize ?? 0) : 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8);
  return { length: from, windowSize, contentSize, hasChecksum: (descriptor & 0x04) !== 0 };
}
