import { formatLsn, type Lsn, lsnHigh, lsnLow } from '../lsn.js';
import type { MajorVersion } from '../version.js';

/** What `pg_controldata` words differently from version to version, beyond fields that come and go. */
export interface Dialect {
  /** Stands before the names of settings. */
  readonly settingPrefix: 'Current ' | '';
  /** Stands between the epoch and the rest of a transaction ID. */
  readonly xidSeparator: '/' | ':';
  readonly formatLsn: (lsn: Lsn) => string;
  readonly unknownWalLevel: string;
  /** Up to 10 the program has its segment size built in and takes no notice of the file's. */
  readonly segmentSize: 'built in' | 'stored';
  /** Whether warnings stand at the top of the text, or go to standard error (from 17). */
  readonly warnings: 'in text' | 'standard error';
}

const DIALECT_9_3: Dialect = {
  settingPrefix: 'Current ',
  xidSeparator: '/',
  formatLsn,
  unknownWalLevel: 'unrecognized wal_level',
  segmentSize: 'built in',
  warnings: 'in text',
};
const DIALECT_9_5: Dialect = { ...DIALECT_9_3, settingPrefix: '' };
const DIALECT_9_6: Dialect = { ...DIALECT_9_5, xidSeparator: ':' };
const DIALECT_11: Dialect = { ...DIALECT_9_6, segmentSize: 'stored' };
const DIALECT_17: Dialect = {
  ...DIALECT_11,
  unknownWalLevel: 'unrecognized "wal_level"',
  warnings: 'standard error',
};
const DIALECT_19: Dialect = { ...DIALECT_17, formatLsn: formatPaddedLsn };

export const DIALECTS: Readonly<Record<MajorVersion, Dialect>> = {
  '9.3': DIALECT_9_3,
  '9.4': DIALECT_9_3,
  '9.5': DIALECT_9_5,
  '9.6': DIALECT_9_6,
  '10': DIALECT_9_6,
  '11': DIALECT_11,
  '12': DIALECT_11,
  '13': DIALECT_11,
  '14': DIALECT_11,
  '15': DIALECT_11,
  '16': DIALECT_11,
  '17': DIALECT_17,
  '18': DIALECT_17,
  '19': DIALECT_19,
};

/** `%X/%08X`: 19 fills the lower half up with zeros. */
function formatPaddedLsn(lsn: Lsn): string {
  return `${lsnHigh(lsn).toString(16)}/${lsnLow(lsn).toString(16).padStart(8, '0')}`.toUpperCase();
}
