import type { WalComparison } from '../evidence/comparison.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import type { Lsn } from '../lsn.js';
import { ZEROED_TAIL_SEEN_IN } from '../server-messages.js';
import type { TimelineHistory } from '../timeline/history.js';
import { entryOfTimeline, timelineAt } from '../timeline/lineage.js';
import type { MajorVersion } from '../version.js';
import { targetTimelineOf } from './configuration-notes.js';
import { type MessageLog, messageLog, type PredictedMessage } from './predicted-log.js';
import { predictStreaming } from './predicted-streaming.js';
import { recordStart, type StartUp, unreadPageOf } from './start-up.js';

/**
 * Tells what the node and the upstream would log if the node were started now as a standby, with
 * `recovery_target_timeline` at `latest` unless its files say otherwise: each message once, in order, without what
 * depends on the time of day or on WAL that the upstream is yet to send. Pure, as is the verdict.
 *
 * @param comparison - what their WAL says when held side by side
 * @returns nothing where the node's files do not say where it would start from and how far it would get
 * @category Failback
 */
export function predictMessages(
  node: NodeEvidence,
  upstream: NodeEvidence,
  comparison: WalComparison | null = null,
): PredictedMessage[] {
  const { control, wal, version, segmentSize, walBlockSize } = node;
  const expected = expectedHistory(node);
  // a backup is consistent at a place that only replay finds
  if (control === null || wal === null || version === null || node.backupLabel !== null) return [];
  if (expected === null || segmentSize === null || walBlockSize === null || wal.end.lastRecord === null) {
    return [];
  }
  const messages: PredictedMessage[] = [];
  const log = messageLog(messages, version.major);
  const end = node.archiveEnd ?? wal.end;
  const checkpointEnd = wal.checkpoints.find(({ lsn }) => lsn === control.checkPoint)?.end ?? null;
  const isRedoPending = control.checkPointCopy.redo === control.checkPoint && end.lsn === checkpointEnd;
  const startUp: StartUp = {
    node,
    upstream,
    comparison,
    expected,
    end: end.lsn,
    unreadPage: unreadPageOf(end, segmentSize, walBlockSize),
    isRedoPending,
    major: version.major,
    segmentSize,
    blockSize: walBlockSize,
  };
  log.say('node', 'enteringStandbyMode');
  if (refuses(node, expected, log)) return messages;
  predictReplay(startUp, checkpointEnd, log);
  predictStreaming(startUp, log);
  return messages;
}

/** The history that the server reads at start: of the newest timeline that it finds a history file of. */
function expectedHistory(node: NodeEvidence): TimelineHistory | null {
  const { history, control, newerHistories } = node;
  if (history === null || control === null) return null;
  const target = targetTimelineOf(node);
  if (target !== 'latest') {
    const aim = target === 'current' ? controlTimeline(control) : target;
    return [history, ...newerHistories].find(({ timeline }) => timeline === aim) ?? null;
  }
  let newest = history;
  for (const newer of newerHistories) if (newer.timeline === newest.timeline + 1) newest = newer;
  return newest;
}

function controlTimeline(control: NonNullable<NodeEvidence['control']>): number {
  return Math.max(control.checkPointCopy.thisTimeLineID, control.minRecoveryPointTLI);
}

/** The checks that a server makes before it replays anything. */
function refuses(node: NodeEvidence, expected: TimelineHistory, log: MessageLog): boolean {
  const { control, version } = node;
  if (control === null || version === null) return true;
  const target = expected.timeline;
  const timeline = control.checkPointCopy.thisTimeLineID;
  if (timelineAt(expected, control.checkPoint).timeline !== timeline) {
    const entry = entryOfTimeline(expected, timeline);
    if (entry?.end == null) log.say('node', 'timelineNotInHistory', { timeline });
    else {
      log.say('node', NAMES_FILE.has(version.major) ? 'notAChildByFile' : 'notAChild', {
        target,
        timeline,
        lsn: control.checkPoint,
        fork: entry.end,
        file: 'pg_control',
      });
    }
    return true;
  }
  const { minRecoveryPoint, minRecoveryPointTLI } = control;
  if (
    minRecoveryPoint !== 0n &&
    timelineAt(expected, minRecoveryPoint - 1n).timeline !== minRecoveryPointTLI
  ) {
    const values = { target, lsn: minRecoveryPoint, timeline: minRecoveryPointTLI };
    log.say('node', 'minRecoveryPointElsewhere', values);
    return true;
  }
  return false;
}

/** Majors that name the file which they have the checkpoint from. */
const NAMES_FILE: ReadonlySet<MajorVersion> = new Set(['18', '19']);

/** Majors whose server tries another source without a word where a page header is not valid. */
const SILENT_ABOUT_PAGES: ReadonlySet<MajorVersion> = new Set([
  '9.4',
  '9.5',
  '9.6',
  '10',
  '11',
  '12',
  '13',
  '14',
]);

/** Replay of what the node has itself. */
function predictReplay(startUp: StartUp, checkpointEnd: Lsn | null, log: MessageLog): void {
  const { node, expected, end } = startUp;
  const { control, wal } = node;
  if (control === null || wal === null) return;
  const { redo } = control.checkPointCopy;
  const isInBackup = control.backupEndRequired || control.backupEndPoint !== 0n;
  const isCrash = control.state !== 'shut down' && control.minRecoveryPoint === 0n && !isInBackup;
  if (isCrash) {
    log.say('node', 'crashRecovery');
    const timeline = control.checkPointCopy.thisTimeLineID;
    if (expected.timeline > timeline) {
      log.say('node', 'crashRecoveryTarget', { timeline, target: expected.timeline });
    }
  }
  const before = redo < control.checkPoint ? redo : checkpointEnd;
  const consistentAt = isCrash || isInBackup || control.backupStartPoint !== 0n ? null : pointOf(control);
  const isConsistentAtOnce = consistentAt !== null && before !== null && consistentAt <= before;
  if (isConsistentAtOnce) log.say('node', 'consistent', { lsn: before });
  if (!startUp.isRedoPending && before !== null) {
    log.say('node', 'redoStarts', { lsn: redo < control.checkPoint ? redo : recordStart(startUp, before) });
  }
  if (
    !isConsistentAtOnce &&
    consistentAt !== null &&
    consistentAt <= end &&
    wal.minRecoveryPointIsRecordEnd
  ) {
    log.say('node', 'consistent', { lsn: consistentAt });
  }
  sayWhyItEnds(startUp, log);
  if (isCrash) log.say('node', 'consistent', { lsn: end });
}

/** Where the node counts as consistent: never before the redo point. */
function pointOf({ minRecoveryPoint, checkPointCopy }: NonNullable<NodeEvidence['control']>): Lsn {
  return minRecoveryPoint > checkPointCopy.redo ? minRecoveryPoint : checkPointCopy.redo;
}

function sayWhyItEnds({ node, major, unreadPage: page }: StartUp, log: MessageLog): void {
  const end = node.archiveEnd ?? node.wal?.end;
  if (end === undefined || !SAID.has(end.code)) return;
  if (page !== null && SILENT_ABOUT_PAGES.has(major)) return;
  log.add({
    server: 'node',
    severity: 'LOG',
    message: end.message,
    detail: null,
    verified:
      end.code === 'zeroed-tail' && page === null && ZEROED_TAIL_SEEN_IN.includes(major) ? 'log' : 'source',
  });
}

/** Ends that the server says something of; of a file that is not there it does not. */
const SAID: ReadonlySet<string> = new Set([
  'zeroed-tail',
  'recycled-segment',
  'broken-record',
  'broken-page',
  'other-timeline',
]);
