import type { PageImageFlags, PostgresVersion } from '../version.js';

/**
 * The blocks that a record refers to, in a table that is written over by each record: one row of numbers a
 * block, so that walking a million records makes no garbage. Read through {@link BlockReference}.
 */
export class BlockTable {
  /** How many rows are filled. */
  count = 0;
  readonly rows = new Int32Array((MAX_BLOCK_ID + 1) * ROW);
  /** Where the resource manager's own data starts and how long it is, in bytes from the record's start. */
  mainDataStart = 0;
  mainDataLength = 0;
  /** `XLR_BLOCK_ID_ORIGIN`: the replication origin, 0 for none. */
  origin = 0;
  /** `XLR_BLOCK_ID_TOPLEVEL_XID`: the transaction that this subtransaction belongs to, 0 where not said. */
  topLevelXid = 0;

  /** Makes this table the same as another. */
  copyFrom(other: BlockTable): void {
    this.count = other.count;
    this.rows.set(other.rows.subarray(0, other.count * ROW));
    this.mainDataStart = other.mainDataStart;
    this.mainDataLength = other.mainDataLength;
    this.origin = other.origin;
    this.topLevelXid = other.topLevelXid;
  }
}

/** Columns of a {@link BlockTable}. */
export const BLOCK = {
  id: 0,
  /** The fork's number and the `BKPBLOCK_…` flags as stored. */
  forkAndFlags: 1,
  tablespace: 2,
  database: 3,
  relation: 4,
  block: 5,
  dataStart: 6,
  dataLength: 7,
  imageStart: 8,
  /** 0 for a reference without an image. */
  imageLength: 9,
  imageInfo: 10,
  holeOffset: 11,
  holeLength: 12,
} as const;
export const ROW = 13;

/** `XLR_MAX_BLOCK_ID` (`src/include/access/xlogrecord.h`). */
const MAX_BLOCK_ID = 32;
const BLOCK_ID_TOP_LEVEL_XID = 252;
const BLOCK_ID_ORIGIN = 253;
const BLOCK_ID_DATA_LONG = 254;
const BLOCK_ID_DATA_SHORT = 255;

/** `BKPBLOCK_…`: bits of {@link BLOCK.forkAndFlags} from 9.5 on. */
export const FORK_MASK = 0x0f;
const HAS_IMAGE = 0x10;
const HAS_DATA = 0x20;
const SAME_RELATION = 0x80;

/**
 * Reads the block references of a record from 9.5 on into `table`, with the checks that the server makes
 * (`DecodeXLogRecord` in `src/backend/access/transam/xlogreader.c`). One pass over a few dozen bytes for
 * every record of WAL, so it is written flat.
 *
 * @param start - of the record in `bytes`
 * @param total - the record's `xl_tot_len`
 * @param pageSize - `BLCKSZ` of the cluster's data pages, in bytes
 * @returns null, or what the server says of the record (without its place)
 */
export function readBlockReferences(
  table: BlockTable,
  bytes: Uint8Array,
  start: number,
  total: number,
  version: PostgresVersion,
  flags: PageImageFlags,
  pageSize: number,
): string | null {
  const rows = table.rows;
  const end = start + total;
  const compressed = flags.pglz | flags.lz4 | flags.zstd;
  let at = start + 24;
  let payload = 0;
  let count = 0;
  let lastId = -1;
  let sameRelation = -1;
  table.origin = 0;
  table.topLevelXid = 0;
  table.mainDataLength = 0;
  while (end - at > payload) {
    const id = bytes[at++];
    if (id === BLOCK_ID_DATA_SHORT) {
      if (end - at < 1) return INVALID_LENGTH;
      table.mainDataLength = bytes[at++];
      payload += table.mainDataLength;
      break;
    }
    if (id === BLOCK_ID_DATA_LONG) {
      if (end - at < 4) return INVALID_LENGTH;
      table.mainDataLength = uint32(bytes, at);
      at += 4;
      payload += table.mainDataLength;
      break;
    }
    if (id === BLOCK_ID_ORIGIN) {
      if (end - at < 2) return INVALID_LENGTH;
      table.origin = bytes[at] | (bytes[at + 1] << 8);
      at += 2;
      continue;
    }
    if (id === BLOCK_ID_TOP_LEVEL_XID && version.topLevelTransactionIds) {
      if (end - at < 4) return INVALID_LENGTH;
      table.topLevelXid = uint32(bytes, at);
      at += 4;
      continue;
    }
    if (id > MAX_BLOCK_ID) return `invalid block_id ${id}`;
    if (id <= lastId) return `out-of-order block_id ${id}`;
    lastId = id;
    if (end - at < 3) return INVALID_LENGTH;
    const row = count * ROW;
    const fork = bytes[at];
    const dataLength = bytes[at + 1] | (bytes[at + 2] << 8);
    at += 3;
    rows[row] = id;
    rows[row + 1] = fork;
    rows[row + 7] = dataLength;
    if ((fork & HAS_DATA) !== 0 && dataLength === 0) return 'BKPBLOCK_HAS_DATA set, but no data included';
    if ((fork & HAS_DATA) === 0 && dataLength !== 0) {
      return `BKPBLOCK_HAS_DATA not set, but data length is ${dataLength}`;
    }
    payload += dataLength;
    if ((fork & HAS_IMAGE) !== 0) {
      if (end - at < 5) return INVALID_LENGTH;
      const imageLength = bytes[at] | (bytes[at + 1] << 8);
      const holeOffset = bytes[at + 2] | (bytes[at + 3] << 8);
      const info = bytes[at + 4];
      at += 5;
      let holeLength = pageSize - imageLength;
      if ((info & compressed) !== 0) {
        holeLength = 0;
        if ((info & flags.hasHole) !== 0) {
          if (end - at < 2) return INVALID_LENGTH;
          holeLength = bytes[at] | (bytes[at + 1] << 8);
          at += 2;
        }
      }
      const problem = imageProblem(info, imageLength, holeOffset, holeLength, dataLength, flags, pageSize);
      if (problem !== null) return problem;
      rows[row + 9] = imageLength;
      rows[row + 10] = info;
      rows[row + 11] = holeOffset;
      rows[row + 12] = holeLength;
      payload += imageLength;
    } else {
      rows[row + 9] = 0;
    }
    if ((fork & SAME_RELATION) !== 0) {
      if (sameRelation < 0) return 'BKPBLOCK_SAME_REL set but no previous rel';
      rows[row + 2] = rows[sameRelation + 2];
      rows[row + 3] = rows[sameRelation + 3];
      rows[row + 4] = rows[sameRelation + 4];
    } else {
      if (end - at < 12) return INVALID_LENGTH;
      rows[row + 2] = uint32(bytes, at);
      rows[row + 3] = uint32(bytes, at + 4);
      rows[row + 4] = uint32(bytes, at + 8);
      at += 12;
      sameRelation = row;
    }
    if (end - at < 4) return INVALID_LENGTH;
    rows[row + 5] = uint32(bytes, at);
    at += 4;
    count++;
  }
  if (end - at !== payload) return INVALID_LENGTH;
  // behind the headers come each block's image and data, and then the main data
  let place = at - start;
  for (let row = 0; row < count * ROW; row += ROW) {
    rows[row + 8] = place;
    place += rows[row + 9];
    rows[row + 6] = place;
    place += rows[row + 7];
  }
  table.mainDataStart = place;
  table.count = count;
  return null;
}

