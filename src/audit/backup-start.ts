import {
  type BackupHistory,
  type BackupLabel,
  parseBackupHistory,
  parseBackupLabel,
  startTimelineOf,
} from '../backup/backup-label.js';
import { type BackupManifest, parseBackupManifest } from '../backup/backup-manifest.js';
import type { ControlFile } from '../control/control-file.js';
import { readControlFile } from '../control/read-control-file.js';
import { BackupFileError, ControlFileError, SourceError } from '../errors.js';
import type { Lsn } from '../lsn.js';
import { readWholeFile, type Source } from '../source/source.js';
import { parseWalFileName } from '../wal-file-name.js';

/** When a backup becomes consistent. */
export type ConsistencyRule =
  /** With the record that says that this backup is over; `expected` is where that ends, if known. */
  | { readonly kind: 'backup-end'; readonly start: Lsn; readonly expected: Lsn | null }
  /** Once all WAL before a position is replayed. */
  | { readonly kind: 'position'; readonly lsn: Lsn }
  /** At the end of the WAL that came with it: a copy of a server that was running, or had crashed. */
  | { readonly kind: 'end-of-own-wal' };

/** What recovery from a backup begins with. */
export interface BackupStart {
  /** Identifies the cluster; null where the backup does not say. */
  readonly systemIdentifier: bigint | null;
  /** Where replay begins. */
  readonly redo: Lsn;
  /** Where the checkpoint record begins. */
  readonly checkpoint: Lsn;
  /** The timeline that the checkpoint is on. */
  readonly timeline: number;
  /** The timeline that the backup is on, whose descendants recovery looks for. */
  readonly newestTimeline: number;
  readonly rule: ConsistencyRule;
  /** What else has to be in the history that recovery goes along. */
  readonly minRecoveryPoint: { readonly lsn: Lsn; readonly timeline: number } | null;
  readonly control: ControlFile | null;
  /** Why a server would not start; null where nothing speaks against it. */
  readonly problem: string | null;
  /** What is good to know of its files. */
  readonly notes: readonly string[];
}

const LABEL_LIMIT = 64 * 1024;
const CONTROL_FILE_BYTES = 8192;
const MANIFEST_LIMIT = 64 * 1024 * 1024;
const CONTROL_FILES = ['global/pg_control', 'pg_control'];

/**
 * Reads where recovery from a backup begins and when it is consistent: of a data directory with `backup_label` and
 * `pg_control`, or one of both; or of a lone backup history file.
 *
 * @param archive - may hold the backup history file
 * @returns null where there is nothing of the kind
 */
export async function readBackupStart(
  backup: Source,
  archive: readonly Source[],
): Promise<BackupStart | null> {
  const notes: string[] = [];
  const control = await findControl(backup, notes);
  const label = await findLabel(backup);
  const manifest = await findManifest(backup, notes);
  const systemIdentifier = control?.systemIdentifier ?? manifest?.systemIdentifier ?? null;
  const lone = label === null && control === null ? await findHistory([backup], null) : null;
  const marks = label ?? lone;
  if (marks !== null) {
    const { startWalLocation: redo, checkpointLocation: checkpoint } = marks;
    const timeline = startTimelineOf(marks);
    if (redo === null || checkpoint === null || timeline === null) return null;
    const stop = await findStop(redo, [...archive, backup], manifest, lone);
    return {
      systemIdentifier,
      redo,
      checkpoint,
      timeline,
      newestTimeline: Math.max(timeline, control === null ? 0 : newestTimelineOf(control)),
      rule: ruleOf(marks, control, redo, stop),
      minRecoveryPoint: control && minRecoveryPointOf(control),
      control,
      problem: label?.problem ?? null,
      notes,
    };
  }
  if (control === null) return null;
  return {
    systemIdentifier,
    redo: control.checkPointCopy.redo,
    checkpoint: control.checkPoint,
    timeline: control.checkPointCopy.thisTimeLineID,
    newestTimeline: newestTimelineOf(control),
    rule: ruleWithoutLabel(control),
    minRecoveryPoint: minRecoveryPointOf(control),
    control,
    problem: null,
    notes,
  };
}

