import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Lsn } from '../lsn.js';
import { directorySource } from '../source/directory.js';
import { memorySource } from '../source/memory.js';
import { readWholeFile, type Source } from '../source/source.js';
import { failoverFixtures } from '../testing/failback.js';
import { WalReader } from '../wal/wal-reader.js';
import { readEvidence, readEvidenceWith } from './read-evidence.js';
import { findRuns, type WalkersAhead } from './walk-ahead.js';

const PAGE = 8192;

/** Has each part walked before the walk comes to it, as if by somebody else. */
function walkersOf(partBytes: number): WalkersAhead {
  const size = BigInt(partBytes);
  const next = (position: Lsn) => (position / size + 1n) * size;
  return (directory, plan, start) => {
    let limit = next(start);
    return {
      get limit() {
        return limit;
      },
      async pass(position) {
        limit = next(position);
        return findRuns(directory, plan, { start: limit - size, until: limit });
      },
    };
  };
}

/** A node's files in memory, unpacked. */
async function filesOf(path: string): Promise<Record<string, Uint8Array>> {
  const source = await directorySource(path);
  const files: Record<string, Uint8Array> = {};
  const read = async (directory: string): Promise<void> => {
    for (const { name, kind } of (await source.list(directory)) ?? []) {
      const inside = directory === '' ? name : `${directory}/${name}`;
      if (kind === 'directory') await read(inside);
      else files[inside] = (await readWholeFile(source, inside, 64 * 1024 * 1024)) ?? new Uint8Array();
    }
  };
  await read('');
  return files;
}

async function read(source: Source, walkers: WalkersAhead | null): Promise<unknown> {
  return readEvidenceWith(source, {}, walkers).catch((error: unknown) => error);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a walk that others walk ahead of', () => {
  const nodes = failoverFixtures().flatMap(({ name, path }) =>
    ['node', 'upstream'].map((role) => ({ name: `${name}: ${role}`, path: join(path, role) })),
  );

  it.each(nodes)('tells the same of $name', async ({ path }) => {
    const expected = await read(await directorySource(path), null);
    expect(await read(await directorySource(path), walkersOf(7 * PAGE))).toEqual(expected);
  });

  it('passes over what they have walked', async () => {
    const skip = vi.spyOn(WalReader.prototype, 'skip');
    const path = join(failoverFixtures()[0].path, '..', '15-long-crash-level', 'node');
    const evidence = await readEvidence(await directorySource(path));
    expect(skip).not.toHaveBeenCalled();
    const size = Number((evidence.wal?.end.lsn ?? 0n) - (evidence.wal?.start ?? 0n));
    await read(await directorySource(path), walkersOf(4 * PAGE));
    const skipped = await Promise.all(skip.mock.results.map(({ value }) => value));
    expect(skipped.filter((isSkipped) => isSkipped).length).toBeGreaterThan(size / (4 * PAGE) / 2);
    expect(skipped.filter((isSkipped) => !isSkipped)).toEqual([]);
  });

  it('tells the same of damaged WAL', async () => {
    const path = join(failoverFixtures()[0].path, '..', '15-long-crash-level', 'node');
    const files = await filesOf(path);
    const segments = Object.keys(files).filter((name) => /\/[0-9A-F]{24}$/.test(name));
    const damage = fc.record({
      segment: fc.constantFrom(...segments),
      at: fc.nat(400_000),
      value: fc.nat(255),
      pages: fc.integer({ min: 2, max: 32 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ segment, at, value, pages }) => {
        const bytes = files[segment].slice();
        bytes[at % bytes.length] = value;
        const source = () => memorySource({ ...files, [segment]: bytes });
        expect(await read(source(), walkersOf(pages * PAGE))).toEqual(await read(source(), null));
      }),
      { numRuns: 30 },
    );
  });
});