const INVALID_LENGTH = 'record with invalid length';

function imageProblem(
  info: number,
  imageLength: number,
  holeOffset: number,
  holeLength: number,
  dataLength: number,
  flags: PageImageFlags,
  pageSize: number,
): string | null {
  const hasHole = (info & flags.hasHole) !== 0;
  const isCompressed = (info & (flags.pglz | flags.lz4 | flags.zstd)) !== 0;
  if (hasHole && (holeOffset === 0 || holeLength === 0 || imageLength === pageSize)) {
    return `BKPIMAGE_HAS_HOLE set, but hole offset ${holeOffset} length ${holeLength} block image length ${imageLength}`;
  }
  if (!hasHole && (holeOffset !== 0 || holeLength !== 0)) {
    return `BKPIMAGE_HAS_HOLE not set, but hole offset ${holeOffset} length ${holeLength}`;
  }
  if (isCompressed && imageLength === pageSize) {
    return `BKPIMAGE_COMPRESSED set, but block image length ${imageLength}`;
  }
  if (!hasHole && !isCompressed && imageLength !== pageSize) {
    return `neither BKPIMAGE_HAS_HOLE nor BKPIMAGE_COMPRESSED set, but block image length is ${dataLength}`;
  }
  return null;
}

/** `XLR_BKP_BLOCK(0)`: the bit of `xl_info` that announces the first of up to four backup blocks. */
const FIRST_BACKUP_BLOCK = 0x08;
const MAX_BACKUP_BLOCKS = 4;
const BACKUP_BLOCK_HEADER_BYTES = 24;

/**
 * Reads the backup blocks of a record up to 9.4 into `table`: full-page images behind the resource
 * manager's data (`BkpBlock` in `src/include/access/xlog_internal.h`; the checks of `ValidXLogRecord`).
 * Blocks that were changed without an image are named in the data only.
 *
 * @returns null, or what the server says of the record (without its place)
 */
export function readBackupBlocks(
  table: BlockTable,
  bytes: Uint8Array,
  start: number,
  total: number,
  dataLength: number,
  info: number,
  pageSize: number,
): string | null {
  const rows = table.rows;
  let at = 32 + dataLength;
  let count = 0;
  table.origin = 0;
  table.topLevelXid = 0;
  table.mainDataStart = 32;
  table.mainDataLength = dataLength;
  for (let id = 0; id < MAX_BACKUP_BLOCKS; id++) {
    if ((info & (FIRST_BACKUP_BLOCK >> id)) === 0) continue;
    if (total - at < BACKUP_BLOCK_HEADER_BYTES) return 'invalid backup block size in record';
    const header = start + at;
    const holeOffset = bytes[header + 20] | (bytes[header + 21] << 8);
    const holeLength = bytes[header + 22] | (bytes[header + 23] << 8);
    if (holeOffset + holeLength > pageSize) return 'incorrect hole size in record';
    at += BACKUP_BLOCK_HEADER_BYTES;
    const imageLength = pageSize - holeLength;
    if (total - at < imageLength) return 'invalid backup block size in record';
    const row = count * ROW;
    rows[row] = id;
    rows[row + 1] = uint32(bytes, header + 12);
    rows[row + 2] = uint32(bytes, header);
    rows[row + 3] = uint32(bytes, header + 4);
    rows[row + 4] = uint32(bytes, header + 8);
    rows[row + 5] = uint32(bytes, header + 16);
    rows[row + 6] = at + imageLength;
    rows[row + 7] = 0;
    rows[row + 8] = at;
    rows[row + 9] = imageLength;
    rows[row + 10] = 0;
    rows[row + 11] = holeOffset;
    rows[row + 12] = holeLength;
    at += imageLength;
    count++;
  }
  table.count = count;
  return at === total ? null : 'incorrect total length in record';
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}
