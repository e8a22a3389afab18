import type { DescriptionWriter } from './description-writer.js';
import type { RecordBody, RecordData } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type RecordType, type ResourceManager, recordType } from './record-type.js';
import { type PageNumberBytes, readPageNumber } from './slru-page.js';

/**
 * A new page of offsets or of members was filled with zeros (`src/include/access/multixact.h`).
 *
 * @category Records as data
 */
export interface MultiXactZeroPage extends RecordFields<'MultiXact', 'ZERO_OFF_PAGE' | 'ZERO_MEM_PAGE'> {
  /** The page's number; 32 bits wide up to 16. */
  readonly pageno: bigint;
}

/**
 * A multixact was made (`xl_multixact_create`, `src/include/access/multixact.h`).
 *
 * @category Records as data
 */
export interface MultiXactCreate extends RecordFields<'MultiXact', 'CREATE_ID'> {
  /** Its ID. */
  readonly mid: number;
  /** Where its members begin in the members' file. */
  readonly moff: number;
  /** The transactions in it. */
  readonly members: readonly MultiXactMember[];
}

/**
 * A transaction that locks or has updated a row together with others (`MultiXactMember`,
 * `src/include/access/multixact.h`).
 *
 * @category Records as data
 */
export interface MultiXactMember {
  /** The transaction. */
  readonly xid: number;
  /**
   * What it did to the row: 0 locked for key share, 1 for share, 2 for no key update, 3 for update; 4 updated
   * no column of a key, 5 updated or deleted it.
   */
  readonly status: number;
}

/**
 * Old multixacts were removed (`xl_multixact_truncate`, `src/include/access/multixact.h`), from 9.5 on.
 *
 * @category Records as data
 */
export interface MultiXactTruncate extends RecordFields<'MultiXact', 'TRUNCATE_ID'> {
  /** The OID of the database that holds the oldest multixact still needed. */
  readonly oldestMultiDB: number;
  /** The first multixact removed. */
  readonly startTruncOff: number;
  /** The first that is kept. */
  readonly endTruncOff: number;
  /** The offset of the first member removed. */
  readonly startTruncMemb: number;
  /** The offset of the first that is kept. */
  readonly endTruncMemb: number;
}

/**
 * Records of multixacts.
 *
 * @category Records as data
 */
export type MultiXactRecord = MultiXactZeroPage | MultiXactCreate | MultiXactTruncate;

type ZeroPage = MultiXactZeroPage['type'];

const decodeZeroPage =
  (bytes: PageNumberBytes) =>
  <Name extends ZeroPage>({ main }: RecordBody, type: Name): MultiXactZeroPage & { type: Name } => ({
    resourceManager: 'MultiXact',
    type,
    pageno: readPageNumber(main, 0, bytes),
  });

const decodeCreate = ({ main }: RecordBody, type: 'CREATE_ID'): MultiXactCreate => ({
  resourceManager: 'MultiXact',
  type,
  mid: main.uint32(0),
  moff: main.uint32(4),
  members: readMembers(main, 12, main.int32(8)),
});

const MEMBER_BYTES = 8;

function readMembers(data: RecordData, at: number, count: number): MultiXactMember[] {
  const members: MultiXactMember[] = [];
  const end = at + data.fit(count, at, MEMBER_BYTES) * MEMBER_BYTES;
  for (let each = at; each < end; each += MEMBER_BYTES) {
    members.push({ xid: data.uint32(each), status: data.uint32(each + 4) });
  }
  return members;
}

const decodeTruncate = ({ main }: RecordBody, type: 'TRUNCATE_ID'): MultiXactTruncate => ({
  resourceManager: 'MultiXact',
  type,
  oldestMultiDB: main.uint32(0),
  startTruncOff: main.uint32(4),
  endTruncOff: main.uint32(8),
  startTruncMemb: main.uint32(12),
  endTruncMemb: main.uint32(16),
});

const zeroPage = (name: ZeroPage, bytes: PageNumberBytes, prefix: string): RecordType =>
  recordType(name, decodeZeroPage(bytes), (out, { pageno }) => out.text(prefix).bigint(pageno));

const STATUS_TEXTS = ['(keysh) ', '(sh) ', '(fornokeyupd) ', '(forupd) ', '(nokeyupd) ', '(upd) '];

function writeCreate(out: DescriptionWriter, { mid, moff, members }: MultiXactCreate): void {
  out.uint(mid).text(' offset ').uint(moff).text(' nmembers ').uint(members.length).text(': ');
  for (const { xid, status } of members) {
    out
      .uint(xid)
      .code(0x20)
      .text(STATUS_TEXTS[status] ?? '(unk) ');
  }
}

const CREATE_9_3 = recordType('CREATE_ID', decodeCreate, (out, fields) =>
  writeCreate(out.text('create mxid '), fields),
);
const CREATE_9_5 = recordType('CREATE_ID', decodeCreate, writeCreate);

const TRUNCATE = recordType('TRUNCATE_ID', decodeTruncate, (out, fields) => {
  out.text('offsets [').uint(fields.startTruncOff).text(', ').uint(fields.endTruncOff);
  out.text('), members [').uint(fields.startTruncMemb).text(', ').uint(fields.endTruncMemb).code(0x29);
});

const V9_3 = {
  0: zeroPage('ZERO_OFF_PAGE', 4, 'zero offsets page: '),
  16: zeroPage('ZERO_MEM_PAGE', 4, 'zero members page: '),
  32: CREATE_9_3,
};
const V9_5 = {
  0: zeroPage('ZERO_OFF_PAGE', 4, ''),
  16: zeroPage('ZERO_MEM_PAGE', 4, ''),
  32: CREATE_9_5,
  48: TRUNCATE,
};
const V17 = {
  ...V9_5,
  0: zeroPage('ZERO_OFF_PAGE', 8, ''),
  16: zeroPage('ZERO_MEM_PAGE', 8, ''),
};

/** As `src/backend/access/rmgrdesc/mxactdesc.c` tells them. */
export const multiXact: ResourceManager = {
  name: 'MultiXact',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.5', types: V9_5 },
    { since: '17', types: V17 },
  ],
};
