import type { DescriptionWriter } from '../description-writer.js';
import { NON_FINITE_9_3, NON_FINITE_12, type NonFiniteWords } from '../float.js';
import type { RecordBody } from '../record-data.js';
import { type RecordType, type RecordTypes, type ResourceManager, recordType } from '../record-type.js';
import * as layouts from './btree-layouts.js';
import type { BtreeInsert, BtreeMetaCleanup, BtreeSplit, BtreeUnlinkPage } from './btree-records.js';
import * as texts from './btree-texts.js';
import { V9_3, V9_4 } from './btree-until-9-4.js';

type Write<Fields> = (out: DescriptionWriter, fields: Fields) => void;

// What several kinds of records share, to be put together for each of them.

function insert(name: BtreeInsert['type'], write: Write<BtreeInsert>): RecordType {
  return recordType(name, layouts.decodeInsert, write);
}

function insertMeta(
  name: BtreeInsert['type'],
  read: layouts.ReadMetadata,
  write: Write<BtreeInsert>,
): RecordType {
  return recordType(name, (body, type) => layouts.decodeInsertMeta(body, type, read), write);
}

function insertPost(name: BtreeInsert['type'], write: Write<BtreeInsert>): RecordType {
  return recordType(name, layouts.decodeInsertPost, write);
}

function split9_5(name: BtreeSplit['type']): RecordType {
  return recordType(name, layouts.decodeSplit9_5, texts.writeSplit9_5);
}

function split13(name: BtreeSplit['type'], write: Write<BtreeSplit>): RecordType {
  return recordType(name, layouts.decodeSplit13, write);
}

function newroot(read: layouts.ReadMetadata, write: typeof texts.writeNewroot9_5): RecordType {
  return recordType('NEWROOT', (body, type) => layouts.decodeNewroot(body, type, read), write);
}

type DecodeUnlinkPage = (body: RecordBody, type: BtreeUnlinkPage['type']) => BtreeUnlinkPage;

function unlinkPage(
  name: BtreeUnlinkPage['type'],
  decode: DecodeUnlinkPage,
  write: Write<BtreeUnlinkPage>,
): RecordType {
  return recordType(name, decode, write);
}

function unlinkPages(
  decode: DecodeUnlinkPage,
  read: layouts.ReadMetadata,
  write: Write<BtreeUnlinkPage>,
): RecordTypes {
  const decodeMeta: DecodeUnlinkPage = (body, type) =>
    layouts.withUnlinkMetadata(body, decode(body, type), read);
  return {
    128: unlinkPage('UNLINK_PAGE', decode, write),
    144: unlinkPage('UNLINK_PAGE_META', decodeMeta, write),
  };
}

function metaCleanup(read: layouts.ReadMetadata, write: Write<BtreeMetaCleanup>): RecordType {
  return recordType('META_CLEANUP', (body, type) => layouts.decodeMetaCleanup(body, type, read), write);
}

function metaCleanup11(read: layouts.ReadMetadata, words: NonFiniteWords): RecordType {
  return metaCleanup(read, (out, fields) => texts.writeMetaCleanup11(out, fields, words));
}

/** The kinds that bring the metapage's new contents, as up to 13. */
function withMetadata9_5(read: layouts.ReadMetadata): RecordTypes {
  return {
    32: insertMeta('INSERT_META', read, texts.writeInsert9_5),
    ...unlinkPages(layouts.decodeUnlinkPage9_5, read, texts.writeUnlinkPage9_5),
    160: newroot(read, texts.writeNewroot9_5),
  };
}

/** 9.5 to 12, but for two kinds of splits that only some of them have. */
const SINCE_9_5: RecordTypes = {
  0: insert('INSERT_LEAF', texts.writeInsert9_5),
  16: insert('INSERT_UPPER', texts.writeInsert9_5),
  ...withMetadata9_5(layouts.readMetadata9_3),
  48: split9_5('SPLIT_L'),
  64: split9_5('SPLIT_R'),
  112: recordType('DELETE', layouts.decodeDelete9_5, texts.writeDelete9_5),
  176: recordType('MARK_PAGE_HALFDEAD', layouts.decodeMarkPageHalfdead, texts.writeMarkPageHalfdead9_5),
  192: recordType('VACUUM', layouts.decodeVacuum9_5, texts.writeVacuum9_5),
  208: recordType('REUSE_PAGE', layouts.decodeReusePage9_3, texts.writeReusePage9_5),
};

