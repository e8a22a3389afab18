import { formatLsn, type Lsn } from '../lsn.js';

/** As many as some thousand nodes have; to keep more of them takes longer than to print them again. */
const MOST_PRINTED = 10_000;

const printed = /* @__PURE__ */ new Map<Lsn, string>();

/**
 * Prints an LSN as {@link formatLsn} does, and keeps what it printed: sentences name the same few LSNs, and whoever
 * watches nodes judges the same ones again and again.
 */
export function printLsn(lsn: Lsn): string {
  let text = printed.get(lsn);
  if (text === undefined) {
    if (printed.size === MOST_PRINTED) printed.clear();
    text = formatLsn(lsn);
    printed.set(lsn, text);
  }
  return text;
}
