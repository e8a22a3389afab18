import type { PostgresVersion } from '../version.js';

/** How a full-page image is compressed. */
export type ImageCompression = 'pglz' | 'lz4' | 'zstd';

/**
 * What compressed an image, told by its `bimg_info` bits; null where nothing did.
 *
 * @param info - as in `PageImage.info`
 */
export function imageCompression(version: PostgresVersion, info: number): ImageCompression | null {
  const flags = version.pageImageFlags;
  if (flags === null) return null;
  if ((info & flags.pglz) !== 0) return 'pglz';
  if ((info & flags.lz4) !== 0) return 'lz4';
  return (info & flags.zstd) !== 0 ? 'zstd' : null;
}

/** Whether replay restores the image; others are there for checks by `wal_consistency_checking`. */
export function isImageApplied(version: PostgresVersion, info: number): boolean {
  const apply = version.pageImageFlags?.apply ?? 0;
  return apply === 0 || (info & apply) !== 0;
}
