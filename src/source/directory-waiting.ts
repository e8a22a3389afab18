import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { type Disk, openDirectory, unreadable } from './directory-on-disk.js';
import type { Source, SourceFile } from './source.js';

/**
 * The same as `directorySource` for a thread that has nothing else to do: it waits for the disk, which takes less
 * time than to be told by another thread that something is there.
 */
export async function waitingDirectorySource(path: string): Promise<Source> {
  return openDirectory(path, {}, DISK);
}

const DISK: Disk = {
  stat: statSync,
  list: (path) => readdirSync(path),
  // to open a named pipe would be to wait for ever
  open: (path) => (statSync(path).isFile() ? waitingDiskFile(openSync(path, 'r'), path) : null),
};

function waitingDiskFile(descriptor: number, path: string): SourceFile {
  let isOpen = true;
  return {
    read(target: Uint8Array, position: number) {
      let filled = 0;
      try {
        for (let bytesRead = -1; bytesRead !== 0 && filled < target.length; filled += bytesRead) {
          bytesRead = readSync(descriptor, target, filled, target.length - filled, position + filled);
        }
      } catch (error) {
        throw unreadable(path, error);
      }
      return filled;
    },
    async close() {
      // closed twice, the number might be another file's by then
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}