function ruleOf(
  { from }: Omit<BackupLabel, 'problem'>,
  control: ControlFile | null,
  start: Lsn,
  stop: Lsn | null,
): ConsistencyRule {
  // a standby cannot log that a backup is over: its control file, copied last, says how far it was
  if (from === 'standby') {
    const lsn = control?.minRecoveryPoint || stop;
    if (lsn !== null) return { kind: 'position', lsn };
  }
  return { kind: 'backup-end', start, expected: stop };
}

/** Without a label, `pg_control` counts: of a server that was shut down, of a standby, of a recovery broken off. */
function ruleWithoutLabel(control: ControlFile): ConsistencyRule {
  const { backupEndPoint, backupEndRequired, backupStartPoint, minRecoveryPoint, state } = control;
  if (backupEndPoint !== 0n) return { kind: 'position', lsn: backupEndPoint };
  if (backupEndRequired) return { kind: 'backup-end', start: backupStartPoint, expected: null };
  if (minRecoveryPoint !== 0n) return { kind: 'position', lsn: minRecoveryPoint };
  if (state === 'shut down') return { kind: 'position', lsn: control.checkPointCopy.redo };
  return { kind: 'end-of-own-wal' };
}

function newestTimelineOf({ checkPointCopy, minRecoveryPointTLI }: ControlFile): number {
  return Math.max(checkPointCopy.thisTimeLineID, minRecoveryPointTLI);
}

function minRecoveryPointOf(control: ControlFile): { lsn: Lsn; timeline: number } | null {
  const { minRecoveryPoint: lsn, minRecoveryPointTLI: timeline } = control;
  return lsn === 0n ? null : { lsn, timeline };
}

async function findLabel(backup: Source): Promise<BackupLabel | null> {
  const content = await readWholeFile(backup, 'backup_label', LABEL_LIMIT);
  return content && parseBackupLabel(content);
}

/** Where a backup ended, by its history file or its manifest. */
async function findStop(
  redo: Lsn,
  places: readonly Source[],
  manifest: BackupManifest | null,
  lone: BackupHistory | null,
): Promise<Lsn | null> {
  const history = lone ?? (await findHistory(places, redo));
  return history?.stopWalLocation ?? (manifest?.checksumMatches ? manifest.walRanges[0]?.end : null) ?? null;
}

/** The history file of a backup that began at a position, or of any. */
async function findHistory(places: readonly Source[], redo: Lsn | null): Promise<BackupHistory | null> {
  for (const place of places) {
    for (const folder of ['pg_wal', 'pg_xlog', '']) {
      const entries = (await place.list(folder)) ?? [];
      for (const { name } of entries) {
        if (parseWalFileName(name)?.kind !== 'backup') continue;
        const path = folder === '' ? name : `${folder}/${name}`;
        const content = await readWholeFile(place, path, LABEL_LIMIT);
        const history = content && parseBackupHistory(content);
        if (history !== null && (redo === null || history.startWalLocation === redo)) return history;
      }
    }
  }
  return null;
}

async function findControl(backup: Source, notes: string[]): Promise<ControlFile | null> {
  for (const path of CONTROL_FILES) {
    try {
      const bytes = await readWholeFile(backup, path, CONTROL_FILE_BYTES);
      if (bytes === null) continue;
      const control = readControlFile(bytes);
      if (control.crcMatches) return control;
      notes.push(`${path}: its checksum is wrong, a server would not start with it`);
    } catch (error) {
      if (!(error instanceof ControlFileError || error instanceof SourceError)) throw error;
      notes.push(`${path}: ${error.message}`);
    }
  }
  return null;
}

async function findManifest(backup: Source, notes: string[]): Promise<BackupManifest | null> {
  try {
    const entry = (await backup.list(''))?.find(({ name }) => name === 'backup_manifest');
    const content = entry && (await readWholeFile(backup, entry.name, entry.size ?? MANIFEST_LIMIT));
    if (content == null) return null;
    const manifest = parseBackupManifest(content);
    if (!manifest.checksumMatches) notes.push('backup_manifest: its checksum is wrong, it is not gone by');
    return manifest;
  } catch (error) {
    if (!(error instanceof BackupFileError || error instanceof SourceError)) throw error;
    notes.push(`backup_manifest: ${error.message}`);
    return null;
  }
}
