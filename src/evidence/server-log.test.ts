import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLsn } from '../lsn.js';
import { memorySource } from '../source/memory.js';
import { OLD_PRIMARY_LOGS } from '../testing/article-logs.js';
import { failoverFixtures } from '../testing/failback.js';
import { readServerLog, type ServerLogEvidence } from './server-log.js';

const read = (text: string, name = 'postgresql.log') =>
  readServerLog(memorySource({ [name]: new TextEncoder().encode(text) }));

/** Facts in a line each. */
const told = ({ facts }: ServerLogEvidence) =>
  facts.map(({ kind, lsn, timeline, target, fork }) =>
    [
      kind,
      lsn === null ? null : formatLsn(lsn),
      timeline === null ? null : `on ${timeline}`,
      target === null ? null : `to ${target}`,
      fork === null ? null : `fork ${formatLsn(fork)}`,
    ]
      .filter((part) => part !== null)
      .join(' '),
  );

describe('readServerLog', () => {
  it('reads what the article shows of its first old primary', async () => {
    expect(told(await read(OLD_PRIMARY_LOGS.first))).toEqual([
      'start',
      'crash-recovery',
      'redo-starts 0/36000090',
      'wal-end 0/52438570',
      'consistent 0/52438570',
      'start-refused 0/52000000 on 1 fork 0/45AD5F80',
      'forked-before 0/52438570 on 1 to 2',
    ]);
  });

  it('reads what the article shows of its second old primary', async () => {
    const log = await read(OLD_PRIMARY_LOGS.second);
    expect(told(log)).toEqual([
      'redo-starts 0/74BAF018',
      'wal-end 0/89217048',
      'start-refused 0/89000000 on 1 fork 0/82603A30',
    ]);
    expect(log.facts[1]).toMatchObject({ time: '2013-07-19 15:03:15.413 JST', line: 2, start: 0 });
  });

  it.each(failoverFixtures())('reads the start log of $name', async ({ path }) => {
    const text = readFileSync(`${path}/node-start.log`, 'utf8');
    const log = await read(text, 'node-start.log');
    const has = (pattern: RegExp) => pattern.test(text);
    const kinds = new Set(log.facts.map(({ kind }) => kind));
    expect(kinds.has('start')).toBe(true);
    expect(kinds.has('redo-starts')).toBe(has(/redo starts at/));
    expect(kinds.has('crash-recovery')).toBe(has(/not properly shut down/));
    expect(kinds.has('forked-before')).toBe(has(/forked off current/));
    expect(kinds.has('no-child')).toBe(has(/is not a child/));
    expect(kinds.has('start-refused')).toBe(has(/requested starting point/));
    expect(kinds.has('timeline-refused')).toBe(has(/requested timeline \d+ is not in/));
    expect(kinds.has('end-of-timeline')).toBe(has(/End of WAL reached/));
    expect(kinds.has('no-more-wal')).toBe(has(/contains no more WAL/));
    expect(kinds.has('timeline-behind')).toBe(has(/is behind recovery timeline/));
    expect(kinds.has('system-differs')).toBe(has(/identifier differs/));
    expect(kinds.has('started-streaming')).toBe(has(/started (streaming WAL|WAL streaming)/));
    const ends = Array.from(
      text.matchAll(/(?:zero length|record length|prev-link \S+|manager ID \d+) at ([0-9A-F/]+)/g),
      ([, lsn]) => lsn,
    );
    const complaints = log.facts.filter(({ kind }) => kind === 'wal-end').map(({ lsn }) => formatLsn(lsn!));
    expect(new Set(complaints)).toEqual(new Set(ends));
  });

  it('reads the three formats alike', async () => {
    const stderr = [
      '2026-11-23 07:32:33.703 UTC [9588] LOG:  database system was interrupted; last known up at 2026-11-23 07:32:31 UTC',
      '2026-11-23 07:32:33.904 UTC [9588] LOG:  redo starts at 0/A4ED40',
      "2026-11-23 07:32:34.904 UTC [9590] FATAL:  could not start WAL streaming: ERROR:  requested starting point 0/B00000 on timeline 1 is not in this server's history",
      "\tDETAIL:  This server's history forked from timeline 1 at 0/A8CB00.",
      '2026-11-23 07:32:35.904 UTC [9590] LOG:  replication terminated by primary server',
      '2026-11-23 07:32:35.904 UTC [9590] DETAIL:  End of WAL reached on timeline 1 at 0/A8CB00.',
    ].join('\n');
    const csv = [
      '2026-11-23 07:32:33.703 UTC,,,9588,,6921.2574,1,,2026-11-23 07:32:33 UTC,,0,LOG,00000,"database system was interrupted; last known up at 2026-11-23 07:32:31 UTC",,,,,,,,,"","startup",,0',
      '2026-11-23 07:32:33.904 UTC,,,9588,,6921.2574,2,,2026-11-23 07:32:33 UTC,,0,LOG,00000,"redo starts at 0/A4ED40",,,,,,,,,"","startup",,0',
      '2026-11-23 07:32:34.904 UTC,,,9590,,6921.2576,1,,2026-11-23 07:32:34 UTC,,0,FATAL,XX000,"could not start WAL streaming: ERROR:  requested starting point 0/B00000 on timeline 1 is not in this server\'s history',
      'DETAIL:  This server\'s history forked from timeline 1 at 0/A8CB00.",,,,,,,,,"","walreceiver",,0',
      '2026-11-23 07:32:35.904 UTC,,,9590,,6921.2576,2,,2026-11-23 07:32:34 UTC,,0,LOG,00000,"replication terminated by primary server","End of WAL reached on timeline 1 at 0/A8CB00.",,,,,,,,"","walreceiver",,0',
    ].join('\n');
    const entry = (time: string, error_severity: string, message: string, detail?: string) =>
      JSON.stringify({
        timestamp: `2026-11-23 07:32:${time} UTC`,
        pid: 9590,
        error_severity,
        message,
        detail,
        backend_type: 'startup',
      });
    const json = [
      entry('33.703', 'LOG', 'database system was interrupted; last known up at 2026-11-23 07:32:31 UTC'),
      entry('33.904', 'LOG', 'redo starts at 0/A4ED40'),
      entry(
        '34.904',
        'FATAL',
        "could not start WAL streaming: ERROR:  requested starting point 0/B00000 on timeline 1 is not in this server's history\nDETAIL:  This server's history forked from timeline 1 at 0/A8CB00.",
      ),
      entry(
        '35.904',
        'LOG',
        'replication terminated by primary server',
        'End of WAL reached on timeline 1 at 0/A8CB00.',
      ),
    ].join('\n');
    const expected = [
      'start',
      'redo-starts 0/A4ED40',
      'start-refused 0/B00000 on 1 fork 0/A8CB00',
      'end-of-timeline 0/A8CB00 on 1',
    ];
    for (const text of [stderr, csv, json, stderr.replaceAll('\n', '\r\n')]) {
      const log = await read(text);
      expect(told(log)).toEqual(expected);
      expect(log.facts.map(({ time }) => time)).toEqual(
        ['33.703', '33.904', '34.904', '35.904'].map((time) => `2026-11-23 07:32:${time} UTC`),
      );
    }
  });

  it.each([
    ['no prefix', ''],
    ['the usual one', '2026-11-23 07:32:33.703 UTC [9588] '],
    ['pid and user', '2026-11-23 07:32:33 CET:10.0.0.1(5432):rep@[unknown]:[77]: '],
    ['syslog', 'Nov 23 07:32:33 db1 postgres[9588]: [5-1] '],
  ])('takes any log_line_prefix: %s', async (_, prefix) => {
    const log = await read(
      `${prefix}LOG:  redo starts at 2A/1\n${prefix}LOG:  recovery restart point at 2A/2\n` +
        `${prefix}DETAIL:  last completed transaction was at log time 2026-11-23 07:00:00+00\n`,
    );
    expect(told(log)).toEqual(['redo-starts 2A/1', 'restart-point 2A/2']);
  });

  it.each([
    ['9.3', 'LOG:  record with zero length at 0/52438570', 'wal-end 0/52438570'],
    ['9.5', 'LOG:  invalid record length at 0/52438570', 'wal-end 0/52438570'],
    ['9.6', 'LOG:  invalid record length at 0/AB63C0: wanted 24, got 0', 'wal-end 0/AB63C0'],
    ['16', 'LOG:  invalid record length at 0/AB63C0: expected at least 24, got 0', 'wal-end 0/AB63C0'],
    ['all', 'LOG:  record with incorrect prev-link 2000/260000 at 0/A4EDB0', 'wal-end 0/A4EDB0'],
    ['all', 'LOG:  invalid resource manager ID 57 at 0/AB63C0', 'wal-end 0/AB63C0'],
    ['9.6', 'LOG:  redo done at 0/3000028', 'redo-done 0/3000028'],
    ['14', 'LOG:  redo done at 0/3000028 system usage: CPU: user: 0.01 s', 'redo-done 0/3000028'],
    ['all', 'LOG:  selected new timeline ID: 12', 'selected-timeline on 12'],
    ['all', 'LOG:  recovery restart point at 0/30', 'restart-point 0/30'],
    ['all', 'LOG:  last completed transaction was at log time 2026-11-23 07:00:00+00', 'last-transaction'],
    ['all', 'LOG:  new target timeline is 3', 'new-target to 3'],
    [
      'all',
      "ERROR:  requested starting point 0/5000000 on timeline 1 is not in this server's history\nDETAIL:  This server's history forked from timeline 1 at 0/45AD5F80.",
      'start-refused 0/5000000 on 1 fork 0/45AD5F80',
    ],
    [
      'all',
      'FATAL:  could not receive data from WAL stream: ERROR:  requested WAL segment 00000001000000000000000B has already been removed',
      'segment-removed',
    ],
    [
      '17',
      "FATAL:  requested timeline 2 is not a child of this server's history\nDETAIL:  Latest checkpoint is at 0/30 on timeline 1, but in the history of the requested timeline, the server forked off from that timeline at 0/20.",
      'not-a-child 0/30 on 1 to 2 fork 0/20',
    ],
    [
      '18',
      'FATAL:  requested timeline 2 is not a child of this server\'s history\nDETAIL:  Latest checkpoint in file "pg_control" is at 0/30 on timeline 1, but in the history of the requested timeline, the server forked off from that timeline at 0/20.',
      'not-a-child 0/30 on 1 to 2 fork 0/20',
    ],
    ['19', 'LOG:  redo starts at 0/00A4ED40', 'redo-starts 0/A4ED40'],
  ])('knows the wording of %s: %s', async (_, text, expected) => {
    expect(told(await read(`${text}\n`))).toEqual([expected]);
  });

  it.each([
    [
      'a statement that looks like one',
      'ERROR:  syntax error at or near "x"\nSTATEMENT:  LOG:  redo starts at 0/1',
    ],
    ['a longer number', 'LOG:  redo starts at 0/123456789'],
    ['the wrong severity', 'NOTICE:  redo starts at 0/1'],
    [
      'a word of a client, in csvlog',
      '2026-11-23 07:32:33.904 UTC,"eve","db",9588,,1.1,2,,,,0,LOG,00000,"redo starts at 0/A4ED40",,,,,,,,,""',
    ],
    ['half a line of JSON', '{"error_severity":"LOG","message":"redo starts at 0/1"'],
    ['JSON that is no entry', '{"error_severity":1,"message":["redo starts at 0/1"]}\n[1]\nnull'],
    ['a line of csvlog that is cut off', '2026-11-23 07:32:33.904 UTC,,,9588,,1.1,2,,,,0,LOG'],
  ])('makes nothing of %s', async (_, text) => {
    expect(told(await read(text))).toEqual([]);
  });

  it('tells one start from the next, and each thing once', async () => {
    const start =
      'LOG:  database system was shut down at 2026-11-23 07:32:31 UTC\nLOG:  redo starts at 0/1\n';
    const log = await read(`LOG:  redo starts at 0/1\n${start}LOG:  redo starts at 0/1\n${start}`);
    expect(log.starts).toBe(2);
    expect(log.facts.map(({ kind, start: number, line }) => [kind, number, line])).toEqual([
      ['redo-starts', 0, 1],
      ['start', 1, 2],
      ['redo-starts', 1, 4],
      ['start', 2, 5],
      ['redo-starts', 2, 6],
    ]);
  });

  it('reads the files of a directory by name, and passes over others', async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const log = await readServerLog(
      memorySource({
        'postgresql-2.log': bytes('LOG:  redo starts at 0/2'),
        'postgresql-1.csv': bytes(
          '2026-11-23 07:32:33 UTC,,,9,,1.1,2,,,,0,LOG,00000,"redo starts at 0/1",,,,,,,,,""',
        ),
        'postgresql.log.1': bytes('LOG:  redo starts at 0/3'),
        README: bytes('LOG:  redo starts at 0/4'),
      }),
    );
    expect(log.facts.map(({ file, lsn }) => [file, lsn])).toEqual([
      ['postgresql-1.csv', 1n],
      ['postgresql-2.log', 2n],
      ['postgresql.log.1', 3n],
    ]);
    await expect(readServerLog(memorySource({}))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('keeps no more of a long log than there is to tell', async () => {
    const lines = Array.from(
      { length: 40_000 },
      (_, index) => `LOG:  started streaming WAL from primary at 0/${index.toString(16)} on timeline 1`,
    );
    const repeated = Array.from({ length: 10_000 }, () => 'LOG:  recovery restart point at 0/5');
    const { facts } = await read([...lines, ...repeated].join('\n'));
    expect(facts.length).toBe(10_000);
    expect(facts.at(-1)?.kind).toBe('restart-point');
  });

  it('gets over lines that do not end', async () => {
    const long = `"${'x'.repeat(3_000_000)}`;
    const line = '2026-11-23 07:32:33 UTC,,,9,,1.1,2,,,,0,LOG,00000,"redo starts at 0/1",,,,,,,,,""';
    expect(told(await read(`${line}\n${long}\n${line.replace('0/1', '0/2')}\n`))[0]).toBe('redo-starts 0/1');
    expect(told(await read(`LOG:  redo starts at 0/1\n${long}\nLOG:  redo starts at 0/2`))).toHaveLength(2);
  });

  it('answers any text', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'LOG:  ',
        'DETAIL:  ',
        'redo starts at 0/',
        '"',
        ',',
        '\n',
        '{',
        '}',
        '\t',
        '2026-11-23 07:32:33 UTC,,,9,',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const { facts } = await read(pieces.join(''));
        expect(Array.isArray(facts)).toBe(true);
      }),
    );
  });
});
