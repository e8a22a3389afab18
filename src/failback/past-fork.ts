import type { RecordSummary, WalComparison } from '../evidence/comparison.js';
import { reason } from './claim.js';
import { furthestOf, type Parted } from './pair.js';
import { printLsn } from './print-lsn.js';
import type { Reason } from './verdict.js';

/**
 * Why the node holds something that the upstream does not: its WAL, its control file, its data pages or its timeline
 * lies past the fork point. Empty where nothing does.
 */
export function pastFork({ node, control, fork, at, isSplit, comparison }: Parted): Reason[] {
  const reasons: Reason[] = [];
  if (isSplit && comparison !== null) reasons.push(splitReason(comparison, fork.timeline, at));
  if (node.timeline !== null && node.timeline !== fork.timeline) {
    reasons.push(
      reason(
        'timeline-past-fork',
        `the node went on to timeline ${node.timeline}, which the upstream's history does not have: ` +
          `they parted at ${at} on timeline ${fork.timeline}`,
      ),
    );
  }
  const end = node.wal?.end.lsn;
  if (end !== undefined && end > fork.lsn) {
    reasons.push(
      reason(
        'wal-past-fork',
        `the node's WAL goes on to ${printLsn(end)}, ${end - fork.lsn} bytes past the fork point ${at} on timeline ${fork.timeline}`,
      ),
    );
  }
  if (control.checkPoint >= fork.lsn || control.minRecoveryPoint > fork.lsn) {
    reasons.push(
      reason(
        'control-file-past-fork',
        `pg_control speaks of ${printLsn(furthestOf(control))}, past the fork point ${at}`,
      ),
    );
  }
  const page = node.dataPages?.highest;
  if (page != null && page.lsn > fork.lsn) {
    reasons.push(
      reason(
        'data-pages-past-fork',
        `block ${page.block} in ${page.file} was changed at ${printLsn(page.lsn)}, past the fork point ${at}: ` +
          'the data files hold what the upstream never had',
      ),
    );
  }
  return reasons;
}

/** Two servers wrote to one timeline: which record shows it, and what either wrote there. */
function splitReason(
  { differingRecords, historyFork }: WalComparison,
  timeline: number,
  split: string,
): Reason {
  const wrote = (record: RecordSummary | null) =>
    record === null
      ? 'no valid record'
      : `${record.resourceManager}/${record.description}` +
        (record.xid === 0 ? '' : ` of transaction ${record.xid}`);
  const records =
    differingRecords === null
      ? ''
      : `; there the node wrote ${wrote(differingRecords.node)}, the upstream ${wrote(differingRecords.upstream)}`;
  const histories =
    historyFork.lsn === null
      ? 'which no history file shows'
      : `although by their history files they parted only at ${printLsn(historyFork.lsn)}`;
  return reason(
    'same-timeline',
    `both wrote to timeline ${timeline}, ${histories}: the first record that differs is at ${split}${records}`,
  );
}
