import type { RecordFilter } from '../dump/record-filter.js';
import { type Lsn, lsnFromWords } from '../lsn.js';
import { FORK_NAMES } from '../rmgr/fork-names.js';
import { POSTGRES_VERSIONS } from '../version.js';
import { DumpFailure } from './dump-failure.js';

/** The command line of `pgwal dump`, as commander gives it. */
export interface DumpArguments {
  readonly bkpDetails?: true;
  readonly block?: string;
  readonly end?: string;
  readonly follow?: true;
  readonly fork?: string;
  readonly limit?: string;
  readonly path?: string;
  readonly quiet?: true;
  readonly rmgr?: readonly string[];
  readonly relation?: string;
  readonly start?: string;
  readonly timeline?: string;
  readonly fullpage?: true;
  readonly xid?: string;
  readonly z?: true;
  readonly stats?: string;
  readonly saveFullpage?: string;
  readonly format?: string;
  readonly jobs?: string;
  readonly names?: string;
  readonly data?: string;
}

/** What `pgwal dump` is to do. */
export interface DumpOptions {
  readonly blockDetails: boolean;
  readonly filter: RecordFilter;
  readonly start: Lsn | null;
  readonly end: Lsn | null;
  readonly timeline: number | null;
  /** How many records to print at most. */
  readonly limit: number;
  readonly follow: boolean;
  readonly quiet: boolean;
  readonly statistics: 'none' | 'rmgr' | 'record';
  readonly saveFullPages: string | null;
  readonly format: 'text' | 'json';
  /** How many threads are to work on it; null for as many as there are cores. */
  readonly jobs: number | null;
}

// Values are read as pg_waldump reads them, by sscanf: a number may be followed by anything.

/** @throws DumpFailure where a value is none, in pg_waldump's words */
export function readDumpOptions(given: DumpArguments): DumpOptions {
  if (given.block !== undefined && given.relation === undefined) {
    throw new DumpFailure('option -B/--block requires option -R/--relation to be specified');
  }
  return {
    blockDetails: given.bkpDetails === true,
    filter: readFilter(given),
    start: given.start === undefined ? null : walLocation(given.start),
    end: given.end === undefined ? null : walLocation(given.end),
    timeline: given.timeline === undefined ? null : timelineOf(given.timeline),
    limit: given.limit === undefined ? Number.POSITIVE_INFINITY : limitOf(given.limit),
    follow: given.follow === true,
    quiet: given.quiet === true,
    statistics: statisticsOf(given),
    saveFullPages: given.saveFullpage ?? null,
    format: formatOf(given.format ?? 'text'),
    jobs: given.jobs === undefined ? null : jobsOf(given.jobs),
  };
}

function readFilter({ rmgr, xid, relation, block, fork, fullpage }: DumpArguments): RecordFilter {
  return {
    ...(rmgr && { resourceManagers: new Set(rmgr.map(resourceManagerId)) }),
    ...(xid !== undefined && { xid: unsigned(xid, `invalid transaction ID specification: "${xid}"`) }),
    ...(relation !== undefined && { relation: relationOf(relation) }),
    ...(block !== undefined && { block: blockOf(block) }),
    ...(fork !== undefined && { fork: forkOf(fork) }),
    ...(fullpage && { fullPageImage: true }),
  };
}

function walLocation(text: string): Lsn {
  const match = /^\s*(?:0x)?([0-9a-f]+)\/\s*(?:0x)?([0-9a-f]+)/i.exec(text);
  if (match === null) throw new DumpFailure(`invalid WAL location: "${text}"`);
  const [high, low] = [match[1], match[2]].map((part) => Number.parseInt(part, 16));
  return lsnFromWords(high >>> 0, low >>> 0);
}

/** `strtoul` with base 0: decimal, hexadecimal or octal. */
function timelineOf(text: string): number {
  const match = /^\s*[+]?(?:0x([0-9a-f]+)|(0[0-7]*)|([1-9][0-9]*))\s*$/i.exec(text);
  if (match === null) {
    if (/^\s*-/.test(text)) throw new DumpFailure('-t/--timeline must be in range 1..4294967295');
    throw new DumpFailure(`invalid value "${text}" for option -t/--timeline`);
  }
  const [, hexadecimal, octal, decimal] = match;
  const value =
    hexadecimal !== undefined
      ? Number.parseInt(hexadecimal, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : Number(decimal);
  if (value < 1 || value > 0xffff_ffff) {
    throw new DumpFailure('-t/--timeline must be in range 1..4294967295');
  }
  return value;
}

function limitOf(text: string): number {
  const match = /^\s*([+-]?\d+)/.exec(text);
  if (match === null) throw new DumpFailure(`invalid value "${text}" for option -n/--limit`);
  const limit = Number(match[1]);
  return limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

function jobsOf(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs > 0) return jobs;
  throw new DumpFailure(`invalid value "${text}" for option --jobs`);
}

function blockOf(text: string): number {
  const problem = `invalid block number: "${text}"`;
  const block = unsigned(text, problem);
  if (block === 0xffff_ffff) throw new DumpFailure(problem);
  return block;
}

function unsigned(text: string, problem: string): number {
  const match = /^\s*([+-]?\d+)/.exec(text);
  if (match === null) throw new DumpFailure(problem);
  return Number(BigInt.asUintN(32, BigInt(match[1].replace('+', ''))));
}

function relationOf(text: string): NonNullable<RecordFilter['relation']> {
  const match = /^\s*(\d+)\/\s*(\d+)\/\s*(\d+)/.exec(text);
  const [tablespace, database, relation] = (match ?? []).slice(1).map((part) => Number(part) >>> 0);
  if (match === null || tablespace === 0 || relation === 0) {
    throw new DumpFailure(
      `invalid relation specification: "${text}", expecting "tablespace OID/database OID/relation filenode"`,
    );
  }
  return { tablespace, database, relation };
}

function forkOf(text: string): number {
  const fork = FORK_NAMES.indexOf(text);
  if (fork < 0) throw new DumpFailure(`invalid fork name: "${text}"`);
  return fork;
}

/** Resource managers have had the same IDs ever since they came to be: the newest version knows them all. */
function resourceManagerId(text: string): number {
  const custom = /^custom(\d{1,3})/.exec(text);
  if (custom !== null) {
    const id = Number(custom[1]);
    if (id < 128 || id > 255) throw new DumpFailure(`custom resource manager "${text}" does not exist`);
    return id;
  }
  const names = POSTGRES_VERSIONS[POSTGRES_VERSIONS.length - 1].resourceManagers;
  const id = names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  if (id < 0) throw new DumpFailure(`resource manager "${text}" does not exist`);
  return id;
}

function statisticsOf({ z, stats }: DumpArguments): DumpOptions['statistics'] {
  if (stats === undefined) return z === true ? 'rmgr' : 'none';
  if (stats === 'rmgr' || stats === 'record') return stats;
  throw new DumpFailure(`unrecognized value for option --stats: ${stats}`);
}

function formatOf(text: string): DumpOptions['format'] {
  if (text === 'text' || text === 'json') return text;
  throw new DumpFailure(`unrecognized value for option --format: ${text}, expecting "text" or "json"`);
}
