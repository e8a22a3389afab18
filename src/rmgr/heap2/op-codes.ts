/** What a record of Heap2 is, in the upper four bits of `xl_info` (`XLOG_HEAP2_…`, `src/include/access/heapam_xlog.h`). */
export const HEAP2_OP = {
  /** 9.3 only. */
  FREEZE: 0x00,
  /** From 9.4. */
  REWRITE: 0x00,
  /** Up to 13. */
  CLEAN: 0x10,
  FREEZE_PAGE_UNTIL_13: 0x20,
  CLEANUP_INFO: 0x30,
  /** 14 to 16. */
  PRUNE: 0x10,
  VACUUM: 0x20,
  FREEZE_PAGE: 0x30,
  /** From 17. */
  PRUNE_ON_ACCESS: 0x10,
  PRUNE_VACUUM_SCAN: 0x20,
  PRUNE_VACUUM_CLEANUP: 0x30,
  VISIBLE: 0x40,
  MULTI_INSERT: 0x50,
  LOCK_UPDATED: 0x60,
  /** From 9.4. */
  NEW_CID: 0x70,
} as const;
