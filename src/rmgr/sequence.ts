import type { RelationFile } from './description-writer.js';
import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type ResourceManager, recordType } from './record-type.js';
import { readRelationFile } from './relation-file.js';

/**
 * A sequence's page was written anew (`xl_seq_rec`, `src/include/commands/sequence.h`). What follows it in the
 * record is the page's one tuple.
 *
 * @category Records as data
 */
export interface SequenceLog extends RecordFields<'Sequence', 'LOG'> {
  /** The sequence. */
  readonly locator: RelationFile;
}

/**
 * Records of sequences.
 *
 * @category Records as data
 */
export type SequenceRecord = SequenceLog;

const decodeLog = ({ main }: RecordBody, type: 'LOG'): SequenceLog => ({
  resourceManager: 'Sequence',
  type,
  locator: readRelationFile(main, 0),
});

const LOG_9_3 = recordType('LOG', decodeLog, (out, { locator }) => out.text('log: rel ').relation(locator));
const LOG_9_5 = recordType('LOG', decodeLog, (out, { locator }) => out.text('rel ').relation(locator));

/** As `src/backend/access/rmgrdesc/seqdesc.c` tells them. */
export const sequence: ResourceManager = {
  name: 'Sequence',
  versions: [
    { since: '9.3', types: { 0: LOG_9_3 } },
    { since: '9.5', types: { 0: LOG_9_5 } },
  ],
};
