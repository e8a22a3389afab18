import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compareEvidence } from '../evidence/compare-evidence.js';
import { readEvidence } from '../evidence/read-evidence.js';
import { memorySource } from '../source/memory.js';
import { failoverFixtures, VERDICTS } from '../testing/failback.js';
import { assessFailback } from './assess-failback.js';
import type { Verdict } from './verdict.js';

// Damage of every kind, in many places, to nodes that would follow. A server that was started on such a node might
// get by, but whether it would is not to be known: the verdict is never follow, and never a split brain either.

type Files = Record<string, Uint8Array>;

const SEGMENT = 1024 * 1024;
const PAGE = 8192;
const LONG_HEADER = 40;
/** A switch record from 9.5 on: its header alone. */
const SWITCH_BYTES = 24;

function filesOf(path: string): Files {
  const files: Files = {};
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    const name = file.slice(path.length + 1);
    if (name.endsWith('.gz')) files[name.slice(0, -3)] = gunzipSync(bytes);
    else files[name] = bytes;
  }
  return files;
}

async function judge(node: Files, upstream: Files): Promise<Verdict> {
  const [ours, theirs] = [memorySource(node), memorySource(upstream)];
  const [nodeEvidence, upstreamEvidence] = [await readEvidence(ours), await readEvidence(theirs)];
  const comparison = await compareEvidence(nodeEvidence, ours, upstreamEvidence, theirs);
  return assessFailback(nodeEvidence, upstreamEvidence, comparison);
}

/** Every so many bytes, and the fields of page headers and of records near the end. */
function places(from: number, end: number): number[] {
  const spread = Array.from(
    { length: 24 },
    (_, index) => from + Math.floor(((end - from) * (index + 0.5)) / 24),
  );
  const lastPage = end - (end % PAGE);
  const headers = [from, lastPage].flatMap((page) => [0, 2, 4, 8, 12, 16, 20].map((field) => page + field));
  const tail = [1, 2, 5, 9, 17, 30, 60, 90, 120, 200, 400].map((back) => end - back);
  return [...new Set([...spread, ...headers, ...tail])].filter((place) => place >= from && place < end);
}

function flipped(bytes: Uint8Array, at: number, mask = 0xff): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] ^= mask;
  return copy;
}

const following = failoverFixtures().filter(({ scenario }) => VERDICTS[scenario] === 'follow');

