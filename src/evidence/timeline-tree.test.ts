import { describe, expect, it } from 'vitest';
import { SourceError } from '../errors.js';
import { formatLsn } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import { buildArchive } from '../testing/archive-builder.js';
import { tourFiles } from '../testing/tours.js';
import { readTimelinePlace } from './timeline-place.js';
import { type TimelineBranch, timelineTree } from './timeline-tree.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Segments that have a name only: their first pages tell nothing, so 16 MB it is. */
const named = (...names: string[]): Record<string, Uint8Array> =>
  Object.fromEntries(names.map((name) => [name, new Uint8Array(1)]));

async function treeOf(places: Record<string, Record<string, Uint8Array>>) {
  const sources = Object.entries(places).map(([name, files]) => memorySource(files, name));
  const { roots, problems } = timelineTree(await Promise.all(sources.map(readTimelinePlace)));
  return { shown: roots.map(show), problems: problems.filter((problem) => !problem.includes('first page')) };
}

async function branches(places: Record<string, Record<string, Uint8Array>>) {
  const sources = Object.entries(places).map(([name, files]) => memorySource(files, name));
  return timelineTree(await Promise.all(sources.map(readTimelinePlace))).roots;
}

/** A branch in a line: ID, fork point, history, how many segments by place, children. */
function show({ timeline, forkPoint, history, segments, children }: TimelineBranch): string {
  const fork = forkPoint === null ? '' : `<${forkPoint.timeline}@${forkPoint.lsn.toString(16)}`;
  const held = segments.map(({ place, count }) => ` ${place}:${count}`).join('');
  const below = children.length === 0 ? '' : ` (${children.map(show).join(', ')})`;
  return `${timeline}${fork} ${history}${held}${below}`;
}

