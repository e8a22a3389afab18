import type { NodeEvidence } from '../evidence/node-evidence.js';
import { isStoppedCleanly, type Pair } from './pair.js';
import { placeOf, recoveryTargets, settingNamed } from './settings.js';

/**
 * How to start the node as a standby of the upstream, with the names of its version.
 *
 * @param isStopped - whether it will have been stopped cleanly by then
 */
export function standbySteps(
  node: NodeEvidence,
  upstream: NodeEvidence,
  isStopped = isStoppedCleanly(node),
): string[] {
  const { version, configuration } = node;
  if (version === null) return [];
  const usesRecoveryConf = version.standbyMark === 'recovery.conf';
  const steps: string[] = [];
  if (upstream.segments.length === 0) {
    steps.push('make sure that the upstream or an archive still has the WAL that comes next');
  }
  if (configuration != null && !usesRecoveryConf) {
    if (configuration.recoveryConf !== null) {
      steps.push(`move recovery.conf away: PostgreSQL ${version.major} refuses to start with it`);
    }
    if (configuration.hasRecoverySignal && !configuration.hasStandbySignal) {
      steps.push('remove recovery.signal');
    }
  }
  for (const target of recoveryTargets(node)) {
    steps.push(`take ${target.name} out of ${placeOf(target)}: the node would stop there`);
  }
  steps.push(
    usesRecoveryConf ? recoveryConfStep(node) : standbySignalStep(node),
    isStopped
      ? 'start it: pg_ctl start'
      : 'start it as a standby at once: started alone, even in single-user mode, it writes past the fork point and this verdict is void',
  );
  return steps;
}

function recoveryConfStep(node: NodeEvidence): string {
  const lines = `standby_mode = 'on', primary_conninfo = 'host=… port=… user=…', recovery_target_timeline = 'latest'`;
  if (node.configuration?.recoveryConf == null) return `write recovery.conf: ${lines}`;
  return `see that recovery.conf says ${lines}, with the upstream's address`;
}

function standbySignalStep({ configuration }: NodeEvidence): string {
  const mark = configuration?.hasStandbySignal ? 'standby.signal is there; ' : 'create standby.signal and ';
  const conninfo = settingNamed(configuration?.server, 'primary_conninfo');
  const address =
    conninfo === null || conninfo.value === ''
      ? "set primary_conninfo = 'host=… port=… user=…'"
      : `see that primary_conninfo in ${placeOf(conninfo)} names the upstream`;
  const target = settingNamed(configuration?.server, 'recovery_target_timeline');
  const timeline =
    target === null || target.value === 'latest'
      ? "(recovery_target_timeline = 'latest' is the default)"
      : `and recovery_target_timeline = 'latest' in ${placeOf(target)}`;
  return `${mark}${address} ${timeline}`;
}

/** How to rewind the node, with what has to be put right before. */
export function rewindSteps({ node, upstream, control }: Pair): string[] {
  const { version } = node;
  if (version === null) return [];
  const { rewind } = version;
  const checkpoint = upstream.control?.checkPointCopy;
  const steps: string[] = [];
  if (!rewind.bundled) {
    steps.push(`get pg_rewind for PostgreSQL ${version.major}: it is a separate download up to 9.4`);
  }
  if (checkpoint?.fullPageWrites === false) {
    steps.push('set full_page_writes = on on the upstream, and checkpoint there');
  }
  if (rewind.needsCheckpointAfterPromotion && checkpoint?.thisTimeLineID !== upstream.timeline) {
    steps.push(
      'run CHECKPOINT on the upstream: until then pg_rewind takes it for its old timeline and sees no difference',
    );
  }
  if (!isStoppedCleanly(node)) {
    steps.push(
      `copy the node's ${version.walDirectory} first: its shutdown can recycle the WAL that pg_rewind needs`,
      rewind.ensuresShutdown && !node.isSetUpAsStandby
        ? 'leave the node stopped: pg_rewind completes its crash recovery itself'
        : `complete its crash recovery: remove ${version.standbyMark}, start it alone (postgres --single) and stop it cleanly`,
    );
  }
  if (control.state === 'in archive recovery') {
    steps.push('start it as the standby that it was, and stop it cleanly');
  }
  steps.push(
    "pg_rewind --target-pgdata=NODE --source-server='host=… port=… user=… dbname=postgres'",
    ...standbySteps(node, upstream, true),
  );
  return steps;
}

/** The files whose absence keeps a verdict from being settled. */
export function missingFor(node: NodeEvidence, upstream: NodeEvidence, named: readonly string[]): string[] {
  const of = (evidence: NodeEvidence, role: string) =>
    evidence.missing.map((file) => `${file} of the ${role}`);
  return [...new Set([...named, ...of(node, 'node'), ...of(upstream, 'upstream')])];
}
