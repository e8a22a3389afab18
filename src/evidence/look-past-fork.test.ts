import { describe, expect, it } from 'vitest';
import { memorySource } from '../source/memory.js';
import { type RecordParts, WalBuilder } from '../testing/wal-builder.js';
import { historyWithoutParents } from '../timeline/history.js';
import type { MajorVersion } from '../version.js';
import { WalDirectory } from '../wal/wal-directory.js';
import { lookPastFork } from './look-past-fork.js';

const XACT = 1;
const HEAP = 10;
const running: RecordParts = { resourceManager: 8, info: 0x10, length: 56 };
const commit: RecordParts = { resourceManager: XACT, info: 0x00, xid: 7, length: 48 };
const commitPrepared: RecordParts = { ...commit, info: 0x30 };
const sixth: RecordParts = { ...commit, info: 0x60 };
const abort: RecordParts = { ...commit, info: 0x20 };
const prepare: RecordParts = { ...commit, info: 0x10 };
const insertOf = (version: MajorVersion): RecordParts =>
  version === '9.3'
    ? { resourceManager: HEAP, xid: 7, length: 80 }
    : { resourceManager: HEAP, xid: 7, data: new Uint8Array(3), blocks: [{ data: new Uint8Array(20) }] };

/** Looks at WAL that holds a commit before the fork point and these records past it. */
async function look(version: MajorVersion, past: readonly RecordParts[], offset = 0n) {
  const builder = new WalBuilder({ version });
  builder.append(insertOf(version));
  builder.append(commit);
  const fork = builder.position;
  for (const record of past) builder.append(record);
  const directory = await WalDirectory.open(memorySource(builder.files()));
  return lookPastFork(directory, historyWithoutParents(1), fork + offset, 8192, false);
}

describe.each(['9.3', '15'] as const)('past a fork point, in WAL of %s', (version) => {
  const insert = insertOf(version);

  it.each([
    ['nothing', [], false],
    ['a commit', [commit], true],
    ['a commit behind a record without a page', [running, commit], true],
    ['a commit of a prepared transaction', [commitPrepared], true],
    ['an abort', [abort, insert], false],
    ['a commit behind a change of a page', [insert, commit], false],
  ])('%s', async (_, past, isLone) => {
    expect(await look(version, past)).toEqual({
      forkIsRecordEnd: true,
      hasPreparedPastFork: false,
      hasLoneCommitPastFork: isLone,
    });
  });

  it('a commit of the short kind, which only old versions have', async () => {
    expect((await look(version, [sixth])).hasLoneCommitPastFork).toBe(version === '9.3');
  });

  it('a prepared transaction', async () => {
    expect((await look(version, [insert, prepare, commit])).hasPreparedPastFork).toBe(true);
  });

  it('the middle of a record', async () => {
    expect((await look(version, [insert, commit], 8n)).forkIsRecordEnd).toBe(false);
  });
});