describe('the tree of timelines', () => {
  it('puts every timeline below its parent, with what is held of it', async () => {
    const { shown, problems } = await treeOf({
      a: {
        ...named('000000010000000000000001', '000000010000000000000002', '000000020000000000000002'),
        '00000002.history': bytes('1\t0/2000100\tno recovery target specified\n'),
      },
      b: {
        'pg_wal/00000003.history': bytes('1\t0/2000100\tx\n\n2\t0/3000100\tx\n'),
        'pg_wal/00000004.history': bytes('1\t0/2000100\tx\n'),
        'pg_wal/000000010000000000000001': new Uint8Array(1),
      },
    });
    expect(shown).toEqual([
      '1 none-needed a:2 b:1 (2<1@2000100 file a:1 (3<2@3000100 file), 4<1@2000100 file)',
    ]);
    expect(problems).toEqual([]);
  });

  it('shows gaps as ranges, and none where one log follows on the other', async () => {
    const place = await readTimelinePlace(
      memorySource(
        named(
          '0000000100000000000000FE',
          '0000000100000000000000FF',
          '000000010000000100000000',
          '000000010000000100000002',
          '000000010000000100000003.partial',
        ),
        'a',
      ),
    );
    expect(timelineTree([place]).roots[0].segments).toEqual([
      { place: 'a', first: '0000000100000000000000FE', last: '000000010000000100000000', count: 3 },
      { place: 'a', first: '000000010000000100000002', last: '000000010000000100000002', count: 1 },
    ]);
  });

  it('takes the size of segments from their first page', async () => {
    const place = await readTimelinePlace(memorySource(tourFiles('15'), 'a'));
    expect(place.segmentSize).toBeGreaterThan(0);
    expect(place.problems).toEqual([]);
    expect(timelineTree([place]).roots[0].segments).toEqual([
      { place: 'a', first: '00000001000000000000001F', last: '000000010000000000000020', count: 2 },
    ]);
  });

  it('says which history files are missing, and goes on', async () => {
    const { shown, problems } = await treeOf({
      a: {
        ...named('000000020000000000000002', '000000030000000000000003', '000000050000000000000003'),
        '00000003.history': bytes('1\t0/2000100\tx\n2\t0/3000100\tx\n'),
      },
    });
    expect(shown).toEqual([
      '1 none-needed (2<1@2000100 missing a:1 (3<2@3000100 file a:1))',
      '5 missing a:1',
    ]);
    expect(problems).toEqual([
      "00000002.history is missing, though a has segments of it: only a later timeline's history tells where timeline 2 comes from",
      '00000005.history is missing, though a has segments of it: where timeline 5 comes from is not known',
    ]);
  });

  it('says which history files are invalid, and goes on', async () => {
    const { shown, problems } = await treeOf({
      a: { '00000002.history': bytes('nonsense\n'), '00000003.history': bytes('1\t0/2000100\tx\n') },
    });
    expect(shown).toEqual(['1 none-needed (3<1@2000100 file)', '2 invalid']);
    expect(problems).toEqual([
      'a: invalid line "nonsense" in history file 00000002.history: expected a numeric timeline ID',
    ]);
  });

  it('keeps twins apart, each with the segments of its place', async () => {
    const { shown, problems } = await treeOf({
      a: { ...named('000000020000000000000002'), '00000002.history': bytes('1\t0/2000100\tx\n') },
      b: {
        ...named('000000020000000000000002', '000000020000000000000003'),
        '00000003.history': bytes('1\t0/2000200\tx\n2\t0/3000100\tx\n'),
      },
      c: named('000000020000000000000004'),
    });
    expect(shown).toEqual([
      '1 none-needed (2<1@2000100 file a:1, 2<1@2000200 missing b:2 (3<2@3000100 file))',
      '2 missing c:1',
    ]);
    expect(problems.at(-1)).toBe(
      'timeline 2 is not one timeline but 2 of the same ID (promotions apart from each other): ' +
        'it left timeline 1 at 0/2000100 by 00000002.history in a, it left timeline 1 at 0/2000200 by 00000003.history in b',
    );
  });

  it('tells clusters apart', () => {
    const none = {
      histories: [],
      invalidHistories: [],
      problems: [],
      partial: new Map(),
      switches: new Map(),
    };
    const place = { segmentSize: 2 ** 24, ...none };
    const segments = new Map([[1, [1]]]);
    const { problems } = timelineTree([
      { ...place, segments, name: 'a', systemIdentifier: 7n },
      { ...place, segments, name: 'b', systemIdentifier: 8n },
    ]);
    expect(problems).toEqual(['b is of system 8, a of 7: the places are of different clusters']);
  });

  it('names segments that cannot be of the size', async () => {
    const { problems } = await readTimelinePlace(memorySource(named('000000010000000000000100'), 'a'));
    expect(problems.at(-1)).toBe('a: 000000010000000000000100 cannot be a segment of 16777216 bytes');
  });

  it('says what is missing, up to where a later timeline goes on, and what is there twice', async () => {
    const [first] = await branches({
      a: {
        ...named('000000010000000000000001', '000000010000000000000002', '000000010000000000000005'),
        ...named('000000020000000000000009', '00000002000000000000000A.partial'),
        '00000002.history': bytes('1\t0/7000100\tx\n'),
      },
      b: named('000000010000000000000002', '000000010000000000000003', '000000020000000000000009'),
    });
    expect(first.gaps).toEqual([
      { first: '000000010000000000000004', last: '000000010000000000000004', count: 1 },
      { first: '000000010000000000000006', last: '000000010000000000000006', count: 1 },
    ]);
    const second = first.children[0];
    expect(second.gaps).toEqual([
      { first: '000000020000000000000007', last: '000000020000000000000008', count: 2 },
    ]);
    const twice = (name: string) => [{ first: name, last: name, count: 1, places: ['a', 'b'] }];
    expect(first.duplicates).toEqual(twice('000000010000000000000002'));
    expect(second.duplicates).toEqual(twice('000000020000000000000009'));
    expect(second.partial).toEqual([{ place: 'a', name: '00000002000000000000000A.partial' }]);
    expect([first.bytes, second.bytes]).toEqual([4 * 2 ** 24, 2 ** 24]);
  });

  it('finds no gap where an archive begins, nor behind a timeline that nothing is held of', async () => {
    const [first] = await branches({
      a: {
        ...named('000000020000000000000009', '000000030000000000000009'),
        '00000002.history': bytes('1\t0/7000100\tx\n'),
        '00000003.history': bytes('1\t0/7000100\tx\n2\t0/9000100\tx\n'),
        '00000004.history': bytes('1\t0/7000100\tx\n2\t0/F000100\tx\n'),
      },
    });
    expect([first.gaps, first.children[0].gaps]).toEqual([[], []]);
    expect(first.children[0].children.map(({ gaps }) => gaps)).toEqual([[], []]);
  });

  it('holds histories against what servers logged', async () => {
    const { files, begins } = buildArchive({ lengths: [3, 2, 2] });
    const place = await readTimelinePlace(memorySource(files, 'a'));
    const { roots, problems } = timelineTree([place]);
    expect(problems).toEqual([]);
    const second = roots[0].children[0];
    expect(second.switch).toEqual({ previous: 1, from: begins[1], to: begins[1] });
    expect(second.children[0].switch).toEqual({ previous: 2, from: begins[2], to: begins[2] });
    const wrong = { ...files, '00000002.history': bytes(`1\t${formatLsn(begins[1] - 0x200n)}\tx\n`) };
    const other = timelineTree([await readTimelinePlace(memorySource(wrong, 'a'))]);
    expect(other.problems.at(-1)).toBe(
      `by its history, timeline 2 left timeline 1 at ${formatLsn(begins[1] - 0x200n)}, by its WAL timeline 1 at ${formatLsn(begins[1])}`,
    );
  });

  it('refuses a place with nothing of WAL', async () => {
    await expect(readTimelinePlace(memorySource({ 'notes.txt': bytes('x') }, 'a'))).rejects.toThrow(
      new SourceError(
        'SOURCE_NOT_A_NODE',
        'a: nothing of WAL: found no segment or history file (in pg_wal, pg_xlog or itself)',
      ),
    );
  });
});
