import { crc32c } from '../bytes/crc32c.js';
import { BackupFileError } from '../errors.js';
import { type Lsn, lsnFromWords } from '../lsn.js';

/**
 * The stretch of WAL that a file in `pg_wal/summaries` tells of, by its name.
 *
 * @category Backups
 */
export interface WalSummaryRange {
  /** The timeline. */
  readonly timeline: number;
  /** Where it begins. */
  readonly start: Lsn;
  /** Where it ends. */
  readonly end: Lsn;
}

/**
 * What a stretch of WAL did to a fork of a relation.
 *
 * @category Backups
 */
export interface SummarizedRelation {
  /** The tablespace's OID. */
  readonly tablespace: number;
  /** The database's OID; 0 for shared relations. */
  readonly database: number;
  /** The relation's file number; 0 stands for a database that was created or dropped as a whole. */
  readonly relation: number;
  /** 0 main, 1 free space map, 2 visibility map, 3 init. */
  readonly fork: number;
  /** The fewest blocks that it was known to have, 0 where it was created or dropped; null where it never shrank. */
  readonly limitBlock: number | null;
  /** The numbers of the blocks that were changed, in increasing order. */
  readonly blocks: Iterable<number>;
}

const NAME = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})\.summary$/;

/**
 * Reads the name of a WAL summary (`src/backend/backup/walsummary.c`). Null for all other names.
 *
 * @category Backups
 */
export function parseWalSummaryName(name: string): WalSummaryRange | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  const [timeline, startHigh, startLow, endHigh, endLow] = match
    .slice(1)
    .map((digits) => Number.parseInt(digits, 16));
  return {
    timeline,
    start: lsnFromWords(startHigh, startLow),
    end: lsnFromWords(endHigh, endLow),
  };
}

/** `BLOCKREFTABLE_MAGIC` (`src/include/common/blkreftable.h`). */
const MAGIC = 0x652b137b;
const MAGIC_BYTES = 4;

/** `BlockRefTableSerializedEntry`: OIDs of tablespace and database, relation, fork, limit, number of chunks. */
const ENTRY_BYTES = 24;

const CRC_BYTES = 4;
const BLOCKS_PER_CHUNK = 65536;

/** As many 16-bit words as make a bitmap of a chunk: fewer are a list of offsets. */
const BITMAP_WORDS = 4096;

const NO_BLOCK = 0xffff_ffff;
const MAX_FORK = 3;

/**
 * Reads a WAL summary of 17 or later, a block reference table (`src/common/blkreftable.c`): which blocks of which
 * relations a stretch of WAL has changed. `blocks` are read from `content` when they are asked for.
 *
 * @param content - the file's bytes
 * @throws {@link BackupFileError} `WAL_SUMMARY` where it is not one, is cut off or has a wrong checksum
 * @category Backups
 */
export function parseWalSummary(content: Uint8Array): SummarizedRelation[] {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const end = content.length - CRC_BYTES;
  if (end < MAGIC_BYTES + ENTRY_BYTES) throw refusal('it is too short for one');
  const magic = view.getUint32(0, true);
  if (magic !== MAGIC) throw refusal(`wrong magic number: expected ${MAGIC}, found ${magic}`);
  const checksum = view.getUint32(end, true);
  const expected = crc32c(content, 0, end);
  if (checksum !== expected) {
    throw refusal(`wrong checksum: expected ${hex8(expected)}, found ${hex8(checksum)}`);
  }
  const relations: SummarizedRelation[] = [];
  let at = MAGIC_BYTES;
  while (!isSentinel(content, at, end)) {
    const chunkCount = view.getUint32(at + 20, true);
    const sizesAt = at + ENTRY_BYTES;
    const chunksAt = sizesAt + 2 * chunkCount;
    if (chunksAt > end) throw refusal('it is cut off');
    const next = endOfChunks(view, sizesAt, chunksAt, end);
    relations.push({
      tablespace: view.getUint32(at, true),
      database: view.getUint32(at + 4, true),
      relation: view.getUint32(at + 8, true),
      fork: forkAt(view, at + 12),
      limitBlock: blockOrNull(view.getUint32(at + 16, true)),
      blocks: { [Symbol.iterator]: () => blocksOf(view, sizesAt, chunkCount) },
    });
    at = next;
  }
  if (at + ENTRY_BYTES !== end) throw refusal('more follows its end');
  return relations;
}

/** The entry behind the last is all zero. */
function isSentinel(content: Uint8Array, at: number, end: number): boolean {
  if (at + ENTRY_BYTES > end) throw refusal('it is cut off');
  return content.subarray(at, at + ENTRY_BYTES).every((byte) => byte === 0);
}

function endOfChunks(view: DataView, sizesAt: number, chunksAt: number, end: number): number {
  let at = chunksAt;
  for (let sizeAt = sizesAt; sizeAt < chunksAt; sizeAt += 2) {
    const size = view.getUint16(sizeAt, true);
    if (size > BITMAP_WORDS) throw refusal(`a chunk has the invalid size ${size}`);
    at += 2 * size;
  }
  if (at > end) throw refusal('it is cut off');
  return at;
}

function* blocksOf(view: DataView, sizesAt: number, chunkCount: number): Generator<number> {
  let at = sizesAt + 2 * chunkCount;
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    const size = view.getUint16(sizesAt + 2 * chunk, true);
    const first = chunk * BLOCKS_PER_CHUNK;
    if (size === BITMAP_WORDS) {
      for (let word = 0; word < BITMAP_WORDS; word++) {
        const bits = view.getUint16(at + 2 * word, true);
        for (let bit = 0; bit < 16; bit++) if (bits & (1 << bit)) yield first + word * 16 + bit;
      }
    } else {
      // a server writes them in the order in which they came
      const offsets = Uint16Array.from({ length: size }, (_, index) => view.getUint16(at + 2 * index, true));
      for (const offset of offsets.sort()) yield first + offset;
    }
    at += 2 * size;
  }
}

function forkAt(view: DataView, at: number): number {
  const fork = view.getUint32(at, true);
  if (fork > MAX_FORK) throw refusal(`a relation has the invalid fork number ${fork}`);
  return fork;
}

function blockOrNull(block: number): number | null {
  return block === NO_BLOCK ? null : block;
}

function hex8(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}

function refusal(why: string): BackupFileError {
  return new BackupFileError('WAL_SUMMARY', `not a valid WAL summary: ${why}`);
}
