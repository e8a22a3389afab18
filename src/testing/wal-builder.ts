import { crc32c } from '../bytes/crc32c.js';
import { legacyCrc32 } from '../bytes/legacy-crc32.js';
import type { Lsn } from '../lsn.js';
import { type MajorVersion, type PostgresVersion, versionOfMajor } from '../version.js';
import {
  FIRST_IS_CONTRECORD,
  LONG_HEADER,
  LONG_HEADER_BYTES,
  PAGE_FIELD,
  SHORT_HEADER_BYTES,
} from '../wal/page-header.js';
import { segmentFileName } from '../wal-file-name.js';

/** What a hand-made record is to be; what is not given is 0. */
export interface RecordParts {
  readonly resourceManager?: number;
  readonly info?: number;
  readonly xid?: number;
  /** The replication origin that it came in by, from 9.5 on. */
  readonly origin?: number;
  /** Its whole length in bytes; what is in it does not matter then. Needed where there is no `data`. */
  readonly length?: number;
  /** The resource manager's own data. */
  readonly data?: Uint8Array;
  /** Blocks that it refers to, ascending by `id`. */
  readonly blocks?: readonly BlockParts[];
}

/** A block of a hand-made record. Up to 9.4 only blocks with an image can be told. */
export interface BlockParts {
  readonly id?: number;
  /** Tablespace, database, relation. */
  readonly relation?: readonly [number, number, number];
  readonly fork?: number;
  readonly block?: number;
  /** Further bits of `fork_flags`, such as `BKPBLOCK_WILL_INIT` (0x40). */
  readonly flags?: number;
  readonly data?: Uint8Array;
  /** A full-page image as stored, and its `bimg_info` bits (with the hole's where there is one). */
  readonly image?: {
    readonly bytes: Uint8Array;
    readonly info: number;
    readonly holeOffset: number;
    /** Stored for compressed images with a hole, else told by the length. */
    readonly holeLength: number;
  };
}

export interface WalBuilderOptions {
  readonly version?: MajorVersion;
  readonly segmentSize?: number;
  readonly blockSize?: number;
  readonly timeline?: number;
  /** The segment to begin with. */
  readonly segment?: number;
}

export const SYSTEM_IDENTIFIER = 0x6a53_0f12_4c7b_01d5n;

/**
 * Writes WAL as a server would, for cases that no server can be brought to write: pages, records with right
 * prev-links and checksums, switch records, timelines. Damage is for the caller to do to the files.
 */
export class WalBuilder {
  readonly version: PostgresVersion;
  readonly segmentSize: number;
  readonly blockSize: number;
  timeline: number;
  /** Where the next byte goes. */
  position: Lsn;
  /** Where the records begin that were written in whole. */
  readonly lsns: Lsn[] = [];
  readonly #files = new Map<string, Uint8Array>();
  #flagsOfNextPage = 0;

  constructor(options: WalBuilderOptions = {}) {
    this.version = versionOfMajor(options.version ?? '15')!;
    this.segmentSize = options.segmentSize ?? 1024 * 1024;
    this.blockSize = options.blockSize ?? 8192;
    this.timeline = options.timeline ?? 1;
    this.position = BigInt(options.segment ?? 1) * BigInt(this.segmentSize);
  }

  get headerBytes(): number {
    return this.version.recordFormat === 'backup-blocks' ? 32 : 24;
  }

  /** Bytes left on the page where the next record goes. */
  get left(): number {
    const inPage = Number(this.position % BigInt(this.blockSize));
    if (inPage > 0) return this.blockSize - inPage;
    const isLong = this.position % BigInt(this.segmentSize) === 0n;
    return this.blockSize - (isLong ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES);
  }

