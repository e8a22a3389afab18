import type { DescriptionWriter } from './description-writer.js';

/** `EpochFromFullTransactionId` and `XidFromFullTransactionId`: 1 and 5 for 0x1_0000_0005 are `1:5`. */
export function writeFullTransactionId(out: DescriptionWriter, id: bigint): DescriptionWriter {
  return out
    .uint(Number(id >> 32n))
    .code(0x3a)
    .uint(Number(id & 0xffff_ffffn));
}
