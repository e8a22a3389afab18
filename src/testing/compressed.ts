import { readFileSync } from 'node:fs';
import { CompressionError } from '../bytes/compressed-data.js';

/** Data as a real library compressed it, see `fixtures/compressed/README.md`. */
export interface Compressed {
  readonly what: string;
  readonly compressed: Uint8Array;
  readonly plain: Uint8Array;
}

/** The fixtures of a method. */
export function compressedFixtures(method: 'pglz' | 'lz4-block' | 'zstd'): Compressed[] {
  const file = new URL(`../../fixtures/compressed/${method}.jsonl`, import.meta.url);
  return readFileSync(file, 'utf8').trimEnd().split('\n').map(parse);
}

function parse(line: string): Compressed {
  const { what, compressed, plain }: Record<keyof Compressed, string> = JSON.parse(line);
  return { what, compressed: bytesOf(compressed), plain: bytesOf(plain) };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}

/** A copy with other bytes put in at some places, each given as a fraction of the length. */
export function damaged(bytes: Uint8Array, damage: readonly (readonly [number, number])[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [place, byte] of damage) copy[Math.floor(place * copy.length)] = byte;
  return copy;
}

/** The length of what came out; the one asked for where the data was refused as it should be. */
export function lengthOrError(
  decompress: (source: Uint8Array, size: number) => Uint8Array,
  source: Uint8Array,
  size: number,
): number {
  try {
    return decompress(source, size).length;
  } catch (error) {
    if (error instanceof CompressionError) return size;
    throw error;
  }
}
