// AssemblyScript, not TypeScript: `npm run build:skim` compiles it to WebAssembly, into module.ts.
//
// Walks records that hold no surprise, and stops before the first that might: one that is not valid, that begins
// or ends in another window, or that the caller wants to see. What is wrong with it, if anything, is for
// RecordChain to say, which is asked next; so this has no word for errors, and gives way whenever in doubt.

import {
  AT,
  BOUND,
  COUNT_COLUMNS,
  COUNT_KINDS,
  COUNTED,
  COUNTS,
  CRC_TABLES,
  END,
  HAS_HOLE,
  HEAD,
  HEAD_BYTES,
  IS_COMPRESSED,
  IS_COUNTING,
  LSN_HIGH,
  LSN_LOW,
  PAGE_MAGIC,
  PAGE_SIZE,
  PAGE_TIMELINE,
  PASSED,
  PREVIOUS_HIGH,
  PREVIOUS_LOW,
  RECORD_BYTES,
  RECORDS,
  TOP_LEVEL_XIDS,
  WAL_BLOCK_SIZE,
} from './layout';

const PAGE_HEADER: u32 = 24;
const RECORD_HEADER: u32 = 24;
/** The record header up to its checksum. */
const CHECKED_HEADER: u32 = 20;

/** Reflected. */
const POLYNOMIAL: u32 = 0x82f63b78;

const FIRST_IS_CONTRECORD: u32 = 0x1;
const BACKUP_REMOVABLE: u32 = 0x4;

const SURPRISE: i32 = -1;

/** Makes the tables of CRC-32C: the k-th carries a CRC over a byte and k bytes of zeros behind it. */
export function prepare(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (POLYNOMIAL & (0 - (crc & 1)));
    store<u32>(CRC_TABLES + byte * 4, crc);
  }
  const end: u32 = CRC_TABLES + 16384;
  for (let at: u32 = CRC_TABLES + 1024; at < end; at += 4) {
    const crc = load<u32>(at - 1024);
    store<u32>(at, (crc >>> 8) ^ load<u32>(CRC_TABLES + ((crc & 0xff) << 2)));
  }
}

/** Walks from AT on, and leaves at AT, PREVIOUS_HIGH and PREVIOUS_LOW where it came to. */
export function skim(): void {
  const end = load<u32>(END);
  const bound = load<u32>(BOUND);
  const lsnHigh = load<u32>(LSN_HIGH);
  const lsnLow = load<u32>(LSN_LOW);
  const blockSize = load<u32>(WAL_BLOCK_SIZE);
  const isCounting = load<u32>(IS_COUNTING) !== 0;
  let at = load<u32>(AT);
  let previousHigh = load<u32>(PREVIOUS_HIGH);
  let previousLow = load<u32>(PREVIOUS_LOW);
  let records: u32 = 0;
  let recordBytes: u32 = 0;
  while (at < bound) {
    const page = at & ~(blockSize - 1);
    if (page + blockSize > end) break;
    let start = at;
    if (at === page) {
      if (pageFlags(page, lsnHigh, lsnLow) !== 0) break;
      start += PAGE_HEADER;
    }
    const pageEnd = page + blockSize;
    const total = load<u32>(start);
    if (total < RECORD_HEADER || total > end - start) break;
    const isSpanning = total > pageEnd - start;
    const record = isSpanning ? HEAD : start;
    const limit = isSpanning ? HEAD + min(total, HEAD_BYTES) : start + total;
    const next = isSpanning ? gather(start, total, pageEnd, end) : start + ((total + 7) & ~7);
    if (next === 0 || next > bound) break;
    const resourceManager = <u32>load<u8>(record, 17);
    const info = <u32>load<u8>(record, 16);
    if (load<u8>(PASSED + resourceManager) === 0) break;
    // a segment switch
    if (resourceManager === 0 && (info & 0xf0) === 0x40) break;
    if (load<u32>(record, 8) !== previousLow || load<u32>(record, 12) !== previousHigh) break;
    const images = imagesIn(record, total, limit);
    if (images === SURPRISE) break;
    let crc: u32 = 0xffffffff;
    crc = isSpanning
      ? crc32cOfPages(crc, start, total, pageEnd)
      : crc32c(crc, start + RECORD_HEADER, start + total);
    crc = crc32c(crc, record, record + CHECKED_HEADER);
    if (~crc !== load<u32>(record, 20)) break;

    if (isCounting) {
      const row = COUNTS + (resourceManager * COUNT_KINDS + (info >> 4)) * COUNT_COLUMNS * 8;
      store<u8>(COUNTED + resourceManager, 1);
      store<f64>(row, load<f64>(row) + 1);
      store<f64>(row, load<f64>(row, 8) + <f64>(total - images), 8);
      store<f64>(row, load<f64>(row, 16) + <f64>images, 16);
    }
    records++;
    recordBytes += total;
    previousHigh = lsnHigh;
    previousLow = lsnLow + start;
    at = next;
  }
  store<u32>(AT, at);
  store<u32>(PREVIOUS_HIGH, previousHigh);
  store<u32>(PREVIOUS_LOW, previousLow);
  store<u32>(RECORDS, records);
  store<u32>(RECORD_BYTES, recordBytes);
}

