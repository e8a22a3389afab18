import { readInvalidationMessages } from '../invalidation-messages.js';
import type { RecordBody } from '../record-data.js';
import { readUint32List } from '../uint32-list.js';
import type {
  HeapConfirm,
  HeapDelete,
  HeapInplace,
  HeapInsert,
  HeapLock,
  HeapTruncate,
  HeapUpdate,
} from './heap-records.js';

// The layouts from 9.5 on.

type Named<Fields, Type> = Fields & { readonly type: Type };
/** From 9.6. */
export type FlaggedLock = HeapLock & { readonly flags: number };
/** From 18. */
export type InvalidatingInplace = Required<Omit<HeapInplace, 'locator' | 'block' | 'malformed'>>;

export const decodeInsert = <Type extends HeapInsert['type']>(
  { main }: RecordBody,
  type: Type,
): Named<HeapInsert, Type> => ({
  resourceManager: 'Heap',
  type,
  offnum: main.uint16(0),
  flags: main.uint8(2),
});

export const decodeDelete = ({ main }: RecordBody, type: 'DELETE'): HeapDelete => ({
  resourceManager: 'Heap',
  type,
  xmax: main.uint32(0),
  offnum: main.uint16(4),
  infobitsSet: main.uint8(6),
  flags: main.uint8(7),
});

export const decodeUpdate = <Type extends HeapUpdate['type']>(
  { main }: RecordBody,
  type: Type,
): Named<HeapUpdate, Type> => ({
  resourceManager: 'Heap',
  type,
  oldXmax: main.uint32(0),
  oldOffnum: main.uint16(4),
  oldInfobitsSet: main.uint8(6),
  flags: main.uint8(7),
  newXmax: main.uint32(8),
  newOffnum: main.uint16(12),
});

export const decodeTruncate = ({ main }: RecordBody, type: 'TRUNCATE'): HeapTruncate => {
  const nrelids = main.uint32(4);
  return {
    resourceManager: 'Heap',
    type,
    dbId: main.uint32(0),
    nrelids,
    flags: main.uint8(8),
    relids: readUint32List(main, 12, nrelids),
  };
};

export const decodeConfirm = ({ main }: RecordBody, type: 'HEAP_CONFIRM'): HeapConfirm => ({
  resourceManager: 'Heap',
  type,
  offnum: main.uint16(0),
});

export const decodeLock9_5 = ({ main }: RecordBody, type: 'LOCK'): HeapLock => ({
  resourceManager: 'Heap',
  type,
  xmax: main.uint32(0),
  offnum: main.uint16(4),
  infobitsSet: main.uint8(6),
});

export const decodeLock9_6 = ({ main }: RecordBody, type: 'LOCK'): FlaggedLock => ({
  resourceManager: 'Heap',
  type,
  xmax: main.uint32(0),
  offnum: main.uint16(4),
  infobitsSet: main.uint8(6),
  flags: main.uint8(7),
});

export const decodeInplace = ({ main }: RecordBody, type: 'INPLACE'): HeapInplace => ({
  resourceManager: 'Heap',
  type,
  offnum: main.uint16(0),
});

export const decodeInplace18 = ({ main }: RecordBody, type: 'INPLACE'): InvalidatingInplace => ({
  resourceManager: 'Heap',
  type,
  offnum: main.uint16(0),
  dbId: main.uint32(4),
  tsId: main.uint32(8),
  relcacheInitFileInval: main.bool(12),
  msgs: readInvalidationMessages(main, 20, main.int32(16)),
});
