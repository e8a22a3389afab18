import type { DescriptionWriter } from './description-writer.js';
import type { RecordBody, RecordData } from './record-data.js';
import type { RecordFields } from './record-fields.js';
import { type ResourceManager, recordType } from './record-type.js';

/**
 * An extension changed pages (`src/backend/access/transam/generic_xlog.c`), from 9.6 on.
 *
 * @category Records as data
 */
export interface GenericRecord extends RecordFields<'Generic', 'Generic'> {
  /** Changes in the record's own data, where servers write none: these are what `pg_waldump` prints. */
  readonly regions: readonly GenericRegion[];
  /** The changed pages, those left out that come with an image. */
  readonly blocks: readonly GenericBlock[];
}

/**
 * A page that an extension changed.
 *
 * @category Records as data
 */
export interface GenericBlock {
  /** The block reference's number in the record, 0 to 3. */
  readonly id: number;
  /** What was changed, ascending. */
  readonly regions: readonly GenericRegion[];
}

/**
 * New bytes in a page.
 *
 * @category Records as data
 */
export interface GenericRegion {
  /** Where they begin, in bytes from the page's start. */
  readonly offset: number;
  /** How many they are. */
  readonly length: number;
  /** The bytes; fewer than `length` where the record has no more. */
  readonly data: Uint8Array;
}

/** `MAX_GENERIC_XLOG_PAGES` (`src/include/access/generic_xlog.h`). */
const MAX_PAGES = 4;
const REGION_HEADER_BYTES = 4;

function decodeGeneric(body: RecordBody, type: 'Generic'): GenericRecord {
  const regions = readRegions(body.main);
  const blocks: GenericBlock[] = [];
  for (let id = 0; id < MAX_PAGES; id++) {
    const data = body.blockData(id);
    if (data !== null) blocks.push({ id, regions: readRegions(data) });
  }
  return { resourceManager: 'Generic', type, regions, blocks };
}

function readRegions(data: RecordData): GenericRegion[] {
  const regions: GenericRegion[] = [];
  for (let at = 0; at < data.length && data.fit(1, at, REGION_HEADER_BYTES) === 1; ) {
    const length = data.uint16(at + 2);
    regions.push({ offset: data.uint16(at), length, data: data.slice(at + REGION_HEADER_BYTES, length) });
    at += REGION_HEADER_BYTES + length;
  }
  return regions;
}

function writeGeneric(out: DescriptionWriter, { regions }: GenericRecord): void {
  let separator = '';
  for (const { offset, length } of regions) {
    out.text(separator).text('offset ').uint(offset).text(', length ').uint(length);
    separator = '; ';
  }
}

const GENERIC = recordType('Generic', decodeGeneric, writeGeneric);

/** As `src/backend/access/rmgrdesc/genericdesc.c` tells them, which takes no notice of `xl_info`. */
export const generic: ResourceManager = {
  name: 'Generic',
  versions: [
    {
      since: '9.6',
      types: Object.fromEntries(Array.from({ length: 16 }, (_, bits) => [bits << 4, GENERIC])),
    },
  ],
};
