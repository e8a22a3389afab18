import type { Source } from '../source/source.js';

const CHUNK_BYTES = 256 * 1024;

/** Longer lines are cut off: there is no end to what a file can hold without a line break. */
const LONGEST_LINE = 1024 * 1024;

/** The lines of a text file, without their ends, read a piece at a time. */
export async function* readLines(source: Source, path: string): AsyncGenerator<string> {
  const file = await source.open(path);
  if (file === null) return;
  try {
    const decoder = new TextDecoder();
    const chunk = new Uint8Array(CHUNK_BYTES);
    let rest = '';
    for (let position = 0; ; ) {
      const length = await file.read(chunk, position);
      position += length;
      const lines = (rest + decoder.decode(chunk.subarray(0, length), { stream: length > 0 })).split('\n');
      rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
      for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
      if (length < chunk.length) break;
    }
    rest += decoder.decode();
    if (rest !== '') yield rest;
  } finally {
    await file.close();
  }
}
