import type { DumpMessage, HearPart } from './dump-joining.js';
import type { DumpPart, PartPrinter } from './dump-part.js';
import type { PartsFromBehind } from './parts-from-behind.js';

/** Has a part of which nothing is printed counted, and gives all that is said of it. */
export async function countPart(part: DumpPart, printer: PartPrinter): Promise<readonly DumpMessage[]> {
  const messages: DumpMessage[] = [];
  const result = await printer.print(part, {
    limit: Number.POSITIVE_INFINITY,
    isInterrupted: () => false,
    reach: () => undefined,
    begin: async (first) => void messages.push({ kind: 'first', first }),
    text: async () => undefined,
  });
  messages.push({ kind: 'result', result });
  return messages;
}

/** Hands on what workers say of the parts that they have counted. */
export function countedElsewhere(
  parts: PartsFromBehind<readonly DumpMessage[]>,
): (index: number) => HearPart | null {
  return (index) => {
    const answer = parts.answerOf(index);
    if (answer === null) return null;
    return async (listener) => {
      for (const message of await answer) await listener(message);
    };
  };
}
