import type { Source } from '../source/source.js';
import type { ChangedRelation } from './changed-blocks.js';

/**
 * What a rewind does to files beside the blocks that the node changed, as `pg_rewind` decides it
 * (`decide_file_action` in `src/bin/pg_rewind/filemap.c`).
 *
 * @category Evidence
 */
export interface RewindFiles {
  /** Files that are copied as a whole: all that hold no relation's main fork, and those that the node has not. */
  readonly copied: readonly FileCopy[];
  /** Relation files that are longer on the upstream: their tails are copied. */
  readonly tails: readonly FileCopy[];
  /** Relation files that are longer on the node: they are cut to so many bytes. */
  readonly truncated: readonly FileCopy[];
  /** Files and directories that the upstream has not. */
  readonly removed: readonly string[];
  /** Bytes to move in all: whole files, tails, and the changed blocks that the upstream's files have. */
  readonly bytes: number;
}

/**
 * A file below the data directory.
 *
 * @category Evidence
 */
export interface FileCopy {
  /** Relative to the data directory. */
  readonly path: string;
  /** In bytes: what is copied of it, or what is left of it. */
  readonly bytes: number;
}

const EXCLUDED_FILES = new Set([
  'postgresql.auto.conf.tmp',
  'current_logfiles.tmp',
  'backup_label',
  'tablespace_map',
  'backup_manifest',
  'postmaster.pid',
  'postmaster.opts',
]);
const EXCLUDED_PREFIX = 'pg_internal.init';
const EXCLUDED_CONTENTS = new Set([
  'pg_stat_tmp',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_subtrans',
]);
/** Copied last, from what `pg_rewind` makes of it itself. */
const CONTROL_FILE = 'global/pg_control';

/** The main fork's files: `base/5/16384`, `base/5/16384.1`, `global/1262`, `pg_tblspc/16999/PG_15_…/5/16384`. */
const RELATION_FILE = /^(?:global|base\/\d+|pg_tblspc\/\d+\/PG_[^/]+\/\d+)\/(\d+)(?:\.(\d+))?$/;

const DEFAULT_TABLESPACE = 1663;
const GLOBAL_TABLESPACE = 1664;
/** `RELSEG_SIZE`: a file of a relation holds so many blocks, 1 GB of 8 kB ones. */
const DEFAULT_BLOCKS_A_FILE = 131_072;

/**
 * Compares the files of both data directories. Null where either has none: what is here is WAL only then.
 *
 * @param pageSize - `BLCKSZ` in bytes
 * @param blocksAFile - `RELSEG_SIZE` in blocks
 */
export async function planFileCopies(
  nodeSource: Source,
  upstreamSource: Source,
  relations: readonly ChangedRelation[],
  pageSize: number,
  blocksAFile = DEFAULT_BLOCKS_A_FILE,
): Promise<RewindFiles | null> {
  const isThere = async (source: Source) => (await source.list('base')) !== null;
  if (!(await isThere(nodeSource)) || !(await isThere(upstreamSource))) return null;
  const ours = await filesBelow(nodeSource, '');
  const theirs = await filesBelow(upstreamSource, '');
  const copied: FileCopy[] = [];
  const tails: FileCopy[] = [];
  const truncated: FileCopy[] = [];
  for (const [path, size] of theirs) {
    if (isExcluded(path) || path === CONTROL_FILE) continue;
    const own = ours.get(path);
    if (own === undefined) copied.push({ path, bytes: size });
    else if (path.endsWith('PG_VERSION')) continue;
    else if (!RELATION_FILE.test(path)) copied.push({ path, bytes: size });
    else if (own < size) tails.push({ path, bytes: size - own });
    else if (own > size) truncated.push({ path, bytes: size });
  }
  const removed = [...ours.keys()].filter((path) => !theirs.has(path) || isExcluded(path));
  const sum = (files: readonly FileCopy[]) => files.reduce((bytes, file) => bytes + file.bytes, 0);
  const blocks = blocksHeldByBoth(relations, ours, theirs, pageSize, blocksAFile);
  return {
    copied: copied.sort(byPath),
    tails: tails.sort(byPath),
    truncated: truncated.sort(byPath),
    removed: removed.sort(),
    bytes: sum(copied) + sum(tails) + blocks * pageSize,
  };
}

/** `pg_rewind` leaves out blocks past the end of the upstream's file, and those of files that are copied anyway. */
function blocksHeldByBoth(
  relations: readonly ChangedRelation[],
  ours: ReadonlyMap<string, number>,
  theirs: ReadonlyMap<string, number>,
  pageSize: number,
  blocksAFile: number,
): number {
  const paths = new Map<string, string>();
  for (const path of theirs.keys()) {
    const key = keyOfPath(path);
    if (key !== null) paths.set(key, path);
  }
  let count = 0;
  for (const { locator, blocks } of relations) {
    for (const block of blocks) {
      const segment = Math.floor(block / blocksAFile);
      const path = paths.get(`${locator.tablespace}/${locator.database}/${locator.relation}.${segment}`);
      if (path === undefined || !ours.has(path)) continue;
      const end = ((block % blocksAFile) + 1) * pageSize;
      const held = Math.min(ours.get(path) ?? 0, theirs.get(path) ?? 0);
      if (end <= held) count++;
    }
  }
  return count;
}

/** Tablespace, database, relation and the file's number, or null where it is no main fork's file. */
function keyOfPath(path: string): string | null {
  const match = RELATION_FILE.exec(path);
  if (match === null) return null;
  const parts = path.split('/');
  const file = `${match[1]}.${match[2] ?? 0}`;
  if (parts[0] === 'global') return `${GLOBAL_TABLESPACE}/0/${file}`;
  if (parts[0] === 'base') return `${DEFAULT_TABLESPACE}/${parts[1]}/${file}`;
  return `${parts[1]}/${parts[3]}/${file}`;
}

function isExcluded(path: string): boolean {
  const parts = path.split('/');
  const name = parts[parts.length - 1];
  return (
    EXCLUDED_FILES.has(name) ||
    name.startsWith(EXCLUDED_PREFIX) ||
    (parts.length > 1 && EXCLUDED_CONTENTS.has(parts[0]))
  );
}

/** All files below a directory with their sizes; one whose size is not known counts as empty. */
async function filesBelow(source: Source, directory: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const { name, kind, size } of (await source.list(directory)) ?? []) {
    const path = directory === '' ? name : `${directory}/${name}`;
    if (kind === 'file') files.set(path, size ?? 0);
    else for (const [below, bytes] of await filesBelow(source, path)) files.set(below, bytes);
  }
  return files;
}

function byPath(a: FileCopy, b: FileCopy): number {
  return a.path < b.path ? -1 : 1;
}