const V9_5: RecordTypes = {
  ...SINCE_9_5,
  80: split9_5('SPLIT_L_ROOT'),
  96: split9_5('SPLIT_R_ROOT'),
};

const V11: RecordTypes = {
  ...SINCE_9_5,
  ...withMetadata9_5(layouts.readMetadata11),
  80: split9_5('SPLIT_L_HIGHKEY'),
  96: split9_5('SPLIT_R_HIGHKEY'),
  224: metaCleanup11(layouts.readMetadata11, NON_FINITE_9_3),
};

const V12: RecordTypes = {
  ...SINCE_9_5,
  ...withMetadata9_5(layouts.readMetadata12),
  112: recordType('DELETE', layouts.decodeDelete12, texts.writeDelete12),
  224: metaCleanup11(layouts.readMetadata12, NON_FINITE_12),
};

const V13: RecordTypes = {
  ...V12,
  ...withMetadata9_5(layouts.readMetadata13),
  48: split13('SPLIT_L', texts.writeSplit13),
  64: split13('SPLIT_R', texts.writeSplit13),
  80: insertPost('INSERT_POST', texts.writeInsert9_5),
  96: recordType('DEDUP', layouts.decodeDedup, texts.writeDedup13),
  112: recordType('DELETE', layouts.decodeDelete13, texts.writeDelete13),
  192: recordType('VACUUM', layouts.decodeVacuum13, texts.writeVacuum13),
  224: metaCleanup11(layouts.readMetadata13, NON_FINITE_12),
};

const V14: RecordTypes = {
  ...V13,
  32: insertMeta('INSERT_META', layouts.readMetadata14, texts.writeInsert9_5),
  112: recordType('DELETE', layouts.decodeDelete14, texts.writeDelete14),
  ...unlinkPages(layouts.decodeUnlinkPage14, layouts.readMetadata14, texts.writeUnlinkPage14),
  160: newroot(layouts.readMetadata14, texts.writeNewroot9_5),
  208: recordType('REUSE_PAGE', layouts.decodeReusePage14, texts.writeReusePage14),
  224: metaCleanup(layouts.readMetadata14, texts.writeMetaCleanup14),
};

const V16: RecordTypes = {
  0: insert('INSERT_LEAF', texts.writeInsert16),
  16: insert('INSERT_UPPER', texts.writeInsert16),
  32: insertMeta('INSERT_META', layouts.readMetadata14, texts.writeInsert16),
  48: split13('SPLIT_L', texts.writeSplit16),
  64: split13('SPLIT_R', texts.writeSplit16),
  80: insertPost('INSERT_POST', texts.writeInsert16),
  96: recordType('DEDUP', layouts.decodeDedup, texts.writeDedup16),
  112: recordType('DELETE', layouts.decodeDelete16, texts.writeDelete16),
  ...unlinkPages(layouts.decodeUnlinkPage14, layouts.readMetadata14, texts.writeUnlinkPage16),
  160: newroot(layouts.readMetadata14, texts.writeNewroot16),
  176: recordType('MARK_PAGE_HALFDEAD', layouts.decodeMarkPageHalfdead, texts.writeMarkPageHalfdead16),
  192: recordType('VACUUM', layouts.decodeVacuum13, texts.writeVacuum16),
  208: recordType('REUSE_PAGE', layouts.decodeReusePage16, texts.writeReusePage16),
  224: metaCleanup(layouts.readMetadata14, texts.writeMetaCleanup16),
};

const V17: RecordTypes = {
  ...V16,
  112: recordType('DELETE', layouts.decodeDelete16, texts.writeDelete17),
  208: recordType('REUSE_PAGE', layouts.decodeReusePage16, texts.writeReusePage17),
};

/** As `src/backend/access/rmgrdesc/nbtdesc.c` tells them. */
export const btree: ResourceManager = {
  name: 'Btree',
  versions: [
    { since: '9.3', types: V9_3 },
    { since: '9.4', types: V9_4 },
    { since: '9.5', types: V9_5 },
    { since: '11', types: V11 },
    { since: '12', types: V12 },
    { since: '13', types: V13 },
    { since: '14', types: V14 },
    { since: '16', types: V16 },
    { since: '17', types: V17 },
  ],
};
