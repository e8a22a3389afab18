import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AssessRecoveryOptions } from '../../audit/recovery-answer.js';
import { formatLsn, type Lsn, parseLsn } from '../../lsn.js';
import type { Field } from './field.js';
import { giveToServers, mustRun, waitUntil } from './processes.js';
import type { Server } from './server.js';

/** Something that recovery can be asked to stop at. */
export interface Moment {
  /** A restore point. */
  readonly name: string;
  /** A transaction that committed right before it. */
  readonly xid: number;
  /** Where WAL was by then. */
  readonly lsn: Lsn;
  /** After that, and before the next transaction, in microseconds since 2000-01-01 UTC. */
  readonly time: bigint;
}

/** A base backup, an archive of two timelines, and what happened meanwhile. */
export interface RecoveryStage {
  readonly backup: string;
  readonly archive: string;
  /** While the backup was made. */
  readonly during: Moment;
  /** On timeline 1, before timeline 2 left it. */
  readonly shared: Moment;
  /** On timeline 1, behind that. */
  readonly abandoned: Moment;
  /** On timeline 2. */
  readonly promoted: Moment;
}

/** What became of a server that was told to recover. */
export interface RecoveryTrial {
  readonly outcome: 'stops-at-target' | 'starts-short-of-it' | 'fails';
  /** Where it said that it was consistent. */
  readonly consistentAt: Lsn | null;
  /** Where the last record begins that it replayed. */
  readonly lastRecord: Lsn | null;
  readonly log: string;
}

/** From 1970 to 2000, in microseconds. */
const POSTGRES_EPOCH = 946_684_800_000_000n;

/** A primary that archives, a backup of it, and a standby that is promoted while the primary goes on. */
export async function stageRecovery(field: Field): Promise<RecoveryStage> {
  const archive = field.newFolder('archive');
  const primary = await field.newPrimary('primary');
  primary.configure(
    'archive_mode = on',
    `archive_command = 'test ! -f ${archive}/%f && cp %p ${archive}/%f'`,
  );
  await field.stop(primary);
  await field.start(primary);
  const { backup, during } = await backUp(field, primary);
  await write(field, primary);
  const shared = await newMoment(primary, 'shared');
  await write(field, primary);
  const standby = await field.newStandby('standby', primary);
  await field.level(standby, primary);
  await field.promote(standby);
  await write(field, primary);
  const abandoned = await newMoment(primary, 'abandoned');
  await write(field, primary);
  await write(field, standby);
  const promoted = await newMoment(standby, 'promoted');
  await write(field, standby);
  for (const server of [primary, standby]) {
    // an archiver that is told to stop may leave some behind
    await server.switchSegment();
    await waitUntil(async () => (await unarchived(server)) === 0, 30);
    await field.stop(server);
  }
  return { backup, archive, during, shared, abandoned, promoted };
}

async function write(field: Field, server: Server): Promise<void> {
  await field.load(server);
  await server.switchSegment();
}

async function unarchived(server: Server): Promise<number> {
  const status = join(server.walDirectory, 'archive_status');
  return readdirSync(status).filter((name) => name.endsWith('.ready')).length;
}

/** Makes a backup slowly, so that transactions end meanwhile. */
async function backUp(field: Field, primary: Server): Promise<{ backup: string; during: Moment }> {
  const backup = join(field.folder, 'backup');
  const args = ['-D', backup, '-d', primary.connection, '-c', 'fast', '-X', 'none', '--max-rate=8M'];
  let isDone = false;
  const done = mustRun(primary.program('pg_basebackup'), args).finally(() => {
    isDone = true;
  });
  const isBegun = await waitUntil(() => {
    try {
      return isDone || readdirSync(backup).includes('backup_label');
    } catch {
      return false;
    }
  }, 30);
  if (!isBegun || isDone) throw new Error('the backup was too quick or too slow to do anything meanwhile');
  const during = await newMoment(primary, 'during');
  await field.load(primary, 100);
  await done;
  return { backup, during };
}

