import { type Lsn, segmentNumberOf } from '../lsn.js';
import type { Source } from '../source/source.js';
import type { TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import { WalDirectory } from '../wal/wal-directory.js';
import { WalReader } from '../wal/wal-reader.js';
import { segmentFileName } from '../wal-file-name.js';
import { ChangedBlocks, type ChangedRelation } from './changed-blocks.js';
import type { CompareEvidenceOptions } from './compare-evidence.js';
import type { WalComparison } from './comparison.js';
import type { NodeEvidence } from './node-evidence.js';
import { planFileCopies, type RewindFiles } from './rewind-files.js';

/**
 * What a rewind of a node would do, as far as files tell.
 *
 * @category Evidence
 */
export interface RewindPlan {
  /** Where the two parted. */
  readonly forkPoint: {
    /** The last timeline that both have. */
    readonly timeline: number;
    /** Where it was left. */
    readonly lsn: Lsn;
  };
  /** Where the rewind starts from: the last checkpoint that both have. */
  readonly lastCommonCheckpoint: {
    /** The timeline that it was written on. */
    readonly timeline: number;
    /** Where the record begins. */
    readonly lsn: Lsn;
    /** Where replay from it begins. */
    readonly redo: Lsn;
  };
  /** Where the node's WAL ends: what it changed up to there is undone. */
  readonly walEnd: Lsn;
  /** The blocks that the node changed since that checkpoint: they are taken from the upstream. */
  readonly relations: readonly ChangedRelation[];
  /** How many blocks that are. */
  readonly blockCount: number;
  /** How many bytes that are. */
  readonly blockBytes: number;
  /**
   * Whether these are all blocks. Up to 9.4 records name some only in passing, and WAL that breaks off hides
   * what follows.
   */
  readonly isComplete: boolean;
  /** Records that change a relation in a way that `pg_rewind` does not know: it would refuse. */
  readonly unrecognized: readonly Lsn[];
  /** Segments of WAL that are read on the node, from the checkpoint to its end. */
  readonly nodeSegments: readonly string[];
  /** Segments of WAL that the upstream replays on the node afterwards, from the redo point of the checkpoint to its end. */
  readonly upstreamSegments: readonly string[];
  /** What is copied and removed beside those blocks; null where the data files of either node are not there. */
  readonly files: RewindFiles | null;
}

/** `XLR_SPECIAL_REL_UPDATE` (`src/include/access/xlogrecord.h`): the record changes files, not blocks. */
const SPECIAL_RELATION_UPDATE = 0x01;
/** Those that `pg_rewind` knows: it copies or removes the files as a whole. */
const KNOWN_SPECIAL_UPDATES = new Set(['Database', 'Storage', 'Transaction']);

/**
 * Works out what `pg_rewind` would copy to bring a node back behind the fork point.
 *
 * @returns null where there is nothing to start from: no fork point, no common checkpoint or no WAL
 * @throws SourceError `SOURCE_UNREADABLE`
 * @category Evidence
 */
export async function planRewind(
  node: NodeEvidence,
  nodeSource: Source,
  upstream: NodeEvidence,
  upstreamSource: Source,
  comparison: WalComparison | null,
  options: CompareEvidenceOptions = {},
): Promise<RewindPlan | null> {
  const checkpoint = comparison?.lastCommonCheckpoint ?? null;
  const fork = comparison?.firstDifference ?? comparison?.historyFork.lsn ?? null;
  if (comparison === null || checkpoint === null || fork === null) return null;
  if (node.systemIdentifier !== upstream.systemIdentifier) return null;
  if (node.history === null || upstream.history === null || node.segmentSize === null) return null;
  const pageSize = node.control?.blcksz ?? 8192;
  const sources = options.nodeArchive === undefined ? [nodeSource] : [nodeSource, options.nodeArchive];
  const { history } = node;
  const start = checkpoint.lsn;
  const reader = await WalReader.open(await WalDirectory.open(...sources), {
    history,
    start,
    exact: true,
    pageSize,
  });
  const changed = new ChangedBlocks();
  const unrecognized: Lsn[] = [];
  const isOld = reader.format.version.recordFormat === 'backup-blocks';
  for await (const window of reader) {
    for (const record of window) {
      changed.add(record);
      if (isOld || (record.info & SPECIAL_RELATION_UPDATE) === 0) continue;
      if (!KNOWN_SPECIAL_UPDATES.has(record.resourceManagerName)) unrecognized.push(record.lsn);
    }
  }
  const walEnd = reader.end?.lsn ?? start;
  const relations = changed.relations();
  const blockCount = relations.reduce((count, { blocks }) => count + blocks.length, 0);
  const upstreamEnd = upstream.wal?.end.lsn ?? walEnd;
  return {
    forkPoint: { timeline: comparison.historyFork.timeline, lsn: fork },
    lastCommonCheckpoint: checkpoint,
    walEnd,
    relations,
    blockCount,
    blockBytes: blockCount * pageSize,
    isComplete: !isOld && node.wal?.liveWalBehind == null && walEnd >= (node.wal?.end.lsn ?? walEnd),
    unrecognized,
    nodeSegments: segmentNames(node.history, start, walEnd, node.segmentSize),
    upstreamSegments: segmentNames(upstream.history, checkpoint.redo, upstreamEnd, node.segmentSize),
    files: await planFileCopies(nodeSource, upstreamSource, relations, pageSize, node.control?.relsegSize),
  };
}

function segmentNames(history: TimelineHistory, from: Lsn, to: Lsn, segmentSize: number): string[] {
  const names: string[] = [];
  const last = segmentNumberOf(to > from ? to - 1n : from, segmentSize);
  for (let number = segmentNumberOf(from, segmentSize); number <= last; number++) {
    const end = BigInt(number + 1) * BigInt(segmentSize) - 1n;
    names.push(segmentFileName(timelineAt(history, end < to ? end : to).timeline, number, segmentSize));
  }
  return names;
}
