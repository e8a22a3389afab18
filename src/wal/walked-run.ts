import type { Lsn } from '../lsn.js';

/**
 * Successive records that somebody has walked and found valid: what {@link WalReader.skip} goes behind.
 *
 * @category WAL
 */
export interface WalkedRun {
  /** Where the record before them begins. */
  readonly previous: Lsn;
  /** Where that ends, and the first of them begins; where that is a page's header, where the page begins. */
  readonly from: Lsn;
  /** Where the last of them begins. */
  readonly last: Lsn;
  /** Where that ends. */
  readonly to: Lsn;
}
