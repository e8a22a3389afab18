import type { Lsn } from '../lsn.js';
import type { DecodedRecord } from '../rmgr/decoded-record.js';
import { decodeRecord } from '../rmgr/describe-record.js';
import type { RelationFile } from '../rmgr/description-writer.js';
import { BLOCK } from '../wal/block-references.js';
import type { WalRecord } from '../wal/record.js';
import type {
  LostChanges,
  LostDatabase,
  LostPreparedTransaction,
  LostRelation,
  LostTransaction,
} from './lost-changes.js';

type RowChange = 'inserts' | 'updates' | 'deletes';
type Completion = Extract<DecodedRecord, { resourceManager: 'Transaction'; twophaseXid: number }>;

interface RowCounts {
  readonly locator: RelationFile;
  inserts: number;
  updates: number;
  deletes: number;
}

/** What a transaction, or a subtransaction, has done before it is known how it ends. */
interface OpenTransaction {
  readonly rows: Map<string, RowCounts>;
  readonly created: LostRelation[];
  readonly truncated: LostRelation[];
}

const MAIN_FORK = 0;

/**
 * Adds up records past a fork point. What a transaction did is set aside until its end is met: only of those
 * that were committed is anything lost.
 */
export class LostChangesCollector {
  readonly #open = new Map<number, OpenTransaction>();
  /** By subtransaction, the transaction that it belongs to, as far as records say so. */
  readonly #parents = new Map<number, number>();
  readonly #rows = new Map<string, RowCounts>();
  readonly #byResourceManager = new Map<string, { records: number; bytes: number }>();
  readonly #transactions: LostTransaction[] = [];
  readonly #created: LostRelation[] = [];
  readonly #dropped: LostRelation[] = [];
  readonly #truncated: LostRelation[] = [];
  readonly #databases: LostDatabase[] = [];
  readonly #prepared = new Map<number, LostPreparedTransaction>();
  #records = 0;
  #rolledBack = 0;

  /** Takes the next record. */
  add(record: WalRecord): void {
    this.#records++;
    this.#count(record);
    const { xid } = record;
    if (xid !== 0 && !this.#open.has(xid))
      this.#open.set(xid, { rows: new Map(), created: [], truncated: [] });
    if (record.topLevelXid !== 0) this.#parents.set(xid, record.topLevelXid);
    this.#note(record, decodeRecord(record));
  }

  /** What was added up, from the fork point to where the node's WAL ends. */
  finish(from: Lsn, to: Lsn): LostChanges {
    return {
      from,
      to,
      bytes: to > from ? Number(to - from) : 0,
      records: this.#records,
      byResourceManager: [...this.#byResourceManager].map(([resourceManager, sums]) => ({
        resourceManager,
        ...sums,
      })),
      transactions: this.#transactions,
      rolledBack: this.#rolledBack,
      tupleChanges: [...this.#rows.values()].sort((a, b) => changesOf(b) - changesOf(a)),
      created: this.#created,
      dropped: this.#dropped,
      truncated: this.#truncated,
      databases: this.#databases,
      prepared: [...this.#prepared.values()],
      running: [...this.#open.keys()].filter((xid) => this.#isRunning(xid)).sort((a, b) => a - b),
    };
  }

  #note(record: WalRecord, decoded: DecodedRecord): void {
    const { xid, lsn } = record;
    switch (decoded.resourceManager) {
      case 'Heap':
      case 'Heap2':
        this.#noteRows(record, decoded);
        return;
      case 'Storage':
        if (decoded.type === 'CREATE' && decoded.forkNum === MAIN_FORK) {
          this.#open.get(xid)?.created.push({ locator: decoded.rlocator, xid, lsn });
        } else if (decoded.type === 'TRUNCATE') {
          const relation = { locator: decoded.rlocator, xid, lsn };
          (this.#open.get(xid)?.truncated ?? this.#truncated).push(relation);
        }
        return;
      case 'Database':
        this.#databases.push({
          database: decoded.dbId,
          change: decoded.type === 'DROP' ? 'dropped' : 'created',
          lsn,
        });
        return;
      case 'Transaction':
        this.#noteTransaction(record, decoded);
        return;
      default:
    }
  }

