import type { ConfigurationSetting, NodeConfiguration } from '../evidence/configuration.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import {
  parseSynchronousCommit,
  parseSynchronousTransfer,
  type SynchronousGuarantee,
  type SynchronousSettings,
  synchronousGuarantee,
} from './synchronous-transfer.js';

/**
 * A replication setting of the node, and how it is known.
 *
 * @category Failback
 */
export interface ReportedSetting {
  /** As in `postgresql.conf`. */
  readonly name: 'synchronous_transfer' | 'synchronous_commit' | 'synchronous_standby_names';
  /** Null where nobody says and the files are not all at hand; what is most cautious is assumed then. */
  readonly value: string | null;
  /** The caller's word, a line of a file, the server's own default, or nothing. */
  readonly origin: 'caller' | 'file' | 'default' | 'unknown';
  /** `postgresql.conf:12`, say; null unless a file says it. */
  readonly place: string | null;
}

/**
 * The replication settings that the node ran with as a primary, and what they promise.
 *
 * @category Failback
 */
export interface SettingsReport {
  /** The three settings. */
  readonly settings: readonly ReportedSetting[];
  /** What they promise. */
  readonly guarantee: SynchronousGuarantee;
}

/** The settings that count where the node is started as a standby: up to 11, those of recovery.conf alone. */
export function recoverySettings({
  configuration,
  version,
}: NodeEvidence): readonly ConfigurationSetting[] | null {
  if (configuration == null || version === null) return null;
  return version.standbyMark === 'recovery.conf' ? configuration.recoveryConf : configuration.server;
}

/** Settings that make recovery stop somewhere. */
const RECOVERY_TARGETS: ReadonlySet<string> = new Set([
  'recovery_target',
  'recovery_target_lsn',
  'recovery_target_name',
  'recovery_target_time',
  'recovery_target_xid',
]);

/** What would make the node stop its recovery before it has caught up. */
export function recoveryTargets(node: NodeEvidence): ConfigurationSetting[] {
  return (recoverySettings(node) ?? []).filter(
    ({ name, value }) => RECOVERY_TARGETS.has(name) && value !== '',
  );
}

/** A setting by its name, or null where it is not set. */
export function settingNamed(
  settings: readonly ConfigurationSetting[] | null | undefined,
  name: string,
): ConfigurationSetting | null {
  return settings?.find((setting) => setting.name === name) ?? null;
}

/** Where a setting stands, as in `postgresql.auto.conf:3`. */
export function placeOf({ file, line }: ConfigurationSetting): string {
  return `${file}:${line}`;
}

/**
 * The replication settings of a node: the caller's word before its files', and of what neither says the server's
 * default where all its files were read.
 *
 * @returns null where nothing is known
 */
export function reportSettings(
  node: NodeEvidence,
  claimed: Partial<SynchronousSettings>,
): SettingsReport | null {
  const configuration = node.configuration ?? null;
  const transfer = report(
    transferSource(node),
    'synchronous_transfer',
    claimed.transfer,
    parseSynchronousTransfer,
    'commit',
  );
  const commit = report(configuration, 'synchronous_commit', claimed.commit, parseSynchronousCommit, 'on');
  const names = report(configuration, 'synchronous_standby_names', claimed.standbyNames, (text) => text, '');
  // that a stock server has the default of a setting that it does not know says nothing of the node
  const isTransferSaid = transfer.origin === 'caller' || transfer.origin === 'file';
  if (!isTransferSaid && commit.origin === 'unknown' && names.origin === 'unknown') return null;
  const guarantee = synchronousGuarantee({
    transfer: parseSynchronousTransfer(transfer.value ?? '') ?? 'commit',
    commit: parseSynchronousCommit(commit.value ?? '') ?? 'off',
    standbyNames: names.value ?? '',
  });
  return { settings: [transfer, commit, names], guarantee };
}

/** Of these files, those that were read, and whether they are all there are. */
type Configuration = Pick<NodeConfiguration, 'server' | 'isWhole'>;

/** What may speak of `synchronous_transfer`: no file of a stock server, as that has no such setting. */
function transferSource({ configuration, development, version }: NodeEvidence): Configuration | null {
  if (development !== null) return configuration;
  return version === null ? null : { server: [], isWhole: true };
}

function report(
  configuration: Configuration | null,
  name: ReportedSetting['name'],
  claimed: string | undefined,
  parse: (text: string) => string | null,
  byDefault: string,
): ReportedSetting {
  if (claimed !== undefined) return { name, value: claimed, origin: 'caller', place: null };
  const setting = settingNamed(configuration?.server, name);
  const value = setting?.value == null ? null : parse(setting.value);
  if (setting !== null && value !== null) return { name, value, origin: 'file', place: placeOf(setting) };
  if (configuration?.isWhole && setting === null) {
    return { name, value: byDefault, origin: 'default', place: null };
  }
  return { name, value: null, origin: 'unknown', place: null };
}
