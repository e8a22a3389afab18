import type { Lsn } from '../lsn.js';
import { decodeRecord } from '../rmgr/describe-record.js';
import type { WalRecord } from '../wal/record.js';
import { RM_XLOG_ID } from '../wal/record-header.js';

/**
 * Where recovery is to end, as the settings `recovery_target…` say.
 *
 * @category Recovery
 */
export type RecoveryTarget =
  | {
      /** The end of WAL; or `recovery_target = 'immediate'`: as soon as the backup is consistent. */
      readonly kind: 'latest' | 'immediate';
    }
  | {
      /** `recovery_target_time`. */
      readonly kind: 'time';
      /** A moment, in microseconds since 2000-01-01 UTC. */
      readonly time: bigint;
    }
  | {
      /** `recovery_target_lsn`. */
      readonly kind: 'lsn';
      /** A position in WAL. */
      readonly lsn: Lsn;
    }
  | {
      /** `recovery_target_xid`. */
      readonly kind: 'xid';
      /** The transaction whose end is meant. */
      readonly xid: number;
    }
  | {
      /** `recovery_target_name`. */
      readonly kind: 'name';
      /** The name of a restore point. */
      readonly name: string;
    };

/** `RM_XACT_ID`: the resource manager of the ends of transactions. */
const RM_XACT_ID = 1;

/** What a record is to recovery targets. */
interface Mark {
  /** The transaction that ends with it; null where it ends none. */
  readonly xid: number | null;
  /** When it was written, in microseconds since 2000-01-01 UTC; null where it does not say. */
  readonly time: bigint | null;
  /** The restore point that it makes; null where it makes none. */
  readonly name: string | null;
}

const NO_MARK: Mark = { xid: null, time: null, name: null };

/** Decides whether recovery ends before or after a record, as `recoveryStopsBefore` and `recoveryStopsAfter` do. */
export class TargetWatch {
  readonly #target: RecoveryTarget;
  readonly #isInclusive: boolean;
  #mark: Mark = NO_MARK;
  /** When the last transaction ended that was replayed. */
  lastTime: bigint | null = null;

  constructor(target: RecoveryTarget, isInclusive: boolean) {
    this.#target = target;
    this.#isInclusive = isInclusive;
  }

  /** Asked of every record before it is replayed. */
  stopsBefore(record: WalRecord, isConsistent: boolean): boolean {
    const target = this.#target;
    const mark = markOf(record);
    this.#mark = mark;
    if (target.kind === 'immediate') return isConsistent;
    if (target.kind === 'lsn') return !this.#isInclusive && record.lsn >= target.lsn;
    if (mark.xid === null) return false;
    if (target.kind === 'xid') return !this.#isInclusive && mark.xid === target.xid;
    if (target.kind !== 'time' || mark.time === null) return false;
    // of several that ended at that moment, all or none
    return this.#isInclusive ? mark.time > target.time : mark.time >= target.time;
  }

  /** Asked of every record once it is replayed. */
  stopsAfter(record: WalRecord, isConsistent: boolean): boolean {
    const target = this.#target;
    const { xid, time, name } = this.#mark;
    if (xid !== null) this.lastTime = time;
    switch (target.kind) {
      case 'name':
        return name === target.name;
      case 'lsn':
        return this.#isInclusive && record.lsn >= target.lsn;
      case 'xid':
        return this.#isInclusive && xid === target.xid;
      case 'immediate':
        // servers ask this of records of transactions only, and of any other before the next record
        return isConsistent && record.resourceManager === RM_XACT_ID;
      default:
        return false;
    }
  }

  /** When the record was written that the last question was about; null where it does not say. */
  get time(): bigint | null {
    return this.#mark.time;
  }
}

function markOf(record: WalRecord): Mark {
  const { resourceManager } = record;
  if (resourceManager !== RM_XACT_ID && resourceManager !== RM_XLOG_ID) return NO_MARK;
  const decoded = decodeRecord(record);
  if (decoded.resourceManager === 'XLOG' && decoded.type === 'RESTORE_POINT') {
    return { xid: null, time: decoded.rpTime, name: decoded.rpName };
  }
  if (decoded.resourceManager !== 'Transaction') return NO_MARK;
  switch (decoded.type) {
    case 'COMMIT':
    case 'COMMIT_COMPACT':
    case 'ABORT':
      return { xid: record.xid, time: decoded.xactTime, name: null };
    case 'COMMIT_PREPARED':
    case 'ABORT_PREPARED':
      return { xid: decoded.twophaseXid, time: decoded.xactTime, name: null };
    default:
      return NO_MARK;
  }
}
