import type { Lsn } from '../lsn.js';
import type { Reason, VerdictKind } from './verdict.js';

/** What a sentence is made of. */
export interface Decided {
  readonly verdict: VerdictKind;
  /** How many bytes the node's WAL goes past the fork point; negative where it ends before. */
  readonly distance: Lsn | null;
  readonly reasons: readonly Reason[];
}

/** A verdict in one sentence, for somebody who was woken up by it. */
export function sentenceOf(decided: Decided): string {
  return SENTENCES[decided.verdict](decided);
}

const SENTENCES: Readonly<Record<VerdictKind, (decided: Decided) => string>> = {
  follow: ({ distance }) =>
    `${distance === null ? 'the upstream has all that the node has' : before(distance)}; start it as a standby, and it will follow`,
  'discard-wal': ({ distance }) =>
    distance !== null && distance > 0n
      ? `only the node's WAL goes past the fork point, by ${distance} bytes; cut that off as the steps say, then start it as a standby`
      : 'the node could follow, but something that it would read leads it astray; take that away as the steps say, then start it as a standby',
  rewind: ({ distance }) =>
    `the node holds ${amount(distance)} that the upstream never had; pg_rewind can undo it, and what it undoes is lost`,
  rebuild: () =>
    'the node cannot come back, not even by pg_rewind; take a fresh base backup, and keep the old disk',
  undetermined: ({ reasons }) =>
    reasons.some(({ code }) => code === 'server-log-past-fork' || code === 'server-log-refused')
      ? 'by the logs the node cannot follow as it is, and no file settles what would help; do not start it'
      : 'what is at hand does not settle whether the node can come back; do not start it yet',
};

function before(distance: bigint): string {
  if (distance === 0n) return "the node's WAL ends right at the fork point";
  return `the node's WAL ends ${-distance} bytes before the fork point`;
}

function amount(distance: bigint | null): string {
  return distance !== null && distance > 0n ? `${distance} bytes of WAL` : 'something';
}
