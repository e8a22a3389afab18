import { describe, expect, it } from 'vitest';
import { BACKUPS, backupFile, backupNames, backupText } from '../testing/backups.js';
import { backupHistoryFileName, parseWalFileName } from '../wal-file-name.js';
import { parseBackupHistory, parseBackupLabel, startTimelineOf } from './backup-label.js';

const LABEL = [
  'START WAL LOCATION: 2/8400028 (file 000000030000000200000084)',
  'CHECKPOINT LOCATION: 2/8400080',
  'BACKUP METHOD: streamed',
  'BACKUP FROM: standby',
  'START TIME: 2026-11-23 15:05:25 CET',
  'LABEL: a: b (file 000000090000000000000001)',
  'START TIMELINE: 3',
  '',
].join('\n');

describe('parseBackupLabel', () => {
  it('reads all fields', () => {
    expect(parseBackupLabel(LABEL)).toEqual({
      startWalLocation: 0x2_0840_0028n,
      startSegment: '000000030000000200000084',
      checkpointLocation: 0x2_0840_0080n,
      method: 'streamed',
      from: 'standby',
      startTime: '2026-11-23 15:05:25 CET',
      label: 'a: b (file 000000090000000000000001)',
      startTimeline: 3,
      incrementalFromLsn: null,
      incrementalFromTimeline: null,
      problem: null,
    });
  });

  it.each(BACKUPS)('reads the label of a backup of %s', (version) => {
    const text = backupText(version, 'backup_label');
    const label = parseBackupLabel(backupFile(version, 'backup_label'));
    expect(label).toMatchObject({
      method: 'streamed',
      label: 'the nightly one',
      startTimeline: 1,
      problem: null,
    });
    // what was read, put together again
    const lsn = (value: bigint | null) => `0/${value?.toString(16).toUpperCase()}`;
    expect(text.split('\n').slice(0, 2)).toEqual([
      `START WAL LOCATION: ${lsn(label.startWalLocation)} (file ${label.startSegment})`,
      `CHECKPOINT LOCATION: ${lsn(label.checkpointLocation)}`,
    ]);
    expect(text).toContain(`BACKUP FROM: ${label.from}\nSTART TIME: ${label.startTime}\n`);
  });

  it('reads the label of an exclusive backup', () => {
    expect(parseBackupLabel(backupFile('12', 'exclusive_label'))).toMatchObject({
      method: 'pg_start_backup',
      from: 'master',
      label: 'by hand',
      problem: null,
    });
  });

  it('knows an incremental backup, from which no server starts', () => {
    expect(parseBackupLabel(backupFile('17', 'incremental_label'))).toMatchObject({
      incrementalFromLsn: 0x860_0028n,
      incrementalFromTimeline: 1,
      problem: 'this is an incremental backup, not a data directory',
    });
  });

  it('says what a server would refuse, and reads it all the same', () => {
    const onWindows = parseBackupLabel(LABEL.replaceAll('\n', '\r\n'));
    expect(onWindows.problem).toBe('invalid data in file "backup_label": its lines end as on Windows');
    expect(onWindows).toMatchObject({ startWalLocation: 0x2_0840_0028n, from: 'standby', startTimeline: 3 });
    const swapped = LABEL.split('\n').reverse().join('\n');
    expect(parseBackupLabel(swapped).problem).toBe('invalid data in file "backup_label"');
    expect(parseBackupLabel(LABEL.replace('TIMELINE: 3', 'TIMELINE: 4')).problem).toBe(
      'invalid data in file "backup_label": timeline ID parsed is 4, but the segment is 000000030000000200000084',
    );
    expect(parseBackupLabel('')).toMatchObject({ startWalLocation: null, method: null, label: null });
  });

  it('takes the timeline of the segment for the one that counts', () => {
    expect(startTimelineOf(parseBackupLabel(LABEL))).toBe(3);
    expect(startTimelineOf(parseBackupLabel(LABEL.replace('TIMELINE: 3', 'TIMELINE: 4')))).toBe(3);
    expect(startTimelineOf(parseBackupLabel('START TIMELINE: 7\n'))).toBe(7);
    expect(startTimelineOf(parseBackupLabel(''))).toBeNull();
  });
});

describe.each(BACKUPS)('the backup history file of %s', (version) => {
  const name = backupNames(version).find((each) => each.endsWith('.backup'))!;
  const history = parseBackupHistory(backupFile(version, name));

  it('has the fields of the label', () => {
    const { problem, ...label } = parseBackupLabel(backupFile(version, 'backup_label'));
    expect(problem).toBeNull();
    expect(history).toMatchObject(label);
  });

  it('says where the backup ended', () => {
    const [, location, segment] = /^STOP WAL LOCATION: 0\/(\w+) \(file (\w+)\)$/m.exec(
      backupText(version, name),
    )!;
    expect(history.stopWalLocation).toBe(BigInt(`0x${location}`));
    expect(history.stopSegment).toBe(segment);
    expect(history.stopTimeline).toBe(1);
    expect(history.stopTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  });

  it('is called by where the backup begins', () => {
    expect(parseWalFileName(name)?.kind).toBe('backup');
    expect(backupHistoryFileName(1, history.startWalLocation!, 1024 * 1024)).toBe(name);
  });
});
