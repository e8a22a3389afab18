import type { MajorVersion } from '../version.js';

/** What differs between the `pg_waldump`s (`pg_xlogdump`s up to 9.6) of the majors, beside what records say. */
export interface DumpDialect {
  /** How a record's line goes on behind `prev`, and how its blocks are told. */
  readonly line: 'backup-blocks' | 'block-references';
  /** Whether an image that replay does not apply is told apart. */
  readonly tellsUnappliedImages: boolean;
  /** Whether the compression of an image is named. */
  readonly namesCompression: boolean;
  /** Whether commits that differ in a flag only count as one kind in `--stats=record`. */
  readonly mergesTransactionKinds: boolean;
  /** Whether statistics begin with the positions that they are of. */
  readonly statisticsRange: boolean;
  /** What stands before the reason for which the tool ends. */
  readonly fatal: string;
  /** Where it is said that reading began in the middle of a record. */
  readonly skipNotice: 'stdout-plural' | 'stdout' | 'stderr';
}

const V9_3: DumpDialect = {
  line: 'backup-blocks',
  tellsUnappliedImages: true,
  namesCompression: true,
  mergesTransactionKinds: true,
  statisticsRange: true,
  fatal: 'FATAL:  ',
  skipNotice: 'stdout-plural',
};
const V9_5: DumpDialect = {
  ...V9_3,
  line: 'block-references',
  tellsUnappliedImages: false,
  namesCompression: false,
  mergesTransactionKinds: false,
  statisticsRange: false,
};
const V9_6: DumpDialect = { ...V9_5, mergesTransactionKinds: true };
const V10: DumpDialect = { ...V9_6, tellsUnappliedImages: true, skipNotice: 'stdout' };
const V12: DumpDialect = { ...V10, fatal: 'fatal: ' };
const V15: DumpDialect = { ...V12, namesCompression: true, statisticsRange: true, fatal: 'error: ' };
const V17: DumpDialect = { ...V15, skipNotice: 'stderr' };

/** By major. What a version's own tool has not is as the newest tool has it: 9.3 and 9.4 have no statistics. */
export const DUMP_DIALECTS: Readonly<Record<MajorVersion, DumpDialect>> = {
  '9.3': V9_3,
  '9.4': V9_3,
  '9.5': V9_5,
  '9.6': V9_6,
  '10': V10,
  '11': V10,
  '12': V12,
  '13': V12,
  '14': V12,
  '15': V15,
  '16': V15,
  '17': V17,
  '18': V17,
  '19': V17,
};
