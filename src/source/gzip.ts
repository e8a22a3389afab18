import type { Gunzip } from 'fflate';
import { CompressionError } from '../bytes/compressed-data.js';
import { crc32 } from '../bytes/crc32.js';
import { CutOffError, concatenate } from './byte-stream.js';

/** A member ends with the CRC-32 and the size, modulo 2^32, of what it holds (RFC 1952). */
const TRAILER_BYTES = 8;

/** A trailer is looked at once the header of the next member, with its file name, is there. */
const KEPT_BYTES = 4096;

/**
 * Decompresses the members of a gzip file (RFC 1952), one after another, piece by piece. fflate does not look at
 * the checksums and sizes that they end with: that is done here.
 *
 * @throws {@link CompressionError}
 */
export async function* gunzip(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // most files are not compressed, and what reads them starts sooner without it
  const { FlateErrorCode, Gunzip } = await import('fflate');
  const { UnexpectedEOF } = FlateErrorCode;
  let pieces: Uint8Array[] = [];
  let checksum = 0;
  let size = 0;
  /** The end of what was pushed. */
  let recent: Uint8Array = new Uint8Array();
  let pushed = 0;

  const endMember = (offset: number): void => {
    const at = offset - (pushed - recent.length) - TRAILER_BYTES;
    const trailer = new DataView(recent.buffer, recent.byteOffset, recent.byteLength);
    const isSound =
      at >= 0 &&
      trailer.getUint32(at, true) === checksum &&
      trailer.getUint32(at + 4, true) === size % 0x1_0000_0000;
    if (!isSound) throw new CompressionError('its checksum is wrong or cut off');
    checksum = 0;
    size = 0;
  };
  const stream = new Gunzip((piece) => {
    if (piece.length === 0) return;
    pieces.push(piece);
    checksum = crc32(piece, checksum);
    size += piece.length;
  });
  stream.onmember = endMember;

  for await (const chunk of compressed) {
    recent = concatenate(recent.subarray(-KEPT_BYTES), chunk);
    pushed += chunk.length;
    inflate(stream, chunk, false, UnexpectedEOF);
    yield* pieces;
    pieces = [];
  }
  inflate(stream, new Uint8Array(), true, UnexpectedEOF);
  yield* pieces;
  endMember(pushed);
}

function inflate(stream: Gunzip, chunk: Uint8Array, isLast: boolean, cutOff: number): void {
  try {
    stream.push(chunk, isLast);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CompressionError) throw error;
    const isCutOff = 'code' in error && error.code === cutOff;
    throw isCutOff ? new CutOffError('it is cut off') : new CompressionError(error.message, { cause: error });
  }
}
