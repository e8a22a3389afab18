import { segmentNumberOf, segmentStart } from '../lsn.js';
import type { Source } from '../source/source.js';
import { WalDirectory } from '../wal/wal-directory.js';
import { WalReader } from '../wal/wal-reader.js';
import { LostChangesCollector } from './collect-lost-changes.js';
import type { CompareEvidenceOptions } from './compare-evidence.js';
import type { WalComparison } from './comparison.js';
import type { LostChanges } from './lost-changes.js';
import type { NodeEvidence } from './node-evidence.js';

/**
 * Reads what a node wrote past the fork point: all of its WAL from there on.
 *
 * @returns null where it is not known where the two parted, or where the node's WAL from there on is not there
 * @throws SourceError `SOURCE_UNREADABLE`
 * @category Evidence
 */
export async function findLostChanges(
  node: NodeEvidence,
  nodeSource: Source,
  comparison: WalComparison | null,
  options: CompareEvidenceOptions = {},
): Promise<LostChanges | null> {
  const fork = comparison?.firstDifference ?? comparison?.historyFork.lsn ?? null;
  const { history, segmentSize } = node;
  if (fork === null || history === null || segmentSize === null) return null;
  const sources = options.nodeArchive === undefined ? [nodeSource] : [nodeSource, options.nodeArchive];
  const directory = await WalDirectory.open(...sources);
  const number = segmentNumberOf(fork, segmentSize);
  const collector = new LostChangesCollector();
  if (directory.format === null || directory.segmentOfHistory(history, number) === null) {
    // nothing past a fork on a segment's edge is nothing lost
    const end = node.wal?.end.lsn ?? null;
    return end !== null && end <= fork ? collector.finish(fork, fork) : null;
  }
  const reader = await WalReader.open(directory, {
    history,
    start: segmentStart(number, segmentSize),
    pageSize: node.control?.blcksz ?? 8192,
  });
  for await (const window of reader) {
    for (const record of window) if (record.lsn >= fork) collector.add(record);
  }
  const to = reader.end?.lsn ?? fork;
  const isCutShort = to < fork && (node.wal === null || node.wal.end.lsn > fork);
  return isCutShort ? null : collector.finish(fork, to > fork ? to : fork);
}
