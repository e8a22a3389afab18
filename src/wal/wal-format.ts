import { isValidSegmentSize } from '../lsn.js';
import { type MajorVersion, nearestPageMagic, type PostgresVersion, versionOfPageMagic } from '../version.js';
import { LONG_HEADER, LONG_HEADER_BYTES, type LongPageHeader, readLongPageHeader } from './page-header.js';

/**
 * What every segment of a cluster's WAL has in common, as the first page of any of them tells it.
 *
 * @category WAL
 */
export interface WalFormat {
  /** The release whose formats apply. */
  readonly version: PostgresVersion;
  /** Set where a development snapshot wrote the WAL: the major that it was to become. */
  readonly development: MajorVersion | null;
  /** What every page starts with; a development snapshot's own where it differs from the release's. */
  readonly pageMagic: number;
  /** Identifies the cluster. */
  readonly systemIdentifier: bigint;
  /** In bytes: a power of two from 1 MB to 1 GB. */
  readonly segmentSize: number;
  /** `XLOG_BLCKSZ`, in bytes: a power of two from 1 kB to 64 kB. */
  readonly blockSize: number;
}

/** The first page of a segment: its header and what it says of the format, or why it says nothing. */
export type FirstPage =
  | { readonly kind: 'format'; readonly header: LongPageHeader; readonly format: WalFormat }
  | { readonly kind: 'empty' | 'unknown'; readonly why: string };

/** Reads what the first bytes of a segment say of its format; 40 of them suffice. */
export function readFirstPage(bytes: Uint8Array): FirstPage {
  if (bytes.length < LONG_HEADER_BYTES) {
    return { kind: bytes.length === 0 ? 'empty' : 'unknown', why: `it holds only ${bytes.length} bytes` };
  }
  const header = readLongPageHeader(bytes);
  if (bytes.subarray(0, LONG_HEADER_BYTES).every((byte) => byte === 0)) {
    return { kind: 'empty', why: 'its first page is zeroed' };
  }
  const identified = versionOfPageMagic(header.magic);
  if (identified === null) return { kind: 'unknown', why: unknownMagic(header.magic) };
  if ((header.info & LONG_HEADER) === 0) {
    return { kind: 'unknown', why: 'its first page has no long header' };
  }
  const { segmentSize, blockSize, systemIdentifier } = header;
  if (!isValidSegmentSize(segmentSize) || !isValidBlockSize(blockSize)) {
    return {
      kind: 'unknown',
      why: `its first page names a segment size of ${segmentSize} and a block size of ${blockSize}`,
    };
  }
  return {
    kind: 'format',
    header,
    format: { ...identified, pageMagic: header.magic, systemIdentifier, segmentSize, blockSize },
  };
}

/** Whether two segments can belong to one cluster's WAL. */
export function isSameFormat(a: WalFormat, b: WalFormat): boolean {
  return (
    a.systemIdentifier === b.systemIdentifier &&
    a.pageMagic === b.pageMagic &&
    a.segmentSize === b.segmentSize &&
    a.blockSize === b.blockSize
  );
}

function unknownMagic(magic: number): string {
  const swapped = versionOfPageMagic(((magic & 0xff) << 8) | (magic >>> 8));
  if (swapped !== null) {
    return `it was written on a big-endian machine (PostgreSQL ${swapped.version.major}), which is not supported`;
  }
  const nearest = nearestPageMagic(magic);
  return (
    `its page magic ${hexMagic(magic)} is of no known PostgreSQL version ` +
    `(the nearest is ${hexMagic(nearest.pageMagic)} of ${nearest.major})`
  );
}

function hexMagic(magic: number): string {
  return magic.toString(16).toUpperCase().padStart(4, '0');
}

function isValidBlockSize(bytes: number): boolean {
  return bytes >= 1024 && bytes <= 65536 && Number.isInteger(Math.log2(bytes));
}
