import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { VerdictKind } from '../../failback/verdict.js';
import type { Field } from './field.js';
import { giveToServers } from './processes.js';
import type { Server } from './server.js';

/** What a scenario leaves behind: a node that is stopped, and the running upstream that it is to follow. */
export interface Staged {
  readonly node: Server;
  readonly upstream: Server;
  /** The archive that the node restores from. */
  readonly archive?: string;
}

/** A kind of failover, staged with real servers. Sizes and timing are the field's to choose. */
export interface Scenario {
  readonly name: string;
  /** What it may come out as; any verdict that reality bears out, where there is no saying before. */
  readonly verdicts?: readonly VerdictKind[];
  /** Whether the server starts the node as it is and streams, and the node's contents are wrong from then on. */
  readonly isSilentlyWrong?: boolean;
  stage(field: Field): Promise<Staged>;
}

/** What becomes of a node that holds changes of its own. */
export const NEVER_FOLLOW: readonly VerdictKind[] = ['rewind', 'rebuild', 'undetermined'];

/** An old primary and its standby, level with each other. */
export async function pair(field: Field): Promise<[a: Server, b: Server]> {
  const a = await field.newPrimary('a');
  const b = await field.newStandby('b', a);
  await field.load(a);
  await field.level(b, a);
  return [a, b];
}

/** The same with a second standby. */
export async function trio(field: Field): Promise<[a: Server, b: Server, c: Server]> {
  const [a, b] = await pair(field);
  const c = await field.newStandby('c', a);
  await field.load(a);
  await field.level(b, a);
  await field.level(c, a);
  return [a, b, c];
}

/** The standby is gone, and the primary writes on; then the standby takes over. */
export async function diverge(
  field: Field,
  a: Server,
  b: Server,
  end: (a: Server) => Promise<void>,
): Promise<void> {
  await field.stop(b);
  await field.load(a);
  await end(a);
  await field.start(b);
  await field.promote(b);
  await field.load(b);
}

/** Follows another upstream from now on. */
export async function turnTo(field: Field, standby: Server, upstream: Server): Promise<void> {
  await standby.stop('fast');
  standby.follow(upstream);
  await field.start(standby);
  field.tell(`${standby.name} follows ${upstream.name}`);
}

/** Starts a standby as a primary, without a promotion: it goes on with the timeline that it is on. */
export async function startAlone(field: Field, server: Server): Promise<void> {
  server.forgetUpstream();
  await field.start(server);
  field.tell(`${server.name} was started alone`);
}

/** Puts the history files of one server into the WAL directory of another. */
export function copyHistories(from: Server, to: Server): void {
  copyFiles(from, to, (name) => name.endsWith('.history'));
}

/** The same with the segments of a timeline, whose names begin with its ID. */
export function copyWal(from: Server, to: Server, timeline: string): void {
  copyFiles(from, to, (name) => name.startsWith(timeline));
}

function copyFiles(from: Server, to: Server, isWanted: (name: string) => boolean): void {
  for (const name of readdirSync(from.walDirectory).filter(isWanted)) {
    copyFileSync(join(from.walDirectory, name), join(to.walDirectory, name));
    giveToServers(join(to.walDirectory, name));
  }
}
