import type { DumpListener, HearPart } from './dump-joining.js';
import type { DumpPart } from './dump-part.js';

/** Prints parts ahead of their turn. */
export interface PartTeller {
  /** Has it print a part; what it says waits to be heard. */
  begin(part: DumpPart): void;
  /** Hands on what it says of the part that it began first, to the end. */
  hear(listener: DumpListener): Promise<void>;
}

/** So many parts each may be ahead: now one thread is slower, now another, and with fewer both would wait. */
const PARTS_AHEAD = 2;

/**
 * Has each of these print every so many parts, and leaves one in between to who joins them. As what they print waits
 * in memory, none is far ahead.
 */
export function partsInTurn(
  parts: readonly DumpPart[],
  tellers: readonly PartTeller[],
): (index: number) => HearPart | null {
  const tellerOf = (index: number) => tellers[(index % (tellers.length + 1)) - 1] ?? null;
  let begun = 0;
  return (index) => {
    for (; begun <= index + (tellers.length + 1) * PARTS_AHEAD && begun < parts.length; begun++) {
      tellerOf(begun)?.begin(parts[begun]);
    }
    const teller = tellerOf(index);
    return teller && ((listener) => teller.hear(listener));
  };
}
