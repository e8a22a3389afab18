import { Parser } from 'binary-parser';
import type { MajorVersion } from '../version.js';

/*
 * `ControlFileData` and the `CheckPoint` in it (`src/include/catalog/pg_control.h`) as each version's compiler
 * lays them out on a little-endian machine that aligns 64-bit numbers to 8 bytes. Every `skip` is padding.
 * A layout is compiled (by `new Function`) when it first parses something, not here.
 */

/** A C `bool`: any value but 0 is true, as it is for `pg_controldata`. */
const bool = { formatter: (value: number): boolean => value !== 0 };

/** A 32-bit number that later versions keep in 64 bits. */
const widened = { formatter: (value: number): bigint => BigInt(value) };

const CHECKPOINT_START = new Parser()
  .uint64le('redo')
  .uint32le('thisTimeLineID')
  .uint32le('prevTimeLineID')
  .uint8('fullPageWrites', bool)
  .skip(3);
const NEXT_XID_IN_HALVES = new Parser().uint32le('epoch').uint32le('xid');
const OLDEST = new Parser()
  .uint32le('oldestXid')
  .uint32le('oldestXidDB')
  .uint32le('oldestMulti')
  .uint32le('oldestMultiDB');
const COMMIT_TIMESTAMPS = new Parser().uint32le('oldestCommitTsXid').uint32le('newestCommitTsXid');

const CHECKPOINT_START_9_3 = new Parser()
  .nest({ type: CHECKPOINT_START })
  .nest('nextXid', {
    type: NEXT_XID_IN_HALVES,
    formatter: ({ epoch, xid }): bigint => (BigInt(epoch) << 32n) | BigInt(xid),
  })
  .uint32le('nextOid')
  .uint32le('nextMulti')
  .uint32le('nextMultiOffset', widened)
  .nest({ type: OLDEST })
  .int64le('time');
const CHECKPOINT_9_3 = new Parser().nest({ type: CHECKPOINT_START_9_3 }).uint32le('oldestActiveXid').skip(4);
const CHECKPOINT_9_5 = new Parser()
  .nest({ type: CHECKPOINT_START_9_3 })
  .nest({ type: COMMIT_TIMESTAMPS })
  .uint32le('oldestActiveXid')
  .skip(4);
const CHECKPOINT_END_12 = new Parser()
  .uint64le('nextXid')
  .uint32le('nextOid')
  .uint32le('nextMulti')
  .uint32le('nextMultiOffset', widened)
  .nest({ type: OLDEST })
  .skip(4)
  .int64le('time')
  .nest({ type: COMMIT_TIMESTAMPS })
  .uint32le('oldestActiveXid')
  .skip(4);
const CHECKPOINT_12 = new Parser().nest({ type: CHECKPOINT_START }).skip(4).nest({ type: CHECKPOINT_END_12 });
const CHECKPOINT_17 = new Parser()
  .nest({ type: CHECKPOINT_START })
  .int32le('walLevel')
  .nest({ type: CHECKPOINT_END_12 });
const CHECKPOINT_19 = new Parser()
  .nest({ type: CHECKPOINT_START })
  .int32le('walLevel')
  .uint8('logicalDecodingEnabled', bool)
  .skip(7)
  .uint64le('nextXid')
  .uint32le('nextOid')
  .uint32le('nextMulti')
  .uint64le('nextMultiOffset')
  .nest({ type: OLDEST })
  .int64le('time')
  .nest({ type: COMMIT_TIMESTAMPS })
  .uint32le('oldestActiveXid')
  .uint32le('dataChecksumState');

const HEADER = new Parser()
  .uint64le('systemIdentifier')
  .uint32le('pgControlVersion')
  .uint32le('catalogVersionNo')
  .uint32le('state')
  .skip(4)
  .int64le('time')
  .uint64le('checkPoint');
const HEADER_9_3 = new Parser().nest({ type: HEADER }).uint64le('prevCheckPoint');

const RECOVERY = new Parser()
  .uint64le('unloggedLSN')
  .uint64le('minRecoveryPoint')
  .uint32le('minRecoveryPointTLI')
  .skip(4)
  .uint64le('backupStartPoint')
  .uint64le('backupEndPoint')
  .uint8('backupEndRequired', bool)
  .skip(3);

// The settings end with `maxAlign`, because what comes next is a double, whose padding depends on them.
const SETTINGS_9_3 = new Parser()
  .int32le('walLevel')
  .int32le('maxConnections')
  .int32le('maxPreparedXacts')
  .int32le('maxLocksPerXact')
  .uint32le('maxAlign');
const SETTINGS_START_9_4 = new Parser()
  .int32le('walLevel')
  .uint8('walLogHints', bool)
  .skip(3)
  .int32le('maxConnections')
  .int32le('maxWorkerProcesses');
const SETTINGS_9_4 = new Parser()
  .nest({ type: SETTINGS_START_9_4 })
  .int32le('maxPreparedXacts')
  .int32le('maxLocksPerXact')
  .uint32le('maxAlign');
const SETTINGS_9_5 = new Parser()
  .nest({ type: SETTINGS_START_9_4 })
  .int32le('maxPreparedXacts')
  .int32le('maxLocksPerXact')
  .uint8('trackCommitTimestamp', bool)
  .skip(3)
  .uint32le('maxAlign')
  .skip(4);
