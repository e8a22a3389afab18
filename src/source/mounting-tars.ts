import type { Decompressors } from './compression.js';
import { FindingsByKind } from './findings.js';
import type { TarPlace } from './mounted-tars.js';
import type { Source, SourceEntry } from './source.js';
import { readStoredName } from './stored-name.js';

/** Where the files of a base backup belong that `pg_basebackup --format=tar` writes. */
const BASE_BACKUP_TARS: Readonly<Record<string, string>> = {
  'base.tar': '',
  'pg_wal.tar': 'pg_wal',
  'pg_xlog.tar': 'pg_xlog',
};

/**
 * The same source with tar files in the place of what they were made of: a lone one is all there is, and those of
 * a base backup are one data directory with what lies beside them.
 */
export function mountingTars(source: Source, decompressors: Decompressors): Source {
  const found = new FindingsByKind();
  let mounted: Promise<Source> | null = null;
  const mount = (): Promise<Source> => {
    mounted ??= mounting(source, decompressors, found).catch((error: unknown) => {
      mounted = null;
      throw error;
    });
    return mounted;
  };
  return {
    name: source.name,
    get findings() {
      return [...(source.findings ?? []), ...found.all];
    },
    list: async (directory) => (await mount()).list(directory),
    open: async (path) => (await mount()).open(path),
  };
}

async function mounting(
  source: Source,
  decompressors: Decompressors,
  findings: FindingsByKind,
): Promise<Source> {
  const tars = placesOf((await source.list('')) ?? []);
  if (tars.length === 0) return source;
  const { mountTars } = await import('./mounted-tars.js');
  return mountTars(source, tars, decompressors, findings);
}

/** The tar files to be mounted, and where; null for a lone one. */
function placesOf(entries: readonly SourceEntry[]): TarPlace[] {
  const tars = entries
    .filter(({ kind }) => kind === 'file')
    .map(({ name }) => ({ name, plain: readStoredName(name).plain }))
    .filter(({ plain }) => plain.endsWith('.tar'));
  if (entries.length === 1) return tars.map(({ name }) => ({ name, at: null }));
  return tars.flatMap(({ name, plain }) => {
    const at = Object.hasOwn(BASE_BACKUP_TARS, plain) ? BASE_BACKUP_TARS[plain] : null;
    return at === null ? [] : [{ name, at }];
  });
}
