import type { NodeEvidence } from '../evidence/node-evidence.js';
import { formatLsn } from '../lsn.js';
import { rebuild, undetermined } from './claim.js';
import { DATA_FILES, isScanned } from './data-pages.js';
import type { Claim, Pair } from './pair.js';

/** The node's WAL could not be walked from the redo point on. */
export function withoutWalEnd({ node }: Pair): Claim {
  const redo = formatLsn(node.control?.checkPointCopy.redo ?? 0n);
  return undetermined(
    'redo-wal-missing',
    `the node's WAL from its redo point ${redo} on is not there or not readable`,
  );
}

/** Whether where the walk ended can be relied on to be the end of the node's WAL. */
export function assessDamage(pair: Pair): Claim | null {
  const { node, wasPrimary: primary } = pair;
  const { wal, control } = node;
  if (wal === null || control === null) return null;
  const end = formatLsn(wal.end.lsn);
  if (wal.end.lastRecord === null) {
    return undetermined(
      'redo-wal-missing',
      `there is no valid record at the node's redo point ${end}: ${wal.end.message}`,
    );
  }
  if (wal.liveWalBehind !== null) {
    const behind = `${formatLsn(wal.liveWalBehind.lsn)} in ${wal.liveWalBehind.file}`;
    return damaged(
      primary,
      `WAL breaks off at ${end} (${wal.end.message}), but goes on behind the break at ${behind}`,
    );
  }
  if (control.checkPoint >= wal.end.lsn || control.minRecoveryPoint > wal.end.lsn) {
    return damaged(
      primary,
      `WAL breaks off at ${end} (${wal.end.message}), before what pg_control speaks of`,
    );
  }
  const page = node.dataPages?.highest ?? null;
  if (page !== null && page.lsn > wal.end.lsn) {
    return damaged(
      primary,
      `WAL breaks off at ${end} (${wal.end.message}), but block ${page.block} in ${page.file} was changed at ${formatLsn(page.lsn)}`,
    );
  }
  return assessDifference(pair) ?? assessUnknownEnd(node, primary) ?? assessShortWal(pair);
}

/** Where WAL of the two cannot be compared, as some of it is damaged. */
export function assessDifference({ node, comparison, wasPrimary: primary }: Pair): Claim | null {
  const damage = comparison?.damage ?? null;
  if (damage === null) return null;
  const at = formatLsn(damage.lsn);
  if (damage.of === 'node' && damage.lsn === node.wal?.end.lsn) {
    return damaged(
      primary,
      `WAL breaks off at ${at} (${node.wal.end.message}) with a record that the upstream has whole`,
    );
  }
  const whose = damage.of === null ? 'of one of the two' : `of the ${damage.of}`;
  return undetermined(
    'damaged-wal',
    `the WAL ${whose} is damaged at ${at}, so whether they have the same is not known`,
  );
}

/**
 * A primary sends only WAL that it has flushed. One whose WAL ends before the fork point is therefore not as it was
 * when the upstream left it: a copy from before, or one that has lost WAL and may have lost more than the upstream
 * ever had. A copy of a server that was shut down is in order; of any other, its data pages tell.
 */
function assessShortWal({ node, fork, comparison, wasPrimary: primary }: Pair): Claim | null {
  const { wal, control, dataPages } = node;
  if (!primary || fork.lsn === null || wal === null || control === null) return null;
  if (wal.end.lsn >= fork.lsn) return null;
  const short =
    `the node was a primary, and its WAL ends at ${formatLsn(wal.end.lsn)}, ${fork.lsn - wal.end.lsn} bytes before the ` +
    `fork point ${formatLsn(fork.lsn)}: it is a copy from before, or has lost WAL`;
  if (comparison?.compared == null || comparison.compared.to < wal.end.lsn) {
    return undetermined('wal-short-of-fork', `${short}, and there is no WAL of both to compare`, [
      `the upstream's WAL up to ${formatLsn(wal.end.lsn)}`,
    ]);
  }
  if (control.state === 'shut down' || isScanned(dataPages)) return null;
  return {
    verdict: 'undetermined',
    reasons: [
      { code: 'wal-short-of-fork', message: short },
      {
        code: 'data-pages-unseen',
        message: 'the LSNs of its data pages, which would tell, were not all looked at',
      },
    ],
    missing: [DATA_FILES],
  };
}

/**
 * WAL that ends for want of files, or in files that do not belong there, may have gone on: what a primary wrote
 * from there is not known, so neither is what would have to be undone.
 */
export function assessUnknownEnd({ wal, control }: NodeEvidence, primary: boolean): Claim | null {
  if (wal === null || control === null) return null;
  const { code, file, message } = wal.end;
  // servers make segment files in their full length
  if (
    code === 'other-timeline' ||
    code === 'other-format' ||
    code === 'unreadable' ||
    code === 'truncated-segment'
  ) {
    return undetermined('wal-end-unknown', `where the node's WAL ends is not known: ${message}`, [file]);
  }
  if (primary && code === 'missing-segment' && control.state !== 'shut down') {
    return undetermined(
      'wal-end-unknown',
      `the node was a primary, and its WAL ends at ${formatLsn(wal.end.lsn)} for want of files: ${message}`,
      [file],
    );
  }
  return null;
}

function damaged(primary: boolean, message: string): Claim {
  if (!primary) return undetermined('damaged-wal', message);
  return rebuild(
    'damaged-wal',
    `${message}: the data files of what was a primary may hold changes from there`,
  );
}
