import type { DescriptionWriter } from '../description-writer.js';
import { readBlockId } from '../heap/old-target.js';
import type { RecordBody } from '../record-data.js';
import { readRelationFile } from '../relation-file.js';
import type { Heap2NewCid, Heap2Rewrite } from './heap2-records.js';

// What is there for logical decoding, in one layout from 9.4 on.

const REWRITE_BYTES = 40;

export const decodeRewrite = ({ main }: RecordBody, type: 'REWRITE'): Heap2Rewrite => ({
  resourceManager: 'Heap2',
  type,
  mappedXid: main.uint32(0),
  mappedDb: main.uint32(4),
  mappedRel: main.uint32(8),
  offset: main.int64(16),
  numMappings: main.uint32(24),
  startLsn: main.lsn(32),
  mappings: main.slice(REWRITE_BYTES, Math.max(0, main.length - REWRITE_BYTES)),
});

export const decodeNewCid = ({ main }: RecordBody, type: 'NEW_CID'): Heap2NewCid => ({
  resourceManager: 'Heap2',
  type,
  topXid: main.uint32(0),
  cmin: main.uint32(4),
  cmax: main.uint32(8),
  combocid: main.uint32(12),
  targetLocator: readRelationFile(main, 16),
  targetTid: { block: readBlockId(main, 28), offset: main.uint16(32) },
});

/** Up to 15; what is before the colon up to 9.4 is for the caller to write. */
export function writeNewCidUntil15(out: DescriptionWriter, fields: Heap2NewCid): void {
  const { targetLocator, targetTid, cmin, cmax, combocid } = fields;
  out
    .text('rel ')
    .relation(targetLocator)
    .text('; tid ')
    .uint(targetTid.block)
    .code(0x2f)
    .uint(targetTid.offset);
  out.text('; cmin: ').uint(cmin).text(', cmax: ').uint(cmax).text(', combo: ').uint(combocid);
}

/** From 16. */
export function writeNewCid(out: DescriptionWriter, fields: Heap2NewCid): void {
  const { targetLocator, targetTid, cmin, cmax, combocid } = fields;
  out
    .text('rel: ')
    .relation(targetLocator)
    .text(', tid: ')
    .uint(targetTid.block)
    .code(0x2f)
    .uint(targetTid.offset);
  out.text(', cmin: ').uint(cmin).text(', cmax: ').uint(cmax).text(', combo: ').uint(combocid);
}
