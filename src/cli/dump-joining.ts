import type { Lsn } from '../lsn.js';
import type { DumpPart, DumpPartResult } from './dump-part.js';

/** What is said of a part: where its first record begins, what it prints, and what became of it. */
export type DumpMessage =
  | { readonly kind: 'first'; readonly first: Lsn }
  | { readonly kind: 'text'; readonly text: Uint8Array }
  | { readonly kind: 'result'; readonly result: DumpPartResult };

/** Takes what is said of parts. Text stays as it is until the next message. */
export type DumpListener = (message: DumpMessage) => Promise<void>;

/** Prints parts ahead of their turn. */
export interface PartTeller {
  /** Has it print a part; what it says waits to be heard. */
  begin(part: DumpPart): void;
  /** Hands on what it says of the part that it began first, to the end. */
  hear(listener: DumpListener): Promise<void>;
}

/** Who prints, and whether to go on. */
export interface DumpTellers {
  /** Every so many parts it is the turn of each of these; once of none of them. */
  readonly ahead: readonly PartTeller[];
  /** Prints a part when asked, and no earlier. */
  readonly here: (part: DumpPart, listener: DumpListener) => Promise<void>;
  /** Asked before each part; no more is printed where it says so. */
  readonly isInterrupted: () => boolean;
}

/**
 * Has several print parts at once, and says what one walk over all of them would have said: in order, up to where
 * WAL ends.
 */
export async function joinParts(
  parts: readonly DumpPart[],
  tellers: DumpTellers,
  listener: DumpListener,
): Promise<void> {
  const { ahead, here, isInterrupted } = tellers;
  const tellerOf = (index: number) => ahead[(index % (ahead.length + 1)) - 1] ?? null;
  let begun = 0;
  let expected: Lsn | null = null;
  for (const [index, part] of parts.entries()) {
    if (isInterrupted()) return;
    // each has one part to go on with while another waits for its turn
    for (; begun <= index + ahead.length + 1 && begun < parts.length; begun++) {
      tellerOf(begun)?.begin(parts[begun]);
    }
    const turn: Turn = new Turn(part, expected, listener);
    await tellerOf(index)?.hear(turn.hear);
    if (!turn.isOver) {
      await here(expected === null ? part : { ...part, start: expected, from: expected }, turn.hearHere);
    }
    if (turn.next === null) return;
    expected = turn.next;
  }
}

/**
 * One part's turn to speak. What is said of it ahead counts if it begins with the record that the part before it
 * came to. Where it does not, because it began in what a segment switch left unused, say, it is printed here from
 * that record on.
 */
class Turn {
  /** Where the first record of the next part begins, or null where WAL ended. */
  next: Lsn | null;
  /** Whether all was said, or the part before has passed over this one, with a long record or a segment switch. */
  isOver: boolean;
  readonly #expected: Lsn | null;
  readonly #listener: DumpListener;
  #isJoined = false;

  constructor({ until }: DumpPart, expected: Lsn | null, listener: DumpListener) {
    this.#expected = expected;
    this.#listener = listener;
    this.isOver = expected !== null && until !== null && expected >= until;
    this.next = expected;
  }

  readonly hear: DumpListener = async (message) => {
    if (message.kind === 'first') this.#isJoined = !this.isOver && message.first === this.#expected;
    if (this.#isJoined) await this.hearHere(message);
  };

  readonly hearHere: DumpListener = async (message) => {
    await this.#listener(message);
    if (message.kind !== 'result') return;
    this.next = message.result.next;
    this.isOver = true;
  };
}
