import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handMadeRecords } from '../testing/hand-made-records.js';
import { POSTGRES_VERSIONS } from '../version.js';
import { decodeRecord, describeRecord } from './describe-record.js';

// Records of indexes with any contents. What they say where they are right is in the tests of each resource
// manager and in record-fixtures.test.ts.

const RESOURCE_MANAGERS = ['Btree', 'Hash', 'Gist', 'SPGist'];
const BLOCKS = [0, 1, 2, 4, 5];

interface Contents {
  readonly data: Uint8Array;
  readonly blocks: readonly { readonly id: number; readonly data: Uint8Array }[];
}

const bytes = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 2, 0xff), fc.nat(255)), { minLength: 1, maxLength: 72 })
  .map((each) => Uint8Array.from(each));

describe.each(POSTGRES_VERSIONS)('records of indexes in WAL of $major', (version) => {
  const kinds = RESOURCE_MANAGERS.flatMap((name) => {
    const resourceManager = version.resourceManagers.indexOf(name);
    return Array.from({ length: 16 }, (_, upper) => ({ resourceManager, info: upper << 4 }));
  });
  const hasBlocks = version.recordFormat === 'block-references';
  const block = (id: number) => fc.record({ id: fc.constant(id), data: bytes });
  const blocks = hasBlocks
    ? fc.subarray(BLOCKS).chain((ids) => fc.tuple(...ids.map(block)))
    : fc.constant([]);
  const contents: fc.Arbitrary<Contents> = fc.record({ data: bytes, blocks });

  it('are decoded and told as far as they go, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(contents, { minLength: kinds.length, maxLength: kinds.length }),
        async (all) => {
          const parts = kinds.map((kind, index) => ({ ...kind, ...all[index] }));
          const records = await handMadeRecords(version.major, parts);
          records.forEach((record, index) => {
            const decoded = decodeRecord(record);
            expect(describeRecord(record).includes(' (malformed: ')).toBe(decoded.malformed !== undefined);
            // nothing is in it that the record does not hold: an element has 2 bytes at least
            const held = parts[index].blocks.reduce(
              (sum, { data }) => sum + data.length,
              parts[index].data.length,
            );
            expect(elementsIn(decoded) * 2).toBeLessThanOrEqual(held + 2 * BLOCKS.length);
          });
        },
      ),
      { numRuns: 15 },
    );
  });
});

/** How many elements of arrays there are in an object. */
function elementsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Uint8Array) return value.length / 2;
  const inner = Object.values(value).reduce((sum: number, each) => sum + elementsIn(each), 0);
  return inner + (Array.isArray(value) ? value.length : 0);
}
