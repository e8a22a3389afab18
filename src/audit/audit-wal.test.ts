import { describe, expect, it } from 'vitest';
import { memorySource } from '../source/memory.js';
import { archiveName, buildArchive } from '../testing/archive-builder.js';
import { auditWal } from './audit-wal.js';
import type { WalAudit } from './wal-audit.js';

type Files = Record<string, Uint8Array>;

/** What was found, in short. */
const found = ({ findings }: WalAudit): string[] =>
  findings.map(({ code, severity, file, segments }) => {
    const mark = severity === 'note' ? ' (note)' : '';
    return `${code} ${file ?? '-'}${segments > 1 ? ` and ${segments - 1} more` : ''}${mark}`;
  });

const audit = (files: Files, options = {}) => auditWal(memorySource(files, 'archive'), options);

function altered(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}

const lengths = [100, 80, 70, 78];
const whole = buildArchive({ lengths });

describe('an archive of several hundred segments over four timelines', () => {
  it('is whole as it was written', async () => {
    const result = await audit(whole.files);
    expect(found(result)).toEqual([]);
    expect(result).toMatchObject({ findingCount: 0, damageCount: 0, archiveStatus: null });
    expect(result.segments).toBeGreaterThan(300);
    expect(result.timelines.map(({ timeline, history, end }) => [timeline, history, end?.code])).toEqual([
      [1, 'none-needed', 'zeroed-tail'],
      [2, 'file', 'zeroed-tail'],
      [3, 'file', 'zeroed-tail'],
      [4, 'file', 'missing-segment'],
    ]);
    expect(result.timelines.map(({ end, forkPoint }) => [forkPoint?.lsn ?? 0n, end?.lsn])).toEqual(
      whole.begins.map((begin, index) => [begin, whole.begins[index + 1] ?? whole.wal.position]),
    );
    // each timeline has a copy of what its parent wrote in the segment where it left it, and of the end of a record
    const copied = whole.begins.slice(1).map((begin) => {
      const start = begin - (begin % 0x100000n);
      return 1 + whole.wal.lsns.filter((lsn) => lsn >= start && lsn < begin).length;
    });
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count);
    const records = result.timelines.map((each) => each.records ?? 0);
    expect(sum(records)).toBe(whole.wal.lsns.length + sum(copied));
  });

  it('has what was done to it on purpose, and nothing else', async () => {
    const files = { ...whole.files };
    const name = (timeline: number, number: number) => {
      const each = archiveName(timeline, number);
      if (files[each] === undefined) throw new Error(`no segment ${each}`);
      return each;
    };
    delete files[name(1, 20)];
    for (const number of [130, 131, 132]) delete files[name(2, number)];
    files[name(3, 200)] = whole.files[name(3, 200)].slice(0, 600_000);
    files[name(3, 210)] = new Uint8Array(0);
    // in the middle of a record
    files[name(3, 215)] = altered(whole.files[name(3, 215)], 2000, 0xff, 0xee);
    files[name(4, 270)] = altered(whole.files[name(4, 270)], 24, 1, 2, 3, 4, 5, 6, 7, 8);
    files[name(4, 280)] = whole.files[name(4, 279)];
    files[name(4, 281)] = new Uint8Array(1024 * 1024);
    files[name(4, 290)] = new Uint8Array(2 * 1024 * 1024);
    files[name(4, 290)].set(whole.files[name(4, 290)]);
    delete files['00000003.history'];
    const second = memorySource(
      {
        [name(4, 300)]: altered(whole.files[name(4, 300)], 500_000, 1),
        [name(4, 301)]: whole.files[name(4, 301)],
      },
      'second',
    );
    const result = await auditWal([memorySource(files, 'archive'), second]);
    expect(found(result).sort()).toEqual(
      [
        `missing-segments ${archiveName(1, 20)}`,
        `missing-segments ${archiveName(2, 130)} and 2 more`,
        `truncated-segment ${archiveName(3, 200)}`,
        `truncated-segment ${archiveName(3, 210)}`,
        `broken-record ${archiveName(3, 215)}`,
        `foreign-segment ${archiveName(4, 270)}`,
        `recycled-segment ${archiveName(4, 280)}`,
        `zeroed-segment ${archiveName(4, 281)}`,
        `oversized-segment ${archiveName(4, 290)}`,
        `duplicate-segment ${archiveName(4, 300)}`,
        `duplicate-segment ${archiveName(4, 301)} (note)`,
        'history-missing 00000003.history (note)',
      ].sort(),
    );
    expect(result.damageCount).toBe(10);
  });
});
