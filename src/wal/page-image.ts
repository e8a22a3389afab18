import { CompressionError } from '../bytes/compressed-data.js';
import { decompressLz4Block } from '../bytes/lz4-block.js';
import { decompressPglz } from '../bytes/pglz.js';
import { decompressZstd } from '../bytes/zstd.js';
import { WalError } from '../errors.js';
import { formatLsn } from '../lsn.js';
import { type ImageCompression, imageCompression } from './image-info.js';
import type { BlockReference, PageImage, WalRecord } from './record.js';

type Decompress = (source: Uint8Array, size: number) => Uint8Array;

const DECOMPRESS: Readonly<Record<ImageCompression, Decompress>> = {
  pglz: decompressPglz,
  lz4: decompressLz4Block,
  zstd: decompressZstd,
};

/**
 * A page as a record's full-page image has it: decompressed, with zeros in its hole. It is the page as the
 * record leaves it, but for the page's own LSN and checksum, which replay sets (`RestoreBlockImage` in
 * `src/backend/access/transam/xlogreader.c`).
 *
 * ```ts
 * for (const block of record.blocks) {
 *   if (block.image !== null) await writeFile(`${block.block}.page`, restorePageImage(record, block));
 * }
 * ```
 *
 * @param record - the record that the block reference comes from, still valid
 * @param block - a block reference with an image
 * @param pageSize - `BLCKSZ`: the size of the cluster's data pages in bytes, as given to the reader
 * @returns the page, in bytes of its own
 * @throws {@link WalError} `PAGE_IMAGE` where there is no image, or it is damaged
 * @category WAL
 */
export function restorePageImage(record: WalRecord, block: BlockReference, pageSize = 8192): Uint8Array {
  const { image } = block;
  if (image === null) throw unrestorable(record, block, 'there is none');
  const { bytes, holeOffset, holeLength } = image;
  const compression = imageCompression(record.format.version, image.info);
  // what is not compressed tells its size itself
  const size = compression === null ? bytes.length + holeLength : pageSize;
  if (holeOffset + holeLength > size) {
    const hole = `a hole of ${holeLength} bytes at ${holeOffset}`;
    throw unrestorable(record, block, `${hole} does not fit into a page of ${size}`);
  }
  const page = new Uint8Array(size);
  const stored = compression === null ? bytes : decompressed(record, block, image, size, compression);
  page.set(stored.subarray(0, holeOffset));
  page.set(stored.subarray(holeOffset), holeOffset + holeLength);
  return page;
}

function decompressed(
  record: WalRecord,
  block: BlockReference,
  { bytes, holeLength }: PageImage,
  pageSize: number,
  compression: ImageCompression,
): Uint8Array {
  try {
    return DECOMPRESS[compression](bytes, pageSize - holeLength);
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    throw unrestorable(record, block, error.message, error);
  }
}

function unrestorable(record: WalRecord, block: BlockReference, why: string, cause?: Error): WalError {
  const { id, tablespace, database, relation, block: number } = block;
  const file = `${tablespace}/${database}/${relation}`;
  return new WalError(
    'PAGE_IMAGE',
    `could not restore the page image of block reference ${id} (block ${number} of ${file}) in the record at ${formatLsn(record.lsn)}: ${why}`,
    cause && { cause },
  );
}
