/**
 * What differs between PostgreSQL majors, as data: one row a major. The rest of the library reads these
 * values and does not compare version numbers.
 */

/**
 * The major versions that this library reads.
 *
 * @category Versions
 */
export type MajorVersion =
  | '9.3'
  | '9.4'
  | '9.5'
  | '9.6'
  | '10'
  | '11'
  | '12'
  | '13'
  | '14'
  | '15'
  | '16'
  | '17'
  | '18'
  | '19';

/**
 * Bits of a full-page image's `bimg_info` byte (`BKPIMAGE_…` in `src/include/access/xlogrecord.h`);
 * 0 where the version has no such bit.
 *
 * @category Versions
 */
export interface PageImageFlags {
  /** The image was stored without its hole. */
  readonly hasHole: number;
  /** Replay restores the image; where 0, it restores every image. */
  readonly apply: number;
  /** Compressed by pglz. */
  readonly pglz: number;
  /** Compressed by LZ4. */
  readonly lz4: number;
  /** Compressed by Zstandard. */
  readonly zstd: number;
}

/**
 * How a version's `pg_rewind` behaves.
 *
 * @category Versions
 */
export interface RewindTool {
  /** Shipped with the server; up to 9.4 it is a separate download. */
  readonly bundled: boolean;
  /** Refuses a node whose timeline is not in the new primary's history (up to 9.5). */
  readonly needsTimelineInHistory: boolean;
  /** Needs a checkpoint on the new primary since its promotion (up to 15), else it sees no difference. */
  readonly needsCheckpointAfterPromotion: boolean;
  /** Shuts an unclean node down itself, by single-user mode (from 13). */
  readonly ensuresShutdown: boolean;
  /** Can fetch missing WAL by the node's `restore_command` (`--restore-target-wal`, from 13). */
  readonly restoresWal: boolean;
}

/**
 * One major version's formats, names and limits.
 *
 * @category Versions
 */
export interface PostgresVersion {
  /** As in `PG_VERSION`. */
  readonly major: MajorVersion;
  /** `XLOG_PAGE_MAGIC`, the first two bytes of every WAL page (`src/include/access/xlog_internal.h`). */
  readonly pageMagic: number;
  /** `PG_CONTROL_VERSION` (`src/include/catalog/pg_control.h`). */
  readonly controlVersion: number;
  /** `CATALOG_VERSION_NO` of the release, or null where it was not released when this was written. */
  readonly catalogVersion: number | null;
  /** The family of record headers: 32 bytes with backup blocks, or 24 bytes with block references. */
  readonly recordFormat: 'backup-blocks' | 'block-references';
  /** What guards records and `pg_control`. */
  readonly crc: 'legacy-crc32' | 'crc32c';
  /** Names of the built-in resource managers; a name's index is the resource manager's ID. */
  readonly resourceManagers: readonly string[];
  /** Whether extensions may register resource managers 128 to 255 (from 15). */
  readonly customResourceManagers: boolean;
  /** Null where images are not described by `bimg_info` (up to 9.4). */
  readonly pageImageFlags: PageImageFlags | null;
  /** Whether a record may name its top-level transaction (`XLR_BLOCK_ID_TOPLEVEL_XID`, from 14). */
  readonly topLevelTransactionIds: boolean;
  /** The directory of WAL segments below the data directory. */
  readonly walDirectory: 'pg_xlog' | 'pg_wal';
  /** How this version's reader words a record length that cannot be. */
  readonly shortRecordMessage: 'zero-length' | 'bare' | 'wanted' | 'expected';
  /** How this version's reader names a place in a page whose header is wrong. */
  readonly pagePlaceMessage: 'log-segment' | 'wal-segment';
  /** How a standby is told to be one. */
  readonly standbyMark: 'recovery.conf' | 'standby.signal';
  /** What `recovery_target_timeline` is where it is not set. */
  readonly defaultTargetTimeline: 'current' | 'latest';
  /** Whether `pg_start_backup` could leave a `backup_label` in a running primary's directory (up to 14). */
  readonly exclusiveBackups: boolean;
  /** What is escaped by backslashes in a backup's `tablespace_map` (from 9.5 on there is one). */
  readonly tablespaceMapEscapes: 'line-ends' | 'all';
  /** Whether a server whose WAL ends before its recovery target starts all the same (up to 12), or fails. */
  readonly missesRecoveryTarget: 'starts' | 'fails';
  /** This version's `pg_rewind`. */
  readonly rewind: RewindTool;
}

