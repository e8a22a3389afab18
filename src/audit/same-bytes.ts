import { firstDifference } from '../bytes/first-difference.js';
import { SourceError } from '../errors.js';
import { openSegment, type SegmentFile } from '../wal/wal-directory.js';

const WINDOW_BYTES = 512 * 1024;

/** Whether two files hold the same bytes; null where one of them cannot be read. */
export async function haveSameBytes(a: SegmentFile, b: SegmentFile): Promise<boolean | null> {
  try {
    const ours = await openSegment(a);
    try {
      const theirs = await openSegment(b);
      try {
        return await compare(ours, theirs);
      } finally {
        await theirs.close();
      }
    } finally {
      await ours.close();
    }
  } catch (error) {
    if (error instanceof SourceError) return null;
    throw error;
  }
}

type Opened = Awaited<ReturnType<typeof openSegment>>;

async function compare(ours: Opened, theirs: Opened): Promise<boolean> {
  const [a, b] = [new Uint8Array(WINDOW_BYTES), new Uint8Array(WINDOW_BYTES)];
  for (let position = 0; ; position += WINDOW_BYTES) {
    const [length, other] = await Promise.all([ours.read(a, position), theirs.read(b, position)]);
    if (length !== other) return false;
    if (firstDifference(a, b, length) !== null) return false;
    if (length < WINDOW_BYTES) return true;
  }
}
