import { decodeRecord } from '../rmgr/describe-record.js';
import type { RelationFile } from '../rmgr/description-writer.js';
import { BLOCK, FORK_MASK, ROW } from '../wal/block-references.js';
import type { WalRecord } from '../wal/record.js';

/**
 * The blocks of one relation that records changed.
 *
 * @category Evidence
 */
export interface ChangedRelation {
  /** Which relation. */
  readonly locator: RelationFile;
  /** Numbers of blocks of the main fork, ascending. */
  readonly blocks: readonly number[];
}

const MAIN_FORK = 0;

/**
 * Notes which blocks records change, as `pg_rewind` does (`extractPageInfo` in
 * `src/bin/pg_rewind/parsexlog.c`): those of main forks only, as it copies other forks as a whole.
 */
export class ChangedBlocks {
  readonly #blocks = new Map<string, { locator: RelationFile; blocks: Set<number> }>();

  /** Notes what a record changes. */
  add(record: WalRecord): void {
    const { rows, count } = record.blockTable;
    for (let row = 0; row < count * ROW; row += ROW) {
      if ((rows[row + BLOCK.forkAndFlags] & FORK_MASK) !== MAIN_FORK) continue;
      const tablespace = rows[row + BLOCK.tablespace] >>> 0;
      const database = rows[row + BLOCK.database] >>> 0;
      const relation = rows[row + BLOCK.relation] >>> 0;
      this.#note({ tablespace, database, relation }, rows[row + BLOCK.block] >>> 0);
    }
    if (record.format.version.recordFormat === 'backup-blocks') this.#addNamedInData(record);
  }

  /** By tablespace, database and relation. */
  relations(): ChangedRelation[] {
    return [...this.#blocks.values()]
      .map(({ locator, blocks }) => ({ locator, blocks: [...blocks].sort((a, b) => a - b) }))
      .sort((a, b) => compareLocators(a.locator, b.locator));
  }

  /** Up to 9.4 a block that came without an image is named in the resource manager's data. */
  #addNamedInData(record: WalRecord): void {
    const fields: object = decodeRecord(record);
    if (!('locator' in fields) || !isRelationFile(fields.locator)) return;
    if ('forknum' in fields && fields.forknum !== MAIN_FORK) return;
    for (const name of BLOCK_FIELDS) {
      const block: unknown = name in fields ? Reflect.get(fields, name) : undefined;
      if (typeof block === 'number' && block !== NO_BLOCK) this.#note(fields.locator, block);
    }
  }

  #note(locator: RelationFile, block: number): void {
    const key = `${locator.tablespace}/${locator.database}/${locator.relation}`;
    const known = this.#blocks.get(key);
    if (known === undefined) this.#blocks.set(key, { locator, blocks: new Set([block]) });
    else known.blocks.add(block);
  }
}

/** Fields of records up to 9.4 that are numbers of blocks of `locator`. */
const BLOCK_FIELDS = ['block', 'newBlock', 'deadblk', 'leafblk', 'leftblk', 'rightblk', 'rootblk'];
const NO_BLOCK = 0xffff_ffff;

function isRelationFile(value: unknown): value is RelationFile {
  return typeof value === 'object' && value !== null && 'relation' in value && 'tablespace' in value;
}

function compareLocators(a: RelationFile, b: RelationFile): number {
  return a.tablespace - b.tablespace || a.database - b.database || a.relation - b.relation;
}
