import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.js';
import { giveToServers, mustRun, type Outcome, run, waitUntil } from './processes.js';

/** How a server is stopped; `immediate` is what a crash leaves behind. */
export type StopMode = 'fast' | 'immediate';

/** One real server and its data directory. */
export class Server {
  readonly name: string;
  readonly directory: string;
  readonly log: string;
  readonly installation: Installation;
  readonly #sockets: string;
  readonly #port: number;

  constructor(name: string, installation: Installation, folder: string, port: number) {
    this.name = name;
    this.installation = installation;
    this.directory = join(folder, name);
    this.log = join(folder, `${name}.log`);
    this.#sockets = folder;
    this.#port = port;
  }

  get walDirectory(): string {
    return join(this.directory, this.installation.version.walDirectory);
  }

  /** For `primary_conninfo` and for `pg_rewind`. */
  get connection(): string {
    return `host=${this.#sockets} port=${this.#port} user=postgres`;
  }

  /** The same as options, for programs that take no connection string. */
  get clientOptions(): string[] {
    return ['-h', this.#sockets, '-p', `${this.#port}`, '-U', 'postgres'];
  }

  program(name: string): string {
    return join(this.installation.bin, name);
  }

  /** Starts it, and waits until it lets clients in. False where it does not. */
  async start(seconds = 60): Promise<boolean> {
    await this.beginToStart();
    return waitUntil(async () => {
      if (!this.isRunning) return true;
      return (await this.tryQuery('select 1')).output === '1';
    }, seconds).then((isDone) => isDone && this.isRunning);
  }

  /** Starts it without waiting for anything. */
  async beginToStart(): Promise<void> {
    const options = `-p ${this.#port}`;
    const args = ['-D', this.directory, '-l', this.log, '-o', options, '-W', 'start'];
    await run(this.program('pg_ctl'), args, { isDetached: true });
    await waitUntil(() => this.isRunning, 5);
  }

  get isRunning(): boolean {
    return existsSync(join(this.directory, 'postmaster.pid'));
  }

  async stop(mode: StopMode = 'fast'): Promise<void> {
    if (!this.isRunning) return;
    await run(this.program('pg_ctl'), ['-D', this.directory, '-m', mode, '-w', '-t', '60', 'stop']);
  }

  /** Runs each statement in a transaction of its own, unless they say otherwise. */
  async query(statements: string): Promise<string> {
    const { status, output } = await this.tryQuery(statements);
    if (status !== 0) throw new Error(`${this.name}: ${statements.slice(0, 200)}\n${output}\n${this.tail()}`);
    return output;
  }

  tryQuery(statements: string): Promise<Outcome> {
    const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
    return run(this.program('psql'), [...args, '-d', `${this.connection} dbname=postgres`], {
      input: statements,
    });
  }

  async isInRecovery(): Promise<boolean> {
    return (await this.query('select pg_is_in_recovery()')) === 't';
  }

  /** Where its WAL is: what it wrote as a primary, or else what it has replayed. */
  position(): Promise<string> {
    const [current, replayed] = this.#isOfOldNames
      ? ['pg_current_xlog_location()', 'pg_last_xlog_replay_location()']
      : ['pg_current_wal_lsn()', 'pg_last_wal_replay_lsn()'];
    return this.query(`select case when pg_is_in_recovery() then ${replayed} else ${current} end`);
  }

  /** Where the WAL ends that it has received as a standby. */
  receivedPosition(): Promise<string> {
    return this.query(
      `select ${this.#isOfOldNames ? 'pg_last_xlog_receive_location()' : 'pg_last_wal_receive_lsn()'}`,
    );
  }

  async pauseReplay(): Promise<void> {
    await this.query(`select ${this.#isOfOldNames ? 'pg_xlog_replay_pause()' : 'pg_wal_replay_pause()'}`);
  }

  async switchSegment(): Promise<void> {
    await this.query(`select ${this.#isOfOldNames ? 'pg_switch_xlog()' : 'pg_switch_wal()'}`);
  }

  async promote(): Promise<void> {
    await run(this.program('pg_ctl'), ['-D', this.directory, 'promote']);
    const isPromoted = await waitUntil(async () => !(await this.isInRecovery()), 60);
    if (!isPromoted) throw new Error(`${this.name} was not promoted\n${this.tail()}`);
  }

  get #isOfOldNames(): boolean {
    return this.installation.version.walDirectory === 'pg_xlog';
  }

  /** Appends to `postgresql.conf`. */
  configure(...lines: string[]): void {
    appendFileSync(join(this.directory, 'postgresql.conf'), `${lines.join('\n')}\n`);
  }

  /** Sets it up as a standby, of `upstream` alone. */
  follow(
    upstream: Server,
    more: { restoreCommand?: string; targetTimeline?: 'latest' | 'current' } = {},
  ): void {
    this.forgetUpstream();
    const settings = [
      `primary_conninfo = '${upstream.connection}'`,
      `recovery_target_timeline = '${more.targetTimeline ?? 'latest'}'`,
      ...(more.restoreCommand === undefined ? [] : [`restore_command = '${more.restoreCommand}'`]),
    ];
    if (this.installation.version.standbyMark === 'recovery.conf') {
      this.#write('recovery.conf', ["standby_mode = 'on'", ...settings]);
    } else {
      this.#write('standby.conf', settings);
      this.#write('standby.signal', []);
    }
  }

  /** Takes everything away that makes it a standby. */
  forgetUpstream(): void {
    for (const file of ['recovery.conf', 'recovery.done', 'standby.signal']) {
      rmSync(join(this.directory, file), { force: true });
    }
    if (this.installation.version.standbyMark !== 'recovery.conf') this.#write('standby.conf', []);
  }

  #write(file: string, lines: readonly string[]): void {
    const path = join(this.directory, file);
    rmSync(path, { force: true });
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    giveToServers(path);
  }

  /** Copies its data directory, which another server then runs on. */
  async copyTo(other: Server): Promise<void> {
    await mustRun('cp', ['-a', this.directory, other.directory]);
    rmSync(join(other.directory, 'postmaster.pid'), { force: true });
  }

  /** The last that it logged. */
  tail(lines = 12): string {
    if (!existsSync(this.log)) return '';
    return readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  logged(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
  }
}
