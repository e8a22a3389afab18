import type { WalLevel } from '../../control/control-file.js';
import type { DescriptionWriter } from '../description-writer.js';

/** `wal_level_options` (`src/backend/access/rmgrdesc/xlogdesc.c`): names, each at its number. */
export type WalLevels = readonly WalLevel[];

export const WAL_LEVELS_9_3: WalLevels = ['minimal', 'archive', 'hot_standby'];
export const WAL_LEVELS_9_4: WalLevels = [...WAL_LEVELS_9_3, 'logical'];
export const WAL_LEVELS_9_6: WalLevels = ['minimal', 'replica', 'logical'];

/** Writes the name of a `wal_level`. */
export function writeWalLevel(out: DescriptionWriter, walLevel: number, levels: WalLevels): void {
  out.text(levels[walLevel] ?? '?');
}
