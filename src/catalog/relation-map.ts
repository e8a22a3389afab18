import { crc32c } from '../bytes/crc32c.js';
import { legacyCrc32 } from '../bytes/legacy-crc32.js';
import type { PostgresVersion } from '../version.js';

/** By a catalog's OID, the number of its file. */
export type RelationMap = ReadonlyMap<number, number>;

const MAGIC = 0x592717;
const MAPPINGS_START = 8;
const MAPPING_BYTES = 8;

/** The name of the file, in `global` and in each database's directory. */
export const RELATION_MAP_FILE = 'pg_filenode.map';

/** More than the file has in any version. */
export const RELATION_MAP_LIMIT = 4096;

/**
 * Reads a map of system catalogs to their files (`RelMapFile`, `src/backend/utils/cache/relmapper.c`).
 *
 * @param places - how many mappings there is room for
 * @returns what is wrong with it, in words, where something is
 */
export function readRelationMap(
  bytes: Uint8Array,
  version: PostgresVersion,
  places: number,
): RelationMap | string {
  const crcAt = MAPPINGS_START + places * MAPPING_BYTES;
  if (bytes.length < crcAt + 4) return `it has ${bytes.length} bytes, not the ${crcAt + 4} that make a map`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getInt32(0, true) !== MAGIC) return 'it does not begin as a map does';
  const count = view.getInt32(4, true);
  if (count < 0 || count > places) return `it says to hold ${count} mappings`;
  const crc = version.crc === 'crc32c' ? crc32c(bytes, 0, crcAt) : legacyCrc32(bytes, 0, crcAt);
  if (crc !== view.getUint32(crcAt, true)) return 'its checksum is wrong';
  const map = new Map<number, number>();
  for (let at = MAPPINGS_START; at < MAPPINGS_START + count * MAPPING_BYTES; at += MAPPING_BYTES) {
    map.set(view.getUint32(at, true), view.getUint32(at + 4, true));
  }
  return map;
}
