import { compareEvidence } from '../evidence/compare-evidence.js';
import type { WalComparison } from '../evidence/comparison.js';
import { findLostChanges } from '../evidence/find-lost-changes.js';
import type { LostChanges } from '../evidence/lost-changes.js';
import { type NodeEvidence, noEvidence } from '../evidence/node-evidence.js';
import { readEvidenceWith } from '../evidence/read-evidence.js';
import { readServerLog, type ServerLogEvidence } from '../evidence/server-log.js';
import { assessFailback } from '../failback/assess-failback.js';
import { predictMessages } from '../failback/predicted-messages.js';
import type { SynchronousSettings } from '../failback/synchronous-transfer.js';
import type { VerdictKind } from '../failback/verdict.js';
import { waitingDirectorySource } from '../source/directory-waiting.js';
import type { Source } from '../source/source.js';
import { Exit, type ExitStatus } from './exit.js';
import { jobsOf } from './jobs-option.js';
import { lostAsText } from './lost.js';
import { scanDataFiles } from './scan-data-files.js';
import { verdictAsJson } from './verdict-json.js';
import { verdictAsText } from './verdict-text.js';
import { WalkThreads } from './walk-jobs.js';

const EXIT_OF: Record<VerdictKind, ExitStatus> = {
  follow: Exit.ok,
  'discard-wal': Exit.discardWal,
  rewind: Exit.rewind,
  rebuild: Exit.rebuild,
  undetermined: Exit.undetermined,
};

/** What `pgwal verdict` takes. */
export interface VerdictOptions {
  readonly node?: string;
  readonly upstream?: string;
  readonly nodeArchive?: string;
  readonly upstreamArchive?: string;
  readonly nodeLog?: string;
  readonly upstreamLog?: string;
  readonly synchronousTransfer?: SynchronousSettings['transfer'];
  readonly synchronousCommit?: SynchronousSettings['commit'];
  readonly synchronousStandbyNames?: string;
  readonly jobs?: string;
  readonly lost?: boolean;
  readonly json?: boolean;
}

/** Says whether a node can fail back, and exits with a status that tells the verdict. */
export async function verdict(options: VerdictOptions): Promise<ExitStatus> {
  const jobs = jobsOf(options.jobs);
  const node = await gather(options.node, options.nodeArchive, 'the node', jobs);
  const upstream = await gather(options.upstream, options.upstreamArchive, 'the upstream', jobs);
  const comparison = await compare(node, upstream);
  const known = {
    settings: settingsOf(options),
    nodeLog: await log(options.nodeLog),
    upstreamLog: await log(options.upstreamLog),
  };
  let judged = assessFailback(node.evidence, upstream.evidence, comparison, known);
  if (node.source !== null && judged.reasons.some(({ code }) => code === 'data-pages-unseen')) {
    const dataPages = await scanDataFiles(node.source, node.evidence);
    judged = assessFailback({ ...node.evidence, dataPages }, upstream.evidence, comparison, known);
  }
  const findings = { node: node.evidence.findings, upstream: upstream.evidence.findings };
  const predictedMessages = predictMessages(node.evidence, upstream.evidence, comparison);
  const lost = options.lost === true ? await findLost(node, comparison) : null;
  if (options.json) {
    process.stdout.write(verdictAsJson(judged, { predictedMessages, lost }));
  } else {
    process.stdout.write(verdictAsText(judged, findings, predictedMessages));
    if (options.lost) process.stdout.write(`\n${lost === null ? LOST_UNKNOWN : lostAsText(lost)}`);
  }
  return EXIT_OF[judged.verdict];
}

const LOST_UNKNOWN = 'What is lost cannot be told: the fork point or the WAL from there on is not known.\n';

async function findLost(node: Gathered, comparison: WalComparison | null): Promise<LostChanges | null> {
  if (node.source === null) return null;
  return findLostChanges(
    node.evidence,
    node.source,
    comparison,
    node.archive === null ? {} : { nodeArchive: node.archive },
  );
}

/** What there is of one node. */
interface Gathered {
  readonly source: Source | null;
  readonly archive: Source | null;
  readonly evidence: NodeEvidence;
}

async function gather(
  path: string | undefined,
  archivePath: string | undefined,
  role: string,
  jobs: number | null,
): Promise<Gathered> {
  const archive = archivePath === undefined ? null : await waitingDirectorySource(archivePath);
  if (path === undefined) return { source: null, archive, evidence: noEvidence(role) };
  const source = await waitingDirectorySource(path);
  const threads = new WalkThreads(archivePath === undefined ? [path] : [path, archivePath], jobs);
  const options = archive === null ? {} : { archive };
  const evidence = await readEvidenceWith(source, options, threads.begin).finally(() => threads.end());
  return { source, archive, evidence };
}

async function compare(node: Gathered, upstream: Gathered): Promise<WalComparison | null> {
  if (node.source === null || upstream.source === null) return null;
  return compareEvidence(node.evidence, node.source, upstream.evidence, upstream.source, {
    ...(node.archive === null ? {} : { nodeArchive: node.archive }),
    ...(upstream.archive === null ? {} : { upstreamArchive: upstream.archive }),
  });
}

async function log(path: string | undefined): Promise<ServerLogEvidence | null> {
  return path === undefined ? null : readServerLog(await waitingDirectorySource(path));
}

function settingsOf(options: VerdictOptions): Partial<SynchronousSettings> {
  const { synchronousTransfer, synchronousCommit, synchronousStandbyNames } = options;
  return {
    ...(synchronousTransfer === undefined ? {} : { transfer: synchronousTransfer }),
    ...(synchronousCommit === undefined ? {} : { commit: synchronousCommit }),
    ...(synchronousStandbyNames === undefined ? {} : { standbyNames: synchronousStandbyNames }),
  };
}
