import { SourceError } from '../errors.js';
import { readWholeFile, type Source } from '../source/source.js';
import type { PostgresVersion } from '../version.js';
import { type ConfigurationLine, parseConfigurationFile } from './configuration-file.js';

/**
 * A setting that bears on replication or recovery, and where it stands.
 *
 * @category Evidence
 */
export interface ConfigurationSetting {
  /** In lower case. */
  readonly name: string;
  /** Null where it is set, but not kept: `primary_conninfo` may hold a password. */
  readonly value: string | null;
  /** The file, relative to the node's directory. */
  readonly file: string;
  /** The line, counted from 1. */
  readonly line: number;
}

/**
 * How a node is set up, as far as its configuration files tell and a verdict asks.
 *
 * @category Evidence
 */
export interface NodeConfiguration {
  /** From `postgresql.conf`, what it includes, and `postgresql.auto.conf`: of each name the one that counts. */
  readonly server: readonly ConfigurationSetting[];
  /** Whether all of these files were there to read: only then has a setting that is not among them its default. */
  readonly isWhole: boolean;
  /** From `recovery.conf`; null where there is none. */
  readonly recoveryConf: readonly ConfigurationSetting[] | null;
  /** From `recovery.done`, which a promotion up to 11 left behind; null where there is none. */
  readonly recoveryDone: readonly ConfigurationSetting[] | null;
  /** Whether there is a `standby.signal`. */
  readonly hasStandbySignal: boolean;
  /** Whether there is a `recovery.signal`. */
  readonly hasRecoverySignal: boolean;
}

/** The settings that are kept. */
const KEPT: ReadonlySet<string> = new Set([
  'synchronous_transfer',
  'synchronous_commit',
  'synchronous_standby_names',
  'standby_mode',
  'primary_conninfo',
  'primary_slot_name',
  'restore_command',
  'recovery_target',
  'recovery_target_action',
  'recovery_target_lsn',
  'recovery_target_name',
  'recovery_target_time',
  'recovery_target_timeline',
  'recovery_target_xid',
  'pause_at_recovery_target',
]);

/** Settings of which is kept whether they are set, and no more. */
const SECRET: ReadonlySet<string> = new Set(['primary_conninfo']);

/** Any of these says that the source is a data directory, whose configuration is worth a look. */
const MARKS = [
  'PG_VERSION',
  'postgresql.conf',
  'postgresql.auto.conf',
  'recovery.conf',
  'recovery.done',
  'standby.signal',
  'recovery.signal',
];

/** `ALTER SYSTEM`, and with it `postgresql.auto.conf`, came with 9.4. */
const WITHOUT_AUTO_CONF: ReadonlySet<string> = new Set(['9.3']);

/** The server's own limit on how deep files may include each other. */
const DEEPEST = 10;
const MOST_FILES = 500;
const LONGEST_FILE = 1024 * 1024;

/**
 * Reads a node's configuration files. Includes are followed as far as the source reaches; a file outside it
 * stays unread, and `isWhole` says so.
 *
 * @param problems - takes a sentence for each file or line that could not be read
 * @returns null where the source is no data directory
 */
export async function readConfiguration(
  source: Source,
  version: PostgresVersion | null,
  problems: string[],
): Promise<NodeConfiguration | null> {
  const names = new Set((await source.list(''))?.map((entry) => entry.name));
  if (!MARKS.some((mark) => names.has(mark))) return null;
  const server = new ConfigurationReader(source, problems);
  await server.include('postgresql.conf', [], true);
  if (version === null || !WITHOUT_AUTO_CONF.has(version.major)) {
    await server.include('postgresql.auto.conf', [], false);
  }
  const alone = async (file: string) => {
    if (!names.has(file)) return null;
    const reader = new ConfigurationReader(source, problems);
    await reader.include(file, [], true);
    return reader.settings;
  };
  return {
    server: server.settings,
    isWhole: server.isWhole,
    recoveryConf: await alone('recovery.conf'),
    recoveryDone: await alone('recovery.done'),
    hasStandbySignal: names.has('standby.signal'),
    hasRecoverySignal: names.has('recovery.signal'),
  };
}

