import type { EndedTransactions } from './ended-transactions.js';
import type { SlruPages } from './slru.js';

/** What became of a transaction; `unknown` where nothing tells. */
export type TransactionStatus = 'in-progress' | 'committed' | 'aborted' | 'unknown';

/** Two bits a transaction (`src/include/access/clog.h`). Of 3, a subtransaction's, its parent's end decides. */
const STATUSES: readonly TransactionStatus[] = ['in-progress', 'committed', 'aborted', 'in-progress'];
const TRANSACTIONS_PER_BYTE = 4;

/** `BootstrapTransactionId` and `FrozenTransactionId` (`src/include/access/transam.h`): always committed. */
const BOOTSTRAP_XID = 1;
const FROZEN_XID = 2;
const FIRST_NORMAL_XID = 3;
/** `InvalidTransactionId`: what is left of an insertion that was taken back. */
const NO_XID = 0;

/** What is known from before is forgotten where it is more than so many transactions. */
const MOST_KEPT = 4_194_304;

/** Where the numbers of transactions end, as the control file says. */
export interface TransactionHorizon {
  /** All before it are committed or gone (`oldestXid`). */
  readonly oldest: number;
  /** The next to begin (`nextXid`). */
  readonly next: number;
}

/**
 * The outcomes of transactions: `pg_xact`, `pg_clog` up to 9.6 (`src/backend/access/transam/clog.c`), and what
 * WAL adds to it.
 */
export class CommitLog {
  readonly #pages: SlruPages;
  readonly #transactionsPerPage: number;
  readonly #horizon: TransactionHorizon | null;
  readonly #ended: EndedTransactions | null;
  readonly #statuses = new Map<number, TransactionStatus>();

  /**
   * @param pageSize - `BLCKSZ`, in bytes
   * @param ended - outcomes that WAL tells and the files do not have yet
   */
  constructor(
    pages: SlruPages,
    pageSize: number,
    horizon: TransactionHorizon | null,
    ended: EndedTransactions | null,
  ) {
    this.#pages = pages;
    this.#transactionsPerPage = pageSize * TRANSACTIONS_PER_BYTE;
    this.#horizon = horizon;
    this.#ended = ended;
  }

  /** Finds out about transactions, so that {@link CommitLog.statusOf} can tell, until the next time. */
  async load(transactions: Iterable<number>): Promise<void> {
    const wanted = [...new Set(transactions)].sort((a, b) => a - b);
    if (this.#statuses.size > MOST_KEPT) this.#statuses.clear();
    for (const xid of wanted) {
      if (xid >= FIRST_NORMAL_XID && !this.#statuses.has(xid)) this.#statuses.set(xid, await this.#read(xid));
    }
  }

  /** What became of a transaction that was loaded. */
  statusOf(xid: number): TransactionStatus {
    if (xid === BOOTSTRAP_XID || xid === FROZEN_XID) return 'committed';
    if (xid === NO_XID) return 'aborted';
    return this.#statuses.get(xid) ?? 'unknown';
  }

  async #read(xid: number): Promise<TransactionStatus> {
    const ended = this.#ended?.statusOf(xid) ?? null;
    if (ended !== null) return ended;
    if (this.#horizon !== null && isBefore(xid, this.#horizon.oldest)) return 'committed';
    const page = await this.#pages.page(Math.floor(xid / this.#transactionsPerPage));
    if (page === null) {
      return this.#horizon !== null && !isBefore(xid, this.#horizon.next) ? 'in-progress' : 'unknown';
    }
    const byte = page.getUint8(Math.floor((xid % this.#transactionsPerPage) / TRANSACTIONS_PER_BYTE));
    return STATUSES[(byte >>> ((xid % TRANSACTIONS_PER_BYTE) * 2)) & 3];
  }
}

/** Whether a transaction is older than another: their numbers go round (`TransactionIdPrecedes`). */
export function isBefore(xid: number, other: number): boolean {
  if (xid < FIRST_NORMAL_XID || other < FIRST_NORMAL_XID) return xid < other;
  return ((xid - other) | 0) < 0;
}