  #noteRows(record: WalRecord, decoded: Extract<DecodedRecord, { resourceManager: 'Heap' | 'Heap2' }>): void {
    const change = rowChangeOf(decoded.type);
    const own = this.#open.get(record.xid);
    if (change === null || own === undefined) return;
    const locator = 'locator' in decoded && decoded.locator ? decoded.locator : firstRelationOf(record);
    if (locator === null) return;
    addRows(own.rows, locator, change, 'ntuples' in decoded ? decoded.ntuples : 1);
  }

  #noteTransaction(
    { xid, lsn }: WalRecord,
    decoded: Extract<DecodedRecord, { resourceManager: 'Transaction' }>,
  ): void {
    switch (decoded.type) {
      case 'COMMIT':
      case 'COMMIT_COMPACT':
      case 'COMMIT_PREPARED':
        this.#commit(decoded.twophaseXid || xid, lsn, decoded);
        return;
      case 'ABORT':
      case 'ABORT_PREPARED':
        this.#rolledBack++;
        for (const each of [decoded.twophaseXid || xid, ...decoded.subxacts]) this.#forget(each);
        return;
      case 'PREPARE': {
        const prepared = decoded.xid || xid;
        for (const sub of decoded.subxacts) this.#parents.set(sub, prepared);
        this.#prepared.set(prepared, {
          xid: prepared,
          gid: decoded.gid,
          lsn,
          preparedAt: decoded.preparedAt,
        });
        return;
      }
      case 'ASSIGNMENT':
        for (const sub of decoded.xsub) this.#parents.set(sub, decoded.xtop);
        return;
      default:
    }
  }

  #commit(xid: number, lsn: Lsn, completion: Completion): void {
    const isPrepared = completion.type === 'COMMIT_PREPARED';
    this.#transactions.push({
      xid,
      commitLsn: lsn,
      commitTime: completion.xactTime,
      subtransactions: completion.subxacts,
      preparedAs: isPrepared ? completion.twophaseGid || (this.#prepared.get(xid)?.gid ?? '') : null,
    });
    for (const locator of completion.xlocators) this.#dropped.push({ locator, xid, lsn });
    for (const each of [xid, ...completion.subxacts]) {
      const done = this.#open.get(each);
      this.#created.push(...(done?.created ?? []));
      this.#truncated.push(...(done?.truncated ?? []));
      for (const { locator, ...counts } of done?.rows.values() ?? []) {
        for (const change of ['inserts', 'updates', 'deletes'] as const) {
          if (counts[change] > 0) addRows(this.#rows, locator, change, counts[change]);
        }
      }
      this.#forget(each);
    }
  }

  #forget(xid: number): void {
    this.#open.delete(xid);
    this.#parents.delete(xid);
    this.#prepared.delete(xid);
  }

  /** A prepared transaction waits, and a subtransaction counts as its transaction. */
  #isRunning(xid: number): boolean {
    return !this.#prepared.has(xid) && !this.#parents.has(xid);
  }

  #count(record: WalRecord): void {
    const name = record.resourceManagerName;
    const sums = this.#byResourceManager.get(name) ?? { records: 0, bytes: 0 };
    sums.records++;
    sums.bytes += record.totalLength;
    this.#byResourceManager.set(name, sums);
  }
}

function rowChangeOf(type: string): RowChange | null {
  switch (type.replace('+INIT', '')) {
    case 'INSERT':
    case 'MULTI_INSERT':
      return 'inserts';
    case 'UPDATE':
    case 'HOT_UPDATE':
      return 'updates';
    case 'DELETE':
      return 'deletes';
    default:
      return null;
  }
}

/** From 9.5 on, the first block is the one of the table. */
function firstRelationOf({ blockTable: { rows, count } }: WalRecord): RelationFile | null {
  if (count === 0) return null;
  const [tablespace, database, relation] = [BLOCK.tablespace, BLOCK.database, BLOCK.relation].map(
    (column) => rows[column] >>> 0,
  );
  return { tablespace, database, relation };
}

function addRows(
  rows: Map<string, RowCounts>,
  locator: RelationFile,
  change: RowChange,
  count: number,
): void {
  const key = `${locator.tablespace}/${locator.database}/${locator.relation}`;
  const counts = rows.get(key) ?? { locator, inserts: 0, updates: 0, deletes: 0 };
  counts[change] += count;
  rows.set(key, counts);
}

function changesOf({ inserts, updates, deletes }: RowCounts): number {
  return inserts + updates + deletes;
}
