import { describe, expect, it } from 'vitest';
import { memorySource } from '../source/memory.js';
import { CommitLog, isBefore } from './commit-log.js';
import { INFOMASK, type TupleHeader } from './heap-tuple.js';
import { MultiXacts } from './multixacts.js';
import { SlruPages } from './slru.js';
import { Visibility } from './visibility.js';

// Transactions 100 to 103: in progress, committed, aborted, a subtransaction whose parent has not ended.
const COMMIT_LOG_PAGE = new Uint8Array(8192);
COMMIT_LOG_PAGE[25] = 0b11_10_01_00;
const [RUNNING, COMMITTED, ABORTED, SUBCOMMITTED] = [100, 101, 102, 103];
const FROZEN = INFOMASK.xminCommitted | INFOMASK.xminInvalid;

// Groups 1 and 2 begin with members 1 and 4. A group of four members is 20 bytes, flags first.
const OFFSETS_PAGE = new Uint8Array(8192);
const offsets = new DataView(OFFSETS_PAGE.buffer);
offsets.setUint32(4, 1, true);
offsets.setUint32(8, 4, true);
const MEMBERS_PAGE = new Uint8Array(8192);
const members = new DataView(MEMBERS_PAGE.buffer);
// two that lock and one that updates; then two that lock
const MEMBERS = [
  [1, COMMITTED, 0],
  [2, RUNNING, 0],
  [3, COMMITTED, 4],
  [4, COMMITTED, 0],
  [5, COMMITTED, 3],
] as const;
for (const [member, xid, status] of MEMBERS) {
  const group = Math.floor(member / 4) * 20;
  members.setUint8(group + (member % 4), status);
  members.setUint32(group + 4 + (member % 4) * 4, xid, true);
}

const source = memorySource({
  'pg_xact/0000': COMMIT_LOG_PAGE,
  'pg_multixact/offsets/0000': OFFSETS_PAGE,
  'pg_multixact/members/0000': MEMBERS_PAGE,
});
const pages = (directory: string) => new SlruPages(source, directory, 8192);

function newVisibility(horizon: { oldest: number; next: number } | null = { oldest: 50, next: 1000 }) {
  return new Visibility(
    new CommitLog(pages('pg_xact'), 8192, horizon, null),
    new MultiXacts(pages('pg_multixact/offsets'), pages('pg_multixact/members'), 8192, 6, new Map()),
  );
}

async function stateOf(header: TupleHeader, visibility = newVisibility()): Promise<string> {
  await visibility.load([header]);
  return visibility.stateOf(header);
}

describe('what a row version is', () => {
  it.each<[string, number, number, number, string]>([
    ['of a transaction that committed', COMMITTED, 0, 0, 'live'],
    ['of one that was rolled back', ABORTED, 0, 0, 'uncommitted'],
    ['of one that has not ended', RUNNING, 0, 0, 'uncommitted'],
    ['of a subtransaction whose parent has not ended', SUBCOMMITTED, 0, 0, 'uncommitted'],
    ['of the bootstrap', 1, 0, 0, 'live'],
    ['frozen up to 9.3', 2, 0, 0, 'live'],
    ['frozen from 9.4 on', ABORTED, 0, FROZEN, 'live'],
    ['older than all transactions still told of', 10, 0, 0, 'live'],
    ['of a transaction past the last checkpoint, of which nothing is told', 200_000, 0, 0, 'uncommitted'],
    ['hinted to be committed', ABORTED, 0, INFOMASK.xminCommitted, 'live'],
    ['hinted to be rolled back', COMMITTED, 0, INFOMASK.xminInvalid, 'uncommitted'],
    ['taken back', 0, 0, 0, 'uncommitted'],
    ['deleted by one that committed', 1, COMMITTED, 0, 'dead'],
    ['deleted by one that was rolled back', 1, ABORTED, 0, 'live'],
    ['deleted by one that has not ended', 1, RUNNING, 0, 'live'],
    ['hinted to be deleted', 1, ABORTED, INFOMASK.xmaxCommitted, 'dead'],
    ['hinted not to be deleted', 1, COMMITTED, INFOMASK.xmaxInvalid, 'live'],
    ['locked only', 1, COMMITTED, INFOMASK.xmaxLockOnly | INFOMASK.xmaxExclusiveLock, 'live'],
    ['locked only, by a server before 9.3', 1, COMMITTED, INFOMASK.xmaxExclusiveLock, 'live'],
    ['updated while others lock it', 1, 1, INFOMASK.xmaxIsMulti, 'dead'],
    ['locked by several', 1, 2, INFOMASK.xmaxIsMulti, 'live'],
    ['locked by several, and it says so', 1, 1, INFOMASK.xmaxIsMulti | INFOMASK.xmaxLockOnly, 'live'],
    ['held by a group that is not known', 1, 99_999, INFOMASK.xmaxIsMulti, 'live'],
  ])('%s', async (_, xmin, xmax, infomask, state) => {
    expect(await stateOf({ xmin, xmax, infomask })).toBe(state);
  });

  it('is taken to be there where nothing tells, and that is noted', async () => {
    const visibility = newVisibility(null);
    expect(await stateOf({ xmin: 500_000, xmax: 0, infomask: 0 }, visibility)).toBe('live');
    expect(await stateOf({ xmin: 1, xmax: 500_001, infomask: 0 }, visibility)).toBe('live');
    expect([...visibility.unknown]).toEqual([500_000, 500_001]);
  });
});

describe('the age of transactions', () => {
  it('goes round', () => {
    expect(isBefore(3, 4)).toBe(true);
    expect(isBefore(4, 3)).toBe(false);
    expect(isBefore(0xffff_fff0, 3)).toBe(true);
    expect(isBefore(3, 0xffff_fff0)).toBe(false);
    expect(isBefore(2, 3)).toBe(true);
    expect(isBefore(2, 0xffff_fff0)).toBe(true);
  });
});
