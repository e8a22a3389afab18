import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compareEvidence } from '../evidence/compare-evidence.js';
import type { WalComparison } from '../evidence/comparison.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import { readEvidence } from '../evidence/read-evidence.js';
import { assessFailback } from '../failback/assess-failback.js';
import type { Verdict, VerdictKind } from '../failback/verdict.js';
import { parseLsn } from '../lsn.js';
import { directorySource } from '../source/directory.js';

/** A staged failover, with what real servers made of it. */
export interface Failover {
  readonly name: string;
  readonly path: string;
  /** What was done, without the version. */
  readonly scenario: string;
  /** Whether the node followed, and once its surplus WAL was taken away. */
  readonly truth: { readonly follows: boolean; readonly followsAfterDiscard?: boolean | null };
  /** What pg_rewind said of where the two parted; null where it did not say. */
  readonly fork: { readonly lsn: bigint; readonly timeline: number } | null;
  readonly checkpoint: { readonly lsn: bigint; readonly timeline: number } | null;
}

/** What each scenario is to come out as. */
export const VERDICTS: Readonly<Record<string, VerdictKind>> = {
  switchover: 'follow',
  'crash-level': 'follow',
  'long-crash-level': 'follow',
  'behind-standby': 'follow',
  'two-hops': 'follow',
  diverged: 'rewind',
  'diverged-clean': 'rewind',
  'checkpoint-only': 'rewind',
  'ahead-standby': 'rewind',
  'two-hops-diverged': 'rewind',
  'old-tl2': 'rewind',
  'upstream-lower': 'rewind',
  'skipped-timeline': 'rewind',
  'history-at-hand': 'rewind',
  seed: 'rewind',
  'surplus-wal': 'discard-wal',
  'surplus-wal-edge': 'discard-wal',
  'no-hints': 'rebuild',
  'no-wal': 'rebuild',
  'wrong-system': 'rebuild',
  'twin-promotions': 'rebuild',
  'same-timeline': 'rebuild',
};

/** Reads a failover's folder. */
export function failover(name: string, path: string): Failover {
  const said = ['rewind-dry.txt', 'rewind.txt']
    .map((file) => join(path, file))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
  return {
    name,
    path,
    scenario: name.replace(/^[\d.]+-/, ''),
    truth: JSON.parse(readFileSync(join(path, 'truth.json'), 'utf8')),
    fork: place(/diverged at WAL (?:location|position) (\S+) on timeline (\d+)/.exec(said)),
    checkpoint: place(/last common checkpoint at (\S+) on timeline (\d+)/.exec(said)),
  };
}

/** The failovers in fixtures/failback. */
export function failoverFixtures(): Failover[] {
  const root = new URL('../../fixtures/failback', import.meta.url).pathname;
  return readdirSync(root).map((name) => failover(name, join(root, name)));
}

/** The facts of a failover. */
export interface Evidence {
  readonly node: NodeEvidence;
  readonly upstream: NodeEvidence;
  readonly comparison: WalComparison | null;
}

/** Reads the files of a failover. */
export async function evidenceOf({ path }: Pick<Failover, 'path'>): Promise<Evidence> {
  const nodeSource = await directorySource(join(path, 'node'));
  const upstreamSource = await directorySource(join(path, 'upstream'));
  const node = await readEvidence(nodeSource);
  const upstream = await readEvidence(upstreamSource);
  const comparison = await compareEvidence(node, nodeSource, upstream, upstreamSource);
  return { node, upstream, comparison };
}

/** What the files of a failover tell, to be judged as they are or with facts changed. */
export async function readPair({ path }: Pick<Failover, 'path'>) {
  const nodeSource = await directorySource(join(path, 'node'));
  const upstreamSource = await directorySource(join(path, 'upstream'));
  const node = await readEvidence(nodeSource);
  const upstream = await readEvidence(upstreamSource);
  const comparison = await compareEvidence(node, nodeSource, upstream, upstreamSource);
  const fork = comparison?.firstDifference ?? comparison?.historyFork.lsn ?? 0n;
  return { node, upstream, comparison, fork };
}

/** Judges a failover, with and without a comparison of the WAL. */
export async function judge(
  failover: Pick<Failover, 'path'>,
): Promise<{ compared: Verdict; uncompared: Verdict }> {
  const { node, upstream, comparison } = await readPair(failover);
  return {
    compared: assessFailback(node, upstream, comparison),
    uncompared: assessFailback(node, upstream),
  };
}

/** Copies a failover to `path`, as real nodes have it: with the segments as plain files. */
export function unpackFailover(failover: Failover, path: string): Failover {
  // what is done to the copy must not reach the failover itself, be it there by a link
  cpSync(realpathSync(failover.path), path, { recursive: true, dereference: true });
  for (const file of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.gz')) continue;
    writeFileSync(join(path, file.slice(0, -3)), gunzipSync(readFileSync(join(path, file))));
    rmSync(join(path, file));
  }
  return { ...failover, path };
}

/** Runs those of a verdict's steps that are commands on files, in the data directory that they are meant for. */
export function runFileSteps(steps: readonly string[], directory: string): number {
  const commands = steps.filter((step) => /^(truncate|rm|\(cd) /.test(step));
  for (const command of commands) execFileSync('sh', ['-ec', command], { cwd: directory });
  return commands.length;
}

function place(match: RegExpExecArray | null): { lsn: bigint; timeline: number } | null {
  return match && { lsn: parseLsn(match[1]), timeline: Number(match[2]) };
}