const RESOURCE_MANAGERS_9_3 = [
  'XLOG',
  'Transaction',
  'Storage',
  'CLOG',
  'Database',
  'Tablespace',
  'MultiXact',
  'RelMap',
  'Standby',
  'Heap2',
  'Heap',
  'Btree',
  'Hash',
  'Gin',
  'Gist',
  'Sequence',
  'SPGist',
] as const;
const RESOURCE_MANAGERS_9_5 = [...RESOURCE_MANAGERS_9_3, 'BRIN', 'CommitTs', 'ReplicationOrigin'] as const;
const RESOURCE_MANAGERS_9_6 = [...RESOURCE_MANAGERS_9_5, 'Generic', 'LogicalMessage'] as const;
const RESOURCE_MANAGERS_19 = [...RESOURCE_MANAGERS_9_6, 'XLOG2'] as const;

const IMAGES_9_5: PageImageFlags = { hasHole: 0x01, apply: 0, pglz: 0x02, lz4: 0, zstd: 0 };
const IMAGES_10: PageImageFlags = { ...IMAGES_9_5, apply: 0x04 };
const IMAGES_15: PageImageFlags = { hasHole: 0x01, apply: 0x02, pglz: 0x04, lz4: 0x08, zstd: 0x10 };

// Each row is the one before it and what its release changed.
const V9_3: PostgresVersion = {
  major: '9.3',
  pageMagic: 0xd075,
  controlVersion: 937,
  catalogVersion: 201306121,
  recordFormat: 'backup-blocks',
  crc: 'legacy-crc32',
  resourceManagers: RESOURCE_MANAGERS_9_3,
  customResourceManagers: false,
  pageImageFlags: null,
  topLevelTransactionIds: false,
  walDirectory: 'pg_xlog',
  shortRecordMessage: 'zero-length',
  pagePlaceMessage: 'log-segment',
  standbyMark: 'recovery.conf',
  defaultTargetTimeline: 'current',
  exclusiveBackups: true,
  tablespaceMapEscapes: 'line-ends',
  missesRecoveryTarget: 'starts',
  rewind: {
    bundled: false,
    needsTimelineInHistory: true,
    needsCheckpointAfterPromotion: true,
    ensuresShutdown: false,
    restoresWal: false,
  },
};
const V9_4: PostgresVersion = {
  ...V9_3,
  major: '9.4',
  pageMagic: 0xd07e,
  controlVersion: 942,
  catalogVersion: 201409291,
};
const V9_5: PostgresVersion = {
  ...V9_4,
  major: '9.5',
  pageMagic: 0xd087,
  catalogVersion: 201510051,
  recordFormat: 'block-references',
  crc: 'crc32c',
  resourceManagers: RESOURCE_MANAGERS_9_5,
  pageImageFlags: IMAGES_9_5,
  shortRecordMessage: 'bare',
  rewind: { ...V9_4.rewind, bundled: true },
};
const V9_6: PostgresVersion = {
  ...V9_5,
  major: '9.6',
  pageMagic: 0xd093,
  controlVersion: 960,
  catalogVersion: 201608131,
  resourceManagers: RESOURCE_MANAGERS_9_6,
  shortRecordMessage: 'wanted',
  rewind: { ...V9_5.rewind, needsTimelineInHistory: false },
};
const V10: PostgresVersion = {
  ...V9_6,
  major: '10',
  pageMagic: 0xd097,
  controlVersion: 1002,
  catalogVersion: 201707211,
  pageImageFlags: IMAGES_10,
  walDirectory: 'pg_wal',
};
const V11: PostgresVersion = {
  ...V10,
  major: '11',
  pageMagic: 0xd098,
  controlVersion: 1100,
  catalogVersion: 201809051,
};
const V12: PostgresVersion = {
  ...V11,
  major: '12',
  pageMagic: 0xd101,
  controlVersion: 1201,
  catalogVersion: 201909212,
  standbyMark: 'standby.signal',
  defaultTargetTimeline: 'latest',
};
const V13: PostgresVersion = {
  ...V12,
  major: '13',
  pageMagic: 0xd106,
  controlVersion: 1300,
  catalogVersion: 202007201,
  missesRecoveryTarget: 'fails',
  rewind: { ...V12.rewind, ensuresShutdown: true, restoresWal: true },
};
const V14: PostgresVersion = {
  ...V13,
  major: '14',
  pageMagic: 0xd10d,
  catalogVersion: 202107181,
  tablespaceMapEscapes: 'all',
  topLevelTransactionIds: true,
};
const V15: PostgresVersion = {
  ...V14,
  major: '15',
  pageMagic: 0xd110,
  catalogVersion: 202209061,
  customResourceManagers: true,
  pageImageFlags: IMAGES_15,
  exclusiveBackups: false,
};
const V16: PostgresVersion = {
  ...V15,
  major: '16',
  pageMagic: 0xd113,
  catalogVersion: 202307071,
  shortRecordMessage: 'expected',
  pagePlaceMessage: 'wal-segment',
  rewind: { ...V15.rewind, needsCheckpointAfterPromotion: false },
};
const V17: PostgresVersion = {
  ...V16,
  major: '17',
  pageMagic: 0xd116,
  controlVersion: 1700,
  catalogVersion: 202406281,
};
const V18: PostgresVersion = {
  ...V17,
  major: '18',
  pageMagic: 0xd118,
  controlVersion: 1800,
  catalogVersion: 202506291,
};
const V19: PostgresVersion = {
  ...V18,
  major: '19',
  pageMagic: 0xd121,
  controlVersion: 1902,
  catalogVersion: null,
  resourceManagers: RESOURCE_MANAGERS_19,
};

