import { memorySource } from '../source/memory.js';
import type { MajorVersion } from '../version.js';
import type { WalRecord } from '../wal/record.js';
import { WalReader } from '../wal/wal-reader.js';
import { type RecordParts, WalBuilder } from './wal-builder.js';

/** Records as a reader of WAL of a version has them, in bytes of their own. */
export async function handMadeRecords(
  version: MajorVersion,
  parts: readonly RecordParts[],
): Promise<WalRecord[]> {
  const wal = new WalBuilder({ version });
  for (const each of parts) wal.append(each);
  const records: WalRecord[] = [];
  const reader = await WalReader.open(memorySource(wal.files()));
  for await (const window of reader) for (const record of window) records.push(record.copy());
  if (records.length !== parts.length) throw new Error(`${records.length} of ${parts.length} records`);
  return records;
}

/** One such record. */
export async function handMadeRecord(version: MajorVersion, parts: RecordParts): Promise<WalRecord> {
  const [record] = await handMadeRecords(version, [parts]);
  return record;
}

/** Numbers of 8 bits as a struct of C has them. */
export const uint8 = (...values: number[]): number[] => values.map((value) => value & 0xff);

/** Numbers of 16 bits. */
export const uint16 = (...values: number[]): number[] => values.flatMap((value) => uint8(value, value >> 8));

/** Numbers of 32 bits. */
export const uint32 = (...values: number[]): number[] =>
  values.flatMap((value) => uint16(value, value >> 16));

/** Numbers of 64 bits. */
export const uint64 = (...values: bigint[]): number[] =>
  values.flatMap((value) => uint32(Number(value & 0xffff_ffffn), Number(value >> 32n)));
