import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import { type CommonWal, firstDifferentByte } from './common-wal.js';
import { startOfRecordAt } from './record-at.js';

/** How much of the newest WAL is compared byte by byte, whatever the outcome. */
const WHOLE_BYTES = 1024 ** 3;

/** How many segments before the first that differs are compared, too. */
const SEGMENTS_LOOKED_BACK = 16;

/** What comparing two nodes' WAL came to. */
export interface Divergence {
  /** The unbroken stretch up to the end that was compared byte by byte. */
  readonly compared: { readonly from: Lsn; readonly to: Lsn };
  /** Where the oldest segment begins that a sample was taken of; null where there was no need for samples. */
  readonly sampledFrom: Lsn | null;
  /** The first record that differs; null where none does. */
  readonly firstDifference: Lsn | null;
}

/**
 * Searches what two nodes both have of one timeline for the first record that differs: the same timeline at the
 * same LSN has the same bytes, or two servers wrote to it.
 *
 * Nothing in a record tells of all records before it. `xl_prev` says where the one before began, which is the
 * same where lengths were, and `xl_crc` covers the record itself alone. So WAL that parted once may look the same
 * again further on, in two ways:
 *
 * - By chance. Two servers wrote records of the same lengths and then the same contents. A commit carries its
 *   time in microseconds and a checkpoint in seconds, so this lasts for a part of a bulk load, not for long.
 * - By overwriting. A node that was tried as a standby received the upstream's WAL from the start of the segment
 *   that its own WAL ended in: all that differed from there on is gone.
 *
 * So a segment that is the same says nothing of those before it, and halving alone could end on "no difference".
 * What is done instead rests on no such assumption where it matters:
 *
 * 1. The newest WAL is compared byte by byte, newest segment first: all of it from the node's redo point on,
 *    which is what its data files depend on, and a gigabyte at least.
 * 2. Where a segment differs, the answer is known: two servers wrote here. Only *where* it began is left, and
 *    that is found by halving. A stretch that is the same by chance can make halving stop too late, never say
 *    that there is no difference; a few segments before the place found are therefore compared as well.
 * 3. Where none differs, the first and the last page of every older segment are compared. WAL that was
 *    overwritten differs up to the end of a segment, so the last page of it shows that.
 *
 * @param redo - where the node's redo point is
 */
export async function findDivergence(
  wal: CommonWal,
  redo: Lsn,
  wholeBytes = WHOLE_BYTES,
): Promise<Divergence> {
  const { numbers, to } = wal;
  const size = wal.format.segmentSize;
  const startOf = (index: number) => segmentStart(numbers[index] ?? 0, size);
  const differences = new DifferentSegments(wal);
  const wholeCount = Math.ceil(wholeBytes / size);
  const wholeFrom = Math.min(segmentNumberOf(redo, size), segmentNumberOf(to - 1n, size) - wholeCount + 1);

  let index = numbers.length - 1;
  for (; index >= 0 && (numbers[index] ?? 0) >= wholeFrom; index--) {
    if ((await differences.at(index)) === null) continue;
    const first = await firstThatDiffers(differences, index);
    return {
      compared: { from: startOf(first.index), to },
      sampledFrom: null,
      firstDifference: first.record,
    };
  }
  let unbroken = numbers.length - 1;
  while (unbroken > index + 1 && numbers[unbroken - 1] === (numbers[unbroken] ?? 0) - 1) unbroken--;
  const compared = { from: startOf(unbroken), to };
  if (unbroken === 0) return { compared, sampledFrom: null, firstDifference: null };
  for (let older = 0; older <= index; older++) {
    const isSuspect = (await firstDifferentByte(wal, numbers[older] ?? 0, 'first and last page')) !== null;
    if (!isSuspect || (await differences.at(older)) === null) continue;
    const first = await firstThatDiffers(differences, older, older);
    return { compared, sampledFrom: startOf(0), firstDifference: first.record };
  }
  return { compared, sampledFrom: startOf(0), firstDifference: null };
}

/**
 * Goes back from a segment that differs to the first that does.
 *
 * @param below - the segments before this one are known not to differ much; halving begins here
 */
async function firstThatDiffers(
  differences: DifferentSegments,
  index: number,
  below = -1,
): Promise<{ index: number; record: Lsn }> {
  let same = Math.min(below, index - 1);
  let different = index;
  while (different - same > 1) {
    const middle = (same + different) >> 1;
    if ((await differences.at(middle)) === null) same = middle;
    else different = middle;
  }
  for (let back = different - 1; back >= Math.max(0, different - SEGMENTS_LOOKED_BACK); back--) {
    if ((await differences.at(back)) !== null) different = back;
  }
  return { index: different, record: (await differences.at(different)) ?? 0n };
}

/** Which segments differ, each compared once at the most: null, or the first record in it that does. */
class DifferentSegments {
  readonly #wal: CommonWal;
  readonly #known = new Map<number, Lsn | null>();

  constructor(wal: CommonWal) {
    this.#wal = wal;
  }

  async at(index: number): Promise<Lsn | null> {
    const known = this.#known.get(index);
    if (known !== undefined) return known;
    const number = this.#wal.numbers[index] ?? 0;
    const offset = await firstDifferentByte(this.#wal, number, 'whole');
    const record =
      offset === null
        ? null
        : await startOfRecordAt(
            this.#wal.ours,
            segmentStart(number, this.#wal.format.segmentSize) + BigInt(offset),
          );
    this.#known.set(index, record);
    return record;
  }
}
