import { parseBackupLabel } from '../backup/backup-label.js';
import { SourceError, TimelineHistoryError, WalError } from '../errors.js';
import { formatLsn, type Lsn } from '../lsn.js';
import type { RelationFile } from '../rmgr/description-writer.js';
import { readWholeFile, type Source } from '../source/source.js';
import type { TimelineHistory } from '../timeline/history.js';
import { WalDirectory } from '../wal/wal-directory.js';
import { WalReader } from '../wal/wal-reader.js';
import type { NamesFinding } from './catalog-names.js';
import type { Cluster } from './cluster-files.js';
import { WalChanges } from './wal-changes.js';

/** Where else there is WAL, and along which history it is read. */
export interface WalOfNames {
  readonly archive?: Source;
  readonly history?: TimelineHistory;
}

const LABEL_LIMIT = 64 * 1024;

/**
 * Reads what WAL changes in catalogs since what is on disk: from where replay would begin to its end. Null where
 * there is no need to, after a clean shutdown, or no way; in the latter case a finding says so.
 */
export async function gatherWalChanges(
  source: Source,
  { control, geometry: { pageSize } }: Cluster,
  files: readonly RelationFile[],
  { archive, history }: WalOfNames,
  findings: NamesFinding[],
): Promise<WalChanges | null> {
  const label = await backupStart(source);
  if (label === null && control?.state === 'shut down') return null;
  const start = label ?? control?.checkPointCopy.redo ?? null;
  const cannot = (why: string) => {
    const message = `WAL was not applied to the catalogs, which may be behind it: ${why}`;
    findings.push({ code: 'wal-not-applied', message });
    return null;
  };
  if (control === null || start === null) return cannot('there is no control file that says from where on');
  const changes = new WalChanges(files, pageSize);
  try {
    const directory = await WalDirectory.open(source, ...(archive === undefined ? [] : [archive]));
    const timeline = Math.max(control.checkPointCopy.thisTimeLineID, control.minRecoveryPointTLI);
    const lineage = history === undefined ? { timeline } : { history };
    const reader = await WalReader.open(directory, { ...lineage, start, exact: true, pageSize });
    for await (const window of reader) for (const record of window) changes.add(record);
    const end = reader.end;
    if (end !== null && end.lastRecord === null) return cannot(`none at ${formatLsn(start)}: ${end.message}`);
  } catch (error) {
    const isKnown = [WalError, SourceError, TimelineHistoryError].some((known) => error instanceof known);
    if (!isKnown || !(error instanceof Error)) throw error;
    return cannot(error.message);
  }
  if (changes.isIncomplete) {
    const message = 'WAL changes more in catalogs than is kept: some names may be older';
    findings.push({ code: 'catalog-too-large', message });
  }
  return changes;
}

async function backupStart(source: Source): Promise<Lsn | null> {
  const bytes = await readWholeFile(source, 'backup_label', LABEL_LIMIT);
  return bytes && parseBackupLabel(new TextDecoder().decode(bytes)).startWalLocation;
}
