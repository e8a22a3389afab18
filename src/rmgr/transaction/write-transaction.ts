import type { Lsn } from '../../lsn.js';
import type { PostgresVersion } from '../../version.js';
import type { DescriptionWriter, RelationFile } from '../description-writer.js';
import {
  INVALIDATIONS_9_4,
  INVALIDATIONS_9_6,
  INVALIDATIONS_13,
  INVALIDATIONS_18,
  type InvalidationWording,
  writeInvalidations,
} from '../invalidation-messages.js';
import { tablespaceVersionDirectory } from '../relation-file.js';
import { writeUint32List } from '../uint32-list.js';
import { HAS_ORIGIN } from './completion.js';
import { writeDroppedStatistics } from './dropped-statistics.js';
import type { TransactionCompletion, TransactionPrepare } from './transaction-records.js';

type Completion = TransactionCompletion<string>;

/** How a version tells a commit. */
export interface CommitWording {
  readonly invalidations: InvalidationWording;
  readonly tellsApplyFeedback: boolean;
}

export const COMMIT_WORDING_9_5: CommitWording = {
  invalidations: INVALIDATIONS_9_4,
  tellsApplyFeedback: false,
};
export const COMMIT_WORDING_9_6: CommitWording = {
  invalidations: INVALIDATIONS_9_6,
  tellsApplyFeedback: false,
};
export const COMMIT_WORDING_13: CommitWording = {
  invalidations: INVALIDATIONS_13,
  tellsApplyFeedback: false,
};
export const COMMIT_WORDING_15: CommitWording = { ...COMMIT_WORDING_13, tellsApplyFeedback: true };
export const COMMIT_WORDING_18: CommitWording = { invalidations: INVALIDATIONS_18, tellsApplyFeedback: true };

/** What commits and aborts of all versions say: when, and what ended or goes with it. */
export function writeTransactionEnd(
  out: DescriptionWriter,
  { xactTime, xlocators, subxacts }: Completion,
  version: PostgresVersion,
): void {
  out.timestamp(xactTime);
  writeRelations(out, 'rels', xlocators, version);
  writeSubxacts(out, subxacts);
}

/** `xact_desc_commit` up to 9.4, behind the name. */
export function writeOldCommit(
  out: DescriptionWriter,
  fields: Completion,
  version: PostgresVersion,
  wording: InvalidationWording,
): void {
  writeTransactionEnd(out, fields, version);
  writeMessages(out, fields, wording);
}

/** `xact_desc_commit` from 9.5 on. What a version does not have is empty. */
export function writeCommit(
  out: DescriptionWriter,
  fields: Completion,
  version: PostgresVersion,
  { invalidations, tellsApplyFeedback }: CommitWording,
): void {
  writePreparedXid(out, fields);
  writeTransactionEnd(out, fields, version);
  writeDroppedStatistics(out, '', fields.stats);
  writeMessages(out, fields, invalidations);
  if (tellsApplyFeedback && fields.applyFeedback) out.text('; apply_feedback');
  if (fields.forceSyncCommit) out.text('; sync');
  if ((fields.xinfo & HAS_ORIGIN) !== 0) writeOrigin(out, fields);
}

/** `xact_desc_abort` from 9.5 on. */
export function writeAbort9_5(out: DescriptionWriter, fields: Completion, version: PostgresVersion): void {
  writePreparedXid(out, fields);
  writeTransactionEnd(out, fields, version);
}

/** `xact_desc_abort` from 15 on. */
export function writeAbort15(out: DescriptionWriter, fields: Completion, version: PostgresVersion): void {
  writeAbort9_5(out, fields, version);
  if ((fields.xinfo & HAS_ORIGIN) !== 0) writeOrigin(out, fields);
  writeDroppedStatistics(out, '', fields.stats);
}

export type WritePrepare = (
  out: DescriptionWriter,
  fields: TransactionPrepare,
  version: PostgresVersion,
) => void;

/** How a version tells what is prepared. */
interface PrepareWording {
  readonly invalidations: InvalidationWording;
  readonly tellsStatistics: boolean;
  readonly tellsOrigin: boolean;
}

/** `xact_desc_prepare` from 13 on. */
const writePrepare =
  ({ invalidations, tellsStatistics, tellsOrigin }: PrepareWording): WritePrepare =>
  (out, fields, version) => {
    out.text('gid ').text(fields.gid).text(': ').timestamp(fields.preparedAt);
    writeRelations(out, 'rels(commit)', fields.commitLocators, version);
    writeRelations(out, 'rels(abort)', fields.abortLocators, version);
    if (tellsStatistics) {
      writeDroppedStatistics(out, 'commit ', fields.commitStats);
      writeDroppedStatistics(out, 'abort ', fields.abortStats);
    }
    writeSubxacts(out, fields.subxacts);
    // the tablespace is not in the record, so that 0 is printed for it
    writeInvalidations(out, fields.msgs, fields.database, 0, fields.initfileinval, invalidations);
    if (tellsOrigin && fields.originId !== 0) writeOrigin(out, fields);
  };

const WORDING_13: PrepareWording = {
  invalidations: INVALIDATIONS_13,
  tellsStatistics: false,
  tellsOrigin: false,
};
const WORDING_15: PrepareWording = { ...WORDING_13, tellsStatistics: true, tellsOrigin: true };

/** Up to 12, with the name before it where there is one. */
export const writePrepareBriefly =
  (text: string): WritePrepare =>
  (out) => {
    out.text(text);
  };
export const writePrepare13 = writePrepare(WORDING_13);
export const writePrepare15 = writePrepare(WORDING_15);
/** 15 to 17 forgot to count the statistics at first. Of 16, such a release is what we have to go by. */
export const writePrepare16 = writePrepare({ ...WORDING_15, tellsStatistics: false });
export const writePrepare18 = writePrepare({ ...WORDING_15, invalidations: INVALIDATIONS_18 });

function writePreparedXid(out: DescriptionWriter, { twophaseXid }: Completion): void {
  if (twophaseXid !== 0) out.uint(twophaseXid).text(': ');
}

function writeRelations(
  out: DescriptionWriter,
  label: string,
  files: readonly RelationFile[],
  version: PostgresVersion,
): void {
  if (files.length === 0) return;
  const directory = tablespaceVersionDirectory(version);
  out.text('; ').text(label).code(0x3a);
  for (const file of files) out.code(0x20).relationPath(file, 0, directory);
}

function writeSubxacts(out: DescriptionWriter, subxacts: readonly number[]): void {
  if (subxacts.length > 0) writeUint32List(out.text('; subxacts:'), subxacts);
}

/** Commits say nothing of there being no messages, not even where a standby's record does. */
function writeMessages(
  out: DescriptionWriter,
  { msgs, dbId, tsId, relcacheInitFileInval }: Completion,
  wording: InvalidationWording,
): void {
  if (msgs.length > 0) writeInvalidations(out, msgs, dbId, tsId, relcacheInitFileInval, wording);
}

interface Origin {
  readonly originId: number;
  readonly originLsn: Lsn;
  readonly originTimestamp: bigint;
}

function writeOrigin(out: DescriptionWriter, { originId, originLsn, originTimestamp }: Origin): void {
  out.text('; origin: node ').uint(originId).text(', lsn ').lsn(originLsn);
  out.text(', at ').timestamp(originTimestamp);
}
