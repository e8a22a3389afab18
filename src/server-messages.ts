import { formatLsn, type Lsn } from './lsn.js';
import type { MajorVersion } from './version.js';

/**
 * What servers log of recovery and replication, in their own words: one table for saying beforehand what they will
 * log, and for reading what they have. The wording is the same from 9.3 to 18 except where a row says otherwise.
 */

/** How a server marks what it logs. */
export type MessageSeverity = 'LOG' | 'ERROR' | 'FATAL';

/** One message. Names in braces stand for values: an LSN, a timeline, a file name. */
export interface ServerMessage {
  readonly severity: MessageSeverity;
  readonly text: string;
  readonly detail?: string;
  /** The majors of which a log was at hand that says it so; for all others it was read from their source. */
  readonly seenIn: readonly MajorVersion[];
}

const SEEN: readonly MajorVersion[] = ['9.4', '9.6', '15', '17'];
const SEEN_FROM_9_6: readonly MajorVersion[] = ['9.6', '15', '17'];
const NOT_SEEN: readonly MajorVersion[] = [];

/** Of the ways to say where WAL ends, the one at a tail of zeros: what the WAL reader says itself has no row here. */
export const ZEROED_TAIL_SEEN_IN = SEEN;

/** `startup` is `xlogrecovery.c` (up to 14 `xlog.c`), `receiver` `walreceiver.c`, `sender` `walsender.c`. */
export const SERVER_MESSAGES = {
  // startup
  enteringStandbyMode: { severity: 'LOG', text: 'entering standby mode', seenIn: SEEN },
  crashRecovery: {
    severity: 'LOG',
    text: 'database system was not properly shut down; automatic recovery in progress',
    seenIn: SEEN,
  },
  crashRecoveryTarget: {
    severity: 'LOG',
    text: 'crash recovery starts in timeline {timeline} and has target timeline {target}',
    seenIn: SEEN_FROM_9_6,
  },
  redoStarts: { severity: 'LOG', text: 'redo starts at {lsn}', seenIn: SEEN },
  redoDone: { severity: 'LOG', text: 'redo done at {lsn}', seenIn: NOT_SEEN },
  consistent: { severity: 'LOG', text: 'consistent recovery state reached at {lsn}', seenIn: SEEN },
  notAChild: {
    severity: 'FATAL',
    text: "requested timeline {target} is not a child of this server's history",
    detail:
      'Latest checkpoint is at {lsn} on timeline {timeline}, but in the history of the requested timeline, ' +
      'the server forked off from that timeline at {fork}.',
    seenIn: NOT_SEEN,
  },
  // from 18
  notAChildByFile: {
    severity: 'FATAL',
    text: "requested timeline {target} is not a child of this server's history",
    detail:
      'Latest checkpoint in file "{file}" is at {lsn} on timeline {timeline}, but in the history of the requested ' +
      'timeline, the server forked off from that timeline at {fork}.',
    seenIn: NOT_SEEN,
  },
  minRecoveryPointElsewhere: {
    severity: 'FATAL',
    text: 'requested timeline {target} does not contain minimum recovery point {lsn} on timeline {timeline}',
    seenIn: NOT_SEEN,
  },
  newTarget: { severity: 'LOG', text: 'new target timeline is {target}', seenIn: SEEN_FROM_9_6 },
  forkedBefore: {
    severity: 'LOG',
    text: 'new timeline {target} forked off current database system timeline {timeline} before current recovery point {lsn}',
    seenIn: SEEN,
  },
  newIsNoChild: {
    severity: 'LOG',
    text: 'new timeline {target} is not a child of database system timeline {timeline}',
    seenIn: SEEN_FROM_9_6,
  },
  // from 15
  waitingForWal: {
    severity: 'LOG',
    text: 'waiting for WAL to become available at {lsn}',
    seenIn: ['15', '17'],
  },
  lastTransaction: {
    severity: 'LOG',
    text: 'last completed transaction was at log time {time}',
    seenIn: NOT_SEEN,
  },
  restartPoint: { severity: 'LOG', text: 'recovery restart point at {lsn}', seenIn: NOT_SEEN },
  newTimeline: { severity: 'LOG', text: 'selected new timeline ID: {timeline}', seenIn: NOT_SEEN },
  // receiver
  systemDiffers: {
    severity: 'FATAL',
    text: 'database system identifier differs between the primary and standby',
    detail: "The primary's identifier is {primary}, the standby's identifier is {standby}.",
    seenIn: SEEN_FROM_9_6,
  },
  timelineBehind: {
    severity: 'FATAL',
    text: 'highest timeline {primary} of the primary is behind recovery timeline {timeline}',
    seenIn: SEEN_FROM_9_6,
  },
  fetchingHistory: {
    severity: 'LOG',
    text: 'fetching timeline history file for timeline {timeline} from primary server',
    seenIn: SEEN,
  },
  startedStreaming: {
    severity: 'LOG',
    text: 'started streaming WAL from primary at {lsn} on timeline {timeline}',
    seenIn: SEEN_FROM_9_6,
  },
  restartedStreaming: {
    severity: 'LOG',
    text: 'restarted WAL streaming at {lsn} on timeline {timeline}',
    seenIn: SEEN_FROM_9_6,
  },
  noMoreWal: {
    severity: 'LOG',
    text: 'primary server contains no more WAL on requested timeline {timeline}',
    seenIn: SEEN_FROM_9_6,
  },
  endOfTimeline: {
    severity: 'LOG',
    text: 'replication terminated by primary server',
    detail: 'End of WAL reached on timeline {timeline} at {lsn}.',
    seenIn: SEEN_FROM_9_6,
  },
  // sender
  startNotInHistory: {
    severity: 'ERROR',
    text: "requested starting point {lsn} on timeline {timeline} is not in this server's history",
    detail: "This server's history forked from timeline {timeline} at {fork}.",
    seenIn: SEEN,
  },
  timelineNotInHistory: {
    severity: 'ERROR',
    text: "requested timeline {timeline} is not in this server's history",
    seenIn: SEEN_FROM_9_6,
  },
  startAhead: {
    severity: 'ERROR',
    text: 'requested starting point {lsn} is ahead of the WAL flush position of this server {flush}',
    seenIn: NOT_SEEN,
  },
  segmentRemoved: {
    severity: 'ERROR',
    text: 'requested WAL segment {file} has already been removed',
    seenIn: NOT_SEEN,
  },
} as const satisfies Readonly<Record<string, ServerMessage>>;

/** Names a message in the table. */
export type ServerMessageKey = keyof typeof SERVER_MESSAGES;

/** What the names in a message stand for; an LSN is a `bigint`. */
export type MessageValues = Readonly<Record<string, Lsn | number | string>>;

/** What the receiver puts before an error of the sender, as its own `FATAL`. */
export const RECEIVER_PREFIX = {
  start: 'could not start WAL streaming: ERROR:  ',
  receive: 'could not receive data from WAL stream: ERROR:  ',
} as const;

/** A template with its names replaced. */
export function fillMessage(template: string, values: MessageValues): string {
  return template.replace(/\{(\w+)\}/g, (name, key: string) => {
    const value = values[key];
    if (value === undefined) return name;
    return typeof value === 'bigint' ? formatLsn(value) : String(value);
  });
}
