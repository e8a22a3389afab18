import type { DumpArguments } from './dump-options.js';
import { readDumpOptions } from './dump-options.js';
import { PartPrinter } from './dump-part.js';
import { locateDump } from './dump-range.js';

/** What a worker is told once: the command line. */
export interface DumpWorkerData {
  readonly files: readonly string[];
  readonly given: DumpArguments;
  /** What relations are called, as a file of names; null where that is not asked for. */
  readonly names: string | null;
}

/** The printer of a worker, which finds the WAL itself. */
export async function openPrinter({ files, given, names }: DumpWorkerData): Promise<PartPrinter> {
  const options = readDumpOptions(given);
  const range = await locateDump(files, given.path, options);
  const namesRead = names === null ? null : (await import('../catalog/names-file.js')).parseNames(names);
  return PartPrinter.of(range, options, namesRead);
}
