import type { CommitLog, TransactionStatus } from './commit-log.js';
import { INFOMASK, type TupleHeader } from './heap-tuple.js';
import type { MultiXacts } from './multixacts.js';

/**
 * What a row version is to whoever comes after all transactions: the row as it is, what it was before it was
 * deleted or replaced, or something that was never committed.
 */
export type TupleState = 'live' | 'dead' | 'uncommitted';

/** The transactions that tell, from the row version's own bits where they do (`HEAP_XMIN_COMMITTED` and so on). */
export class Visibility {
  readonly #commitLog: CommitLog;
  readonly #multiXacts: MultiXacts;
  readonly #unknown = new Set<number>();

  constructor(commitLog: CommitLog, multiXacts: MultiXacts) {
    this.#commitLog = commitLog;
    this.#multiXacts = multiXacts;
  }

  /** Transactions of which nothing tells what became of them, and that were asked for. */
  get unknown(): ReadonlySet<number> {
    return this.#unknown;
  }

  /** Reads what is needed to tell the states of these row versions. */
  async load(headers: readonly TupleHeader[]): Promise<void> {
    const multis = headers.filter(hasMultiXactUpdate).map(({ xmax }) => xmax);
    await this.#multiXacts.load(multis);
    const updaters = multis.map((multi) => this.#multiXacts.updaterOf(multi) ?? 0);
    const inserters = headers.filter((header) => !hasXminHint(header)).map(({ xmin }) => xmin);
    const deleters = headers.filter(isDeleterOpen).map(({ xmax }) => xmax);
    await this.#commitLog.load([...new Set([...inserters, ...deleters, ...updaters])]);
  }

  /** The state of a row version whose header was loaded. */
  stateOf(header: TupleHeader): TupleState {
    if (!this.#isInserted(header)) return 'uncommitted';
    return this.#isDeleted(header) ? 'dead' : 'live';
  }

  #isInserted({ infomask, xmin }: TupleHeader): boolean {
    // both bits together mean frozen (from 9.4)
    if ((infomask & INFOMASK.xminCommitted) !== 0) return true;
    if ((infomask & INFOMASK.xminInvalid) !== 0) return false;
    const status = this.#statusOf(xmin);
    // where nothing tells, it is more likely than not: rolled back rows are few
    return status === 'committed' || status === 'unknown';
  }

  #isDeleted(header: TupleHeader): boolean {
    const { infomask, xmax } = header;
    if (!isChanged(header)) return false;
    if ((infomask & INFOMASK.xmaxIsMulti) !== 0) {
      const updater = this.#multiXacts.updaterOf(xmax);
      return updater !== null && updater !== 0 && this.#statusOf(updater) === 'committed';
    }
    return (infomask & INFOMASK.xmaxCommitted) !== 0 || this.#statusOf(xmax) === 'committed';
  }

  #statusOf(xid: number): TransactionStatus {
    const status = this.#commitLog.statusOf(xid);
    if (status === 'unknown') this.#unknown.add(xid);
    return status;
  }
}

function hasXminHint({ infomask }: TupleHeader): boolean {
  return (infomask & (INFOMASK.xminCommitted | INFOMASK.xminInvalid)) !== 0;
}

/** Whether some transaction, or group of them, set out to delete or replace it: not only to lock it. */
function isChanged({ infomask, xmax }: TupleHeader): boolean {
  return xmax !== 0 && (infomask & INFOMASK.xmaxInvalid) === 0 && !isOnlyLocked(infomask);
}

function isDeleterOpen(header: TupleHeader): boolean {
  const hint = INFOMASK.xmaxIsMulti | INFOMASK.xmaxCommitted;
  return isChanged(header) && (header.infomask & hint) === 0;
}

function hasMultiXactUpdate(header: TupleHeader): boolean {
  return isChanged(header) && (header.infomask & INFOMASK.xmaxIsMulti) !== 0;
}

/** `HEAP_XMAX_IS_LOCKED_ONLY` (`src/include/access/htup_details.h`). */
function isOnlyLocked(infomask: number): boolean {
  const lock = INFOMASK.xmaxIsMulti | INFOMASK.xmaxKeyShareLock | INFOMASK.xmaxExclusiveLock;
  return (infomask & INFOMASK.xmaxLockOnly) !== 0 || (infomask & lock) === INFOMASK.xmaxExclusiveLock;
}
