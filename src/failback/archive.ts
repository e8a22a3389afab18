import { segmentNumberOf } from '../lsn.js';
import { segmentFileName } from '../wal-file-name.js';
import { reason, undetermined } from './claim.js';
import type { Claim, Parted } from './pair.js';
import { placeOf, recoverySettings, settingNamed } from './settings.js';

/** The server's own segment size, for names where none is known. */
const DEFAULT_SEGMENT_SIZE = 1 << 24;

/**
 * Looks at what a node would restore from an archive before it streams: WAL of the old timeline from past the fork
 * point would be replayed, whatever the node's own directory holds (`XLogFileReadAnyTLI` in
 * `src/backend/access/transam/xlogrecovery.c`). Only a claim that the node can be started is touched by that.
 */
export function withArchive(pair: Parted, claim: Claim): Claim {
  if (claim.verdict !== 'follow' && claim.verdict !== 'discard-wal') return claim;
  const { node, fork } = pair;
  const { archiveEnd, archiveSegments } = node;
  if (archiveEnd === null && archiveSegments.length === 0) return unseenArchive(pair) ?? claim;
  if (!hasArchivedPast(pair)) return claim;
  const size = node.segmentSize ?? DEFAULT_SEGMENT_SIZE;
  const first = segmentFileName(fork.timeline, segmentNumberOf(fork.lsn, size), size);
  return {
    ...claim,
    verdict: 'discard-wal',
    reasons: [
      reason(
        'archive-wal-past-fork',
        `the archive that the node restores from holds WAL of timeline ${fork.timeline} past the fork point ${pair.at}: the server would replay it`,
      ),
      ...claim.reasons,
    ],
    steps: [
      `remove the segments of timeline ${fork.timeline} from ${first} on from the archive that the node sees, or take its restore_command away`,
      ...(claim.steps ?? []),
    ],
  };
}

function hasArchivedPast({ node: { archiveEnd, archiveSegments, segmentSize }, fork }: Parted): boolean {
  if (archiveEnd !== null && archiveEnd.lsn > fork.lsn) return true;
  if (segmentSize === null) return false;
  const segment = segmentNumberOf(fork.lsn, segmentSize);
  return archiveSegments.some(({ timeline, last }) => timeline === fork.timeline && last > segment);
}

/** A node that restores from an archive which nobody has looked into may be led past the fork point by it. */
function unseenArchive({ node }: Parted): Claim | null {
  const restore = settingNamed(recoverySettings(node), 'restore_command');
  if (restore === null || restore.value === '') return null;
  return undetermined(
    'archive-unseen',
    `${placeOf(restore)} sets restore_command: what that brings of the old timeline past the fork point, the server ` +
      'would replay, and the archive is not among the files',
    ["the archive that the node's restore_command reads from"],
    [
      'give the archive as --node-archive and ask again; or take restore_command away until the node streams, and ask again',
    ],
  );
}
