import { encodeText } from '../bytes/text-writer.js';
import { type DescriptionWriter, FORK_NAMES } from '../rmgr/description-writer.js';
import { BLOCK, FORK_MASK, ROW } from '../wal/block-references.js';
import { imageCompression, isImageApplied } from '../wal/image-info.js';
import type { WalRecord } from '../wal/record.js';
import type { DumpDialect } from './dialect.js';

// Blocks as pg_waldump tells them: XLogRecGetBlockRefInfo in src/backend/access/rmgrdesc/xlogdesc.c from 15 on,
// XLogDumpDisplayRecord in pg_waldump.c before. They are written straight from the table: one or two a record.

/** Writes `, blkref #0: rel 1663/5/16384 blk 0 FPW` for each block. */
export function writeBlocks(out: DescriptionWriter, record: WalRecord, dialect: DumpDialect): void {
  const { rows, count } = record.blockTable;
  for (let row = 0; row < count * ROW; row += ROW) {
    out
      .text(', blkref #')
      .uint(rows[row + BLOCK.id])
      .text(': rel ');
    writeRelation(out, rows, row);
    const fork = rows[row + BLOCK.forkAndFlags] & FORK_MASK;
    if (fork !== 0) out.text(' fork ').text(FORK_NAMES[fork] ?? `${fork}`);
    out.text(' blk ').uint(rows[row + BLOCK.block] >>> 0);
    if (rows[row + BLOCK.imageLength] > 0) {
      out.text(' FPW');
      if (!isImageApplied(record.format.version, rows[row + BLOCK.imageInfo]) && dialect.tellsUnappliedImages)
        out.text(' for WAL verification');
    }
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
    writeRelation(out, rows, row);
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
    writeRelation(out, rows, row);
    out.text('; fork: ').text(FORK_NAMES[fork] ?? `${fork}`);
    out.text('; block: ').uint(rows[row + BLOCK.block] >>> 0);
    out.text('; hole: offset: ').uint(rows[row + BLOCK.holeOffset]);
    out
      .text(', length: ')
      .uint(rows[row + BLOCK.holeLength])
      .code(0x0a);
  }
}

/** Relations as text, by the lowest bits of their numbers: the same few turn up again and again. */
const RELATIONS = 256;
const cached: { tablespace: number; database: number; relation: number; text: Uint8Array }[] = Array.from(
  { length: RELATIONS },
  () => ({ tablespace: -1, database: -1, relation: -1, text: new Uint8Array(0) }),
);

function writeRelation(out: DescriptionWriter, rows: Int32Array, row: number): void {
  const tablespace = rows[row + BLOCK.tablespace] >>> 0;
  const database = rows[row + BLOCK.database] >>> 0;
  const relation = rows[row + BLOCK.relation] >>> 0;
  const entry = cached[relation % RELATIONS];
  if (entry.relation !== relation || entry.database !== database || entry.tablespace !== tablespace) {
    entry.tablespace = tablespace;
    entry.database = database;
    entry.relation = relation;
    entry.text = encodeText(`${tablespace}/${database}/${relation}`);
  }
  const { text } = entry;
  out.reserve(text.length);
  const { bytes, length } = out;
  for (let index = 0; index < text.length; index++) bytes[length + index] = text[index];
  out.length = length + text.length;
}
