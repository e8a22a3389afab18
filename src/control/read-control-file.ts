import { crc32c } from '../bytes/crc32c.js';
import { legacyCrc32 } from '../bytes/legacy-crc32.js';
import { ControlFileError } from '../errors.js';
import {
  type IdentifiedVersion,
  type MajorVersion,
  nearestControlVersion,
  POSTGRES_VERSIONS,
  type PostgresVersion,
  versionOfControlFile,
} from '../version.js';
import type { ControlFile, DatabaseState, WalLevel } from './control-file.js';
import { LAYOUTS } from './layouts.js';

/** How many bytes a server writes (`PG_CONTROL_FILE_SIZE`); all but the first few hundred are zero. */
const FILE_SIZE = 8192;

/** How many bytes it takes to tell which layout the others have. */
const VERSION_SIZE = 16;

/** What every server keeps in `floatFormat` (`FLOATFORMAT_VALUE`). */
const FLOAT_FORMAT = 1234567;

const STATES: readonly DatabaseState[] = [
  'starting up',
  'shut down',
  'shut down in recovery',
  'shutting down',
  'in crash recovery',
  'in archive recovery',
  'in production',
];

const WAL_LEVELS_9_3: readonly WalLevel[] = ['minimal', 'archive', 'hot_standby'];
const WAL_LEVELS_9_4: readonly WalLevel[] = [...WAL_LEVELS_9_3, 'logical'];
const WAL_LEVELS_9_6: readonly WalLevel[] = ['minimal', 'replica', 'logical'];

/** What the numbers of `wal_level` mean where that is not what they mean from 9.6 on. */
const OLD_WAL_LEVELS: Partial<Record<MajorVersion, readonly WalLevel[]>> = {
  '9.3': WAL_LEVELS_9_3,
  '9.4': WAL_LEVELS_9_4,
  '9.5': WAL_LEVELS_9_4,
};

const CRC_FUNCTIONS = { 'legacy-crc32': legacyCrc32, crc32c } as const;

/** What not every version has. */
const ABSENT = {
  prevCheckPoint: null,
  walLogHints: null,
  maxWorkerProcesses: null,
  maxWalSenders: null,
  trackCommitTimestamp: null,
  slruPagesPerSegment: null,
  loblksize: null,
  enableIntTimes: null,
  float4ByVal: null,
  defaultCharSignedness: null,
  mockAuthenticationNonce: null,
} as const;
const ABSENT_IN_CHECKPOINT = {
  walLevel: null,
  logicalDecodingEnabled: null,
  oldestCommitTsXid: null,
  newestCommitTsXid: null,
  dataChecksumState: null,
} as const;

/**
 * Reads a control file (`global/pg_control`) that a server of 9.3 or later wrote on a little-endian 64-bit
 * machine. A checksum that does not match its contents is no error: see {@link ControlFile.crcMatches}.
 *
 * @param bytes - the file, or at least the part of it that means something (the first 300 bytes or so)
 * @throws {@link ControlFileError} `CONTROL_FILE_TOO_SHORT`, `CONTROL_FILE_BIG_ENDIAN` or `CONTROL_FILE_VERSION`
 * @category Control file
 */
export function readControlFile(bytes: Uint8Array): ControlFile {
  const { version, development } = identify(bytes);
  const layout = LAYOUTS[version.major];
  requireBytes(bytes, layout.size, `PostgreSQL ${version.major} keeps in it`);
  const stored = layout.parse(bytes);
  const computedCrc = crcOf(bytes, version);
  const walLevels = OLD_WAL_LEVELS[version.major] ?? WAL_LEVELS_9_6;
  return {
    version,
    development,
    ...ABSENT,
    ...stored,
    state: STATES[stored.state] ?? 'unrecognized status code',
    checkPointCopy: { ...ABSENT_IN_CHECKPOINT, ...stored.checkPointCopy },
    walLevelName: walLevels[stored.walLevel] ?? null,
    computedCrc,
    crcMatches: computedCrc === stored.crc,
  };
}

/** Tells the version from the two numbers that every version keeps in the same place. */
function identify(bytes: Uint8Array): IdentifiedVersion {
  requireBytes(bytes, VERSION_SIZE, 'it takes to tell its version');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const controlVersion = view.getUint32(8, true);
  const catalogVersion = view.getUint32(12, true);
  requireLittleEndian(controlVersion, view.getUint32(8, false));
  const identified = versionOfControlFile(controlVersion, catalogVersion);
  if (identified === null) throw unknownVersion(controlVersion, catalogVersion);
  return identified.development === null ? identified : identifiedByLayout(bytes, identified);
}

/**
 * A catalog version that no release has, a development snapshot's or a damaged one, does not tell 9.4's layout
 * from 9.5's (both are 942). The right one shows by its CRC, or by its constant where the file is damaged.
 */
function identifiedByLayout(bytes: Uint8Array, identified: IdentifiedVersion): IdentifiedVersion {
  const rivals = POSTGRES_VERSIONS.filter((row) => row.controlVersion === identified.version.controlVersion);
  const readable = [identified.version, ...rivals].filter((row) => bytes.length >= LAYOUTS[row.major].size);
  const version = readable.find(hasRightCrc) ?? readable.find(hasRightConstant);
  return version === undefined ? identified : { version, development: version.major };

  function hasRightCrc(row: PostgresVersion): boolean {
    return LAYOUTS[row.major].parse(bytes).crc === crcOf(bytes, row);
  }
  function hasRightConstant(row: PostgresVersion): boolean {
    return LAYOUTS[row.major].parse(bytes).floatFormat === FLOAT_FORMAT;
  }
}

function crcOf(bytes: Uint8Array, version: PostgresVersion): number {
  return CRC_FUNCTIONS[version.crc](bytes, 0, LAYOUTS[version.major].crcOffset);
}

function requireBytes(bytes: Uint8Array, needed: number, what: string): void {
  if (bytes.length >= needed) return;
  throw new ControlFileError(
    'CONTROL_FILE_TOO_SHORT',
    `control file is ${bytes.length === 0 ? 'empty' : 'cut off'}: it has ${bytes.length} bytes, not the ` +
      `${needed} that ${what} (a whole one has ${FILE_SIZE})`,
  );
}

/** The test is PostgreSQL's own: no version number reaches 65536, and none is a multiple of it. */
function requireLittleEndian(controlVersion: number, swapped: number): void {
  if (controlVersion === 0 || controlVersion % 65536 !== 0) return;
  throw new ControlFileError(
    'CONTROL_FILE_BIG_ENDIAN',
    `control file of version ${swapped} was written on a big-endian machine, and only little-endian ones ` +
      'can be read here: use pg_controldata on a machine of its kind',
  );
}

function unknownVersion(controlVersion: number, catalogVersion: number): ControlFileError {
  const nearest = nearestControlVersion(controlVersion);
  return new ControlFileError(
    'CONTROL_FILE_VERSION',
    `unknown control file version ${controlVersion} (catalog version ${catalogVersion}): the nearest known ` +
      `one is ${nearest.controlVersion}, of PostgreSQL ${nearest.major}`,
  );
}
