import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfigurationFile } from './configuration-file.js';

// what `postgres -C cluster_name` of PostgreSQL 17 printed for a postgresql.conf of this one line; null where it
// said that the file contains errors
const LINES: readonly (readonly [line: string, value: string | null])[] = [
  ["cluster_name = 'a b'", 'a b'],
  ["cluster_name 'a'", 'a'],
  ['cluster_name=abc', 'abc'],
  ['cluster_name = a-b.c:d/e', 'a-b.c:d/e'],
  ['cluster_name = a.b', null],
  ["cluster_name = 'it''s'", "it's"],
  ["cluster_name = 'it\\'s'", "it's"],
  ["cluster_name = '\\101\\7x'", 'A\x07x'],
  ["cluster_name = 'a\\tb'", 'a\tb'],
  ['cluster_name = 12kB', '12kB'],
  ['cluster_name = -1.5e3', '-1.5e3'],
  ['cluster_name = 0x1F', '0x1F'],
  ["cluster_name = 'a' # b", 'a'],
  ["cluster_name = 'a' b", null],
  ['cluster_name = ', null],
  ['cluster_name', null],
  ["= 'a'", null],
  ['cluster_name == a', null],
  ["cluster_name = 'a", null],
  ["cluster_name = 'a'b'", null],
  ['cluster_name = a#b', 'a'],
  ["cluster_name = ''", ''],
  ["CLUSTER_NAME = 'x'", 'x'],
  ['\tcluster_name\t=\ta\t\r', 'a'],
  ["cluster_name = 'a\\\\'", 'a\\'],
  ['12 = a', null],
  ['cluster_name = 1a2', null],
  ['cluster_name = $a', null],
  ['cluster_name = é', 'é'],
  ["cluster_name = 'a' 'b'", null],
  ['cluster_name = .5', '.5'],
  ['cluster_name = +5', '+5'],
  ['cluster_name = a=b', null],
  ["cluster_name = '#'", '#'],
  ["'cluster_name' = a", null],
  ['cluster_name = _x9', '_x9'],
  ['cluster_name = 1.2.3', null],
  ["cluster_name = 'a'''", "a'"],
];

describe('parseConfigurationFile', () => {
  it.each(LINES)('reads %j as the server does', (line, value) => {
    const parsed = parseConfigurationFile(`\n${line}\n`);
    expect(parsed.lines).toEqual(value === null ? [] : [{ name: 'cluster_name', value, line: 2 }]);
    expect(parsed.syntaxErrors).toEqual(value === null ? [2] : []);
  });

  it('passes over comments and blank lines', () => {
    expect(parseConfigurationFile('# a = b\n\n  \t\r\n#')).toEqual({ lines: [], syntaxErrors: [] });
  });

  it('goes on behind a line that is wrong', () => {
    const { lines, syntaxErrors } = parseConfigurationFile('a = 1\nb = = 2\nc = 3');
    expect(lines.map(({ name, line }) => [name, line])).toEqual([
      ['a', 1],
      ['c', 3],
    ]);
    expect(syntaxErrors).toEqual([2]);
  });

  it('gives back any value that is quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        fc.pre(!/[\n\\]/.test(value));
        const { lines } = parseConfigurationFile(`x = '${value.replaceAll("'", "''")}'`);
        expect(lines).toEqual([{ name: 'x', value, line: 1 }]);
      }),
    );
  });

  it('accounts for every line of any text once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { lines, syntaxErrors } = parseConfigurationFile(text);
        const numbers = [...lines.map(({ line }) => line), ...syntaxErrors];
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(numbers.every((line) => line >= 1 && line <= text.split('\n').length)).toBe(true);
      }),
    );
  });

  it('reads a megabyte in one quoted line', () => {
    const { lines } = parseConfigurationFile(`x = '${"''".repeat(500_000)}'`);
    expect(lines[0]?.value).toHaveLength(500_000);
  });
});