  /** Files of a memory source. */
  files(): Record<string, Uint8Array> {
    return Object.fromEntries([...this.#files].map(([name, bytes]) => [`pg_wal/${name}`, bytes]));
  }

  /** The bytes of the page that holds a position, to be altered at will. */
  page(lsn: Lsn): Uint8Array {
    const at = Number(lsn % BigInt(this.segmentSize));
    const start = at - (at % this.blockSize);
    return this.#segmentAt(lsn).subarray(start, start + this.blockSize);
  }

  /** Appends a record. Gives where it begins. */
  append(parts: RecordParts): Lsn {
    return this.#append(parts);
  }

  /** Appends only the first page's part of a record, as a crash may leave it. */
  appendUnfinished(parts: RecordParts): Lsn {
    return this.#append(parts, this.left);
  }

  /** Gives the next page flags of its own. */
  flagNextPage(flags: number): void {
    this.#flagsOfNextPage = flags;
  }

  /** Appends records until so many bytes are left on a page: a multiple of 8. */
  fillPage(left: number): void {
    const least = this.headerBytes + 8;
    if (this.left - left > 0 && this.left - left < least) this.append({ length: this.left });
    if (this.left - left > 0) this.append({ length: this.left - left });
  }

  /** Appends a record that leaves the rest of the segment unused. */
  appendSwitch(): Lsn {
    const lsn = this.append({ info: 0x40, length: this.headerBytes });
    const size = BigInt(this.segmentSize);
    this.position = ((this.position + size - 1n) / size) * size;
    return lsn;
  }

  /** Goes on with another timeline, in a copy of the segment at hand. */
  switchTimeline(timeline: number): void {
    const copy = Uint8Array.from(this.#segmentAt(this.position));
    this.timeline = timeline;
    this.#files.set(this.#nameAt(this.position), copy);
  }

  #append(parts: RecordParts, until?: number): Lsn {
    const bytes = this.#record(parts);
    until ??= bytes.length;
    if (this.position % BigInt(this.blockSize) === 0n) this.#beginPage(0);
    const lsn = this.position;
    for (let done = 0; done < until; ) {
      if (this.position % BigInt(this.blockSize) === 0n) this.#beginPage(bytes.length - done);
      const at = Number(this.position % BigInt(this.segmentSize));
      const part = bytes.subarray(done, Math.min(until, done + this.left));
      this.#segmentAt(this.position).set(part, at);
      done += part.length;
      this.position += BigInt(part.length);
    }
    this.position = ((this.position + 7n) / 8n) * 8n;
    if (until === bytes.length) this.lsns.push(lsn);
    return lsn;
  }

  #record({
    resourceManager = 0,
    info = 0x20,
    xid = 0,
    origin = 0,
    length,
    data,
    blocks = [],
  }: RecordParts): Uint8Array {
    const isOld = this.version.recordFormat === 'backup-blocks';
    const room = (length ?? 0) - this.headerBytes;
    const ownData = data ?? filler(isOld ? room : room - (room <= 257 ? 2 : 5));
    const contents = isOld
      ? oldContents(ownData, blocks)
      : newContents(ownData, blocks, this.version, origin);
    const bytes = new Uint8Array(this.headerBytes + contents.length);
    bytes.set(contents, this.headerBytes);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, bytes.length, true);
    view.setUint32(4, xid, true);
    if (isOld) view.setUint32(8, ownData.length, true);
    view.setBigUint64(isOld ? 16 : 8, this.lsns.at(-1) ?? 0n, true);
    const imageBits = isOld ? blocks.reduce((bits, _, index) => bits | (0x08 >> index), 0) : 0;
    view.setUint8(isOld ? 12 : 16, info | imageBits);
    view.setUint8(isOld ? 13 : 17, resourceManager);
    // data first, the header up to the checksum last
    const crcAt = isOld ? 24 : 20;
    const covered = joined(bytes.subarray(this.headerBytes), bytes.subarray(0, crcAt));
    view.setUint32(crcAt, (isOld ? legacyCrc32 : crc32c)(covered, 0, covered.length), true);
    return bytes;
  }

  #beginPage(remaining: number): void {
    const at = Number(this.position % BigInt(this.segmentSize));
    const header = new Uint8Array(at === 0 ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES);
    const view = new DataView(header.buffer);
    const flags = (at === 0 ? LONG_HEADER : 0) | (remaining > 0 ? FIRST_IS_CONTRECORD : 0);
    view.setUint16(PAGE_FIELD.magic, this.version.pageMagic, true);
    view.setUint16(PAGE_FIELD.info, flags | this.#flagsOfNextPage, true);
    view.setUint32(PAGE_FIELD.timeline, this.timeline, true);
    view.setBigUint64(PAGE_FIELD.addressLow, this.position, true);
    view.setUint32(PAGE_FIELD.remainingLength, remaining, true);
    if (at === 0) {
      view.setBigUint64(PAGE_FIELD.systemIdentifier, SYSTEM_IDENTIFIER, true);
      view.setUint32(PAGE_FIELD.segmentSize, this.segmentSize, true);
      view.setUint32(PAGE_FIELD.blockSize, this.blockSize, true);
    }
    this.#flagsOfNextPage = 0;
    this.#segmentAt(this.position).set(header, at);
    this.position += BigInt(header.length);
  }

  #nameAt(lsn: Lsn): string {
    return segmentFileName(this.timeline, Number(lsn / BigInt(this.segmentSize)), this.segmentSize);
  }

  #segmentAt(lsn: Lsn): Uint8Array {
    const name = this.#nameAt(lsn);
    const segment = this.#files.get(name) ?? new Uint8Array(this.segmentSize);
    this.#files.set(name, segment);
    return segment;
  }
}

