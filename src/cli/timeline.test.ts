import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tourPath } from '../testing/tours.js';
import { timeline } from './timeline.js';

describe('pgwal timeline', () => {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pgwal-timeline-'));
  });
  afterEach(() => {
    stdout.mockClear();
    rmSync(directory, { recursive: true });
  });

  const said = () =>
    stdout.mock.calls
      .map(([text]) => text)
      .join('')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
      .replace(/\x1b\[\d+m/g, '');

  function place(name: string, files: Record<string, string>): string {
    const path = join(directory, name);
    mkdirSync(path);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
  }

  it('prints what a data directory holds', async () => {
    expect(await timeline([tourPath('15')], {})).toBe(0);
    expect(said()).toBe('timeline 1\n  00000001000000000000001F..000000010000000000000020  2 segments\n');
  });

  it('prints a tree over several places, and what is wrong', async () => {
    const node = tourPath('15');
    const archive = place('archive', {
      '00000002.history': '1\t0/2000000\tno recovery target specified\n',
      '00000003.history': '1\t0/2000000\tx\n2\t0/21000000\tx\n',
      '00000004.history': 'nonsense\n',
    });
    expect(await timeline([node, archive, node], {})).toBe(0);
    expect(said()).toBe(
      [
        'timeline 1',
        `  00000001000000000000001F..000000010000000000000020  2 segments in ${node}`,
        '    timeline 2, left 1 at 0/2000000',
        '      no segments',
        '        timeline 3, left 2 at 0/21000000',
        '          no segments',
        'timeline 4, history file invalid',
        '  no segments',
        '',
        'Problems',
        `  - ${archive}: invalid line "nonsense" in history file 00000004.history: expected a numeric timeline ID`,
        '',
      ].join('\n'),
    );
  });

  it('prints JSON', async () => {
    const a = place('a', { '00000002.history': '1\t0/82603A30\tx\n' });
    const b = place('b', { '00000002.history': '1\t0/82603B00\tx\n' });
    const lone = join(a, '00000002.history');
    expect(await timeline([tourPath('9.4-16k'), lone, b], { json: true })).toBe(0);
    const first = '000000010000000000000003';
    const nothing = { gaps: [], duplicates: [], partial: [], switch: null };
    const twin = (lsn: string) => ({
      timeline: 2,
      parent: 1,
      forkPoint: { timeline: 1, lsn },
      history: 'file',
      segments: [],
      ...nothing,
      bytes: 0,
    });
    expect(JSON.parse(said())).toEqual({
      timelines: [
        {
          timeline: 1,
          parent: null,
          forkPoint: null,
          history: 'none-needed',
          segments: [{ place: tourPath('9.4-16k'), first, last: first, count: 1 }],
          ...nothing,
          bytes: 16 * 1024 * 1024,
        },
        twin('0/82603A30'),
        twin('0/82603B00'),
      ],
      problems: [
        'timeline 2 is not one timeline but 2 of the same ID (promotions apart from each other): ' +
          `it left timeline 1 at 0/82603A30 by 00000002.history in ${lone}, ` +
          `it left timeline 1 at 0/82603B00 by 00000002.history in ${b}`,
      ],
    });
  });

  it('prints gaps, and what is there twice or in part', async () => {
    const a = place('a', { '000000010000000000000001': '', '000000010000000000000004.partial': '' });
    const b = place('b', { '000000010000000000000001': '', '000000010000000000000003': '' });
    expect(await timeline([a, b], {})).toBe(0);
    expect(said().split('\n').slice(0, 7)).toEqual([
      'timeline 1',
      `  000000010000000000000001  1 segment in ${a}`,
      `  000000010000000000000001  1 segment in ${b}`,
      `  000000010000000000000003  1 segment in ${b}`,
      '  000000010000000000000002  1 segment missing',
      `  000000010000000000000001  1 segment in ${a} and ${b}`,
      `  000000010000000000000004.partial in ${a}`,
    ]);
  });

  it('says what is not there, and prints nothing', async () => {
    const missing = join(directory, 'missing');
    await expect(timeline([tourPath('15'), missing], {})).rejects.toThrow(
      `${missing}: no such file or directory`,
    );
    const empty = place('empty', {});
    await expect(timeline([empty], {})).rejects.toThrow(
      `${empty}: nothing of WAL: found no segment or history file (in pg_wal, pg_xlog or itself)`,
    );
    expect(said()).toBe('');
  });
});
