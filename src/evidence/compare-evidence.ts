import { WalError } from '../errors.js';
import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import type { Source } from '../source/source.js';
import { findForkPoint } from '../timeline/fork-point.js';
import type { TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import { WalDirectory } from '../wal/wal-directory.js';
import { WalReader } from '../wal/wal-reader.js';
import { type CommonWal, findCommonWal } from './common-wal.js';
import type { WalComparison } from './comparison.js';
import { damageOf, findDamagedEnd } from './find-damage.js';
import { findDivergence } from './find-divergence.js';
import { lookPastFork, type PastFork, UNKNOWN_PAST } from './look-past-fork.js';
import type { CheckpointEvidence, NodeEvidence } from './node-evidence.js';
import { readRecordAt, summarizeRecord } from './record-at.js';
import { readCheckpoint } from './walk-wal.js';

/**
 * Where the WAL of the two nodes is to be had.
 *
 * @category Evidence
 */
export interface CompareEvidenceOptions {
  /** The WAL archive that the node's `restore_command` reads from. */
  readonly nodeArchive?: Source;
  /** The WAL archive of the upstream. */
  readonly upstreamArchive?: Source;
}

/**
 * Holds the WAL of a node against that of the upstream which it is to follow: what they have of the last
 * common timeline is compared, and the node's WAL is searched for the last checkpoint that both have.
 *
 * @returns null where the two have no WAL or no timeline in common to compare
 * @throws SourceError `SOURCE_UNREADABLE`
 * @category Evidence
 */
export async function compareEvidence(
  node: NodeEvidence,
  nodeSource: Source,
  upstream: NodeEvidence,
  upstreamSource: Source,
  options: CompareEvidenceOptions = {},
): Promise<WalComparison | null> {
  if (node.history === null || upstream.history === null) return null;
  const historyFork = findForkPoint(node.history, upstream.history);
  if (historyFork === null) return null;
  const ours = await WalDirectory.open(...present(nodeSource, options.nodeArchive));
  const theirs = await WalDirectory.open(...present(upstreamSource, options.upstreamArchive));
  const pageSize = node.control?.blcksz ?? 8192;
  const common = findCommonWal(ours, theirs, node, upstream, historyFork);
  const sharedEnd = historyFork.lsn ?? upstream.wal?.end.lsn ?? null;
  const difference =
    common === null ? NOTHING_COMMON : await findDifference(common, node, sharedEnd, pageSize);
  const fork = difference.firstDifference ?? historyFork.lsn;
  const around = fork === null ? NOTHING_AROUND : await lookAround(ours, node.history, fork, node);
  return { historyFork, ...difference, ...around };
}

type Difference = Pick<
  WalComparison,
  'compared' | 'sampledFrom' | 'firstDifference' | 'differingRecords' | 'damage'
>;

const NOTHING_COMMON: Difference = {
  compared: null,
  sampledFrom: null,
  firstDifference: null,
  differingRecords: null,
  damage: null,
};

/**
 * Where two nodes' WAL differs, and whether that is because two servers wrote it or because it is damaged.
 *
 * @param sharedEnd - where the WAL ends that the upstream has of the last common timeline
 */
async function findDifference(
  common: CommonWal,
  node: NodeEvidence,
  sharedEnd: Lsn | null,
  pageSize: number,
): Promise<Difference> {
  const divergence = await findDivergence(common, node.wal?.start ?? 0n);
  const { compared, sampledFrom, firstDifference } = divergence;
  const same = { compared, sampledFrom, firstDifference: null, differingRecords: null };
  if (firstDifference === null) {
    const end = node.wal?.end.lsn ?? null;
    const goesOn = end !== null && sharedEnd !== null && end < sharedEnd;
    return { ...same, damage: goesOn ? await findDamagedEnd(common, end, pageSize) : null };
  }
  const ours = await readRecordAt(common.ours, firstDifference, pageSize);
  const theirs = await readRecordAt(common.theirs, firstDifference, pageSize);
  const damage = damageOf(firstDifference, ours, theirs);
  if (damage !== null) return { ...same, damage };
  return {
    ...divergence,
    damage: null,
    differingRecords: {
      node: ours.record && summarizeRecord(ours.record),
      upstream: theirs.record && summarizeRecord(theirs.record),
    },
  };
}

type AroundFork = PastFork & Pick<WalComparison, 'lastCommonCheckpoint' | 'missingSegment'>;

const NOTHING_AROUND: AroundFork = { ...UNKNOWN_PAST, lastCommonCheckpoint: null, missingSegment: null };

function present(source: Source, archive: Source | undefined): Source[] {
  return archive === undefined ? [source] : [source, archive];
}

async function lookAround(
  directory: WalDirectory,
  history: TimelineHistory,
  fork: Lsn,
  node: NodeEvidence,
): Promise<AroundFork> {
  if (directory.format === null) return NOTHING_AROUND;
  const { segmentSize } = directory.format;
  const pageSize = node.control?.blcksz ?? 8192;
  // where the walk went past the fork point, it has passed the checkpoint; else WAL is searched backwards for it
  const isWalked = node.wal !== null && node.wal.end.lsn >= fork;
  const passed = isWalked ? (node.wal?.checkpoints.findLast(({ lsn }) => lsn < fork) ?? null) : null;
  const { checkpoint, missing } =
    passed === null
      ? await findLastCheckpointBefore(directory, history, fork, pageSize)
      : { checkpoint: passed, missing: null };
  // a checkpoint past the fork point has flushed what lies past it: whatever WAL there says, it will not do to cut it
  const isFlushed = node.control !== null && node.control.checkPoint >= fork;
  const past = await lookPastFork(directory, history, fork, pageSize, isFlushed);
  const last = node.wal?.end.lsn ?? fork;
  const missingSegment =
    checkpoint === null
      ? missing
      : firstMissingSegment(directory, history, checkpoint.lsn, last, segmentSize);
  return {
    ...past,
    missingSegment,
    lastCommonCheckpoint: checkpoint && {
      timeline: checkpoint.timeline,
      lsn: checkpoint.lsn,
      redo: checkpoint.redo,
    },
  };
}

/**
 * Goes back segment by segment from the fork point to the last checkpoint record that begins before it, the
 * one that `pg_rewind` starts from (`findLastCheckpoint` in `src/bin/pg_rewind/parsexlog.c`).
 */
async function findLastCheckpointBefore(
  directory: WalDirectory,
  history: TimelineHistory,
  fork: Lsn,
  pageSize: number,
): Promise<{ checkpoint: CheckpointEvidence | null; missing: string | null }> {
  const segmentSize = directory.format?.segmentSize ?? 0;
  for (let number = segmentNumberOf(fork, segmentSize); number >= 0; number--) {
    const start = segmentStart(number, segmentSize);
    // a checkpoint in a segment's last bytes may reach into the next one, so read on until one begins there
    const until = minimum(fork, segmentStart(number + 1, segmentSize));
    if (until <= start) continue;
    if (directory.segmentOfHistory(history, number) === null) {
      return {
        checkpoint: null,
        missing: directory.nameOfSegment(timelineAt(history, start).timeline, number),
      };
    }
    const reader = await open(directory, history, start, pageSize, until);
    let checkpoint: CheckpointEvidence | null = null;
    for await (const window of reader) {
      for (const record of window) checkpoint = readCheckpoint(record) ?? checkpoint;
    }
    const ended = reader.end?.lsn ?? start;
    if (ended < until && reader.end?.code !== 'requested-end') return { checkpoint: null, missing: null };
    if (checkpoint !== null) return { checkpoint, missing: null };
  }
  return { checkpoint: null, missing: null };
}

async function open(
  directory: WalDirectory,
  history: TimelineHistory,
  start: Lsn,
  pageSize: number,
  end?: Lsn,
): Promise<WalReader> {
  if (directory.format === null) throw new WalError('WAL_NOT_FOUND', 'there is no WAL to look at');
  return WalReader.open(directory, { history, start, pageSize, ...(end === undefined ? {} : { end }) });
}

function firstMissingSegment(
  directory: WalDirectory,
  history: TimelineHistory,
  from: Lsn,
  to: Lsn,
  segmentSize: number,
): string | null {
  for (let number = segmentNumberOf(from, segmentSize); segmentStart(number, segmentSize) < to; number++) {
    if (directory.segmentOfHistory(history, number) !== null) continue;
    return directory.nameOfSegment(timelineAt(history, segmentStart(number, segmentSize)).timeline, number);
  }
  return null;
}

function minimum(a: Lsn, b: Lsn): Lsn {
  return a < b ? a : b;
}
