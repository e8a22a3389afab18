import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimelineHistoryError } from '../errors.js';
import { formatLsn } from '../lsn.js';
import { historyWithoutParents, parseTimelineHistory } from './history.js';

describe('parseTimelineHistory', () => {
  it('reads what a server wrote', () => {
    const text = '1\t0/308BBF8\tno recovery target specified\n\n2\t0/A000000\tno recovery target specified\n';
    expect(parseTimelineHistory(3, text)).toEqual({
      timeline: 3,
      entries: [
        { timeline: 1, begin: 0n, end: 0x308bbf8n },
        { timeline: 2, begin: 0x308bbf8n, end: 0xa000000n },
        { timeline: 3, begin: 0xa000000n, end: null },
      ],
    });
  });

  it('takes numbers that are too large as sscanf does: for the largest there is, whatever their sign', () => {
    const huge = '99999999999999999999';
    const { entries } = parseTimelineHistory(0xffff_ffff, `7\t-1${huge}/-2\n`);
    expect(entries[0]).toEqual({ timeline: 7, begin: 0n, end: 0xffff_ffff_ffff_fffen });
    expect(() => parseTimelineHistory(1, `-${huge}\t0/1\n`)).toThrow('it lists timeline 4294967295');
  });

  it('takes an empty file for a timeline without parents', () => {
    expect(parseTimelineHistory(7, '')).toEqual(historyWithoutParents(7));
    expect(parseTimelineHistory(7, '# nothing\n \n\t\n')).toEqual(historyWithoutParents(7));
  });

  it.each([
    ['spaces', '1    0/20  reason'],
    ['leading white space', '  \t1\t0/20'],
    ['no reason', '1\t0/20'],
    ['no white space at all', '1 0/20reason'],
    ['lower case and a prefix', '1\t0x0/0x20'],
    ['a carriage return', '1\t0/20\r'],
    ['comments between', '# one\n1\t0/20\n   # two\n'],
    ['bytes that are no UTF-8', '1\t0/20\tgr\xfc\xdfe'],
    ['what follows a NUL', '1\t0/20\tx\0 \n\0junk'],
  ])('is as lenient as the server with %s', (_, text) => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    expect(parseTimelineHistory(2, bytes).entries[0]).toEqual({ timeline: 1, begin: 0n, end: 0x20n });
  });

  it.each([
    ['no timeline ID', 'one\t0/20', /numeric timeline ID/],
    ['no switch point', '1', /switch point/],
    ['a switch point without a slash', '1\t20', /switch point/],
    ['white space before the slash', '1\t0 /20', /switch point/],
    ['digits that only backtracking could split', '12/20', /switch point/],
    ['IDs that do not increase', '2\t0/20\n2\t0/30', /increasing/],
    ['IDs that decrease', '2\t0/20\n1\t0/30', /increasing/],
    ["the file's own ID", '5\t0/20', /less than the file's own, 5/],
    ['a reason longer than the line buffer', `1\t0/20\t${'x'.repeat(2000)}`, /numeric timeline ID/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseTimelineHistory(5, text)).toThrow(TimelineHistoryError);
    expect(() => parseTimelineHistory(5, text)).toThrow(message);
  });

  it('reads back any history that is written down', () => {
    const increasing = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        increasing,
        fc.array(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), { minLength: 20 }),
        (ids, lsns) => {
          const timelines = ids.sort((a, b) => a - b);
          const text = timelines.map((id, index) => `${id}\t${formatLsn(lsns[index])}\tbecause\n`).join('');
          const history = parseTimelineHistory(1001, text);
          expect(history.entries.map((entry) => entry.timeline)).toEqual([...timelines, 1001]);
          expect(history.entries.map((entry) => entry.end)).toEqual([
            ...lsns.slice(0, timelines.length),
            null,
          ]);
        },
      ),
    );
  });

  it('answers any text with a history or its own error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          expect(parseTimelineHistory(9, text).entries.at(-1)?.timeline).toBe(9);
        } catch (error) {
          expect(error).toBeInstanceOf(TimelineHistoryError);
        }
      }),
    );
  });
});
