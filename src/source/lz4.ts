import { CompressionError } from '../bytes/compressed-data.js';
import { decodeLz4Block } from '../bytes/lz4-block.js';
import { XxHash32, xxHash32 } from '../bytes/xxhash32.js';
import { ByteStream, littleEndian } from './byte-stream.js';

const MAGIC = 0x184d2204;

/** How far back a block may refer into those before it. */
const WINDOW_BYTES = 64 * 1024;

/** The upper bit of a block's size says that the block is stored as it is. */
const STORED = 0x8000_0000;

/**
 * Decompresses frames of LZ4 (`lz4_Frame_format.md` of LZ4), one after another, block by block. All checksums
 * that a frame has are checked.
 *
 * @throws {@link CompressionError}
 */
export async function* lz4(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new ByteStream(compressed);
  while (!(await input.isAtEnd())) {
    const magic = await input.takeNumber(4);
    if (magic === MAGIC) yield* readFrame(input);
    else if (isSkippableFrame(magic)) await input.skip(await input.takeNumber(4));
    else throw new CompressionError('it is no frame of LZ4');
  }
}

/** Frames of LZ4 and of Zstandard may have such between them, for whatever a program wants to keep there. */
export function isSkippableFrame(magic: number): boolean {
  return magic >= 0x184d2a50 && magic <= 0x184d2a5f;
}

async function* readFrame(input: ByteStream): AsyncGenerator<Uint8Array> {
  const header = await readHeader(input);
  const target = new Uint8Array(WINDOW_BYTES + header.maxBlockBytes);
  const hash = new XxHash32();
  let size = 0;
  let start = 0;
  for (;;) {
    const field = await input.takeNumber(4);
    if (field === 0) break;
    const length = field % STORED;
    if (length > header.maxBlockBytes) throw new CompressionError('a block is larger than its frame allows');
    const block = await input.take(length);
    if (header.hasBlockChecksums && (await input.takeNumber(4)) !== xxHash32(block)) {
      throw new CompressionError("a block's checksum is wrong");
    }
    const room = target.subarray(0, start + header.maxBlockBytes);
    let end = start + length;
    if (field >= STORED) room.set(block, start);
    else end = decodeLz4Block(block, room, start);
    const piece = target.slice(start, end);
    size += piece.length;
    if (header.hasContentChecksum) hash.update(piece);
    yield piece;
    const kept = header.areBlocksLinked ? Math.min(end, WINDOW_BYTES) : 0;
    target.copyWithin(0, end - kept, end);
    start = kept;
  }
  if (header.hasContentChecksum && (await input.takeNumber(4)) !== hash.digest()) {
    throw new CompressionError('its checksum is wrong');
  }
  if (header.contentSize !== null && header.contentSize !== size) {
    throw new CompressionError(`it holds ${size} bytes, not ${header.contentSize}`);
  }
}

interface FrameHeader {
  readonly maxBlockBytes: number;
  readonly areBlocksLinked: boolean;
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
  /** In bytes; null where the frame does not say. */
  readonly contentSize: number | null;
}

async function readHeader(input: ByteStream): Promise<FrameHeader> {
  const flags = littleEndian(await input.peek(1));
  const hasContentSize = (flags & 0x08) !== 0;
  const bytes = await input.take(hasContentSize ? 10 : 2);
  if (flags >> 6 !== 1 || (flags & 0x02) !== 0) throw new CompressionError('its frame is of an unknown kind');
  if ((flags & 0x01) !== 0) throw new CompressionError('it needs a dictionary');
  const sizeCode = (bytes[1] >> 4) & 7;
  if (sizeCode < 4) throw new CompressionError('its frame has an unknown block size');
  if ((await input.takeNumber(1)) !== ((xxHash32(bytes) >>> 8) & 0xff)) {
    throw new CompressionError("its header's checksum is wrong");
  }
  return {
    maxBlockBytes: 1 << (8 + 2 * sizeCode),
    areBlocksLinked: (flags & 0x20) === 0,
    hasBlockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    contentSize: hasContentSize ? littleEndian(bytes.subarray(2)) : null,
  };
}
