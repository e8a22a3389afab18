import { TextWriter } from '../bytes/text-writer.js';
import { formatLsn } from '../lsn.js';
import { TimestampFormat } from '../time/timestamp-format.js';
import type { RecoveryTarget } from './recovery-target.js';

/** `2026-11-23 13:53:39.012345 UTC`, of a moment in microseconds since 2000-01-01 UTC. */
export function formatMoment(microseconds: bigint): string {
  const out = new TextWriter();
  new TimestampFormat().write(out, microseconds);
  return out.toString();
}

/** A target in words. */
export function describeTarget(target: RecoveryTarget): string {
  switch (target.kind) {
    case 'latest':
      return 'the end of WAL';
    case 'immediate':
      return 'the first consistent point';
    case 'time':
      return formatMoment(target.time);
    case 'lsn':
      return formatLsn(target.lsn);
    case 'xid':
      return `the end of transaction ${target.xid}`;
    case 'name':
      return `restore point "${target.name}"`;
  }
}