describe.each(following)('$name', ({ path }) => {
  const node = filesOf(join(path, 'node'));
  const upstream = filesOf(join(path, 'upstream'));
  const segments = Object.keys(node)
    .filter((name) => /\/[0-9A-F]{24}$/.test(name))
    .sort();
  const whole = judge(node, upstream);

  /** The segments that the node's end of WAL rests on, and how far: behind a switch record, no byte counts. */
  async function used(): Promise<{ name: string; end: number }[]> {
    const { end } = (await readEvidence(memorySource(node))).wal!;
    const isSwitched = Number(end.lsn) % SEGMENT === 0;
    const last = isSwitched ? Number(end.lastRecord) + SWITCH_BYTES : Number(end.lsn);
    return segments
      .map((name) => ({ name, end: Math.min(SEGMENT, last - Number.parseInt(name.slice(-8), 16) * SEGMENT) }))
      .filter(({ end }) => end > 0);
  }

  /** The upstream's file that it would send a segment from: of the newest timeline that it has it of. */
  function sentInPlaceOf(name: string): string | undefined {
    const number = name.slice(-16);
    return Object.keys(upstream)
      .filter((file) => /\/[0-9A-F]{24}$/.test(file) && file.endsWith(number))
      .sort()
      .at(-1);
  }

  async function expectNoFollow(damaged: Files, what: string, other: Files = upstream): Promise<Verdict> {
    const verdict = await judge(damaged, other);
    const told = `${what}: ${JSON.stringify(verdict.reasons)}`;
    expect(['rebuild', 'undetermined'], told).toContain(verdict.verdict);
    expect(verdict.firstDifference, told).toBeNull();
    return verdict;
  }

  it('follows as it is', async () => {
    expect((await whole).verdict).toBe('follow');
  });

  it('does not with a byte flipped, of its own WAL or of the upstream that it is compared with', async () => {
    for (const { name, end } of await used()) {
      for (const at of places(0, end)) {
        await expectNoFollow({ ...node, [name]: flipped(node[name]!, at) }, `${name}, byte ${at}`);
        const sent = sentInPlaceOf(name);
        if (sent === undefined) continue;
        const other = { ...upstream, [sent]: flipped(upstream[sent]!, at) };
        await expectNoFollow(node, `the upstream's ${sent}, byte ${at}`, other);
      }
    }
  }, 120_000);

  it('does not with a bit flipped', async () => {
    for (const { name, end } of await used()) {
      for (const [index, at] of places(0, end).entries()) {
        const damaged = flipped(node[name]!, at, 1 << (index % 8));
        await expectNoFollow({ ...node, [name]: damaged }, `${name}, bit ${index % 8} of byte ${at}`);
      }
    }
  }, 120_000);

  it('does not with a page zeroed, or one from elsewhere in its place', async () => {
    for (const { name, end } of await used()) {
      for (let page = 0; page < end; page += PAGE * Math.max(1, Math.floor(end / PAGE / 12))) {
        const zeroed = Uint8Array.from(node[name]!);
        zeroed.fill(0, page, page + PAGE);
        await expectNoFollow({ ...node, [name]: zeroed }, `${name}, page at ${page} zeroed`);
        const misplaced = Uint8Array.from(node[name]!);
        misplaced.copyWithin(page, page === 0 ? PAGE : 0, (page === 0 ? PAGE : 0) + PAGE);
        await expectNoFollow({ ...node, [name]: misplaced }, `${name}, page at ${page} from elsewhere`);
      }
    }
  }, 120_000);

  it('does not with a segment cut short', async () => {
    for (const { name, end } of await used()) {
      const lengths = [0, 1, 24, LONG_HEADER, PAGE, Math.floor(end / 2), end - 1];
      for (const length of lengths.filter((length) => length < end)) {
        await expectNoFollow(
          { ...node, [name]: node[name]!.subarray(0, length) },
          `${name}, ${length} bytes`,
        );
      }
    }
  });

  it('does not with a segment missing', async () => {
    for (const { name } of await used()) {
      const { [name]: _, ...damaged } = node;
      await expectNoFollow(damaged, `${name} missing`);
    }
  });

  it('does not with a segment of another timeline or of another cluster', async () => {
    for (const { name } of await used()) {
      const otherTimeline = Uint8Array.from(node[name]!);
      for (let page = 0; page < SEGMENT; page += PAGE) {
        if (otherTimeline[page] !== 0) otherTimeline[page + 4] ^= 0x08;
      }
      await expectNoFollow({ ...node, [name]: otherTimeline }, `${name} of another timeline`);
      await expectNoFollow({ ...node, [name]: flipped(node[name]!, 24) }, `${name} of another cluster`);
    }
  });

  it('does not where WAL ends before what pg_control speaks of', async () => {
    const { checkpoint, minRecoveryPoint } = (await whole).node;
    const spoken = minRecoveryPoint ?? checkpoint!;
    for (const { name, end } of await used()) {
      const start = Number.parseInt(name.slice(-8), 16) * SEGMENT;
      const before = Math.min(end, Number(spoken) - start) - 1;
      for (const keep of [before, before - 200, before - 3 * PAGE].filter((length) => length > 0)) {
        const zeroed = Uint8Array.from(node[name]!);
        zeroed.fill(0, keep);
        await expectNoFollow({ ...node, [name]: zeroed }, `${name} zeroed from ${keep} on`);
      }
    }
  });

  it('still does with anything behind its end', async () => {
    const { name, end } = (await used()).at(-1)!;
    const ordinary = (await whole).node.walEnd;
    for (const behind of [0, 4, 8, 17, 100, 3000]) {
      if (end + behind >= SEGMENT) continue;
      const verdict = await judge({ ...node, [name]: flipped(node[name]!, end + behind) }, upstream);
      expect(verdict.verdict, `${behind} bytes behind the end`).toBe('follow');
      expect(verdict.node.walEnd).toBe(ordinary);
    }
  });
});
