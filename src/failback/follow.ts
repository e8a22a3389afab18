import type { NodeEvidence } from '../evidence/node-evidence.js';
import { type Lsn, segmentNumberOf } from '../lsn.js';
import { isBeginningOf } from '../timeline/lineage.js';
import { historyFileName, segmentFileName } from '../wal-file-name.js';
import { FRESH_BACKUP, reason, undetermined } from './claim.js';
import type { Claim, Pair } from './pair.js';
import { printLsn } from './print-lsn.js';
import { standbySteps } from './steps.js';
import type { Reason } from './verdict.js';

/**
 * Judges a node that holds nothing past the fork point: it follows, provided that the upstream can send what
 * comes next and nothing that lies about leads it astray.
 *
 * @param end - where the node's WAL ends
 */
export function assessFollow(pair: Pair, end: Lsn): Claim {
  const { node, upstream } = pair;
  return findDoubt(pair, end) ?? findRemovedWal(node, upstream, end) ?? claimFollow(pair, end);
}

function claimFollow(pair: Pair, end: Lsn): Claim {
  const { node, upstream, fork } = pair;
  const reasons: Reason[] = [];
  const steps: string[] = [];
  // history files beside the node's own that would lead replay elsewhere
  const { history } = upstream;
  for (const newer of node.newerHistories) {
    if (history !== null && isBeginningOf(newer, history)) continue;
    const file = historyFileName(newer.timeline);
    reasons.push(
      reason(
        'newer-history',
        `${file} lies in the node's WAL directory: the server would aim for timeline ${newer.timeline}, which is not in the upstream's history`,
      ),
    );
    steps.push(`move ${file} out of the node's WAL directory`);
  }
  const verdict = reasons.length === 0 ? 'follow' : 'discard-wal';
  const ends = `the node's WAL ends at ${printLsn(end)}`;
  reasons.push(
    reason(
      'wal-before-fork',
      fork.lsn === null
        ? `both are on timeline ${fork.timeline}, and ${ends}`
        : `${ends}, at or before the fork point ${pair.at} on timeline ${fork.timeline}`,
    ),
    restsOn(pair),
  );
  return { verdict, reasons, steps: [...steps, ...standbySteps(node, upstream)] };
}

/** Why it cannot be said that the node follows, although nothing of it lies past the fork point. */
function findDoubt({ upstream, control, fork, comparison, wasPrimary }: Pair, end: Lsn): Claim | null {
  if (upstream.systemIdentifier === null) {
    return undetermined('system-unknown', 'a history file alone does not say which cluster it is from', [
      'global/pg_control or a WAL segment of the upstream',
    ]);
  }
  if (control.state === 'starting up' || control.state === 'unrecognized status code') {
    return undetermined('control-file-unknown', `pg_control says "${control.state}"`);
  }
  if (fork.lsn !== null) return null;
  if (upstream.wal === null) {
    return undetermined('wal-end-unknown', "where the upstream's WAL ends is not known", [
      "the upstream's WAL",
    ]);
  }
  const upstreamEnd = upstream.wal.end.lsn;
  if (end > upstreamEnd) {
    return undetermined(
      'ahead-of-upstream',
      `the node's WAL ends at ${printLsn(end)}, the upstream's on the same timeline at ${printLsn(upstreamEnd)}`,
      ["a newer copy of the upstream's WAL"],
    );
  }
  if (!wasPrimary || (comparison?.compared != null && comparison.compared.to >= end)) return null;
  return undetermined(
    'same-timeline',
    `the node was a primary on timeline ${fork.timeline}, and so is the upstream: without WAL of both to compare ` +
      `up to where the node's ends, they may have written different things`,
    ['WAL of both nodes on the same timeline'],
  );
}

function restsOn({ comparison }: Pair): Reason {
  if (comparison?.compared == null) {
    return reason(
      'history-files-only',
      'the two have no WAL in common to compare: that they did not part earlier rests on the history files alone',
    );
  }
  const { compared, sampledFrom } = comparison;
  const samples = sampledFrom === null ? '' : `, and so are samples of it from ${printLsn(sampledFrom)} on`;
  return reason(
    'wal-compared',
    `their WAL from ${printLsn(compared.from)} to ${printLsn(compared.to)} is the same${samples}`,
  );
}

/** The segment that the node needs next is gone from the upstream. */
function findRemovedWal(node: NodeEvidence, upstream: NodeEvidence, end: Lsn): Claim | null {
  const { segmentSize: size, segments, history } = upstream;
  if (size === null || segments.length === 0 || history === null) return null;
  const needed = segmentNumberOf(end, size);
  let isPast = false;
  for (const { timeline, first, last } of [
    ...segments,
    ...upstream.archiveSegments,
    ...node.archiveSegments,
  ]) {
    if (last < needed || !history.entries.some((entry) => entry.timeline === timeline)) continue;
    if (first <= needed) return null;
    isPast = true;
  }
  // the upstream is still to write it
  if (!isPast) return null;
  const name = segmentFileName(node.timeline ?? 1, needed, size);
  return {
    verdict: 'rebuild',
    reasons: [
      reason(
        'upstream-wal-removed',
        `the node needs WAL from ${printLsn(end)} on, but segment ${name} is no longer on the upstream`,
      ),
    ],
    steps: [`if ${name} is in an archive, give that as --upstream-archive and ask again`, FRESH_BACKUP],
  };
}