/** The flags that matter of a page with a short header that belongs here; SURPRISE of any other. */
function pageFlags(page: u32, lsnHigh: u32, lsnLow: u32): i32 {
  const flags = <u32>load<u16>(page, 2);
  const isOrdinary =
    <u32>load<u16>(page) === load<u32>(PAGE_MAGIC) &&
    (flags & ~(FIRST_IS_CONTRECORD | BACKUP_REMOVABLE)) === 0 &&
    load<u32>(page, 4) === load<u32>(PAGE_TIMELINE) &&
    load<u32>(page, 8) === lsnLow + page &&
    load<u32>(page, 12) === lsnHigh;
  return isOrdinary ? flags & FIRST_IS_CONTRECORD : SURPRISE;
}

/**
 * Follows a record over its pages, and puts its beginning at HEAD. Gives where the next record is; 0 where it does
 * not go on as it should, or beyond the window.
 */
function gather(start: u32, total: u32, firstEnd: u32, end: u32): u32 {
  const blockSize = load<u32>(WAL_BLOCK_SIZE);
  const lsnHigh = load<u32>(LSN_HIGH);
  const lsnLow = load<u32>(LSN_LOW);
  let copied = min(firstEnd - start, HEAD_BYTES);
  memory.copy(HEAD, start, copied);
  let remaining = total - (firstEnd - start);
  for (let page = firstEnd; page + blockSize <= end; page += blockSize) {
    if (pageFlags(page, lsnHigh, lsnLow) !== FIRST_IS_CONTRECORD) return 0;
    if (load<u32>(page, 16) !== remaining) return 0;
    const length = min(remaining, blockSize - PAGE_HEADER);
    const more = min(length, HEAD_BYTES - copied);
    memory.copy(HEAD + copied, page + PAGE_HEADER, more);
    copied += more;
    remaining -= length;
    if (remaining === 0) return page + PAGE_HEADER + ((length + 7) & ~7);
  }
  return 0;
}

/** Carries a CRC-32C over a record behind its header, from page to page. */
function crc32cOfPages(state: u32, start: u32, total: u32, firstEnd: u32): u32 {
  const blockSize = load<u32>(WAL_BLOCK_SIZE);
  let crc = state;
  let remaining = total;
  let skipped = RECORD_HEADER;
  let from = start;
  let end = firstEnd;
  while (remaining > 0) {
    const length = min(remaining, end - from);
    const passed = min(skipped, length);
    crc = crc32c(crc, from + passed, from + length);
    skipped -= passed;
    remaining -= length;
    from = end + PAGE_HEADER;
    end += blockSize;
  }
  return crc;
}

/**
 * Reads a record's block references with all checks of `readBlockReferences`. Gives how many bytes of it are
 * page images; SURPRISE where it is not valid, or where they do not all lie before `limit`.
 */
