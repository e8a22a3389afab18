import { sha256 } from '../bytes/sha256.js';
import { BackupFileError } from '../errors.js';
import { isLsn, type Lsn, parseLsn } from '../lsn.js';

/**
 * A file of a backup, as its manifest lists it.
 *
 * @category Backups
 */
export interface ManifestFile {
  /** Relative to the data directory; bytes that are not UTF-8 are replaced in it. */
  readonly path: string;
  /** The path's bytes in hexadecimal, where the manifest gives them instead; else null. */
  readonly encodedPath: string | null;
  /** In bytes. */
  readonly size: number;
  /** As in `2026-11-23 15:05:25 GMT`; null where the manifest does not say. */
  readonly lastModified: string | null;
  /** `CRC32C`, `SHA224`, `SHA256`, `SHA384` or `SHA512`; null where files have no checksums. */
  readonly checksumAlgorithm: string | null;
  /** In hexadecimal; null where files have no checksums. */
  readonly checksum: string | null;
}

/**
 * A stretch of WAL that a backup needs to become consistent.
 *
 * @category Backups
 */
export interface ManifestWalRange {
  /** The timeline that it was written on. */
  readonly timeline: number;
  /** Where it begins. */
  readonly start: Lsn;
  /** Where it ends. */
  readonly end: Lsn;
}

/**
 * A `backup_manifest`: what a base backup consists of (`src/backend/backup/backup_manifest.c`, from 13 on).
 *
 * @category Backups
 */
export interface BackupManifest {
  /** 1 up to 16, 2 from 17 on. */
  readonly version: 1 | 2;
  /** Identifies the cluster; null in version 1, which does not say. */
  readonly systemIdentifier: bigint | null;
  /** All files but the WAL and the manifest itself. */
  readonly files: readonly ManifestFile[];
  /** The newest timeline first. */
  readonly walRanges: readonly ManifestWalRange[];
  /** The SHA-256 that the manifest gives of itself, in hexadecimal; null where it gives none. */
  readonly checksum: string | null;
  /** Whether that is the checksum of its lines. Where it is not, nothing in it can be relied on. */
  readonly checksumMatches: boolean;
}

/**
 * Reads a `backup_manifest` of version 1 or 2, and checks its checksum of itself.
 *
 * @param content - the file's bytes
 * @throws {@link BackupFileError} `BACKUP_MANIFEST` where it is not one, or is cut off
 * @category Backups
 */
export function parseBackupManifest(content: Uint8Array): BackupManifest {
  const text = new TextDecoder().decode(content);
  const manifest = parseJson(text);
  const version = manifest['PostgreSQL-Backup-Manifest-Version'];
  if (version !== 1 && version !== 2) throw refusal(`its version is ${shown(version)}, expected 1 or 2`);
  // JSON.parse would round it. Quotes within a string are escaped, so that this can only be the field
  const identifier = /"System-Identifier":\s*(\d{1,20})\b/.exec(text)?.[1];
  const checksum = manifest['Manifest-Checksum'];
  return {
    version,
    systemIdentifier: identifier === undefined ? null : BigInt(identifier),
    files: list(manifest, 'Files').map(readFile),
    walRanges: list(manifest, 'WAL-Ranges').map(readWalRange),
    checksum: typeof checksum === 'string' ? checksum : null,
    checksumMatches: typeof checksum === 'string' && checksum.toLowerCase() === checksumOf(content),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseJson(text: string): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw refusal(cause instanceof Error ? cause.message : String(cause));
  }
  return fieldsOf(parsed, 'it');
}

/** The checksum covers all lines but the last, which holds it; null where there are not two whole lines. */
function checksumOf(content: Uint8Array): string | null {
  if (content.at(-1) !== NEWLINE) return null;
  const end = content.lastIndexOf(NEWLINE, content.length - 2);
  return end < 0 ? null : sha256(content.subarray(0, end + 1));
}

const NEWLINE = 0x0a;

function readFile(entry: unknown): ManifestFile {
  const file = fieldsOf(entry, 'a file');
  const encodedPath = textOf(file, 'Encoded-Path');
  const path = encodedPath === null ? textOf(file, 'Path') : decodedPath(encodedPath);
  const size = file.Size;
  if (path === null) throw refusal('a file has no path');
  if (typeof size !== 'number') throw refusal(`the size of ${path} is ${shown(size)}`);
  return {
    path,
    encodedPath,
    size,
    lastModified: textOf(file, 'Last-Modified'),
    checksumAlgorithm: textOf(file, 'Checksum-Algorithm'),
    checksum: textOf(file, 'Checksum'),
  };
}

function readWalRange(entry: unknown): ManifestWalRange {
  const range = fieldsOf(entry, 'a WAL range');
  const timeline = range.Timeline;
  const [start, end] = [textOf(range, 'Start-LSN'), textOf(range, 'End-LSN')];
  if (typeof timeline !== 'number' || start === null || !isLsn(start) || end === null || !isLsn(end)) {
    throw refusal('a WAL range has no timeline, start and end');
  }
  return { timeline, start: parseLsn(start), end: parseLsn(end) };
}

function decodedPath(hexadecimal: string): string {
  if (!/^([0-9a-f]{2})*$/i.test(hexadecimal))
    throw refusal(`could not decode file name ${shown(hexadecimal)}`);
  const bytes = Uint8Array.from({ length: hexadecimal.length / 2 }, (_, index) =>
    Number.parseInt(hexadecimal.slice(2 * index, 2 * index + 2), 16),
  );
  return new TextDecoder().decode(bytes);
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(`${what} is not an object`);
  }
  return Object.fromEntries(Object.entries(value));
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw refusal(`"${name}" is not a list`);
  return value;
}

function textOf(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 80);
}

function refusal(why: string): BackupFileError {
  return new BackupFileError('BACKUP_MANIFEST', `could not parse backup manifest: ${why}`);
}
