import type { NodeEvidence } from '../evidence/node-evidence.js';
import { placeOf, recoverySettings, recoveryTargets, settingNamed } from './settings.js';

/**
 * What of a node's configuration stands in the way of its following. A closed list.
 *
 * @category Failback
 */
export type ConfigurationNoteCode =
  | 'starts-as-primary'
  | 'ends-recovery'
  | 'recovery-conf-refused'
  | 'signal-file-ignored'
  | 'target-timeline'
  | 'recovery-target'
  | 'no-primary-conninfo'
  | 'restore-command'
  | 'synchronous-transfer-stock';

/**
 * Something in a node's configuration files that a person who starts it has to know.
 *
 * @category Failback
 */
export interface ConfigurationNote {
  /** Stable. */
  readonly code: ConfigurationNoteCode;
  /** One sentence that names the file. */
  readonly message: string;
}

/** What a node's own configuration says of how it would start if it were started as it lies there. */
export function* configurationNotes(
  node: NodeEvidence,
  upstreamTimeline: number | null,
): Generator<ConfigurationNote> {
  if (node.configuration == null || node.version === null) return;
  yield* startNotes(node);
  yield* recoveryNotes(node, upstreamTimeline);
  const transfer = settingNamed(node.configuration.server, 'synchronous_transfer');
  if (transfer !== null && node.development === null) {
    yield {
      code: 'synchronous-transfer-stock',
      message: `${placeOf(transfer)} sets synchronous_transfer, which no release of PostgreSQL has: a stock server refuses to start with it, and promises what it promises without`,
    };
  }
}

/** Whether it would start as a standby at all. */
function* startNotes({ configuration, version }: NodeEvidence): Generator<ConfigurationNote> {
  if (configuration === null || version === null) return;
  const { recoveryConf, hasStandbySignal, hasRecoverySignal } = configuration;
  if (version.standbyMark === 'recovery.conf') {
    if (hasStandbySignal || hasRecoverySignal) {
      yield {
        code: 'signal-file-ignored',
        message: `PostgreSQL ${version.major} does not look at ${hasStandbySignal ? 'standby.signal' : 'recovery.signal'}: it wants recovery.conf`,
      };
    }
    if (recoveryConf === null) yield startsAsPrimary('recovery.conf');
    else if (!isOn(settingNamed(recoveryConf, 'standby_mode')?.value ?? 'off')) {
      yield {
        code: 'ends-recovery',
        message:
          "recovery.conf does not set standby_mode = 'on': the node would recover to the end of its WAL and begin a timeline of its own",
      };
    }
    return;
  }
  if (recoveryConf !== null) {
    yield {
      code: 'recovery-conf-refused',
      message: `recovery.conf lies there: PostgreSQL ${version.major} refuses to start with it`,
    };
  }
  if (hasStandbySignal) return;
  if (hasRecoverySignal) {
    yield {
      code: 'ends-recovery',
      message:
        'recovery.signal lies there without standby.signal: the node would recover to the end of its WAL and begin a timeline of its own',
    };
  } else yield startsAsPrimary('standby.signal');
}

function startsAsPrimary(mark: string): ConfigurationNote {
  return {
    code: 'starts-as-primary',
    message: `there is no ${mark}: started as it is, the node would come up as a primary beside the upstream`,
  };
}

/** What is in force once it does. */
function* recoveryNotes(node: NodeEvidence, upstreamTimeline: number | null): Generator<ConfigurationNote> {
  const { configuration, version } = node;
  const settings = recoverySettings(node);
  if (configuration === null || version === null || settings === null) return;
  const target = targetTimelineOf(node);
  if (target !== 'latest' && target !== upstreamTimeline) {
    const setting = settingNamed(settings, 'recovery_target_timeline');
    yield {
      code: 'target-timeline',
      message:
        setting === null
          ? `recovery.conf does not set recovery_target_timeline, and PostgreSQL ${version.major} stays on the current timeline then: the node would not cross the fork`
          : `${placeOf(setting)} sets recovery_target_timeline = '${setting.value}': the node would not cross the fork`,
    };
  }
  for (const setting of recoveryTargets(node)) {
    yield {
      code: 'recovery-target',
      message: `${placeOf(setting)} sets ${setting.name} = '${setting.value}': the node would stop there, and may go on as a primary of its own`,
    };
  }
  const isWhole = version.standbyMark === 'recovery.conf' || configuration.isWhole;
  const conninfo = settingNamed(settings, 'primary_conninfo');
  if (conninfo?.value === '' || (conninfo === null && isWhole)) {
    yield {
      code: 'no-primary-conninfo',
      message: 'primary_conninfo is not set: the node would not know whom to follow',
    };
  }
  const restore = settingNamed(settings, 'restore_command');
  if (restore !== null && restore.value !== '') {
    yield {
      code: 'restore-command',
      message: `${placeOf(restore)} sets restore_command: the node would read what that brings before anything else`,
    };
  }
}

/**
 * The timeline that the node would aim for as it is set up. Where its files do not say, that is taken to be the
 * latest: the steps have it set.
 */
export function targetTimelineOf(node: NodeEvidence): 'latest' | 'current' | number {
  const settings = recoverySettings(node);
  if (settings === null || node.version === null) return 'latest';
  const text = settingNamed(settings, 'recovery_target_timeline')?.value;
  if (text == null) return node.version.defaultTargetTimeline;
  if (text === 'latest') return 'latest';
  const number = Number(text);
  // up to 11, all that strtoul reads as 0 is the latest
  if (node.version.standbyMark === 'recovery.conf' && !(number > 0)) return 'latest';
  return text === 'current' ? 'current' : number;
}

/** `parse_bool`: any beginning of a word that is not ambiguous. */
export function isOn(value: string): boolean {
  const word = value.trim().toLowerCase();
  return (
    word === '1' || (word.length > 0 && ('true'.startsWith(word) || 'yes'.startsWith(word))) || word === 'on'
  );
}
