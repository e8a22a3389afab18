import type { WalEvidence } from '../evidence/node-evidence.js';
import type { WalEnd } from '../wal/wal-end.js';
import { reason, rebuild, undetermined } from './claim.js';
import { DATA_FILES, isScanned } from './data-pages.js';
import type { Claim, Pair } from './pair.js';
import { printLsn } from './print-lsn.js';

/** The node's WAL could not be walked from the redo point on. */
export function withoutWalEnd({ control }: Pair): Claim {
  return undetermined(
    'redo-wal-missing',
    `the node's WAL from its redo point ${printLsn(control.checkPointCopy.redo)} on is not there or not readable`,
  );
}

/** Where WAL that may be damaged ends, in words. */
export function breakOff({ lsn, message }: WalEnd): string {
  return `WAL breaks off at ${printLsn(lsn)} (${message})`;
}

/** Whether where the walk ended can be relied on to be the end of the node's WAL. */
export function assessDamage(pair: Pair, wal: WalEvidence): Claim | null {
  const { control } = pair;
  const { end, liveWalBehind: behind } = wal;
  if (end.lastRecord === null) {
    return undetermined(
      'redo-wal-missing',
      `there is no valid record at the node's redo point ${printLsn(end.lsn)}: ${end.message}`,
    );
  }
  if (behind !== null) {
    return damaged(
      pair,
      `${breakOff(end)}, but goes on behind the break at ${printLsn(behind.lsn)} in ${behind.file}`,
    );
  }
  if (control.checkPoint >= end.lsn || control.minRecoveryPoint > end.lsn) {
    return damaged(pair, `${breakOff(end)}, before what pg_control speaks of`);
  }
  const page = pair.node.dataPages?.highest;
  if (page != null && page.lsn > end.lsn) {
    return damaged(
      pair,
      `${breakOff(end)}, but block ${page.block} in ${page.file} was changed at ${printLsn(page.lsn)}`,
    );
  }
  return assessDifference(pair) ?? assessUnknownEnd(pair) ?? assessShortWal(pair, end.lsn);
}

/** Where WAL of the two cannot be compared, as some of it is damaged. */
export function assessDifference(pair: Pair): Claim | null {
  const damage = pair.comparison?.damage;
  if (damage == null) return null;
  const end = pair.node.wal?.end;
  if (damage.of === 'node' && damage.lsn === end?.lsn) {
    return damaged(pair, `${breakOff(end)} with a record that the upstream has whole`);
  }
  return undetermined(
    'damaged-wal',
    `the WAL of ${damage.of === null ? 'one of the two' : `the ${damage.of}`} is damaged at ${printLsn(damage.lsn)}, ` +
      'so whether they have the same is not known',
  );
}

/**
 * A primary sends only WAL that it has flushed. One whose WAL ends before the fork point is therefore not as it was
 * when the upstream left it: a copy from before, or one that has lost WAL and may have lost more than the upstream
 * ever had. A copy of a server that was shut down is in order; of any other, its data pages tell.
 */
function assessShortWal(
  { node, control, fork, at, comparison, wasPrimary }: Pair,
  end: bigint,
): Claim | null {
  if (!wasPrimary || fork.lsn === null || end >= fork.lsn) return null;
  const ends = printLsn(end);
  const short =
    `the node was a primary, and its WAL ends at ${ends}, ${fork.lsn - end} bytes before the ` +
    `fork point ${at}: it is a copy from before, or has lost WAL`;
  if (comparison?.compared == null || comparison.compared.to < end) {
    return undetermined('wal-short-of-fork', `${short}, and there is no WAL of both to compare`, [
      `the upstream's WAL up to ${ends}`,
    ]);
  }
  if (control.state === 'shut down' || isScanned(node.dataPages)) return null;
  return {
    verdict: 'undetermined',
    reasons: [
      reason('wal-short-of-fork', short),
      reason('data-pages-unseen', 'the LSNs of its data pages, which would tell, were not all looked at'),
    ],
    missing: [DATA_FILES],
  };
}

/** Ends in files that do not belong there; servers make segment files in their full length. */
const UNKNOWN_ENDS: ReadonlySet<string> = new Set([
  'other-timeline',
  'other-format',
  'unreadable',
  'truncated-segment',
]);

/**
 * WAL that ends for want of files, or in files that do not belong there, may have gone on: what a primary wrote
 * from there is not known, so neither is what would have to be undone.
 */
export function assessUnknownEnd({ node, control, wasPrimary }: Pair): Claim | null {
  if (node.wal === null) return null;
  const { code, lsn, file, message } = node.wal.end;
  if (UNKNOWN_ENDS.has(code)) {
    return undetermined('wal-end-unknown', `where the node's WAL ends is not known: ${message}`, [file]);
  }
  if (!wasPrimary || code !== 'missing-segment' || control.state === 'shut down') return null;
  return undetermined(
    'wal-end-unknown',
    `the node was a primary, and its WAL ends at ${printLsn(lsn)} for want of files: ${message}`,
    [file],
  );
}

function damaged({ wasPrimary }: Pair, message: string): Claim {
  if (!wasPrimary) return undetermined('damaged-wal', message);
  return rebuild(
    'damaged-wal',
    `${message}: the data files of what was a primary may hold changes from there`,
  );
}
