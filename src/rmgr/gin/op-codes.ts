/** What a record of Gin is, in the upper four bits of `xl_info` (`XLOG_GIN_…`, `src/include/access/ginxlog.h`). */
export const GIN_OP = {
  /** Up to 11. */
  CREATE_INDEX: 0x00,
  CREATE_PTREE: 0x10,
  INSERT: 0x20,
  SPLIT: 0x30,
  VACUUM_PAGE: 0x40,
  DELETE_PAGE: 0x50,
  UPDATE_META_PAGE: 0x60,
  INSERT_LISTPAGE: 0x70,
  DELETE_LISTPAGE: 0x80,
  /** From 9.4. */
  VACUUM_DATA_LEAF_PAGE: 0x90,
} as const;
