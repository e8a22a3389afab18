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
  const { version } = node;
  if (version === null) return [];
  const steps: string[] = [];
  if (upstream.segments.length === 0) {
    steps.push('make sure that the upstream or an archive still has the WAL that comes next');
  }
  steps.push(...hindrances(node));
  steps.push(version.standbyMark === 'recovery.conf' ? recoveryConfStep(node) : standbySignalStep(node));
  steps.push(
    isStopped
      ? 'start it: pg_ctl start'
      : 'start it as a standby at once: started alone, even in single-user mode, it writes past the fork point and this verdict is void',
  );
  return steps;
}

/** What lies in the way of starting the node as a standby, to be taken away first. */
function* hindrances(node: NodeEvidence): Generator<string> {
  const { configuration, version } = node;
  if (configuration == null || version === null) return;
  if (version.standbyMark === 'standby.signal') {
    if (configuration.recoveryConf !== null) {
      yield `move recovery.conf away: PostgreSQL ${version.major} refuses to start with it`;
    }
    if (configuration.hasRecoverySignal && !configuration.hasStandbySignal) yield 'remove recovery.signal';
  }
  for (const target of recoveryTargets(node)) {
    yield `take ${target.name} out of ${placeOf(target)}: the node would stop there`;
  }
}

function recoveryConfStep(node: NodeEvidence): string {
  const lines = `standby_mode = 'on', primary_conninfo = 'host=… port=… user=…', recovery_target_timeline = 'latest'`;
  if (node.configuration?.recoveryConf == null) return `write recovery.conf: ${lines}`;
  return `see that recovery.conf says ${lines}, with the upstream's address`;
}

function standbySignalStep(node: NodeEvidence): string {
  const { configuration } = node;
  const conninfo = settingNamed(configuration?.server, 'primary_conninfo');
  const mark = configuration?.hasStandbySignal ? 'standby.signal is there' : 'create standby.signal';
  const address =
    conninfo === null || conninfo.value === ''
      ? "set primary_conninfo = 'host=… port=… user=…'"
      : `see that primary_conninfo in ${placeOf(conninfo)} names the upstream`;
  const target = settingNamed(configuration?.server, 'recovery_target_timeline');
  const timeline =
    target === null || target.value === 'latest'
      ? "(recovery_target_timeline = 'latest' is the default)"
      : `and recovery_target_timeline = 'latest' in ${placeOf(target)}`;
  return `${mark}${configuration?.hasStandbySignal ? '; ' : ' and '}${address} ${timeline}`;
}

/** How to rewind the node, with what has to be put right before. */
export function rewindSteps({ node, upstream }: Pair): string[] {
  const { version, control } = node;
  if (version === null) return [];
  const { rewind, walDirectory } = version;
  const steps: string[] = [];
  if (!rewind.bundled) {
    steps.push(`get pg_rewind for PostgreSQL ${version.major}: it is a separate download up to 9.4`);
  }
  if (upstream.control?.checkPointCopy.fullPageWrites === false) {
    steps.push('set full_page_writes = on on the upstream, and checkpoint there');
  }
  const isPromotionCheckpointed = upstream.control?.checkPointCopy.thisTimeLineID === upstream.timeline;
  if (rewind.needsCheckpointAfterPromotion && !isPromotionCheckpointed) {
    steps.push(
      'run CHECKPOINT on the upstream: until then pg_rewind takes it for its old timeline and sees no difference',
    );
  }
  if (!isStoppedCleanly(node)) {
    steps.push(
      `copy the node's ${walDirectory} first: its shutdown can recycle the WAL that pg_rewind needs`,
    );
    steps.push(
      rewind.ensuresShutdown && !node.isSetUpAsStandby
        ? 'leave the node stopped: pg_rewind completes its crash recovery itself'
        : `complete its crash recovery: remove ${version.standbyMark}, start it alone (postgres --single) and stop it cleanly`,
    );
  }
  if (control?.state === 'in archive recovery') {
    steps.push('start it as the standby that it was, and stop it cleanly');
  }
  steps.push("pg_rewind --target-pgdata=NODE --source-server='host=… port=… user=… dbname=postgres'");
  steps.push(...standbySteps(node, upstream, control !== null));
  return steps;
}

/** The files whose absence keeps a verdict from being settled. */
export function missingFor(node: NodeEvidence, upstream: NodeEvidence, named: readonly string[]): string[] {
  const of = (evidence: NodeEvidence, role: string) =>
    evidence.missing.map((file) => `${file} of the ${role}`);
  return [...new Set([...named, ...of(node, 'node'), ...of(upstream, 'upstream')])];
}