function imagesIn(start: u32, total: u32, limit: u32): i32 {
  const end = start + total;
  const pageSize = load<u32>(PAGE_SIZE);
  const hasHoleBit = load<u32>(HAS_HOLE);
  const compressedBits = load<u32>(IS_COMPRESSED);
  let at = start + RECORD_HEADER;
  let payload: u32 = 0;
  let images: u32 = 0;
  let lastId: i32 = -1;
  let hasRelation = false;
  while (end - at > payload) {
    if (at + 1 > limit) return SURPRISE;
    const id = <i32>load<u8>(at);
    at += 1;
    if (id === 255) {
      if (at + 1 > limit) return SURPRISE;
      payload += load<u8>(at);
      at += 1;
      break;
    }
    if (id === 254) {
      if (at + 4 > limit) return SURPRISE;
      const length = load<u32>(at);
      if (length > total) return SURPRISE;
      payload += length;
      at += 4;
      break;
    }
    if (id === 253) {
      if (at + 2 > limit) return SURPRISE;
      at += 2;
      continue;
    }
    if (id === 252 && load<u32>(TOP_LEVEL_XIDS) !== 0) {
      if (at + 4 > limit) return SURPRISE;
      at += 4;
      continue;
    }
    if (id > 32 || id <= lastId || at + 3 > limit) return SURPRISE;
    lastId = id;
    const flags = <u32>load<u8>(at);
    const dataLength = <u32>load<u16>(at, 1);
    at += 3;
    if (((flags & 0x20) !== 0) !== (dataLength !== 0)) return SURPRISE;
    payload += dataLength;
    if ((flags & 0x10) !== 0) {
      if (at + 7 > limit) return SURPRISE;
      const imageLength = <u32>load<u16>(at);
      const holeOffset = <u32>load<u16>(at, 2);
      const info = <u32>load<u8>(at, 4);
      at += 5;
      const hasHole = (info & hasHoleBit) !== 0;
      const isCompressed = (info & compressedBits) !== 0;
      let holeLength = pageSize - imageLength;
      if (isCompressed) {
        holeLength = 0;
        if (hasHole) {
          holeLength = load<u16>(at);
          at += 2;
        }
      }
      if (hasHole && (holeOffset === 0 || holeLength === 0 || imageLength === pageSize)) return SURPRISE;
      if (!hasHole && (holeOffset !== 0 || holeLength !== 0)) return SURPRISE;
      if (isCompressed && imageLength === pageSize) return SURPRISE;
      if (!hasHole && !isCompressed && imageLength !== pageSize) return SURPRISE;
      payload += imageLength;
      images += imageLength;
    }
    if ((flags & 0x80) !== 0) {
      if (!hasRelation) return SURPRISE;
    } else {
      at += 12;
      hasRelation = true;
    }
    at += 4;
    if (at > limit) return SURPRISE;
  }
  return end - at === payload ? images : SURPRISE;
}

/**
 * Carries a CRC-32C over bytes by the tables at CRC_TABLES, 16 bytes a step. Of a step, what needs the one before
 * comes last, so that steps overlap; 1020 is the mask of a byte that is the index of a word.
 */
function crc32c(state: u32, from: u32, end: u32): u32 {
  let crc = state;
  let at = from;
  while (at + 16 <= end) {
    const a = load<u32>(at) ^ crc;
    const b = load<u32>(at, 4);
    const c = load<u32>(at, 8);
    const d = load<u32>(at, 12);
    const ahead =
      load<u32>((d >>> 22) & 1020) ^
      load<u32>((d >>> 14) & 1020, 1024) ^
      load<u32>((d >>> 6) & 1020, 2048) ^
      load<u32>((d << 2) & 1020, 3072) ^
      load<u32>((c >>> 22) & 1020, 4096) ^
      load<u32>((c >>> 14) & 1020, 5120) ^
      load<u32>((c >>> 6) & 1020, 6144) ^
      load<u32>((c << 2) & 1020, 7168) ^
      load<u32>((b >>> 22) & 1020, 8192) ^
      load<u32>((b >>> 14) & 1020, 9216) ^
      load<u32>((b >>> 6) & 1020, 10240) ^
      load<u32>((b << 2) & 1020, 11264);
    crc =
      ahead ^
      (load<u32>((a >>> 22) & 1020, 12288) ^
        load<u32>((a >>> 14) & 1020, 13312) ^
        (load<u32>((a >>> 6) & 1020, 14336) ^ load<u32>((a << 2) & 1020, 15360)));
    at += 16;
  }
  if (at + 8 <= end) {
    const a = load<u32>(at) ^ crc;
    const b = load<u32>(at, 4);
    crc =
      load<u32>((b >>> 22) & 1020) ^
      load<u32>((b >>> 14) & 1020, 1024) ^
      load<u32>((b >>> 6) & 1020, 2048) ^
      load<u32>((b << 2) & 1020, 3072) ^
      (load<u32>((a >>> 22) & 1020, 4096) ^
        load<u32>((a >>> 14) & 1020, 5120) ^
        (load<u32>((a >>> 6) & 1020, 6144) ^ load<u32>((a << 2) & 1020, 7168)));
    at += 8;
  }
  if (at + 4 <= end) {
    const a = load<u32>(at) ^ crc;
    crc =
      load<u32>((a >>> 22) & 1020) ^
      load<u32>((a >>> 14) & 1020, 1024) ^
      load<u32>((a >>> 6) & 1020, 2048) ^
      load<u32>((a << 2) & 1020, 3072);
    at += 4;
  }
  while (at < end) {
    crc = (crc >>> 8) ^ load<u32>(((crc ^ load<u8>(at)) & 0xff) << 2);
    at += 1;
  }
  return crc;
}
