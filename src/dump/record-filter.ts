import type { RelationFile } from '../rmgr/description-writer.js';
import { BLOCK, FORK_MASK, ROW } from '../wal/block-references.js';
import type { WalRecord } from '../wal/record.js';

/** Which records are wanted: those that pass all that is given. */
export interface RecordFilter {
  /** IDs of resource managers. */
  readonly resourceManagers?: ReadonlySet<number>;
  /** The transaction that wrote the record. */
  readonly xid?: number;
  /** A relation of which the record names a block. */
  readonly relation?: RelationFile;
  /** That block's number. */
  readonly block?: number;
  /** That block's fork, 0 to 3. */
  readonly fork?: number;
  /** Only records with a full-page image. */
  readonly fullPageImage?: boolean;
}

/** Whether a record passes. Up to 9.4 records name only blocks that they have an image of. */
export function matchesFilter(filter: RecordFilter, record: WalRecord): boolean {
  const { resourceManagers, xid, relation, block, fork, fullPageImage } = filter;
  if (resourceManagers !== undefined && !resourceManagers.has(record.resourceManager)) return false;
  if (xid !== undefined && record.xid !== xid) return false;
  const wantsBlock = relation !== undefined || block !== undefined || fork !== undefined;
  if (wantsBlock && !hasBlock(filter, record)) return false;
  return fullPageImage !== true || record.imageLength > 0;
}

function hasBlock({ relation, block, fork }: RecordFilter, record: WalRecord): boolean {
  const { rows, count } = record.blockTable;
  for (let row = 0; row < count * ROW; row += ROW) {
    if (
      (fork === undefined || (rows[row + BLOCK.forkAndFlags] & FORK_MASK) === fork) &&
      (relation === undefined || isBlockOf(relation, rows, row)) &&
      (block === undefined || rows[row + BLOCK.block] >>> 0 === block)
    ) {
      return true;
    }
  }
  return false;
}

function isBlockOf({ tablespace, database, relation }: RelationFile, rows: Int32Array, row: number): boolean {
  return (
    rows[row + BLOCK.tablespace] >>> 0 === tablespace &&
    rows[row + BLOCK.database] >>> 0 === database &&
    rows[row + BLOCK.relation] >>> 0 === relation
  );
}
