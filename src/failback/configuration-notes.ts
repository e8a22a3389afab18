import type { NodeConfiguration } from '../evidence/configuration.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import type { PostgresVersion } from '../version.js';
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

/** Adds a note. */
type Note = (code: ConfigurationNoteCode, message: string) => void;

/** What a node's own configuration says of how it would start if it were started as it lies there. */
export function configurationNotes(node: NodeEvidence, upstreamTimeline: number | null): ConfigurationNote[] {
  const { configuration, version } = node;
  const notes: ConfigurationNote[] = [];
  if (configuration == null || version === null) return notes;
  const note: Note = (code, message) => notes.push({ code, message });
  if (version.standbyMark === 'recovery.conf') noteRecoveryConf(configuration, version, note);
  else noteSignalFiles(configuration, version, note);
  noteRecovery(node, upstreamTimeline, note);
  const transfer = settingNamed(configuration.server, 'synchronous_transfer');
  if (transfer !== null && node.development === null) {
    note(
      'synchronous-transfer-stock',
      `${placeOf(transfer)} sets synchronous_transfer, which no release of PostgreSQL has: a stock server refuses to start with it, and promises what it promises without`,
    );
  }
  return notes;
}

const GOES_ITS_OWN_WAY = 'the node would recover to the end of its WAL and begin a timeline of its own';

/** Whether it would start as a standby at all: up to 11, `recovery.conf` says so. */
function noteRecoveryConf(
  { recoveryConf, hasStandbySignal, hasRecoverySignal }: NodeConfiguration,
  { major }: PostgresVersion,
  note: Note,
): void {
  if (hasStandbySignal || hasRecoverySignal) {
    note(
      'signal-file-ignored',
      `PostgreSQL ${major} does not look at ${hasStandbySignal ? 'standby.signal' : 'recovery.signal'}: it wants recovery.conf`,
    );
  }
  if (recoveryConf === null) noteStartAsPrimary('recovery.conf', note);
  else if (!isOn(settingNamed(recoveryConf, 'standby_mode')?.value ?? 'off')) {
    note('ends-recovery', `recovery.conf does not set standby_mode = 'on': ${GOES_ITS_OWN_WAY}`);
  }
}

/** The same from 12 on. */
function noteSignalFiles(
  { recoveryConf, hasStandbySignal, hasRecoverySignal }: NodeConfiguration,
  { major }: PostgresVersion,
  note: Note,
): void {
  if (recoveryConf !== null) {
    note('recovery-conf-refused', `recovery.conf lies there: PostgreSQL ${major} refuses to start with it`);
  }
  if (hasStandbySignal) return;
  if (hasRecoverySignal) {
    note('ends-recovery', `recovery.signal lies there without standby.signal: ${GOES_ITS_OWN_WAY}`);
  } else noteStartAsPrimary('standby.signal', note);
}

function noteStartAsPrimary(mark: string, note: Note): void {
  note(
    'starts-as-primary',
    `there is no ${mark}: started as it is, the node would come up as a primary beside the upstream`,
  );
}

/** What is in force once it does. */
function noteRecovery(node: NodeEvidence, upstreamTimeline: number | null, note: Note): void {
  const { configuration, version } = node;
  const settings = recoverySettings(node);
  if (configuration === null || version === null || settings === null) return;
  const target = targetTimelineOf(node);
  if (target !== 'latest' && target !== upstreamTimeline) {
    const setting = settingNamed(settings, 'recovery_target_timeline');
    const cause =
      setting === null
        ? `recovery.conf does not set recovery_target_timeline, and PostgreSQL ${version.major} stays on the current timeline then`
        : `${placeOf(setting)} sets recovery_target_timeline = '${setting.value}'`;
    note('target-timeline', `${cause}: the node would not cross the fork`);
  }
  for (const setting of recoveryTargets(node)) {
    note(
      'recovery-target',
      `${placeOf(setting)} sets ${setting.name} = '${setting.value}': the node would stop there, and may go on as a primary of its own`,
    );
  }
  const isWhole = version.standbyMark === 'recovery.conf' || configuration.isWhole;
  const conninfo = settingNamed(settings, 'primary_conninfo');
  if (conninfo === null ? isWhole : conninfo.value === '') {
    note('no-primary-conninfo', 'primary_conninfo is not set: the node would not know whom to follow');
  }
  const restore = settingNamed(settings, 'restore_command');
  if (restore !== null && restore.value !== '') {
    note(
      'restore-command',
      `${placeOf(restore)} sets restore_command: the node would read what that brings before anything else`,
    );
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
