import { type CompareEvidenceOptions, compareEvidence } from '../evidence/compare-evidence.js';
import type { WalComparison } from '../evidence/comparison.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import { readEvidence } from '../evidence/read-evidence.js';
import { waitingDirectorySource } from '../source/directory-waiting.js';
import type { Source } from '../source/source.js';
import { Progress, watched } from './progress.js';

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

/**
 * Reads both nodes, with their archives, and goes on with them. How far it has come is shown on a terminal
 * meanwhile.
 */
export async function withPair<Result>(
  options: PairOptions,
  goOn: (pair: NodePair) => Promise<Result>,
): Promise<Result> {
  const progress = new Progress();
  try {
    return await goOn(await readPair(options, progress));
  } finally {
    progress.stop();
  }
}

async function readPair(options: PairOptions, progress: Progress): Promise<NodePair> {
  const sourceOf = async (path: string) => watched(await waitingDirectorySource(path), progress);
  const nodeSource = await sourceOf(options.node);
  const upstreamSource = await sourceOf(options.upstream);
  const archives: CompareEvidenceOptions = {
    ...(options.nodeArchive !== undefined && { nodeArchive: await sourceOf(options.nodeArchive) }),
    ...(options.upstreamArchive !== undefined && {
      upstreamArchive: await sourceOf(options.upstreamArchive),
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
