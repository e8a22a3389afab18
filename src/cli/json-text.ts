import type { CatalogNames } from '../catalog/catalog-names.js';
import { withRelationName } from '../catalog/named-json.js';
import { formatLsn } from '../lsn.js';

/** Fields that are positions in WAL though their names do not end in `lsn`. */
const LSN_FIELDS = new Set(['from', 'to', 'redo', 'walEnd', 'unrecognized']);

/**
 * JSON for people and programs: LSNs as `0/1A2B3C4D`, other numbers of 64 bits as decimal text.
 *
 * @param names - told beside the numbers of relations; null for numbers only
 */
export function jsonText(value: unknown, names: CatalogNames | null = null): string {
  return `${JSON.stringify(
    value,
    function (this: unknown, key, each: unknown) {
      if (typeof each !== 'bigint') return names === null ? each : withRelationName(each, names);
      // the items of an array are known by the array's own name, which is not at hand: they are positions
      return Array.isArray(this) || LSN_FIELDS.has(key) || /lsn$/i.test(key) ? formatLsn(each) : `${each}`;
    },
    2,
  )}\n`;
}