async function newMoment(server: Server, name: string): Promise<Moment> {
  const xid = Number(
    await server.query(`insert into t values (1, '${name}') returning txid_current() % 4294967296`),
  );
  const lsn = parseLsn(await server.query(`select pg_create_restore_point('${name}')`));
  await sleep(30);
  const microseconds = await server.query(
    'select round(extract(epoch from clock_timestamp()) * 1000000)::bigint',
  );
  await sleep(30);
  return { name, xid, lsn, time: BigInt(microseconds) - POSTGRES_EPOCH };
}

/** Copies an archive, to be damaged. */
export function copyOfArchive(field: Field, { archive }: RecoveryStage, name: string): string {
  const copy = field.newFolder(name);
  for (const file of readdirSync(archive)) {
    copyFileSync(join(archive, file), join(copy, file));
    giveToServers(join(copy, file));
  }
  return copy;
}

/** Has a server recover a copy of the backup. */
export async function tryRecovery(
  field: Field,
  { backup }: RecoveryStage,
  archive: string,
  options: AssessRecoveryOptions,
  name: string,
): Promise<RecoveryTrial> {
  const server = field.newServer(name);
  await mustRun('cp', ['-a', backup, server.directory]);
  await mustRun('chmod', ['700', server.directory]);
  setUp(server, archive, options);
  await server.beginToStart();
  const isUp = await waitUntil(
    async () => !server.isRunning || (await server.tryQuery('select pg_is_in_recovery()')).output === 'f',
    60,
  );
  const isStarted = isUp && server.isRunning;
  const log = server.logged();
  await server.stop('immediate');
  rmSync(server.directory, { recursive: true, force: true });
  const isStopped =
    /recovery stopping|last completed transaction was/.test(log) && /recovery stopping/.test(log);
  const isAnywhere = (options.target?.kind ?? 'latest') === 'latest';
  return {
    outcome: !isStarted ? 'fails' : isStopped || isAnywhere ? 'stops-at-target' : 'starts-short-of-it',
    consistentAt: lsnIn(log, /consistent recovery state reached at (\w+\/\w+)/),
    lastRecord: lsnIn(log, /redo done at (\w+\/\w+)/),
    log,
  };
}

function setUp(server: Server, archive: string, options: AssessRecoveryOptions): void {
  const { version } = server.installation;
  const settings = [
    `restore_command = 'cp ${archive}/%f %p'`,
    ...targetSettings(options),
    `recovery_target_inclusive = ${options.inclusive === false ? 'off' : 'on'}`,
    `recovery_target_timeline = '${options.timeline ?? version.defaultTargetTimeline}'`,
    "recovery_target_action = 'promote'",
  ];
  const mark = version.standbyMark === 'recovery.conf' ? 'recovery.conf' : 'recovery.signal';
  const path = join(server.directory, mark);
  // the word for it came with version 12
  const own =
    version.standbyMark === 'recovery.conf' ? settings.filter((line) => !/'current'$/.test(line)) : [];
  writeFileSync(path, own.map((line) => `${line}\n`).join(''));
  giveToServers(path);
  if (version.standbyMark !== 'recovery.conf') server.configure(...settings);
  server.configure('archive_mode = off');
}

function targetSettings({ target }: AssessRecoveryOptions): string[] {
  switch (target?.kind) {
    case 'immediate':
      return ["recovery_target = 'immediate'"];
    case 'time':
      return [`recovery_target_time = '${timeText(target.time)}'`];
    case 'lsn':
      return [`recovery_target_lsn = '${formatLsn(target.lsn)}'`];
    case 'xid':
      return [`recovery_target_xid = '${target.xid}'`];
    case 'name':
      return [`recovery_target_name = '${target.name}'`];
    default:
      return [];
  }
}

function timeText(time: bigint): string {
  const milliseconds = Number((time + POSTGRES_EPOCH) / 1000n);
  const fraction = `${(time + POSTGRES_EPOCH) % 1_000_000n}`.padStart(6, '0');
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')}.${fraction}+00`;
}

function lsnIn(log: string, pattern: RegExp): Lsn | null {
  const found = pattern.exec(log)?.[1];
  return found === undefined ? null : parseLsn(found);
}
