import { type Lsn, segmentNumberOf, segmentStart } from '../lsn.js';
import {
  fillMessage,
  type MessageValues,
  RECEIVER_PREFIX,
  SERVER_MESSAGES,
  type ServerMessage,
  type ServerMessageKey,
} from '../server-messages.js';
import { findTwinTimeline } from '../timeline/fork-point.js';
import type { TimelineHistory } from '../timeline/history.js';
import { entryOfTimeline, timelineAt } from '../timeline/lineage.js';
import type { MajorVersion } from '../version.js';
import { segmentFileName } from '../wal-file-name.js';
import { targetTimelineOf } from './configuration-notes.js';
import type { MessageLog } from './predicted-log.js';
import { recordStart, type StartUp } from './start-up.js';

/** 9.3 asks for the segment of the record's beginning, all later ones for that of the page to be read. */
const ASKS_BY_RECORD: ReadonlySet<MajorVersion> = new Set(['9.3']);

/** Majors that say what they are waiting for. */
const SAYS_WAITING: ReadonlySet<MajorVersion> = new Set(['15', '16', '17', '18', '19']);

/** `SizeOfXLogRecord` from 9.5. */
const RECORD_HEADER = 24n;

/**
 * What both log once the node's own WAL is used up: the state machine of `WaitForWALToBecomeAvailable` on the one
 * side, `StartReplication` on the other.
 */
export function predictStreaming(startUp: StartUp, log: MessageLog): void {
  if (!goesOn(startUp, log)) sayWaiting(startUp, log);
}

/** Whether the node gets on, or for all that can be known does not come to a halt. */
function goesOn(startUp: StartUp, log: MessageLog): boolean {
  const { node, upstream, expected, segmentSize } = startUp;
  if (upstream.systemIdentifier === null || node.systemIdentifier === null) return true;
  if (upstream.systemIdentifier !== node.systemIdentifier) {
    log.say('node', 'systemDiffers', {
      primary: String(upstream.systemIdentifier),
      standby: String(node.systemIdentifier),
    });
    return false;
  }
  if (upstream.timeline === null || upstream.history === null) return true;
  const from = timelineAt(expected, startUp.end).timeline;
  if (upstream.timeline < from) {
    log.say('node', 'timelineBehind', { primary: upstream.timeline, timeline: from });
    return false;
  }
  fetchHistories(startUp, from, upstream.timeline, log);
  const receiver = new Receiver(startUp, upstream.history, log);
  const asked = ASKS_BY_RECORD.has(startUp.major) ? startUp.end : (startUp.unreadPage ?? startUp.end);
  const start = startOfSegment(asked, segmentSize);
  const answer = receiver.stream(start, from);
  if (answer === 'gone') return false;
  if (answer === 'streams') {
    if (isSentOn(startUp)) sayRedo(startUp, log);
    return true;
  }
  const next = rescan(startUp, upstream.history, log);
  if (hasParted(startUp)) return true;
  if (answer === 'ended') {
    if (next !== null) return followOver(startUp, receiver, next, from, log);
    receiver.stream(start, from);
  }
  return false;
}

/** Of a node whose last record is a shutdown checkpoint, replay begins with the first record that it is sent. */
function sayRedo(startUp: StartUp, log: MessageLog): void {
  if (startUp.isRedoPending) log.say('node', 'redoStarts', { lsn: recordStart(startUp, startUp.end) });
}

type Answer =
  /** It streams the upstream's current timeline, and does not stop. */
  | 'streams'
  /** The timeline came to its end. */
  | 'ended'
  /** The upstream does not have that place in its history. */
  | 'refused'
  /** The upstream cannot send what is asked for. */
  | 'gone';

/** The node's walreceiver and the walsender that it talks to. */
class Receiver {
  readonly #startUp: StartUp;
  readonly #history: TimelineHistory;
  readonly #log: MessageLog;
  #hasStreamed = false;

  constructor(startUp: StartUp, history: TimelineHistory, log: MessageLog) {
    this.#startUp = startUp;
    this.#history = history;
    this.#log = log;
  }

