import { TextPiece } from '../bytes/text-writer.js';
import type { DescriptionWriter } from '../rmgr/description-writer.js';
import { FORK_NAMES } from '../rmgr/fork-names.js';
import type { PostgresVersion } from '../version.js';
import { BLOCK, FORK_MASK, ROW } from '../wal/block-references.js';
import { imageCompression, isImageApplied } from '../wal/image-info.js';
import type { WalRecord } from '../wal/record.js';
import type { WalFormat } from '../wal/wal-format.js';
import type { DumpDialect } from './dialect.js';

// Blocks as pg_waldump tells them: XLogRecGetBlockRefInfo in src/backend/access/rmgrdesc/xlogdesc.c from 15 on,
// XLogDumpDisplayRecord in pg_waldump.c before. They are written straight from the table: one or two a record.

/**
 * How many beginnings are kept, by the lowest bits of relation, fork and ID: the same few turn up again and again,
 * and those of relations made together must not drive each other out.
 */
const KEPT = 256 * 4 * 4;

/** Tells the blocks of records behind what else is said of them. */
export class BlockText {
  readonly #version: PostgresVersion;
  readonly #tellsUnappliedImages: boolean;
  readonly #beginnings = new Array<BlockBeginning | null>(KEPT).fill(null);

  constructor(format: WalFormat, dialect: DumpDialect) {
    this.#version = format.version;
    this.#tellsUnappliedImages = dialect.tellsUnappliedImages;
  }

  /** Writes `, blkref #0: rel 1663/5/16384 blk 0 FPW` for each block. */
  write(out: DescriptionWriter, record: WalRecord): void {
    const { rows, count } = record.blockTable;
    for (let row = 0; row < count * ROW; row += ROW) {
      out.piece(this.#beginningOf(rows, row)).uint(rows[row + BLOCK.block] >>> 0);
      if (rows[row + BLOCK.imageLength] === 0) continue;
      out.text(' FPW');
      if (this.#tellsUnappliedImages && !isImageApplied(this.#version, rows[row + BLOCK.imageInfo]))
        out.text(' for WAL verification');
    }
  }

  #beginningOf(rows: Int32Array, row: number): TextPiece {
    const fork = rows[row + BLOCK.forkAndFlags] & FORK_MASK;
    const place = (rows[row + BLOCK.relation] << 4) | ((fork & 3) << 2) | (rows[row + BLOCK.id] & 3);
    const kept = this.#beginnings[place & (KEPT - 1)];
    if (kept?.isOf(rows, row)) return kept.text;
    const made = new BlockBeginning(rows, row);
    this.#beginnings[place & (KEPT - 1)] = made;
    return made.text;
  }
}

/** What comes before a block's number: the same for all blocks of a fork. */
class BlockBeginning {
  readonly text: TextPiece;
  readonly #id: number;
  readonly #fork: number;
  readonly #tablespace: number;
  readonly #database: number;
  readonly #relation: number;

  constructor(rows: Int32Array, row: number) {
    this.#id = rows[row + BLOCK.id];
    this.#fork = rows[row + BLOCK.forkAndFlags] & FORK_MASK;
    this.#tablespace = rows[row + BLOCK.tablespace];
    this.#database = rows[row + BLOCK.database];
    this.#relation = rows[row + BLOCK.relation];
    const fork = this.#fork === 0 ? '' : ` fork ${FORK_NAMES[this.#fork] ?? this.#fork}`;
    this.text = new TextPiece(`, blkref #${this.#id}: rel ${relationText(rows, row)}${fork} blk `);
  }

  isOf(rows: Int32Array, row: number): boolean {
    return (
      rows[row + BLOCK.relation] === this.#relation &&
      rows[row + BLOCK.database] === this.#database &&
      rows[row + BLOCK.tablespace] === this.#tablespace &&
      rows[row + BLOCK.id] === this.#id &&
      (rows[row + BLOCK.forkAndFlags] & FORK_MASK) === this.#fork
    );
  }
}

/** Writes a line for each block, with where the hole of its image is and what compression saved. */
export function writeBlockDetails(
  out: DescriptionWriter,
  record: WalRecord,
  dialect: DumpDialect,
  pageSize: number,
): void {
  const { rows, count } = record.blockTable;
  for (let row = 0; row < count * ROW; row += ROW) {
    out
      .text('\tblkref #')
      .uint(rows[row + BLOCK.id])
      .text(': rel ');
    out.text(relationText(rows, row));
    const fork = rows[row + BLOCK.forkAndFlags] & FORK_MASK;
    out.text(' fork ').text(FORK_NAMES[fork] ?? `${fork}`);
    out.text(' blk ').uint(rows[row + BLOCK.block] >>> 0);
    if (rows[row + BLOCK.imageLength] > 0) writeImage(out, record, row, dialect, pageSize);
    out.code(0x0a);
  }
}

function writeImage(
  out: DescriptionWriter,
  record: WalRecord,
  row: number,
  dialect: DumpDialect,
  pageSize: number,
): void {
  const { rows } = record.blockTable;
  const holeLength = rows[row + BLOCK.holeLength];
  out.text(' (FPW');
  if (!isImageApplied(record.format.version, rows[row + BLOCK.imageInfo]) && dialect.tellsUnappliedImages)
    out.text(' for WAL verification');
  out
    .text('); hole: offset: ')
    .uint(rows[row + BLOCK.holeOffset])
    .text(', length: ')
    .uint(holeLength);
  const method = imageCompression(record.format.version, rows[row + BLOCK.imageInfo]);
  if (method === null) return;
  const saved = pageSize - holeLength - rows[row + BLOCK.imageLength];
  out.text(', compression saved: ').uint(saved >>> 0);
  if (dialect.namesCompression) out.text(', method: ').text(method);
}

/** Writes a line for each backup block of a record up to 9.4. */
export function writeBackupBlocks(out: DescriptionWriter, record: WalRecord): void {
  const { rows, count } = record.blockTable;
  for (let row = 0; row < count * ROW; row += ROW) {
    const fork = rows[row + BLOCK.forkAndFlags];
    out
      .text('\tbackup bkp #')
      .uint(rows[row + BLOCK.id])
      .text('; rel ');
    out.text(relationText(rows, row));
    out.text('; fork: ').text(FORK_NAMES[fork] ?? `${fork}`);
    out.text('; block: ').uint(rows[row + BLOCK.block] >>> 0);
    out.text('; hole: offset: ').uint(rows[row + BLOCK.holeOffset]);
    out
      .text(', length: ')
      .uint(rows[row + BLOCK.holeLength])
      .code(0x0a);
  }
}

function relationText(rows: Int32Array, row: number): string {
  const number = (column: number) => rows[row + column] >>> 0;
  return `${number(BLOCK.tablespace)}/${number(BLOCK.database)}/${number(BLOCK.relation)}`;
}
