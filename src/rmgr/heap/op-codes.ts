/** What a record of Heap is, in the upper four bits of `xl_info` (`XLOG_HEAP_…`, `src/include/access/heapam_xlog.h`). */
export const HEAP_OP = {
  INSERT: 0x00,
  DELETE: 0x10,
  UPDATE: 0x20,
  /** From 11. */
  TRUNCATE: 0x30,
  HOT_UPDATE: 0x40,
  /** Up to 9.4. */
  NEWPAGE: 0x50,
  /** From 9.5. */
  CONFIRM: 0x50,
  LOCK: 0x60,
  INPLACE: 0x70,
} as const;

/** The bit that says that a page is built anew (`XLOG_HEAP_INIT_PAGE`), of both resource managers. */
export const INIT_PAGE = 0x80;
