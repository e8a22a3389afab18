import { OFFSET_NUMBER_BYTES, readOffsetNumbers } from '../offset-numbers.js';
import type { RecordData } from '../record-data.js';
import type { SpgistState, SpgistVacuumLeaf } from './spgist-records.js';

// What the structs of all versions have behind them, where it is laid out alike.

/** Reads an `spgxlogState`. */
export function readState(main: RecordData, at: number): SpgistState {
  return { redirectXid: main.uint32(at), isBuild: main.bool(at + 4) };
}

/** How many tuples `MOVE_LEAFS` puts on the other leaf. */
export function countOfInserted(nMoves: number, replaceDead: boolean): number {
  return replaceDead ? 1 : nMoves + 1;
}

type VacuumLeafArrays = Pick<
  SpgistVacuumLeaf,
  'toDead' | 'toPlaceholder' | 'moveSrc' | 'moveDest' | 'chainSrc' | 'chainDest'
>;

/** Reads the six arrays of `VACUUM_LEAF`, one behind the other. */
export function readVacuumLeafArrays(
  main: RecordData,
  at: number,
  {
    nDead,
    nPlaceholder,
    nMove,
    nChain,
  }: Pick<SpgistVacuumLeaf, 'nDead' | 'nPlaceholder' | 'nMove' | 'nChain'>,
): VacuumLeafArrays {
  const placeholdersAt = at + nDead * OFFSET_NUMBER_BYTES;
  const movesAt = placeholdersAt + nPlaceholder * OFFSET_NUMBER_BYTES;
  const moveBytes = nMove * OFFSET_NUMBER_BYTES;
  const chainsAt = movesAt + 2 * moveBytes;
  return {
    toDead: readOffsetNumbers(main, at, nDead),
    toPlaceholder: readOffsetNumbers(main, placeholdersAt, nPlaceholder),
    moveSrc: readOffsetNumbers(main, movesAt, nMove),
    moveDest: readOffsetNumbers(main, movesAt + moveBytes, nMove),
    chainSrc: readOffsetNumbers(main, chainsAt, nChain),
    chainDest: readOffsetNumbers(main, chainsAt + nChain * OFFSET_NUMBER_BYTES, nChain),
  };
}