  /** Asks for WAL of a timeline from a place on. */
  stream(lsn: Lsn, timeline: number): Answer {
    const entry = entryOfTimeline(this.#history, timeline);
    if (entry === null) return this.#refuse('timelineNotInHistory', { timeline });
    if (entry.end !== null && entry.end < lsn) {
      return this.#refuse('startNotInHistory', { lsn, timeline, fork: entry.end });
    }
    if (entry.end === lsn) {
      this.#log.say('node', 'noMoreWal', { timeline });
      return 'ended';
    }
    this.#log.say('node', this.#hasStreamed ? 'restartedStreaming' : 'startedStreaming', { lsn, timeline });
    this.#hasStreamed = true;
    const flush = this.#startUp.upstream.wal?.end.lsn ?? null;
    if (entry.end === null && flush !== null && flush < lsn) {
      return this.#fail('startAhead', { lsn, flush });
    }
    const removed = this.#removedSegment(lsn, timeline, entry.end);
    if (removed !== null) return this.#fail('segmentRemoved', { file: removed });
    if (entry.end === null) return 'streams';
    // what it gets is not what its records go on with: it may give up before the timeline's end
    if (!hasParted(this.#startUp)) this.#log.say('node', 'endOfTimeline', { timeline, lsn: entry.end });
    return 'ended';
  }

  #refuse(key: ServerMessageKey, values: MessageValues): Answer {
    this.#quote(key, values, RECEIVER_PREFIX.start);
    return 'refused';
  }

  #fail(key: ServerMessageKey, values: MessageValues): Answer {
    this.#quote(key, values, RECEIVER_PREFIX.receive);
    return 'gone';
  }

  /** An error of the sender ends the receiver, which says so in the sender's words. */
  #quote(key: ServerMessageKey, values: MessageValues, prefix: string): void {
    this.#log.say('upstream', key, values);
    const { text, detail }: ServerMessage = SERVER_MESSAGES[key];
    const lines = [prefix + fillMessage(text, values)];
    if (detail !== undefined) lines.push(`DETAIL:  ${fillMessage(detail, values)}`);
    this.#log.add({
      server: 'node',
      severity: 'FATAL',
      message: lines.join('\n'),
      detail: null,
      verified: this.#log.verifiedBy(key),
    });
  }

  /** The file that the sender would look for and not find; null where it has it, or may. */
  #removedSegment(lsn: Lsn, timeline: number, end: Lsn | null): string | null {
    const { segments, segmentSize } = this.#startUp.upstream;
    if (segmentSize === null || segments.length === 0) return null;
    const number = segmentNumberOf(lsn, segmentSize);
    // the segment in which a timeline ends is read from the one that follows
    const isLast = end !== null && segmentNumberOf(end, segmentSize) === number;
    const owner = isLast ? this.#timelineAfter(timeline) : timeline;
    const isHeld = segments.some(
      (range) => range.timeline === owner && range.first <= number && number <= range.last,
    );
    const isPast = segments.some(({ last }) => last >= number);
    return isHeld || !isPast ? null : segmentFileName(owner, number, segmentSize);
  }

  #timelineAfter(timeline: number): number {
    const { entries } = this.#history;
    const index = entries.findIndex((entry) => entry.timeline === timeline);
    return entries[index + 1]?.timeline ?? timeline;
  }
}

/** More than a real cluster has seen promotions; behind them, only timelines that the upstream descends from are told. */
const MOST_TIMELINES = 100;

/** The receiver fetches all histories from its own timeline to the upstream's that the node does not have. */
function fetchHistories({ node, upstream }: StartUp, from: number, to: number, log: MessageLog): void {
  const first = Math.max(from, 2);
  const all = Array.from({ length: Math.min(to - first + 1, MOST_TIMELINES) }, (_, index) => first + index);
  const ancestors = upstream.history?.entries.map(({ timeline }) => timeline) ?? [];
  for (const timeline of new Set([...all, ...ancestors.filter((ancestor) => ancestor >= first)])) {
    const isThere =
      node.history?.timeline === timeline || node.newerHistories.some((newer) => newer.timeline === timeline);
    if (!isThere) log.say('node', 'fetchingHistory', { timeline });
  }
}

