import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handMadeRecords } from '../testing/hand-made-records.js';
import { POSTGRES_VERSIONS } from '../version.js';
import { decodeRecord, describeRecord } from './describe-record.js';

// A record's checksum may be right and its contents may lie all the same: whatever they are, they are decoded
// and told as far as they go, and no count in them is believed.

const RESOURCE_MANAGERS = [
  'XLOG',
  'Transaction',
  'Storage',
  'CLOG',
  'Database',
  'Tablespace',
  'MultiXact',
  'RelMap',
  'Standby',
  'CommitTs',
  'ReplicationOrigin',
  'Generic',
  'LogicalMessage',
];

/** Small numbers are counts that are nearly right, 0xff makes negative ones. */
const bytes = fc
  .array(fc.oneof(fc.constantFrom(0, 0, 1, 2, 0xff), fc.nat(255)), { minLength: 1, maxLength: 120 })
  .map((each) => Uint8Array.from(each));

describe.each(POSTGRES_VERSIONS)('records of anything in WAL of $major', (version) => {
  const ids = RESOURCE_MANAGERS.map((name) => version.resourceManagers.indexOf(name)).filter((id) => id >= 0);
  const isOld = version.recordFormat === 'backup-blocks';
  const parts = fc
    .record({
      resourceManager: fc.constantFrom(...ids),
      info: fc.nat(15).map((upper) => upper << 4),
      origin: fc.nat(2),
      data: bytes,
      block: fc.option(bytes),
    })
    // a switch record ends the segment
    .filter(({ resourceManager, info }) => resourceManager !== 0 || info !== 0x40);

  it('are decoded and told, as far as they go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { minLength: 20, maxLength: 40 }), async (all) => {
        const records = await handMadeRecords(
          version.major,
          all.map(({ block, ...rest }) => ({
            ...rest,
            ...(!isOld && block !== null && { blocks: [{ data: block }] }),
          })),
        );
        records.forEach((record, index) => {
          const { data, block } = all[index];
          const decoded = decodeRecord(record);
          expect(describeRecord(record).includes(' (malformed: ')).toBe(decoded.malformed !== undefined);
          // up to 12 a dropped database has a tablespace, whether or not the record does
          const limit = Math.max(2, data.length + (isOld ? 0 : (block?.length ?? 0)));
          expect(elementsIn(decoded) * 2).toBeLessThanOrEqual(limit);
        });
      }),
      { numRuns: 40 },
    );
  });
});

/** How many elements of arrays there are in an object; they take two bytes in a record at least. */
function elementsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Uint8Array) return value.length / 2;
  const inner = Object.values(value).reduce((sum: number, each) => sum + elementsIn(each), 0);
  return inner + (Array.isArray(value) ? value.length : 0);
}
