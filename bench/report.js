// @ts-check
// The results as tables, for the screen and for docs/performance.md.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { program, ROUNDS, skipped } from './environment.js';
import { median } from './measure.js';

/** @typedef {import('./measure.js').Run} Run */

/**
 * @typedef {object} Comparison
 * @property {string} subject - what of the library's was run
 * @property {number} cores
 * @property {Run[]} ours
 * @property {string} peer - what was run in turn with it
 * @property {Run[] | null} theirs - null where it is not there
 * @property {{ target: number, aim: number } | null} goal - of the ratio
 * @property {boolean} [isNoAnswer] - whether the peer did not do the same
 */

/**
 * @typedef {object} Figure
 * @property {string} subject
 * @property {string} unit
 * @property {number[]} values
 * @property {string | null} goal
 */

/** @typedef {{ comparisons: Comparison[], figures: Figure[], wal: import('./make-wal.js').Wal, records: number }} Results */

const DOCUMENT = new URL('../docs/performance.md', import.meta.url);
const BEGIN = '<!-- results: npm run bench -- --write -->';
const END = '<!-- end of results -->';
const loadAtStart = loadavg()[0];

/** @param {Results} results @returns {string} Markdown */
export function report({ comparisons, figures, wal, records }) {
  return [
    surroundings(wal, records),
    'Beside other tools. The ratio is that of speeds: at 1 pg-wal is as fast as the other, at 0.5 it takes twice as long. The same of CPU time, on all cores together, is less moved by what else the machine does.',
    comparisonTable(comparisons),
    'By itself, on one core.',
    figureTable([...figures, ...largestMemory(comparisons)]),
    ...(skipped.length === 0 ? [] : ['Skipped:', skipped.map((line) => `- ${line}`).join('\n')]),
  ].join('\n\n');
}

/** Puts results in the place of those before. @param {string} results */
export function writeDocument(results) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md has no place for results: ${BEGIN} … ${END}`);
  writeFileSync(DOCUMENT, `${text.slice(0, begin)}${BEGIN}\n\n${results}\n\n${text.slice(end)}`);
}

/** @param {Results['wal']} wal @param {number} records */
function surroundings(wal, records) {
  const [core] = cpus();
  const server = program('pg_waldump') ?? program('pg_controldata');
  const version = server === null ? 'none' : execFileSync(server, ['--version'], { encoding: 'utf8' });
  return table(
    ['', ''],
    [
      ['date', new Date().toISOString().slice(0, 10)],
      [
        'machine',
        `${cpus().length} cores of ${core?.model.trim()}, ${gigabytes(totalmem())} of memory, ${process.platform}`,
      ],
      ['load when it began', loadAtStart.toFixed(1)],
      ['Node', process.version],
      ['PostgreSQL', version.trim().replace(/^\S+ \(PostgreSQL\) (\S+).*/s, '$1')],
      ['WAL', `${megabytes(wal.bytes)}, ${(records / 1e6).toFixed(2)} million records, ${wal.origin}`],
      ['runs', `${ROUNDS} of each, in turn; shown are the median, and the least to the most`],
    ],
  );
}

/** @param {Comparison[]} comparisons */
function comparisonTable(comparisons) {
  return table(
    ['pg-wal', 'cores', 'time', 'memory', 'beside', 'time', 'memory', 'ratio', 'wanted (aim)', 'of CPU time'],
    comparisons.map(({ subject, cores, ours, peer, theirs, goal, isNoAnswer }) => [
      subject,
      String(cores),
      spread(ours.map(time), milliseconds),
      memoryOf(ours),
      theirs === null ? '' : peer,
      theirs === null ? 'skipped' : spread(theirs.map(time), milliseconds),
      theirs === null ? '' : memoryOf(theirs),
      theirs === null || isNoAnswer ? '' : ratio(ours, theirs),
      goal === null ? '' : `${goal.target} (${goal.aim})`,
      theirs === null || isNoAnswer ? '' : ratioOfCpu(ours, theirs),
    ]),
  );
}

/** @param {Figure[]} figures */
function figureTable(figures) {
  return table(
    ['', 'median', 'least to most', 'unit', 'wanted (aim)'],
    figures.map(({ subject, unit, values, goal }) => [
      subject,
      number(median(values)),
      values.length === 1 ? '' : `${number(Math.min(...values))} to ${number(Math.max(...values))}`,
      unit,
      goal ?? '',
    ]),
  );
}

/** @param {Comparison[]} comparisons @returns {Figure[]} */
function largestMemory(comparisons) {
  const all = comparisons.flatMap(({ ours }) => ours.map((run) => run.usage?.memory ?? 0));
  const most = Math.max(0, ...all) / 2 ** 20;
  if (most === 0) return [];
  return [
    { subject: 'peak memory, the most of any command', unit: 'MB', values: [most], goal: 'under 150 (90)' },
  ];
}

/** Of the medians, and within it of the least and the most of any round. @param {Run[]} ours @param {Run[]} theirs */
function ratio(ours, theirs) {
  const rounds = ours.map((run, round) => theirs[round].milliseconds / run.milliseconds);
  const whole = median(theirs.map(time)) / median(ours.map(time));
  return `**${whole.toFixed(2)}** (${Math.min(...rounds).toFixed(2)} to ${Math.max(...rounds).toFixed(2)})`;
}

/** Of what takes long enough for the steps that it is told in. @param {Run[]} ours @param {Run[]} theirs */
function ratioOfCpu(ours, theirs) {
  const [our, their] = [ours, theirs].map((runs) => median(runs.map((run) => run.usage?.cpu ?? 0)));
  return Math.min(our, their) < 100 ? '' : (their / our).toFixed(2);
}

/** @param {Run} run */
function time(run) {
  return run.milliseconds;
}

/** @param {Run[]} runs */
function memoryOf(runs) {
  const most = Math.max(...runs.map((run) => run.usage?.memory ?? 0));
  return most === 0 ? '' : megabytes(most);
}

/** @param {number[]} values @param {(value: number) => string} print */
function spread(values, print) {
  return `${print(median(values))} (${print(Math.min(...values))} to ${print(Math.max(...values))})`;
}

/** @param {number} value */
function milliseconds(value) {
  return value < 1000 ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : `${(value / 1000).toFixed(2)} s`;
}

/** @param {number} value */
function number(value) {
  return value.toFixed(value < 100 ? (value < 10 ? 2 : 1) : 0);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

/** @param {number} bytes */
function gigabytes(bytes) {
  return `${(bytes / 2 ** 30).toFixed(0)} GB`;
}

/** A Markdown table that can be read as it is. @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column])].map((cell) => cell.length)),
  );
  /** @param {string[]} cells @param {string} fill */
  const line = (cells, fill) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column], fill)).join(' | ')} |`;
  return [
    line(head, ' '),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rows.map((row) => line(row, ' ')),
  ].join('\n');
}
