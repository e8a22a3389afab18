import type { PageLsnScan } from '../evidence/scan-page-lsns.js';

/** What a page-LSN scan needs, as a verdict asks for it. */
export const DATA_FILES = 'the data files of the node (base, global, pg_tblspc)';

/** Whether a node's data pages were all looked at. */
export function isScanned(dataPages: PageLsnScan | null | undefined): boolean {
  return dataPages != null && dataPages.highest !== null && dataPages.unreadable.length === 0;
}
