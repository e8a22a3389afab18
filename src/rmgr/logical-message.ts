import type { DescriptionWriter } from './description-writer.js';
import type { RecordBody } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type ResourceManager, recordType } from './record-type.js';

/**
 * A message of `pg_logical_emit_message` (`xl_logical_message`, `src/include/replication/message.h`).
 *
 * @category Records as data
 */
export interface LogicalMessage extends RecordFields<'LogicalMessage', 'MESSAGE'> {
  /** The OID of the database that it was written in. */
  readonly dbId: number;
  /** Whether it counts only if its transaction commits. */
  readonly transactional: boolean;
  /** What tells one program's messages from another's. */
  readonly prefix: string;
  /** The message's length in bytes, as the record says. */
  readonly messageSize: bigint;
  /** The message. */
  readonly message: Uint8Array;
}

/**
 * Records of logical messages.
 *
 * @category Records as data
 */
export type LogicalMessageRecord = LogicalMessage;

const HEADER_BYTES = 24;

function decodeMessage({ main }: RecordBody, type: 'MESSAGE'): LogicalMessage {
  const prefixSize = Number(main.uint64(8));
  const messageSize = main.uint64(16);
  return {
    resourceManager: 'LogicalMessage',
    type,
    dbId: main.uint32(0),
    transactional: main.bool(4),
    prefix: main.text(HEADER_BYTES, prefixSize),
    messageSize,
    message: main.slice(HEADER_BYTES + prefixSize, Number(messageSize)),
  };
}

const MESSAGE_9_6 = recordType('MESSAGE', decodeMessage, (out, { transactional, messageSize }) => {
  out.text(transactional ? 'transactional' : 'nontransactional');
  out.text(' message size ').bigint(messageSize).text(' bytes');
});

const MESSAGE_14 = recordType('MESSAGE', decodeMessage, (out, fields) => {
  out.text(fields.transactional ? 'transactional' : 'non-transactional');
  out
    .text(', prefix "')
    .text(fields.prefix)
    .text('"; payload (')
    .bigint(fields.messageSize)
    .text(' bytes): ');
  writeHex(out, fields.message);
});

function writeHex(out: DescriptionWriter, bytes: Uint8Array): void {
  for (let index = 0; index < bytes.length; index++) {
    if (index > 0) out.code(0x20);
    out.hexUpper(bytes[index], 2);
  }
}

/** As `src/backend/access/rmgrdesc/logicalmsgdesc.c` tells them. */
export const logicalMessage: ResourceManager = {
  name: 'LogicalMessage',
  versions: [
    { since: '9.6', types: { 0: MESSAGE_9_6 } },
    { since: '14', types: { 0: MESSAGE_14 } },
  ],
};
