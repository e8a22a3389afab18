import type { NodeEvidence } from '../evidence/node-evidence.js';
import { type PageLsnScan, scanPageLsns } from '../evidence/scan-page-lsns.js';
import type { Source } from '../source/source.js';

/** Looks at the pages of a node's data files, which may take long: a terminal is told how far it is. */
export async function scanDataFiles(source: Source, { control }: NodeEvidence): Promise<PageLsnScan | null> {
  const { isTTY } = process.stderr;
  const sizes = control === null ? {} : { blockSize: control.blcksz, blocksPerFile: control.relsegSize };
  let shown = 0;
  const scan = await scanPageLsns(source, {
    ...sizes,
    onProgress: ({ file, pages }) => {
      if (!isTTY || pages - shown < 100_000) return;
      shown = pages;
      process.stderr.write(`\r\x1b[Kreading data files: ${pages} pages, at ${file}`);
    },
  });
  if (shown > 0) process.stderr.write('\r\x1b[K');
  return scan;
}
