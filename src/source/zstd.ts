import { CompressionError } from '../bytes/compressed-data.js';
import { XxHash64 } from '../bytes/xxhash64.js';
import { MAX_ZSTD_HEADER_BYTES, readZstdFrameHeader } from '../bytes/zstd.js';
import { ZstdBlocks, zstdBlockBytes } from '../bytes/zstd-blocks.js';
import { ByteStream, littleEndian } from './byte-stream.js';
import { isSkippableFrame } from './lz4.js';

/** What a block may hold at most (RFC 8878, 3.1.1.2.3). */
const MAX_BLOCK_BYTES = 128 * 1024;

/** What `zstd -d` takes without being asked to. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;

/** How much is decompressed behind the window, at most, before the window is moved. */
const ROOM_BYTES = 8 * 1024 * 1024;

/**
 * Decompresses frames of Zstandard (RFC 8878), one after another, block by block. Their checksums are checked.
 *
 * @throws {@link CompressionError}
 */
export async function* zstd(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new ByteStream(compressed);
  while (!(await input.isAtEnd())) {
    if (isSkippableFrame(littleEndian(await input.peek(4)))) {
      await input.skip(4);
      await input.skip(await input.takeNumber(4));
    } else {
      yield* readFrame(input);
    }
  }
}

async function* readFrame(input: ByteStream): AsyncGenerator<Uint8Array> {
  const header = readZstdFrameHeader(await input.peek(MAX_ZSTD_HEADER_BYTES));
  const { contentSize, windowSize } = header;
  if (windowSize > MAX_WINDOW_BYTES) {
    throw new CompressionError(`its window of ${windowSize} bytes is larger than ${MAX_WINDOW_BYTES}`);
  }
  await input.take(header.length);
  const room = Math.max(MAX_BLOCK_BYTES, Math.min(windowSize, ROOM_BYTES));
  const target = new Uint8Array(windowSize + room);
  const blocks = new ZstdBlocks(target);
  const hash = new XxHash64();
  let size = 0;
  for (let isLast = false; !isLast; ) {
    const block = await input.takeNumber(3);
    const length = zstdBlockBytes(block);
    if (length > MAX_BLOCK_BYTES) throw new CompressionError('a block is larger than it may be');
    const body = await input.take(length);
    if (target.length - blocks.length < MAX_BLOCK_BYTES) blocks.keep(windowSize);
    const start = blocks.length;
    blocks.decode(block, body);
    const piece = target.slice(start, blocks.length);
    size += piece.length;
    if (header.hasChecksum) hash.update(piece);
    if (piece.length > 0) yield piece;
    isLast = (block & 1) !== 0;
  }
  if (header.hasChecksum && (await input.takeNumber(4)) !== hash.digestLow()) {
    throw new CompressionError('its checksum is wrong');
  }
  if (contentSize !== null && contentSize !== size) {
    throw new CompressionError(`it holds ${size} bytes, not ${contentSize}`);
  }
}
