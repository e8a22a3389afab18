import type { TransactionStatus } from './commit-log.js';

/** What can be noted of a transaction; its place is its number, and 0 stands for nothing. */
const STATUSES: readonly (TransactionStatus | null)[] = [null, 'committed', 'aborted'];

/** Transactions are noted in pieces of so many, a byte for four of them. */
const PER_PIECE = 65_536;

/** How transactions ended, as WAL tells it: of as many as a busy server ends between two checkpoints. */
export class EndedTransactions {
  readonly #pieces = new Map<number, Uint8Array>();

  /** Notes how a transaction ended. */
  note(xid: number, status: 'committed' | 'aborted'): void {
    const number = Math.floor(xid / PER_PIECE);
    const piece = this.#pieces.get(number) ?? new Uint8Array(PER_PIECE / 4);
    this.#pieces.set(number, piece);
    const shift = (xid % 4) * 2;
    const at = (xid % PER_PIECE) >> 2;
    piece[at] = (piece[at] & ~(3 << shift)) | (STATUSES.indexOf(status) << shift);
  }

  /** How a transaction ended, or null where nothing was noted of it. */
  statusOf(xid: number): TransactionStatus | null {
    const piece = this.#pieces.get(Math.floor(xid / PER_PIECE));
    return piece === undefined ? null : STATUSES[(piece[(xid % PER_PIECE) >> 2] >> ((xid % 4) * 2)) & 3];
  }
}
