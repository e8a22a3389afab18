import { compareEvidence } from '../evidence/compare-evidence.js';
import { readEvidence } from '../evidence/read-evidence.js';
import { assessFailback } from '../failback/assess-failback.js';
import type { SynchronousSettings } from '../failback/synchronous-transfer.js';
import type { VerdictKind } from '../failback/verdict.js';
import { directorySource } from '../source/directory.js';
import { Exit, type ExitStatus } from './exit.js';
import { scanDataFiles } from './scan-data-files.js';
import { verdictAsJson } from './verdict-json.js';
import { verdictAsText } from './verdict-text.js';

const EXIT_OF: Record<VerdictKind, ExitStatus> = {
  follow: Exit.ok,
  'discard-wal': Exit.discardWal,
  rewind: Exit.rewind,
  rebuild: Exit.rebuild,
  undetermined: Exit.undetermined,
};

/** What `pgwal verdict` takes. */
export interface VerdictOptions {
  readonly node: string;
  readonly upstream: string;
  readonly nodeArchive?: string;
  readonly upstreamArchive?: string;
  readonly synchronousTransfer?: SynchronousSettings['transfer'];
  readonly synchronousCommit?: SynchronousSettings['commit'];
  readonly synchronousStandbyNames?: string;
  readonly json?: boolean;
}

/** Says whether a node can fail back, and exits with a status that tells the verdict. */
export async function verdict(options: VerdictOptions): Promise<ExitStatus> {
  const nodeSource = await directorySource(options.node);
  const upstreamSource = await directorySource(options.upstream);
  const nodeArchive = options.nodeArchive === undefined ? null : await directorySource(options.nodeArchive);
  const upstreamArchive =
    options.upstreamArchive === undefined ? null : await directorySource(options.upstreamArchive);
  const node = await readEvidence(nodeSource, nodeArchive === null ? {} : { archive: nodeArchive });
  const upstream = await readEvidence(
    upstreamSource,
    upstreamArchive === null ? {} : { archive: upstreamArchive },
  );
  const comparison = await compareEvidence(node, nodeSource, upstream, upstreamSource, {
    ...(nodeArchive === null ? {} : { nodeArchive }),
    ...(upstreamArchive === null ? {} : { upstreamArchive }),
  });
  const settings = settingsOf(options);
  let judged = assessFailback(node, upstream, comparison, { settings });
  if (judged.reasons.some(({ code }) => code === 'data-pages-unseen')) {
    const dataPages = await scanDataFiles(nodeSource, node);
    judged = assessFailback({ ...node, dataPages }, upstream, comparison, { settings });
  }
  const findings = { node: node.findings, upstream: upstream.findings };
  process.stdout.write(options.json ? verdictAsJson(judged) : verdictAsText(judged, findings));
  return EXIT_OF[judged.verdict];
}

function settingsOf(options: VerdictOptions): Partial<SynchronousSettings> {
  const { synchronousTransfer, synchronousCommit, synchronousStandbyNames } = options;
  return {
    ...(synchronousTransfer === undefined ? {} : { transfer: synchronousTransfer }),
    ...(synchronousCommit === undefined ? {} : { commit: synchronousCommit }),
    ...(synchronousStandbyNames === undefined ? {} : { standbyNames: synchronousStandbyNames }),
  };
}
