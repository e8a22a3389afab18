import { type CompareEvidenceOptions, compareEvidence } from '../evidence/compare-evidence.js';
import type { WalComparison } from '../evidence/comparison.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import { readEvidence } from '../evidence/read-evidence.js';
import { directorySource } from '../source/directory.js';
import type { Source } from '../source/source.js';

/** What every command takes that looks at a node and the upstream that it is to follow. */
export interface PairOptions {
  readonly node: string;
  readonly upstream: string;
  readonly nodeArchive?: string;
  readonly upstreamArchive?: string;
}

/** Both nodes, read and held against each other. */
export interface NodePair {
  readonly node: NodeEvidence;
  readonly nodeSource: Source;
  readonly upstream: NodeEvidence;
  readonly upstreamSource: Source;
  readonly archives: CompareEvidenceOptions;
  readonly comparison: WalComparison | null;
}

/** Reads both nodes, with their archives. */
export async function readPair(options: PairOptions): Promise<NodePair> {
  const nodeSource = await directorySource(options.node);
  const upstreamSource = await directorySource(options.upstream);
  const archives: CompareEvidenceOptions = {
    ...(options.nodeArchive !== undefined && { nodeArchive: await directorySource(options.nodeArchive) }),
    ...(options.upstreamArchive !== undefined && {
      upstreamArchive: await directorySource(options.upstreamArchive),
    }),
  };
  const { nodeArchive, upstreamArchive } = archives;
  const node = await readEvidence(nodeSource, nodeArchive === undefined ? {} : { archive: nodeArchive });
  const upstream = await readEvidence(
    upstreamSource,
    upstreamArchive === undefined ? {} : { archive: upstreamArchive },
  );
  const comparison = await compareEvidence(node, nodeSource, upstream, upstreamSource, archives);
  return { node, nodeSource, upstream, upstreamSource, archives, comparison };
}