/** Follows one file and its includes; a later setting takes the place of an earlier one of its name. */
class ConfigurationReader {
  isWhole = true;
  readonly #source: Source;
  readonly #problems: string[];
  readonly #settings = new Map<string, ConfigurationSetting>();
  #files = 0;

  constructor(source: Source, problems: string[]) {
    this.#source = source;
    this.#problems = problems;
  }

  get settings(): ConfigurationSetting[] {
    return [...this.#settings.values()];
  }

  /**
   * @param path - relative to the source
   * @param includers - the files that led here, outermost first
   */
  async include(path: string, includers: readonly string[], isRequired: boolean): Promise<void> {
    if (includers.includes(path)) return this.#fail(`${path} includes itself`);
    if (includers.length > DEEPEST) return this.#fail(`${path}: files include each other too deep`);
    this.#files++;
    if (this.#files > MOST_FILES) return this.#fail(`${path}: too many files are included`);
    const text = await this.#read(path, includers, isRequired);
    if (text === null) return;
    const { lines, syntaxErrors } = parseConfigurationFile(text);
    for (const line of syntaxErrors) this.#fail(`${path}, line ${line}: syntax error`);
    for (const line of lines) await this.#take(line, path, [...includers, path]);
  }

  async #read(path: string, includers: readonly string[], isRequired: boolean): Promise<string | null> {
    try {
      const bytes = await readWholeFile(this.#source, path, LONGEST_FILE + 1);
      if (bytes !== null && bytes.length <= LONGEST_FILE) return new TextDecoder().decode(bytes);
      if (bytes !== null) this.#fail(`${path}: too long for a configuration file`);
      else if (includers.length > 0 && isRequired) this.#fail(`${path} is included, but not there`);
      // a postgresql.conf that is not there is ordinary where it is kept elsewhere
      else if (isRequired) this.isWhole = false;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#fail(error.message);
    }
    return null;
  }

  async #take(line: ConfigurationLine, file: string, includers: readonly string[]): Promise<void> {
    const { name, value } = line;
    if (name === 'include' || name === 'include_if_exists') {
      const path = this.#resolve(value, file);
      if (path !== null) await this.include(path, includers, name === 'include');
    } else if (name === 'include_dir') {
      const directory = this.#resolve(value, file);
      if (directory !== null) await this.#includeDirectory(directory, includers);
    } else if (KEPT.has(name)) {
      const kept = SECRET.has(name) && value !== '' ? null : value;
      this.#settings.set(name, { name, value: kept, file, line: line.line });
    }
  }

  async #includeDirectory(directory: string, includers: readonly string[]): Promise<void> {
    try {
      const entries = await this.#source.list(directory);
      if (entries === null) return this.#fail(`${directory} is included, but not there`);
      const names = entries
        .filter(({ name, kind }) => kind === 'file' && /^[^.].*\.conf$/s.test(name))
        .map(({ name }) => name)
        .sort((a, b) => (a < b ? -1 : 1));
      for (const name of names) {
        await this.include(directory === '' ? name : `${directory}/${name}`, includers, true);
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#fail(error.message);
    }
  }

  /** A path as the file that names it means it, or null where it leads out of the source. */
  #resolve(location: string, file: string): string | null {
    if (location.trim() === '') {
      this.#fail(`${file}: an include without a name`);
      return null;
    }
    const parts = file.split('/').slice(0, -1);
    let isInside = !location.startsWith('/');
    for (const part of location.split('/')) {
      if (part === '..') isInside &&= parts.pop() !== undefined;
      else if (part !== '' && part !== '.') parts.push(part);
    }
    if (isInside) return parts.join('/');
    this.#fail(`${file} includes ${location}, which is not among the node's files`);
    return null;
  }

  #fail(problem: string): void {
    this.isWhole = false;
    this.#problems.push(problem);
  }
}