function filler(length: number): Uint8Array {
  return Uint8Array.from({ length: Math.max(0, length) }, (_, index) => index * 7);
}

function uint16(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}

function uint32(value: number): number[] {
  return [...uint16(value), ...uint16(value >>> 16)];
}

/** What follows a record's header up to 9.4: the data, then each image behind a `BkpBlock`. */
function oldContents(data: Uint8Array, blocks: readonly BlockParts[]): Uint8Array {
  const parts = [...data];
  for (const { relation = [1663, 5, 16384], fork = 0, block = 0, image } of blocks) {
    const { bytes, holeOffset, holeLength } = image ?? filledImage();
    parts.push(...relation.flatMap(uint32), ...uint32(fork), ...uint32(block));
    parts.push(...uint16(holeOffset), ...uint16(holeLength), ...bytes);
  }
  return Uint8Array.from(parts);
}

/** What follows a record's header from 9.5 on: headers of blocks and of the data, then what they announce. */
function newContents(
  data: Uint8Array,
  blocks: readonly BlockParts[],
  version: PostgresVersion,
  origin: number,
): Uint8Array {
  const flags = version.pageImageFlags;
  const headers: number[] = [];
  const payload: number[] = [];
  blocks.forEach(
    ({ id, relation = [1663, 5, 16384], fork = 0, block = 0, flags: more = 0, data: own, image }, index) => {
      const forkFlags = fork | more | (image === undefined ? 0 : 0x10) | (own === undefined ? 0 : 0x20);
      headers.push(id ?? index, forkFlags, ...uint16(own?.length ?? 0));
      if (image !== undefined) {
        headers.push(...uint16(image.bytes.length), ...uint16(image.holeOffset), image.info);
        const isCompressed = flags !== null && (image.info & (flags.pglz | flags.lz4 | flags.zstd)) !== 0;
        if (isCompressed && (image.info & flags.hasHole) !== 0) headers.push(...uint16(image.holeLength));
        payload.push(...image.bytes);
      }
      headers.push(...relation.flatMap(uint32), ...uint32(block));
      payload.push(...(own ?? []));
    },
  );
  if (origin !== 0) headers.push(253, ...uint16(origin));
  if (data.length > 255) headers.push(254, ...uint32(data.length));
  else if (data.length > 0) headers.push(255, data.length);
  return joined(Uint8Array.from(headers), Uint8Array.from(payload), data);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function filledImage(): NonNullable<BlockParts['image']> {
  return { bytes: filler(8192), info: 0, holeOffset: 0, holeLength: 0 };
}
