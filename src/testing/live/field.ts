import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MajorVersion, POSTGRES_VERSIONS, type PostgresVersion } from '../../version.js';
import type { Installation } from './installation.js';
import { giveToServers, mustRun, waitUntil } from './processes.js';
import type { Random } from './random.js';
import { Server } from './server.js';

/** How a field's clusters are made. */
export interface FieldOptions {
  /** Whether `pg_rewind` can be used at all: data checksums and `wal_log_hints`. */
  readonly isRewindable?: boolean;
}

/**
 * Where failovers are staged: a folder for some servers, and the means to give them work, chosen by a seed.
 * What was done is written down as a story, for whoever looks into a failure.
 */
export class Field {
  readonly folder: string;
  readonly random: Random;
  readonly installation: Installation;
  readonly story: string[] = [];
  readonly #servers: Server[] = [];
  #loads = 0;

  constructor(installation: Installation, random: Random) {
    this.installation = installation;
    this.random = random;
    this.folder = mkdtempSync(join(tmpdir(), 'pgwal-live-'));
    giveToServers(this.folder);
  }

  /** Stops what runs and removes everything. */
  async clear(): Promise<void> {
    for (const server of this.#servers) await server.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true });
  }

  tell(what: string): void {
    this.story.push(what);
  }

  /** A folder of its own, an archive say. */
  newFolder(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    giveToServers(folder);
    return folder;
  }

  newServer(name: string): Server {
    const server = new Server(name, this.installation, this.folder, 6101 + this.#servers.length);
    this.#servers.push(server);
    return server;
  }

  /** A running primary with some data in it. */
  async newPrimary(name: string, options: FieldOptions = {}): Promise<Server> {
    const server = this.newServer(name);
    await this.#initialize(server, options);
    await mustStart(server);
    await server.query(
      'create table t (a int, b text); create index on t (a); create table marks (mark int);',
    );
    if (await this.#hasAmcheck(server)) await server.query('create extension amcheck');
    await this.load(server);
    this.tell(`${name} is a primary`);
    return server;
  }

  /** A running standby, as a base backup makes it. */
  async newStandby(name: string, upstream: Server, restoreCommand?: string): Promise<Server> {
    const server = this.newServer(name);
    const wal = this.installation.version.walDirectory === 'pg_wal' ? 'stream' : 'fetch';
    const args = ['-D', server.directory, '-d', upstream.connection, '-c', 'fast', '-X', wal];
    await mustRun(server.program('pg_basebackup'), args);
    server.follow(upstream, restoreCommand === undefined ? {} : { restoreCommand });
    await mustStart(server);
    this.tell(`${name} is a standby of ${upstream.name}`);
    return server;
  }

  async start(server: Server): Promise<void> {
    await mustStart(server);
    this.tell(`${server.name} is started`);
  }

  async stop(server: Server): Promise<void> {
    await server.stop('fast');
    this.tell(`${server.name} is stopped`);
  }

  async crash(server: Server): Promise<void> {
    await server.stop('immediate');
    this.tell(`${server.name} crashes`);
  }

  async stopOrCrash(server: Server): Promise<void> {
    await (this.random.chance(0.5) ? this.stop(server) : this.crash(server));
  }

  async promote(server: Server): Promise<void> {
    await server.promote();
    this.tell(`${server.name} is promoted`);
  }

  async checkpoint(server: Server): Promise<void> {
    await server.query('checkpoint');
    this.tell(`checkpoint on ${server.name}`);
  }

  /** Lets some time pass, or none. */
  async pause(): Promise<void> {
    await sleep(this.random.integer(0, 300));
  }

  /** Waits until a standby has replayed all that its upstream wrote. */
  async level(standby: Server, upstream: Server): Promise<void> {
    const isLevel = await waitUntil(
      async () => (await standby.position()) === (await upstream.position()),
      60,
    );
    if (!isLevel) throw new Error(`${standby.name} is not level with ${upstream.name}\n${standby.tail()}`);
    this.tell(`${standby.name} is level with ${upstream.name}`);
  }

  /** Waits until a standby has received all that its upstream wrote, whether it replays it or not. */
  async received(standby: Server, upstream: Server): Promise<void> {
    const position = await upstream.position();
    const hasAll = await waitUntil(
      async () =>
        (await standby.query(`select '${await standby.receivedPosition()}'::pg_lsn >= '${position}'`)) ===
        't',
      60,
    );
    if (!hasAll) throw new Error(`${standby.name} has not received ${position}\n${standby.tail()}`);
    this.tell(`${standby.name} has received what ${upstream.name} wrote`);
  }

  /**
   * Work for a primary: some of what fills WAL, of random kind and size.
   *
   * @param most - the most rows to insert at a time
   */
  async load(server: Server, most = 1500): Promise<void> {
    const { random } = this;
    this.#loads++;
    const statements: string[] = [];
    for (let count = random.integer(1, 3); count > 0; count--) statements.push(this.#statement(most));
    // what a transaction of its own leaves: as many commits, and as many transaction IDs
    for (let count = random.size(12); count > 0; count--) {
      statements.push(`insert into t values (${random.integer(1, 1e9)}, 'single ${this.#loads}');`);
    }
    await server.query(statements.join('\n'));
    this.tell(`${server.name} writes (${statements.length} statements)`);
    if (random.chance(0.2)) await this.checkpoint(server);
    if (random.chance(0.1)) {
      await server.switchSegment();
      this.tell(`${server.name} switches to a new segment`);
    }
  }

  #statement(most: number): string {
    const { random } = this;
    const rows = random.size(most);
    const width = random.integer(1, 20);
    const insert = `insert into t select i, repeat(md5((i + ${this.#loads})::text), ${width}) from generate_series(1, ${rows}) i;`;
    return random.pick(
      insert,
      insert,
      `update t set b = 'updated ${this.#loads}' where a % ${random.integer(2, 9)} = 0;`,
      `delete from t where a % ${random.integer(3, 9)} = 1;`,
      `create table t${this.#loads}_${random.integer(1, 1e6)} as select i, md5(i::text) from generate_series(1, ${rows}) i;`,
      `begin; ${insert} savepoint s; ${insert} rollback to s; ${insert} commit;`,
      `begin; ${insert} rollback;`,
      `${insert} select count(*) from t;`,
      `vacuum t;`,
    );
  }

  async #initialize(server: Server, { isRewindable = true }: FieldOptions): Promise<void> {
    const template = await templateOf(this.installation, isRewindable);
    await mustRun('cp', ['-a', template, server.directory]);
    server.configure(
      "listen_addresses = ''",
      `unix_socket_directories = '${this.folder}'`,
      'max_wal_senders = 8',
      'max_prepared_transactions = 4',
      'hot_standby = on',
      'autovacuum = off',
      'fsync = off',
      // small, so that pages are written out long before a checkpoint
      `shared_buffers = '${this.random.pick('512kB', '2MB', '16MB')}'`,
      `bgwriter_delay = '${this.random.pick('10ms', '200ms')}'`,
      "wal_receiver_status_interval = '1s'",
      `wal_log_hints = ${isRewindable ? 'on' : 'off'}`,
      ...ofVersion(SETTINGS, this.installation.version),
    );
    appendFileSync(join(server.directory, 'pg_hba.conf'), 'local replication all trust\n');
  }

  async #hasAmcheck(server: Server): Promise<boolean> {
    if (!existsSync(server.program('pg_amcheck'))) return false;
    return (
      (await server.query("select count(*) from pg_available_extensions where name = 'amcheck'")) === '1'
    );
  }
}

/** Lines of configuration or options of a program, with the majors that have them. */
interface VersionedLine {
  readonly line: string;
  readonly from?: MajorVersion;
  readonly until?: MajorVersion;
}

const SETTINGS: readonly VersionedLine[] = [
  { line: 'wal_level = hot_standby', until: '9.5' },
  { line: 'wal_level = replica', from: '9.6' },
  { line: 'wal_keep_segments = 512', until: '12' },
  { line: "wal_keep_size = '512MB'", from: '13' },
  { line: "wal_retrieve_retry_interval = '100ms'", from: '9.5' },
  { line: "max_wal_size = '1GB'", from: '9.5' },
  { line: "include_if_exists 'standby.conf'", from: '12' },
];

/** Small segments, so that WAL of a few megabytes has many. */
const INITDB_OPTIONS: readonly VersionedLine[] = [{ line: '--wal-segsize=1', from: '11' }];
const WITHOUT_CHECKSUMS: readonly VersionedLine[] = [{ line: '--no-data-checksums', from: '18' }];

function ofVersion(lines: readonly VersionedLine[], version: PostgresVersion): string[] {
  const rank = (major: MajorVersion) => POSTGRES_VERSIONS.findIndex((row) => row.major === major);
  const own = rank(version.major);
  return lines
    .filter(({ from, until }) => own >= rank(from ?? '9.3') && (until === undefined || own <= rank(until)))
    .map(({ line }) => line);
}

async function mustStart(server: Server): Promise<void> {
  if (!(await server.start())) throw new Error(`${server.name} did not start\n${server.tail()}`);
}

const templates = new Map<string, Promise<string>>();

/** A fresh cluster to copy: `initdb` takes longer than the rest of a run. */
function templateOf(installation: Installation, isRewindable: boolean): Promise<string> {
  const key = `${installation.bin} ${isRewindable}`;
  const known = templates.get(key);
  if (known !== undefined) return known;
  const made = makeTemplate(installation, isRewindable);
  templates.set(key, made);
  return made;
}

async function makeTemplate({ bin, version }: Installation, isRewindable: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pgwal-live-template-'));
  giveToServers(folder);
  const directory = join(folder, 'cluster');
  const checksums = isRewindable ? ['-k'] : ofVersion(WITHOUT_CHECKSUMS, version);
  const args = ['-D', directory, '-A', 'trust', '-U', 'postgres', '-N', ...checksums];
  args.push(...ofVersion(INITDB_OPTIONS, version));
  await mustRun(join(bin, 'initdb'), args);
  writeFileSync(join(directory, 'standby.conf'), '');
  giveToServers(join(directory, 'standby.conf'));
  return directory;
}

/** Removes the clusters that were kept for copying. */
export async function removeTemplates(): Promise<void> {
  for (const template of templates.values()) {
    rmSync(join(await template, '..'), { recursive: true, force: true });
  }
  templates.clear();
}