/**
 * All versions that this library reads, oldest first.
 *
 * @category Versions
 */
export const POSTGRES_VERSIONS: readonly PostgresVersion[] = [
  V9_3,
  V9_4,
  V9_5,
  V9_6,
  V10,
  V11,
  V12,
  V13,
  V14,
  V15,
  V16,
  V17,
  V18,
  V19,
];

/**
 * Development snapshots that somebody ran in earnest: read as the release named by `readAs`. 9.4devel of
 * July 2013 is what the `synchronous_transfer` patch was built on.
 */
const DEVELOPMENT_PAGE_MAGICS: readonly { magic: number; towards: MajorVersion; readAs: PostgresVersion }[] =
  [{ magic: 0xd076, towards: '9.4', readAs: V9_3 }];

/**
 * A version as told from a file's own marks.
 *
 * @category Versions
 */
export interface IdentifiedVersion {
  /** The release whose formats apply. */
  readonly version: PostgresVersion;
  /** Set where the mark is that of a development snapshot: the major that it was to become. */
  readonly development: MajorVersion | null;
}

/**
 * The version that writes WAL pages with this magic number, or null where none is known.
 *
 * @param magic - the first two bytes of a WAL page, 0 to 65535
 * @category Versions
 */
export function versionOfPageMagic(magic: number): IdentifiedVersion | null {
  for (const version of POSTGRES_VERSIONS) {
    if (version.pageMagic === magic) return { version, development: null };
  }
  const snapshot = DEVELOPMENT_PAGE_MAGICS.find((row) => row.magic === magic);
  return snapshot === undefined ? null : { version: snapshot.readAs, development: snapshot.towards };
}

/**
 * The version that writes control files with these two numbers, or null where the first is not known.
 * Majors that share a control version (9.4 and 9.5, 13 to 16) are told apart by the catalog version; one
 * that no release has is a development snapshot's, and counts as the next release from then.
 *
 * @category Versions
 */
export function versionOfControlFile(
  controlVersion: number,
  catalogVersion: number,
): IdentifiedVersion | null {
  const rows = POSTGRES_VERSIONS.filter((version) => version.controlVersion === controlVersion);
  const last = rows.at(-1);
  if (last === undefined) return null;
  const version = rows.find((row) => (row.catalogVersion ?? catalogVersion) >= catalogVersion) ?? last;
  if (version.catalogVersion === null || version.catalogVersion === catalogVersion) {
    return { version, development: null };
  }
  // past the last release with this layout, a snapshot was on its way to the next one
  const isPastRelease = version.catalogVersion < catalogVersion;
  const towards = isPastRelease ? POSTGRES_VERSIONS[POSTGRES_VERSIONS.indexOf(version) + 1] : version;
  return { version, development: towards?.major ?? version.major };
}

/**
 * The row of a major version, or null where this library does not read it.
 *
 * @param major - as in `PG_VERSION`
 * @category Versions
 */
export function versionOfMajor(major: string): PostgresVersion | null {
  return POSTGRES_VERSIONS.find((version) => version.major === major) ?? null;
}

/** The known version whose page magic is nearest to an unknown one, for messages. */
export function nearestPageMagic(magic: number): PostgresVersion {
  return nearest(magic, (version) => version.pageMagic);
}

/** The known version whose control version is nearest to an unknown one, for messages. */
export function nearestControlVersion(controlVersion: number): PostgresVersion {
  return nearest(controlVersion, (version) => version.controlVersion);
}

function nearest(value: number, mark: (version: PostgresVersion) => number): PostgresVersion {
  return POSTGRES_VERSIONS.reduce((best, version) =>
    Math.abs(mark(version) - value) < Math.abs(mark(best) - value) ? version : best,
  );
}
