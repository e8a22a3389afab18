import type { ControlFile } from '../control/control-file.js';
import type { WalFormat } from '../wal/wal-format.js';

/**
 * What the WAL of a cluster has in common: of the cluster that `pg_control` is of, or else that most segments are
 * of; and of its segments again what most of them say, as `pg_resetwal` can change their size.
 *
 * @returns null where no segment is of that cluster
 */
export function clusterFormat(formats: readonly WalFormat[], control: ControlFile | null): WalFormat | null {
  const identifier =
    control?.systemIdentifier ??
    mostFrequent(formats, (format) => `${format.systemIdentifier}`)?.systemIdentifier;
  const own = formats.filter((format) => format.systemIdentifier === identifier);
  return mostFrequent(own, ({ pageMagic, segmentSize, blockSize }) =>
    [pageMagic, segmentSize, blockSize].join('/'),
  );
}

/** One of those that are most alike; of as many, those that come first. */
function mostFrequent(formats: readonly WalFormat[], mark: (format: WalFormat) => string): WalFormat | null {
  const counts = new Map<string, { readonly format: WalFormat; count: number }>();
  let most: { readonly format: WalFormat; count: number } | null = null;
  for (const format of formats) {
    const key = mark(format);
    const entry = counts.get(key) ?? { format, count: 0 };
    counts.set(key, entry);
    entry.count++;
  }
  for (const entry of counts.values()) if (most === null || entry.count > most.count) most = entry;
  return most?.format ?? null;
}
