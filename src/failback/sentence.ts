import type { Lsn } from '../lsn.js';
import type { Reason, VerdictKind } from './verdict.js';

/**
 * A verdict in one sentence, for somebody who was woken up by it.
 *
 * @param distance - how many bytes the node's WAL goes past the fork point; negative where it ends before
 */
export function sentenceOf(verdict: VerdictKind, distance: Lsn | null, reasons: readonly Reason[]): string {
  const isPast = distance !== null && distance > 0n;
  switch (verdict) {
    case 'follow':
      return `${before(distance)}; start it as a standby, and it will follow`;
    case 'discard-wal':
      return isPast
        ? `only the node's WAL goes past the fork point, by ${distance} bytes; cut that off as the steps say, then start it as a standby`
        : 'the node could follow, but something that it would read leads it astray; take that away as the steps say, then start it as a standby';
    case 'rewind':
      return `the node holds ${isPast ? `${distance} bytes of WAL` : 'something'} that the upstream never had; pg_rewind can undo it, and what it undoes is lost`;
    case 'rebuild':
      return 'the node cannot come back, not even by pg_rewind; take a fresh base backup, and keep the old disk';
    case 'undetermined':
      return reasons.some(({ code }) => code === 'server-log-past-fork' || code === 'server-log-refused')
        ? 'by the logs the node cannot follow as it is, and no file settles what would help; do not start it'
        : 'what is at hand does not settle whether the node can come back; do not start it yet';
  }
}

function before(distance: Lsn | null): string {
  if (distance === null) return 'the upstream has all that the node has';
  if (distance === 0n) return "the node's WAL ends right at the fork point";
  return `the node's WAL ends ${-distance} bytes before the fork point`;
}
