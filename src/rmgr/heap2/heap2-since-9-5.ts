import { readOffsetNumbers } from '../offset-numbers.js';
import type { RecordBody } from '../record-data.js';
import { readFreezeTuples } from './freeze-tuples.js';
import type {
  Heap2FreezePage,
  Heap2LockUpdated,
  Heap2MultiInsert,
  Heap2Prune,
  Heap2PruneFreeze,
  Heap2Vacuum,
  Heap2Visible,
} from './heap2-records.js';
import { readItemsSince17, readItemsUntil16, readPlans } from './pruned-items.js';

// The layouts from 9.5 on. What says what becomes of a page's rows is the data of block 0, and is left out where
// the record has an image of the page.

/** Up to 15. */
export type FreezePageUntil15 = Heap2FreezePage & { readonly cutoffXid: number; readonly ntuples: number };
/** In 16. */
export type FreezePage16 = Heap2FreezePage &
  Required<Pick<Heap2FreezePage, 'snapshotConflictHorizon' | 'nplans' | 'plans'>>;
/** From 9.6. */
export type FlaggedVisible = Heap2Visible & { readonly flags: number };
/** From 9.6. */
export type FlaggedLockUpdated = Heap2LockUpdated & { readonly flags: number };
type Named<Fields, Type> = Fields & { readonly type: Type };

export function decodePruneUntil15<Type extends Heap2Prune['type']>(
  body: RecordBody,
  type: Type,
): Named<Heap2Prune, Type> {
  const { main } = body;
  const nredirected = main.uint16(4);
  const ndead = main.uint16(6);
  const data = body.blockData(0);
  return {
    resourceManager: 'Heap2',
    type,
    snapshotConflictHorizon: main.uint32(0),
    nredirected,
    ndead,
    items: data === null ? null : readItemsUntil16(data, 0, nredirected, ndead),
  };
}

export function decodePrune16(body: RecordBody, type: 'PRUNE'): Named<Heap2Prune, 'PRUNE'> {
  const { main } = body;
  const nredirected = main.uint16(4);
  const ndead = main.uint16(6);
  const data = body.blockData(0);
  return {
    resourceManager: 'Heap2',
    type,
    snapshotConflictHorizon: main.uint32(0),
    nredirected,
    ndead,
    isCatalogRel: main.bool(8),
    items: data === null ? null : readItemsUntil16(data, 0, nredirected, ndead),
  };
}

const HAS_CONFLICT_HORIZON = 0x08;

export function decodePruneFreeze<Type extends Heap2PruneFreeze['type']>(
  body: RecordBody,
  type: Type,
): Named<Heap2PruneFreeze, Type> {
  const { main } = body;
  const flags = main.uint8(1);
  const data = body.blockData(0);
  return {
    resourceManager: 'Heap2',
    type,
    reason: main.uint8(0),
    flags,
    snapshotConflictHorizon: (flags & HAS_CONFLICT_HORIZON) === 0 ? null : main.uint32(2),
    items: data === null ? null : readItemsSince17(data, flags),
  };
}

export function decodeVacuum(body: RecordBody, type: 'VACUUM'): Heap2Vacuum {
  const nunused = body.main.uint16(0);
  const data = body.blockData(0);
  return {
    resourceManager: 'Heap2',
    type,
    nunused,
    nowunused: data === null ? null : readOffsetNumbers(data, 0, nunused),
  };
}

export function decodeFreezePageUntil15(body: RecordBody, type: 'FREEZE_PAGE'): FreezePageUntil15 {
  const ntuples = body.main.uint16(4);
  const data = body.blockData(0);
  return {
    resourceManager: 'Heap2',
    type,
    cutoffXid: body.main.uint32(0),
    ntuples,
    tuples: data === null ? null : readFreezeTuples(data, 0, ntuples),
  };
}

export function decodeFreezePage16(body: RecordBody, type: 'FREEZE_PAGE'): FreezePage16 {
  const { main } = body;
  const nplans = main.uint16(4);
  const data = body.blockData(0);
  return {
    resourceManager: 'Heap2',
    type,
    snapshotConflictHorizon: main.uint32(0),
    nplans,
    isCatalogRel: main.bool(6),
    plans: data === null ? null : readPlans(data, 0, nplans),
  };
}

export const decodeVisible9_5 = ({ main }: RecordBody, type: 'VISIBLE'): Heap2Visible => ({
  resourceManager: 'Heap2',
  type,
  snapshotConflictHorizon: main.uint32(0),
});

export const decodeVisible9_6 = ({ main }: RecordBody, type: 'VISIBLE'): FlaggedVisible => ({
  resourceManager: 'Heap2',
  type,
  snapshotConflictHorizon: main.uint32(0),
  flags: main.uint8(4),
});

export function decodeMultiInsert<Type extends Heap2MultiInsert['type']>(
  body: RecordBody,
  type: Type,
): Named<Heap2MultiInsert, Type> {
  const { main } = body;
  const ntuples = main.uint16(2);
  return {
    resourceManager: 'Heap2',
    type,
    flags: main.uint8(0),
    ntuples,
    offsets: readOffsetNumbers(main, 4, type === 'MULTI_INSERT' ? ntuples : 0),
    hasTuples: body.blockData(0) !== null,
  };
}

export const decodeLockUpdated9_5 = ({ main }: RecordBody, type: 'LOCK_UPDATED'): Heap2LockUpdated => ({
  resourceManager: 'Heap2',
  type,
  xmax: main.uint32(0),
  offnum: main.uint16(4),
  infobitsSet: main.uint8(6),
});

export const decodeLockUpdated9_6 = ({ main }: RecordBody, type: 'LOCK_UPDATED'): FlaggedLockUpdated => ({
  resourceManager: 'Heap2',
  type,
  xmax: main.uint32(0),
  offnum: main.uint16(4),
  infobitsSet: main.uint8(6),
  flags: main.uint8(7),
});
