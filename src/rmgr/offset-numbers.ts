import type { DescriptionWriter } from './description-writer.js';
import type { RecordData } from './record-data.js';

/** Bytes of an `OffsetNumber` (`src/include/storage/off.h`). */
export const OFFSET_NUMBER_BYTES = 2;

/** Reads an array of offset numbers, or of other numbers of 16 bits, as far as there are any. */
export function readOffsetNumbers(data: RecordData, at: number, count: number): readonly number[] {
  const held = data.fit(count, at, OFFSET_NUMBER_BYTES);
  const numbers = new Array<number>(held);
  for (let index = 0; index < held; index++) numbers[index] = data.uint16(at + index * OFFSET_NUMBER_BYTES);
  return numbers;
}

/** Reads the array of offset numbers that fills the data from a place on. */
export function readOffsetNumbersToEnd(data: RecordData, at: number): readonly number[] {
  return readOffsetNumbers(data, at, Math.max(0, data.length - at) >> 1);
}

/** `[1, 2, 3]`: `array_desc` with `offset_elem_desc` (`src/backend/access/rmgrdesc/rmgrdesc_utils.c`). */
export function writeOffsetNumbers(out: DescriptionWriter, numbers: readonly number[]): DescriptionWriter {
  out.code(0x5b);
  for (let index = 0; index < numbers.length; index++) {
    if (index > 0) out.text(', ');
    out.uint(numbers[index]);
  }
  return out.code(0x5d);
}
