import type { NodeEvidence } from '../evidence/node-evidence.js';
import { formatLsn } from '../lsn.js';
import { rebuild, undetermined } from './claim.js';
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
export function assessDamage({ node, wasPrimary: primary }: Pair): Claim | null {
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
  return assessUnknownEnd(node, primary);
}

/**
 * WAL that ends for want of files, or in files that do not belong there, may have gone on: what a primary wrote
 * from there is not known, so neither is what would have to be undone.
 */
export function assessUnknownEnd({ wal, control }: NodeEvidence, primary: boolean): Claim | null {
  if (wal === null || control === null) return null;
  const { code, file, message } = wal.end;
  if (code === 'other-timeline' || code === 'other-format' || code === 'unreadable') {
    return undetermined('wal-end-unknown', `where the node's WAL ends is not known: ${message}`, [file]);
  }
  const isForWantOfFiles = code === 'missing-segment' || code === 'truncated-segment';
  if (primary && isForWantOfFiles && control.state !== 'shut down') {
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
