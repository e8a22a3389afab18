import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../source/memory.js';
import { type BlockParts, type RecordParts, WalBuilder } from '../testing/wal-builder.js';
import type { MajorVersion } from '../version.js';
import { WalReader } from '../wal/wal-reader.js';
import { describeRecord } from './describe-record.js';

// Hand-made records of every kind, and what the version's own pg_waldump (or pg_xlogdump) printed of them.

const FIXTURES = fileURLToPath(new URL('../../fixtures/records/', import.meta.url));

type Hex = string;
interface Case {
  readonly version: MajorVersion;
  readonly resourceManager: number;
  readonly info: number;
  readonly origin?: number;
  readonly data?: Hex;
  readonly blocks?: readonly (Omit<BlockParts, 'data' | 'image'> & {
    readonly data?: Hex;
    readonly image?: Omit<NonNullable<BlockParts['image']>, 'bytes'> & { readonly bytes: Hex };
  })[];
  /** What stands behind `desc: `, up to the blocks. */
  readonly text: string;
}

const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.jsonl'));

describe.each(files)('%s', (file) => {
  const cases = readFileSync(FIXTURES + file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(parse);
  const versions = [...new Set(cases.map(({ version }) => version))];
  it.each(versions)('is told as PostgreSQL %s tells it', async (version) => {
    const own = cases.filter((each) => each.version === version);
    expect(await describeAll(version, own)).toEqual(own.map(({ text }) => text));
  });
});

function parse(line: string): Case {
  return JSON.parse(line);
}

async function describeAll(version: MajorVersion, cases: readonly Case[]): Promise<string[]> {
  const wal = new WalBuilder({ version });
  for (const each of cases) wal.append(partsOf(each));
  const texts: string[] = [];
  const reader = await WalReader.open(memorySource(wal.files()));
  for await (const window of reader) for (const record of window) texts.push(describeRecord(record));
  return texts;
}

function partsOf({ resourceManager, info, origin, data, blocks }: Case): RecordParts {
  return {
    resourceManager,
    info,
    ...(origin !== undefined && { origin }),
    data: bytesOf(data ?? ''),
    ...(blocks && {
      blocks: blocks.map(({ data: own, image, ...rest }) => ({
        ...rest,
        ...(own !== undefined && { data: bytesOf(own) }),
        ...(image && { image: { ...image, bytes: bytesOf(image.bytes) } }),
      })),
    }),
  };
}

function bytesOf(hex: Hex): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
