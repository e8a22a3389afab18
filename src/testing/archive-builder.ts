import { formatLsn, type Lsn } from '../lsn.js';
import type { MajorVersion } from '../version.js';
import { historyFileName, segmentFileName } from '../wal-file-name.js';
import { WalBuilder } from './wal-builder.js';

/** What an archive of some timelines is to be like. */
export interface ArchiveOptions {
  readonly version?: MajorVersion;
  /** How many segments each timeline has of its own, in order. */
  readonly lengths: readonly number[];
  readonly systemIdentifier?: bigint;
}

/** An archive as a cluster leaves it that was promoted a few times. */
export interface BuiltArchive {
  readonly files: Record<string, Uint8Array>;
  readonly wal: WalBuilder;
  /** Where each timeline begins. */
  readonly begins: readonly Lsn[];
}

const SEGMENT_SIZE = 1024 * 1024;

/** `XLOG_END_OF_RECOVERY` and `XLOG_NEXTOID`. */
const END_OF_RECOVERY = 0x90;

/**
 * Builds an archive: each segment has some records and is then switched, so that no more of it than its first
 * pages takes memory; some records go over from a segment to the next. A timeline is left in the middle of a segment.
 */
export function buildArchive({ version = '15', lengths }: ArchiveOptions): BuiltArchive {
  const wal = new WalBuilder({ version, segmentSize: SEGMENT_SIZE });
  const files: Record<string, Uint8Array> = {};
  const begins: Lsn[] = [0n];
  const history: string[] = [];
  lengths.forEach((length, index) => {
    for (let segment = 0; segment < length; segment++) fillSegment(wal, segment);
    if (index === lengths.length - 1) return;
    // the segment that the timeline is left in
    wal.append({ length: 500 });
    history.push(`${wal.timeline}\t${formatLsn(wal.position)}\tno recovery target specified\n`);
    begins.push(wal.position);
    promote(wal);
    files[historyFileName(wal.timeline)] = new TextEncoder().encode(history.join('\n'));
  });
  for (const [path, bytes] of Object.entries(wal.files())) files[path.replace('pg_wal/', '')] = bytes;
  return { files, wal, begins };
}

/** Goes over to the next timeline, and logs what a server logs then. */
export function promote(wal: WalBuilder): void {
  const previous = wal.timeline;
  wal.switchTimeline(previous + 1);
  const data = new Uint8Array(16);
  const view = new DataView(data.buffer);
  view.setUint32(8, wal.timeline, true);
  view.setUint32(12, previous, true);
  wal.append({ info: END_OF_RECOVERY, data });
}

/** Most segments are switched early; every tenth is full, and its last record goes over to the next one. */
function fillSegment(wal: WalBuilder, number: number): void {
  for (let index = 0; index < 20; index++) wal.append({ length: 100 + ((number * 31 + index * 7) % 900) });
  if (number % 10 !== 9) {
    wal.appendSwitch();
    return;
  }
  const segment = wal.position / BigInt(SEGMENT_SIZE);
  while (wal.position / BigInt(SEGMENT_SIZE) === segment) wal.append({ length: 100_000 });
}

/** The name of a segment in such an archive. */
export function archiveName(timeline: number, number: number): string {
  return segmentFileName(timeline, number, SEGMENT_SIZE);
}
