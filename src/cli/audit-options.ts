import type { AssessRecoveryOptions } from '../audit/recovery-answer.js';
import type { RecoveryTarget } from '../audit/recovery-target.js';
import type { AuditOptions } from '../audit/wal-audit.js';
import { isLsn, type Lsn, parseLsn } from '../lsn.js';
import type { TimeZone } from '../time/time-zone.js';
import { UsageError } from './exit.js';

/** What `pgwal audit` takes, as it was typed. */
export interface AuditArguments {
  readonly from?: string;
  readonly to?: string;
  readonly timeline?: string;
  readonly fast?: boolean;
  readonly json?: boolean;
  readonly jobs?: string;
  readonly backup?: string;
  readonly targetTime?: string;
  readonly targetLsn?: string;
  readonly targetXid?: string;
  readonly targetName?: string;
  readonly targetImmediate?: boolean;
  readonly targetTimeline?: string;
  readonly exclusive?: boolean;
}

/** From 1970 to 2000, in seconds. */
const POSTGRES_EPOCH = 946_684_800;
const MAX_ID = 0xffff_ffff;

/** What is to be audited. */
export function auditOptions(typed: AuditArguments): AuditOptions {
  const { from, to, timeline, fast } = typed;
  return {
    ...(from !== undefined && { from: lsnOf(from, '--from') }),
    ...(to !== undefined && { to: lsnOf(to, '--to') }),
    ...(timeline !== undefined && { timeline: idOf(timeline, '--timeline') }),
    ...(fast !== undefined && { fast }),
  };
}

/** What is to be recovered. */
export function recoveryOptions(typed: AuditArguments, zone: TimeZone): AssessRecoveryOptions {
  const targets = targetsOf(typed, zone);
  if (targets.length > 1) throw new UsageError('only one --target-… option can be given');
  const { targetTimeline: timeline, exclusive } = typed;
  return {
    ...(targets[0] !== undefined && { target: targets[0] }),
    ...(exclusive === true && { inclusive: false }),
    ...(timeline !== undefined && {
      timeline:
        timeline === 'latest' || timeline === 'current' ? timeline : idOf(timeline, '--target-timeline'),
    }),
  };
}

function targetsOf(typed: AuditArguments, zone: TimeZone): RecoveryTarget[] {
  const { targetTime, targetLsn, targetXid, targetName, targetImmediate } = typed;
  const targets: RecoveryTarget[] = [];
  if (targetTime !== undefined) targets.push({ kind: 'time', time: momentOf(targetTime, zone) });
  if (targetLsn !== undefined) targets.push({ kind: 'lsn', lsn: lsnOf(targetLsn, '--target-lsn') });
  if (targetXid !== undefined) targets.push({ kind: 'xid', xid: idOf(targetXid, '--target-xid') });
  if (targetName !== undefined) targets.push({ kind: 'name', name: targetName });
  if (targetImmediate === true) targets.push({ kind: 'immediate' });
  return targets;
}

function lsnOf(text: string, option: string): Lsn {
  if (isLsn(text)) return parseLsn(text);
  throw new UsageError(`invalid value "${text}" for ${option}: expected a position in WAL, as in 0/82603A30`);
}

function idOf(text: string, option: string): number {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (id >= 1 && id <= MAX_ID) return id;
  throw new UsageError(`invalid value "${text}" for ${option}: expected a number from 1 to ${MAX_ID}`);
}

const MOMENT =
  /^(\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * A moment as PostgreSQL and ISO 8601 write it, in microseconds since 2000-01-01 UTC.
 *
 * @param zone - where it is not told
 */
export function momentOf(text: string, zone: TimeZone): bigint {
  const match = MOMENT.exec(text.trim());
  if (match === null) {
    throw new UsageError(
      `invalid value "${text}" for --target-time: expected a time, as in "2026-11-23 13:53:39.012345+01"`,
    );
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const shown = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const microseconds = BigInt((match[7] ?? '').padEnd(6, '0'));
  const seconds = shown - (offsetOf(match[8]) ?? localOffset(shown, zone));
  return BigInt(seconds - POSTGRES_EPOCH) * 1_000_000n + microseconds;
}

/** In seconds; null where none is named. */
function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  const parts = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (parts === null) return 0;
  const seconds = Number(parts[2]) * 3600 + Number(parts[3] ?? 0) * 60;
  return parts[1] === '-' ? -seconds : seconds;
}

/** Where clocks are set back, the first of two moments that show the same is meant. */
function localOffset(shown: number, zone: TimeZone): number {
  const before = zone(shown - 86_400).offset;
  return zone(shown - before).offset === before ? before : zone(shown - zone(shown).offset).offset;
}