const SETTINGS_12 = new Parser()
  .nest({ type: SETTINGS_START_9_4 })
  .int32le('maxWalSenders')
  .int32le('maxPreparedXacts')
  .int32le('maxLocksPerXact')
  .uint8('trackCommitTimestamp', bool)
  .skip(3)
  .uint32le('maxAlign');

const RELATION_SIZES = new Parser().doublele('floatFormat').uint32le('blcksz').uint32le('relsegSize');
const OTHER_SIZES = new Parser()
  .uint32le('xlogBlcksz')
  .uint32le('xlogSegSize')
  .uint32le('nameDataLen')
  .uint32le('indexMaxKeys')
  .uint32le('toastMaxChunkSize');
const SIZES_9_3 = new Parser().nest({ type: RELATION_SIZES }).nest({ type: OTHER_SIZES });
const SIZES_9_4 = new Parser().nest({ type: SIZES_9_3 }).uint32le('loblksize');
const SIZES_19 = new Parser()
  .nest({ type: RELATION_SIZES })
  .uint32le('slruPagesPerSegment')
  .nest({ type: OTHER_SIZES })
  .uint32le('loblksize');

const NONCE = new Parser().buffer('mockAuthenticationNonce', { length: 32, formatter: hex });
const END_9_3 = new Parser()
  .uint8('enableIntTimes', bool)
  .uint8('float4ByVal', bool)
  .uint8('float8ByVal', bool)
  .skip(1)
  .uint32le('dataChecksumVersion');
const END_10 = new Parser()
  .uint8('float4ByVal', bool)
  .uint8('float8ByVal', bool)
  .skip(2)
  .uint32le('dataChecksumVersion')
  .nest({ type: NONCE });
const END_13 = new Parser()
  .uint8('float8ByVal', bool)
  .skip(3)
  .uint32le('dataChecksumVersion')
  .nest({ type: NONCE });
const END_18 = new Parser()
  .uint8('float8ByVal', bool)
  .skip(3)
  .uint32le('dataChecksumVersion')
  .uint8('defaultCharSignedness', bool)
  .nest({ type: NONCE })
  .skip(3);

const LAYOUT_9_3 = layout(HEADER_9_3, CHECKPOINT_9_3, SETTINGS_9_3, SIZES_9_3, END_9_3);
const LAYOUT_9_4 = layout(HEADER_9_3, CHECKPOINT_9_3, SETTINGS_9_4, SIZES_9_4, END_9_3);
const LAYOUT_9_5 = layout(HEADER_9_3, CHECKPOINT_9_5, SETTINGS_9_5, SIZES_9_4, END_9_3);
const LAYOUT_10 = layout(HEADER_9_3, CHECKPOINT_9_5, SETTINGS_9_5, SIZES_9_4, END_10);
const LAYOUT_11 = layout(HEADER, CHECKPOINT_9_5, SETTINGS_9_5, SIZES_9_4, END_10);
const LAYOUT_12 = layout(HEADER, CHECKPOINT_12, SETTINGS_12, SIZES_9_4, END_10);
const LAYOUT_13 = layout(HEADER, CHECKPOINT_12, SETTINGS_12, SIZES_9_4, END_13);
const LAYOUT_17 = layout(HEADER, CHECKPOINT_17, SETTINGS_12, SIZES_9_4, END_13);
const LAYOUT_18 = layout(HEADER, CHECKPOINT_17, SETTINGS_12, SIZES_9_4, END_18);
const LAYOUT_19 = layout(HEADER, CHECKPOINT_19, SETTINGS_12, SIZES_19, END_18);

/** Where each version keeps what. */
export const LAYOUTS = {
  '9.3': LAYOUT_9_3,
  '9.4': LAYOUT_9_4,
  '9.5': LAYOUT_9_5,
  '9.6': LAYOUT_9_5,
  '10': LAYOUT_10,
  '11': LAYOUT_11,
  '12': LAYOUT_12,
  '13': LAYOUT_13,
  '14': LAYOUT_13,
  '15': LAYOUT_13,
  '16': LAYOUT_13,
  '17': LAYOUT_17,
  '18': LAYOUT_18,
  '19': LAYOUT_19,
} as const satisfies Record<MajorVersion, unknown>;

/** Puts a version's pieces together; the CRC over all of them comes last. */
function layout<H extends object, C extends object, S extends object, Z extends object, E extends object>(
  header: Parser<H>,
  checkPoint: Parser<C>,
  settings: Parser<S>,
  sizes: Parser<Z>,
  end: Parser<E>,
) {
  const guarded = new Parser()
    .nest({ type: header })
    .nest('checkPointCopy', { type: checkPoint })
    .nest({ type: RECOVERY })
    .nest({ type: settings })
    .nest({ type: sizes })
    .nest({ type: end });
  const whole = new Parser().nest({ type: guarded }).uint32le('crc');
  return {
    /** How many bytes the CRC covers; it is stored right behind them. */
    crcOffset: guarded.sizeOf(),
    /** How many bytes all of this takes; what follows in the file means nothing. */
    size: whole.sizeOf(),
    parse: (bytes: Uint8Array) => whole.parse(bytes),
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
