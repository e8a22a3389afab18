import type { SourceFile } from './source.js';

/** Bytes in memory as a file. */
export function memoryFile(bytes: Uint8Array): SourceFile {
  return {
    read(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
    close() {},
  };
}
