// Where things lie in the memory of the WebAssembly module, in bytes. `skim.assembly.ts` is compiled with these
// numbers, and `skimmer.ts` reads and writes by them.

/** The tables of CRC-32C, 16 of 256 words, at 0: their places stand in the instructions that look them up. */
export const CRC_TABLES = 0;

/** For each resource manager ID a byte: whether its records may be passed over. */
export const PASSED = 16384;

/** For each resource manager ID a byte: whether any of its records was counted. */
export const COUNTED = 16640;

// What is asked and answered, a 32-bit word each.

/** Where in the window the next record is, and after a run where the walk stands. */
export const AT = 16896;
/** Where the window's bytes end. */
export const END = 16900;
/** Records that do not end at or before this place are not passed over. */
export const BOUND = 16904;
/** The upper 32 bits of all positions in the segment. */
export const LSN_HIGH = 16908;
/** The lower 32 bits of the LSN of the place 0 in this memory, modulo 2^32. */
export const LSN_LOW = 16912;
/** Where the last record begins, in and out. */
export const PREVIOUS_HIGH = 16916;
export const PREVIOUS_LOW = 16920;
/** What all pages have in common. */
export const PAGE_MAGIC = 16924;
export const PAGE_TIMELINE = 16928;
/** `XLOG_BLCKSZ` and `BLCKSZ`. */
export const WAL_BLOCK_SIZE = 16932;
export const PAGE_SIZE = 16936;
/** Bits of a page image's `bimg_info`: there is a hole; there is any compression. */
export const HAS_HOLE = 16940;
export const IS_COMPRESSED = 16944;
/** Whether records may tell the top-level transaction. */
export const TOP_LEVEL_XIDS = 16948;
/** Whether to fill {@link COUNTS}. */
export const IS_COUNTING = 16952;
/** Out: how many records were passed over, and their bytes altogether. */
export const RECORDS = 16956;
export const RECORD_BYTES = 16960;

/** For each resource manager ID and upper half of `xl_info`: records, bytes without images, bytes of images. */
export const COUNTS = 17408;
/** Each a float of 64 bits. */
export const COUNT_COLUMNS = 3;
export const COUNT_KINDS = 16;

/** The beginning of a record that goes on beyond its page, in one piece: all that its block references can take. */
export const HEAD = 122880;
export const HEAD_BYTES = 2048;

/** The bytes of WAL that are walked; at a multiple of every size that a WAL page may have. */
export const WINDOW = 131072;
export const WINDOW_BYTES = 524288;

/** The whole memory, in pages of 64 kB. */
export const MEMORY_PAGES = 10;
