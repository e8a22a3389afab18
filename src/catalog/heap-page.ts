/**
 * A page of a table (`PageHeaderData`, `src/include/storage/bufpage.h`), taken apart as far as its rows go.
 */
export interface HeapPage {
  /** The end of the WAL record that changed it last. */
  readonly lsn: bigint;
  /** Row versions by line pointer, which count from 1; those that hold none are left out. */
  readonly items: Map<number, Uint8Array>;
  /** How many line pointers lead out of the page. */
  readonly damagedItems: number;
}

const HEADER_BYTES = 24;
const LINE_POINTER_BYTES = 4;
/** `PG_PAGE_LAYOUT_VERSION`, since 8.3; the page's size in bytes is added to it. */
const LAYOUT_VERSION = 4;
const VALID_FLAGS = 0x0007;
const LP_NORMAL = 1;

/**
 * Reads a page: what a server would refuse (`PageIsVerified`, `src/backend/storage/page/bufpage.c`) is null. Its
 * row versions are views of the page.
 */
export function readHeapPage(page: Uint8Array): HeapPage | null {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const upper = view.getUint16(14, true);
  if (upper === 0) return isZero(page) ? emptyPage() : null;
  const lower = view.getUint16(12, true);
  const special = view.getUint16(16, true);
  const isSane =
    (view.getUint16(10, true) & ~VALID_FLAGS) === 0 &&
    view.getUint16(18, true) === page.length + LAYOUT_VERSION &&
    HEADER_BYTES <= lower &&
    lower <= upper &&
    upper <= special &&
    special <= page.length;
  if (!isSane) return null;
  const items = new Map<number, Uint8Array>();
  let damagedItems = 0;
  for (let at = HEADER_BYTES; at + LINE_POINTER_BYTES <= lower; at += LINE_POINTER_BYTES) {
    const pointer = view.getUint32(at, true);
    if (((pointer >>> 15) & 3) !== LP_NORMAL) continue;
    const start = pointer & 0x7fff;
    const end = start + (pointer >>> 17);
    if (start < upper || end > special) damagedItems++;
    else items.set((at - HEADER_BYTES) / LINE_POINTER_BYTES + 1, page.subarray(start, end));
  }
  const lsn = (BigInt(view.getUint32(0, true)) << 32n) | BigInt(view.getUint32(4, true));
  return { lsn, items, damagedItems };
}

/** A page that nothing was written to yet. */
export function emptyPage(): HeapPage {
  return { lsn: 0n, items: new Map(), damagedItems: 0 };
}

function isZero(page: Uint8Array): boolean {
  return page.every((byte) => byte === 0);
}
