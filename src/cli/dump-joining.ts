import type { Lsn } from '../lsn.js';
import type { DumpPart, DumpPartResult } from './dump-part.js';

/** What is said of a part: where its first record begins, what it prints, and what became of it. */
export type DumpMessage =
  | { readonly kind: 'first'; readonly first: Lsn }
  | { readonly kind: 'text'; readonly text: Uint8Array }
  | { readonly kind: 'result'; readonly result: DumpPartResult };

/** Takes what is said of parts. Text stays as it is until the next message. */
export type DumpListener = (message: DumpMessage) => Promise<void>;

/** Hands on what is said of a part that is printed ahead of its turn, to the end. */
export type HearPart = (listener: DumpListener) => Promise<void>;

/** Who prints, and whether to go on. */
export interface DumpTellers {
  /** What is said of a part elsewhere; null where it is to be printed here. Asked for each part, in order. */
  readonly ahead: (index: number) => HearPart | null;
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
  let expected: Lsn | null = null;
  for (const [index, part] of parts.entries()) {
    if (isInterrupted()) return;
    const turn: Turn = new Turn(part, expected, listener);
    await ahead(index)?.(turn.hear);
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
