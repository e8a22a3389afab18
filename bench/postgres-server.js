// @ts-check
// Servers of the benchmark's own, which nobody else can reach.
import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROGRAMS } from './environment.js';
import { ACCOUNT } from './server-account.js';
import { beforeLeaving, TEMPORARY } from './temporary.js';

const SETTINGS = `
listen_addresses = ''
fsync = off
autovacuum = off
wal_log_hints = on
max_prepared_transactions = 10
# neither checkpoints nor segments taken away, but where the benchmark wants it
checkpoint_timeout = 1h
max_wal_size = 64GB
wal_keep_size = 64GB
`;

let ports = 5432;

/** Runs a program as the account that servers run as. @param {string[]} command @returns {Promise<string>} what it printed */
export async function runAsServer([file, ...parameters]) {
  const options = { cwd: TEMPORARY, env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 2 ** 26, ...ACCOUNT };
  return (await promisify(execFile)(file, parameters, options)).stdout;
}

/** A server on a data directory. */
export class Server {
  /** @param {string} data - its data directory */
  constructor(data) {
    this.data = data;
    this.port = String(ports++);
  }

  /** Makes the data directory. */
  async initialize() {
    await this.#run('initdb', '--no-sync', '-A', 'trust', '-U', 'postgres', '-D', this.data);
    appendFileSync(join(this.data, 'postgresql.conf'), SETTINGS);
  }

  /** Makes a standby's data directory. @param {Server} primary */
  async copy(primary) {
    await this.#run('pg_basebackup', '--no-sync', '-R', '-c', 'fast', '-D', this.data, ...primary.address);
  }

  /** How programs reach it. */
  get address() {
    return ['-h', TEMPORARY, '-p', this.port, '-U', 'postgres'];
  }

  /** The command that starts it, and waits until it has recovered. */
  get startCommand() {
    const log = join(TEMPORARY, `log-${this.port}`);
    const options = `-F -p ${this.port} -k ${TEMPORARY}`;
    return [
      join(PROGRAMS, 'pg_ctl'),
      '-w',
      '-t',
      '600',
      '-s',
      '-D',
      this.data,
      '-l',
      log,
      '-o',
      options,
      'start',
    ];
  }

  async start() {
    this.stopBeforeLeaving();
    await runAsServer(this.startCommand);
  }

  /** Sees to it that it does not outlive the run. */
  stopBeforeLeaving() {
    const command = ['-w', '-s', '-D', this.data, '-m', 'immediate', 'stop'];
    beforeLeaving(() => {
      if (!existsSync(join(this.data, 'postmaster.pid'))) return;
      spawnSync(join(PROGRAMS, 'pg_ctl'), command, { ...ACCOUNT, cwd: TEMPORARY, stdio: 'ignore' });
    });
  }

  /** @param {'fast' | 'immediate'} mode */
  async stop(mode) {
    await this.#run('pg_ctl', '-w', '-t', '600', '-s', '-D', this.data, '-m', mode, 'stop');
  }

  async promote() {
    await this.#run('pg_ctl', '-w', '-t', '600', '-s', '-D', this.data, 'promote');
  }

  /** @param {string} sql */
  async query(sql) {
    return (await this.#run('psql', ...this.address, '-AtXqc', sql, 'postgres')).trim();
  }

  /** @param {string} file */
  async runScript(file) {
    await this.#run(
      'psql',
      ...this.address,
      '-Xq',
      '-v',
      'ON_ERROR_STOP=1',
      '-o',
      '/dev/null',
      '-f',
      file,
      'postgres',
    );
  }

  /** @param {string[]} parameters */
  async pgbench(...parameters) {
    await this.#run('pgbench', ...this.address, ...parameters, 'postgres');
  }

  /** How much WAL there is, in bytes. */
  async writtenWal() {
    return Number(await this.query("select pg_current_wal_lsn() - '0/0'"));
  }

  /** Waits until it has replayed all that its primary has written. @param {Server} primary */
  async catchUp(primary) {
    const lsn = await primary.query('select pg_current_wal_flush_lsn()');
    while ((await this.query(`select pg_last_wal_replay_lsn() >= '${lsn}'`)) !== 't') {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** @param {string} name @param {string[]} parameters */
  #run(name, ...parameters) {
    return runAsServer([join(PROGRAMS, name), ...parameters]);
  }
}
