import { type Lsn, lsnFromWords } from '../lsn.js';

/** `SizeOfXLogShortPHD`: the header of every WAL page but a segment's first (`xlog_internal.h`). */
export const SHORT_HEADER_BYTES = 24;

/** `SizeOfXLogLongPHD`: the header of a segment's first page. */
export const LONG_HEADER_BYTES = 40;

/** The page begins with the rest of a record from the page before. */
export const FIRST_IS_CONTRECORD = 0x0001;

/** The page has a long header. */
export const LONG_HEADER = 0x0002;

/** Backup blocks of the page's records may be left away; readers pass over it. */
export const BACKUP_REMOVABLE = 0x0004;

/** The record that the page before left unfinished was given up; a new one begins here. */
export const FIRST_IS_OVERWRITE_CONTRECORD = 0x0008;

/** All flags that a page may have. */
export const ALL_FLAGS = FIRST_IS_CONTRECORD | LONG_HEADER | BACKUP_REMOVABLE | FIRST_IS_OVERWRITE_CONTRECORD;

/** Where the fields of a page header lie, in bytes from its start. */
export const PAGE_FIELD = {
  magic: 0,
  info: 2,
  timeline: 4,
  addressLow: 8,
  addressHigh: 12,
  remainingLength: 16,
  systemIdentifier: 24,
  segmentSize: 32,
  blockSize: 36,
} as const;

/** `XLogLongPageHeaderData`: what the first page of a segment says of itself. */
export interface LongPageHeader {
  readonly magic: number;
  readonly info: number;
  readonly timeline: number;
  /** Where the page believes to be; another place in a recycled segment. */
  readonly pageAddress: Lsn;
  /** Bytes of a record from the page before that are still to come. */
  readonly remainingLength: number;
  readonly systemIdentifier: bigint;
  /** In bytes. */
  readonly segmentSize: number;
  /** `XLOG_BLCKSZ`, in bytes. */
  readonly blockSize: number;
}

/** Reads a long page header without judging it. `bytes` holds {@link LONG_HEADER_BYTES} at least. */
export function readLongPageHeader(bytes: Uint8Array): LongPageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, LONG_HEADER_BYTES);
  return {
    magic: view.getUint16(PAGE_FIELD.magic, true),
    info: view.getUint16(PAGE_FIELD.info, true),
    timeline: view.getUint32(PAGE_FIELD.timeline, true),
    pageAddress: lsnFromWords(
      view.getUint32(PAGE_FIELD.addressHigh, true),
      view.getUint32(PAGE_FIELD.addressLow, true),
    ),
    remainingLength: view.getUint32(PAGE_FIELD.remainingLength, true),
    systemIdentifier: view.getBigUint64(PAGE_FIELD.systemIdentifier, true),
    segmentSize: view.getUint32(PAGE_FIELD.segmentSize, true),
    blockSize: view.getUint32(PAGE_FIELD.blockSize, true),
  };
}

/**
 * The position at a page's start where that names the same place as one right behind its header: the server
 * writes the end of a record as the one and the start of the next as the other.
 */
export function normalizePosition(lsn: Lsn, segmentSize: number, blockSize: number): Lsn {
  const inPage = Number(lsn & BigInt(blockSize - 1));
  const atSegmentStart = (lsn & BigInt(segmentSize - 1)) === BigInt(inPage);
  return inPage === (atSegmentStart ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES) ? lsn - BigInt(inPage) : lsn;
}
