import { SourceError } from '../errors.js';
import type { Source } from '../source/source.js';
import { readLines } from './read-lines.js';
import { type LogFormat, logFormatOf } from './server-log-entries.js';
import { factOf, type ServerLogFact, TELLING } from './server-log-facts.js';

/**
 * What a server's log tells. It says what a server did, not what its files hold now: a verdict gets more cautious
 * by it, and never less.
 *
 * @category Evidence
 */
export interface ServerLogEvidence {
  /** What messages call the log: its path, say. */
  readonly name: string;
  /** The facts in the order in which they were told last, each once for every start of the server. */
  readonly facts: readonly ServerLogFact[];
  /** How often the server was started, as far as the log shows. */
  readonly starts: number;
}

/** More than a log tells that does not repeat itself: beyond that, what was told longest ago is dropped. */
const MOST_FACTS = 10_000;

const LOG_NAME = /\.(?:log|csv|json)(?:[.-]?\d+)?$/i;

/**
 * Reads a server's log: a single file, or a directory of files named `.log`, `.csv` or `.json`, which are read in
 * the order of their names. Formats are `stderr` with any `log_line_prefix`, `csvlog` and `jsonlog`, in English.
 *
 * @throws {@link SourceError} `SOURCE_UNREADABLE`; `SOURCE_NOT_FOUND` where there is no such file
 * @category Evidence
 */
export async function readServerLog(source: Source): Promise<ServerLogEvidence> {
  const entries = (await source.list('')) ?? [];
  const files = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
  const logs = files.length === 1 ? files : files.filter((name) => LOG_NAME.test(name)).sort();
  if (logs.length === 0) {
    throw new SourceError(
      'SOURCE_NOT_FOUND',
      `${source.name}: no server log (a file, or a directory of .log, .csv or .json files)`,
    );
  }
  const facts = new Map<string, ServerLogFact>();
  let starts = 0;
  for (const file of logs) {
    const take = (fact: ServerLogFact | null) => {
      if (fact === null) return;
      if (fact.kind === 'start') starts++;
      const { kind, lsn, timeline, target, fork } = fact;
      const key = [kind, LATEST.has(kind) ? '' : lsn, timeline, target, fork, starts].join();
      facts.delete(key);
      facts.set(key, { ...fact, start: starts });
      const [oldest] = facts.keys();
      if (facts.size > MOST_FACTS && oldest !== undefined) facts.delete(oldest);
    };
    await readFacts(source, file, take);
  }
  return { name: source.name, facts: [...facts.values()], starts };
}

/** Of these only what was told last is of interest: there is one every few minutes. */
const LATEST: ReadonlySet<string> = new Set(['restart-point', 'last-transaction', 'redo-done']);

async function readFacts(
  source: Source,
  file: string,
  take: (fact: ServerLogFact | null) => void,
): Promise<void> {
  let format: LogFormat | null = null;
  let number = 0;
  const factIn = (entry: ReturnType<LogFormat['take']>): ServerLogFact | null => {
    if (entry === null || !TELLING.test(entry.message)) return null;
    const fact = factOf(entry);
    return fact && { ...fact, time: entry.time, file, line: entry.line, start: 0 };
  };
  for await (const line of readLines(source, file)) {
    number++;
    if (format === null && line.trim() === '') continue;
    format ??= logFormatOf(line);
    take(factIn(format.take(line, number)));
  }
  take(factIn(format?.end() ?? null));
}
