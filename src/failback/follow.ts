import type { NodeEvidence } from '../evidence/node-evidence.js';
import { formatLsn, type Lsn, segmentNumberOf } from '../lsn.js';
import { isBeginningOf } from '../timeline/lineage.js';
import { historyFileName, segmentFileName } from '../wal-file-name.js';
import type { Claim, Pair } from './pair.js';
import { standbySteps } from './steps.js';
import type { Reason } from './verdict.js';

/**
 * Judges a node that holds nothing past the fork point: it follows, provided that the upstream can send what
 * comes next and nothing that lies about leads it astray.
 */
export function assessFollow(pair: Pair): Claim {
  const { node, upstream, fork } = pair;
  const end = node.wal?.end.lsn ?? null;
  if (end === null) return cautious('wal-end-unknown', "where the node's WAL ends is not known");
  const unsure = findDoubt(pair, end);
  if (unsure !== null) return unsure;
  const removed = findRemovedWal(node, upstream, end);
  if (removed !== null) return removed;
  const reasons: Reason[] = [
    fork.lsn === null
      ? {
          code: 'wal-before-fork',
          message: `both are on timeline ${fork.timeline}, and the node's WAL ends at ${formatLsn(end)}`,
        }
      : {
          code: 'wal-before-fork',
          message: `the node's WAL ends at ${formatLsn(end)}, at or before the fork point ${formatLsn(fork.lsn)} on timeline ${fork.timeline}`,
        },
    restsOn(pair),
  ];
  const surplus = findSurplus(pair);
  if (surplus !== null) {
    return {
      verdict: 'discard-wal',
      reasons: [...surplus.reasons, ...reasons],
      steps: [...surplus.steps, ...standbySteps(node, upstream)],
    };
  }
  return { verdict: 'follow', reasons, steps: standbySteps(node, upstream) };
}

/** Why it cannot be said that the node follows, although nothing of it lies past the fork point. */
function findDoubt({ node, upstream, fork, comparison, wasPrimary }: Pair, end: Lsn): Claim | null {
  if (upstream.systemIdentifier === null) {
    return cautious('system-unknown', 'a history file alone does not say which cluster it is from', [
      'global/pg_control or a WAL segment of the upstream',
    ]);
  }
  if (node.control?.state === 'starting up' || node.control?.state === 'unrecognized status code') {
    return cautious('control-file-unknown', `pg_control says "${node.control.state}"`);
  }
  if (fork.lsn === null) {
    const upstreamEnd = upstream.wal?.end.lsn ?? null;
    if (upstreamEnd === null) {
      return cautious('wal-end-unknown', "where the upstream's WAL ends is not known", [
        "the upstream's WAL",
      ]);
    }
    if (end > upstreamEnd) {
      return cautious(
        'ahead-of-upstream',
        `the node's WAL ends at ${formatLsn(end)}, the upstream's on the same timeline at ${formatLsn(upstreamEnd)}`,
        ["a newer copy of the upstream's WAL"],
      );
    }
    if (wasPrimary && (comparison?.compared == null || comparison.compared.to < end)) {
      return cautious(
        'same-timeline',
        `the node was a primary on timeline ${fork.timeline}, and so is the upstream: without WAL of both to compare ` +
          `up to where the node's ends, they may have written different things`,
        ['WAL of both nodes on the same timeline'],
      );
    }
  }
  return null;
}

function restsOn({ comparison }: Pair): Reason {
  if (comparison?.compared == null) {
    return {
      code: 'history-files-only',
      message:
        'the two have no WAL in common to compare: that they did not part earlier rests on the history files alone',
    };
  }
  const { compared, sampledFrom } = comparison;
  const samples = sampledFrom === null ? '' : `, and so are samples of it from ${formatLsn(sampledFrom)} on`;
  return {
    code: 'wal-compared',
    message: `their WAL from ${formatLsn(compared.from)} to ${formatLsn(compared.to)} is the same${samples}`,
  };
}

/** The segment that the node needs next is gone from the upstream. */
function findRemovedWal(node: NodeEvidence, upstream: NodeEvidence, end: Lsn): Claim | null {
  const size = upstream.segmentSize;
  if (size === null || upstream.segments.length === 0 || upstream.history === null) return null;
  const needed = segmentNumberOf(end, size);
  const lineage = upstream.history.entries.map((entry) => entry.timeline);
  const held = [...upstream.segments, ...upstream.archiveSegments, ...node.archiveSegments].filter(
    ({ timeline }) => lineage.includes(timeline),
  );
  if (held.some(({ first, last }) => first <= needed && needed <= last)) return null;
  // the upstream is still to write it
  if (held.every(({ last }) => last < needed)) return null;
  const name = segmentFileName(node.timeline ?? 1, needed, size);
  return {
    verdict: 'rebuild',
    reasons: [
      {
        code: 'upstream-wal-removed',
        message: `the node needs WAL from ${formatLsn(end)} on, but segment ${name} is no longer on the upstream`,
      },
    ],
    steps: [
      `if ${name} is in an archive, give that as --upstream-archive and ask again`,
      'take a fresh base backup of the upstream: pg_basebackup',
    ],
  };
}

interface Surplus {
  readonly reasons: Reason[];
  readonly steps: string[];
}

/** History files beside the node's own that would lead replay elsewhere. */
function findSurplus({ node, upstream }: Pair): Surplus | null {
  const reasons: Reason[] = [];
  const steps: string[] = [];
  const { history } = upstream;
  for (const newer of node.newerHistories) {
    if (history !== null && isBeginningOf(newer, history)) continue;
    const file = historyFileName(newer.timeline);
    reasons.push({
      code: 'newer-history',
      message: `${file} lies in the node's WAL directory: the server would aim for timeline ${newer.timeline}, which is not in the upstream's history`,
    });
    steps.push(`move ${file} out of the node's WAL directory`);
  }
  return reasons.length === 0 ? null : { reasons, steps };
}

function cautious(code: Reason['code'], message: string, missing: readonly string[] = []): Claim {
  return { verdict: 'undetermined', reasons: [{ code, message }], missing };
}