/**
 * `rescanLatestTimeLine`: where the node finds the history of a newer timeline, it goes over to that if it can.
 *
 * @returns the history that it goes on along; null where it stays, or may not look
 */
function rescan(startUp: StartUp, fetched: TimelineHistory, log: MessageLog): TimelineHistory | null {
  const { node, expected, end } = startUp;
  if (targetTimelineOf(node) !== 'latest') return null;
  let newest = fetched.timeline > expected.timeline ? fetched : expected;
  for (const newer of node.newerHistories) if (newer.timeline === newest.timeline + 1) newest = newer;
  const target = newest.timeline;
  // nothing new to find: the node has been on its way there since it started
  if (target === expected.timeline) return isOnWay(startUp) ? expected : null;
  const timeline = node.timeline ?? expected.timeline;
  const entry = entryOfTimeline(newest, expected.timeline);
  if (entry === null) {
    log.say('node', 'newIsNoChild', { target, timeline });
    return null;
  }
  if (entry.end !== null && entry.end < end) {
    log.say('node', 'forkedBefore', { target, timeline, lsn: end });
    return null;
  }
  log.say('node', 'newTarget', { target });
  return newest;
}

/** Whether the timeline that the node has read to the end of is not the last of its history. */
function isOnWay({ expected, end }: StartUp): boolean {
  return timelineAt(expected, end).timeline !== expected.timeline;
}

/** Over the end of each timeline to the next, up to the upstream's own. */
function followOver(
  startUp: StartUp,
  receiver: Receiver,
  history: TimelineHistory,
  from: number,
  log: MessageLog,
): boolean {
  let timeline = from;
  for (const _ of history.entries) {
    const end = entryOfTimeline(history, timeline)?.end ?? null;
    if (end === null) return true;
    // a timeline that ends where it begins has nothing to stream
    timeline = timelineAt(history, end).timeline;
    const answer = receiver.stream(startOfSegment(end, startUp.segmentSize), timeline);
    if (answer === 'streams' || answer === 'ended') sayRedo(startUp, log);
    if (answer !== 'ended') return answer === 'streams';
  }
  return true;
}

/** Whether the two wrote different things to a timeline that they share: what follows hangs on the bytes sent. */
function hasParted({ comparison }: StartUp): boolean {
  return comparison !== null && comparison.firstDifference !== null;
}

/** Whether what the upstream sends next goes on from the node's last record. */
function isSentOn(startUp: StartUp): boolean {
  const { node, upstream, comparison, end } = startUp;
  if (node.history === null || upstream.history === null) return false;
  if (findTwinTimeline(node.history, upstream.history) !== null) return false;
  if (comparison === null || hasParted(startUp)) return false;
  const parted = entryOfTimeline(upstream.history, timelineAt(node.history, end).timeline)?.end ?? null;
  if (parted !== null && parted < end) return false;
  return upstream.wal !== null && upstream.wal.end.lsn > end;
}

/** Which place the node keeps waiting for: the end of what it wants of the first page that it reads again. */
function sayWaiting(startUp: StartUp, log: MessageLog): void {
  const { end, major, segmentSize, blockSize, unreadPage } = startUp;
  if (!SAYS_WAITING.has(major)) return;
  const page = end - (end % BigInt(blockSize));
  const segment = startOfSegment(end, segmentSize);
  // of a record that goes on in the page which is not there, the length is not known
  if (unreadPage !== null && unreadPage !== page) return;
  const reached = minimum(end + RECORD_HEADER, page + BigInt(blockSize));
  const isFirstRead = unreadPage !== null || page === segment;
  log.say('node', 'waitingForWal', { lsn: isFirstRead ? reached : segment + BigInt(blockSize) });
}

function startOfSegment(lsn: Lsn, segmentSize: number): Lsn {
  return segmentStart(segmentNumberOf(lsn, segmentSize), segmentSize);
}

function minimum(a: Lsn, b: Lsn): Lsn {
  return a < b ? a : b;
}
