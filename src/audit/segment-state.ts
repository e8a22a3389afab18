import { formatLsn, segmentStart } from '../lsn.js';
import type { TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import type { SegmentFile } from '../wal/wal-directory.js';
import type { WalFormat } from '../wal/wal-format.js';
import { segmentFileName } from '../wal-file-name.js';
import type { SegmentHeader } from './archive-files.js';
import type { AuditFindingCode } from './audit-finding.js';

/**
 * What a segment is by its size and its first page: `live` holds the WAL that its name says; `spare` holds other
 * WAL, from before it was given that name, or nothing; `bad` should have been live and is not.
 */
export type SegmentState =
  | { readonly kind: 'live'; readonly sizeProblem: StateProblem | null }
  | ({ readonly kind: 'spare' | 'bad' } & StateProblem);

/** What is wrong with a segment. */
export interface StateProblem {
  readonly code: AuditFindingCode;
  readonly why: string;
}

/** Holds a segment's first page against its name, the cluster and the history of its timeline. */
export function segmentState(
  { timeline, number, size }: SegmentFile,
  header: SegmentHeader,
  format: WalFormat,
  history: TimelineHistory | null,
): SegmentState {
  if (header.kind === 'unreadable') return bad('unreadable', header.why);
  if (header.kind === 'short') return { kind: 'bad', ...sizeProblem(header.length, format) };
  const wrongSize = size === null || size === format.segmentSize ? null : sizeProblem(size, format);
  if (header.kind !== 'format') {
    if (header.kind === 'unknown') return bad('broken-header', header.why);
    if (wrongSize !== null) return { kind: 'bad', ...wrongSize };
    return { kind: 'spare', code: 'zeroed-segment', why: header.why };
  }
  const { format: own, header: page } = header;
  if (own.systemIdentifier !== format.systemIdentifier) {
    const why = `it is of system ${own.systemIdentifier}, the others are of ${format.systemIdentifier}`;
    return bad('foreign-segment', why);
  }
  if (own.pageMagic !== format.pageMagic || own.segmentSize !== format.segmentSize) {
    return bad('other-format-segment', differenceOf(own, format));
  }
  if (own.blockSize !== format.blockSize) return bad('other-format-segment', differenceOf(own, format));
  const start = segmentStart(number, format.segmentSize);
  if (page.pageAddress !== start) {
    const other = Number(page.pageAddress / BigInt(format.segmentSize));
    const name = segmentFileName(page.timeline, other, format.segmentSize);
    return {
      kind: 'spare',
      code: 'recycled-segment',
      why: `it holds WAL of ${formatLsn(page.pageAddress)}, as ${name} would, instead of ${formatLsn(start)}`,
    };
  }
  const owner = history === null ? null : timelineAt(history, start).timeline;
  if (page.timeline > timeline || (owner !== null && page.timeline !== owner)) {
    const expected = owner === null ? `${timeline} or an earlier one` : `${owner}`;
    return bad('other-timeline', `it begins on timeline ${page.timeline}, expected ${expected}`);
  }
  return { kind: 'live', sizeProblem: wrongSize };
}

function sizeProblem(size: number, { segmentSize }: WalFormat): StateProblem {
  const code = size < segmentSize ? 'truncated-segment' : 'oversized-segment';
  return { code, why: `it has ${size} bytes instead of ${segmentSize}` };
}

function bad(code: AuditFindingCode, why: string): SegmentState {
  return { kind: 'bad', code, why };
}

function differenceOf(own: WalFormat, format: WalFormat): string {
  const told = ({ version, segmentSize, blockSize }: WalFormat) =>
    `PostgreSQL ${version.major}, segments of ${segmentSize} bytes, blocks of ${blockSize}`;
  return `it is of ${told(own)}, the others are of ${told(format)}`;
}
