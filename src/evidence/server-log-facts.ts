import { type Lsn, parseLsn } from '../lsn.js';
import {
  RECEIVER_PREFIX,
  SERVER_MESSAGES,
  type ServerMessage,
  type ServerMessageKey,
} from '../server-messages.js';
import type { LogEntry } from './server-log-entries.js';

/**
 * What a message of a server log tells. A closed list:
 *
 * - `start`: the server began to start, and says how it was stopped.
 * - `crash-recovery`, `redo-starts`, `consistent`, `wal-end`, `redo-done`, `restart-point`, `last-transaction`: how
 *   far recovery got. `wal-end` is where it found no valid record.
 * - `selected-timeline`: it was promoted.
 * - `started-streaming`, `end-of-timeline`, `no-more-wal`, `new-target`: it followed another server.
 * - `system-differs`, `timeline-behind`, `forked-before`, `no-child`, `not-a-child`, `recovery-point-elsewhere`,
 *   `timeline-refused`, `start-refused`: it could not, or another could not follow it.
 * - `start-ahead`, `segment-removed`: it was asked for WAL, or asked, that was not to be had.
 *
 * @category Evidence
 */
export type ServerLogFactKind =
  | 'start'
  | 'crash-recovery'
  | 'redo-starts'
  | 'consistent'
  | 'wal-end'
  | 'redo-done'
  | 'restart-point'
  | 'last-transaction'
  | 'selected-timeline'
  | 'started-streaming'
  | 'end-of-timeline'
  | 'no-more-wal'
  | 'new-target'
  | 'system-differs'
  | 'timeline-behind'
  | 'forked-before'
  | 'no-child'
  | 'not-a-child'
  | 'recovery-point-elsewhere'
  | 'timeline-refused'
  | 'start-refused'
  | 'start-ahead'
  | 'segment-removed';

/**
 * A fact that a server log tells, and where. What the message does not name is null.
 *
 * @category Evidence
 */
export interface ServerLogFact {
  /** What it tells. */
  readonly kind: ServerLogFactKind;
  /** The place in WAL that it is about. */
  readonly lsn: Lsn | null;
  /** The timeline that it is about. */
  readonly timeline: number | null;
  /** The other timeline: the one aimed for. */
  readonly target: number | null;
  /** Where the other server's history left that timeline. */
  readonly fork: Lsn | null;
  /** The message, or the first line of it. */
  readonly message: string;
  /** As the log prints it; null where the line does not show it. */
  readonly time: string | null;
  /** The file in the source. */
  readonly file: string;
  /** The line where it was found last, counted from 1. */
  readonly line: number;
  /** To which start of the server it belongs: 0 before the first that the log shows. */
  readonly start: number;
}

/** What is known of a fact from its message alone. */
export type ToldFact = Pick<ServerLogFact, 'kind' | 'lsn' | 'timeline' | 'target' | 'fork' | 'message'>;

const KINDS: Readonly<Partial<Record<ServerMessageKey, ServerLogFactKind>>> = {
  crashRecovery: 'crash-recovery',
  redoStarts: 'redo-starts',
  redoDone: 'redo-done',
  consistent: 'consistent',
  notAChild: 'not-a-child',
  notAChildByFile: 'not-a-child',
  minRecoveryPointElsewhere: 'recovery-point-elsewhere',
  newTarget: 'new-target',
  forkedBefore: 'forked-before',
  newIsNoChild: 'no-child',
  lastTransaction: 'last-transaction',
  restartPoint: 'restart-point',
  newTimeline: 'selected-timeline',
  systemDiffers: 'system-differs',
  timelineBehind: 'timeline-behind',
  startedStreaming: 'started-streaming',
  restartedStreaming: 'started-streaming',
  noMoreWal: 'no-more-wal',
  endOfTimeline: 'end-of-timeline',
  startNotInHistory: 'start-refused',
  timelineNotInHistory: 'timeline-refused',
  startAhead: 'start-ahead',
  segmentRemoved: 'segment-removed',
};

interface Pattern {
  readonly kind: ServerLogFactKind;
  readonly severity: string;
  readonly text: RegExp;
  readonly detail: RegExp | null;
  /** Whether only the server's own processes say so, and no session on behalf of a client. */
  readonly isOwn: boolean;
}

const SENDER: ReadonlySet<string> = new Set([
  'startNotInHistory',
  'timelineNotInHistory',
  'startAhead',
  'segmentRemoved',
]);

const LSN = '[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}';
const VALUES: Readonly<Record<string, string>> = {
  lsn: LSN,
  fork: LSN,
  flush: LSN,
  file: '\\S+',
  time: '.+',
};

const PATTERNS: readonly Pattern[] = Object.entries<ServerMessage>(SERVER_MESSAGES).flatMap(
  ([key, { severity, text, detail }]) => {
    const kind = Object.entries(KINDS).find(([named]) => named === key)?.[1];
    if (kind === undefined) return [];
    const pattern = {
      kind,
      severity,
      text: patternOf(text),
      detail: detail === undefined ? null : patternOf(detail),
    };
    return [{ ...pattern, isOwn: !SENDER.has(key) }];
  },
);

function patternOf(template: string): RegExp {
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(
    `^${escaped.replace(/\{(\w+)\}/g, (_, name) => `(?<${name}>${VALUES[name] ?? '\\d+'})`)}(?!\\w)`,
  );
}

/** How the reader of WAL says where it found no valid record (`src/backend/access/transam/xlogreader.c`). */
const WAL_END = new RegExp(
  '^(?:record with (?:zero length|invalid length|incorrect prev-link)|invalid record (?:length|offset)|' +
    'invalid resource manager ID|invalid contrecord length|incorrect resource manager data checksum in record|' +
    `there is no contrecord flag|contrecord is requested by|missing contrecord).* at (?<lsn>${LSN})`,
);

/** What a server says first when it starts. */
const START = /^database system (?:was shut down|shutdown was interrupted|was interrupted)/;

/** A quick look for what an entry must hold to tell anything. */
export const TELLING =
  /recovery|redo|record|timeline|streaming|system|history|WAL|log time|replication|resource manager/;

/** What an entry tells; null where it tells nothing of interest. */
export function factOf(entry: LogEntry): ToldFact | null {
  const [message = '', ...more] = entry.message.split('\n');
  const isOwn = entry.user === null;
  if (isOwn && entry.severity === 'LOG') {
    if (START.test(message)) return told('start', message, {});
    const end = WAL_END.exec(message);
    if (end !== null) return told('wal-end', message, end.groups);
  }
  const quoted = Object.values(RECEIVER_PREFIX).find((prefix) => message.startsWith(prefix));
  const text = quoted === undefined ? message : message.slice(quoted.length);
  const severity = quoted === undefined ? entry.severity : 'ERROR';
  // the server puts the other's detail behind its message, not into its own
  const detail =
    entry.detail ?? more.map((line) => /^DETAIL: {2}(.*)/.exec(line)?.[1]).find((it) => it !== undefined);
  let found: ToldFact | null = null;
  for (const pattern of PATTERNS) {
    if (pattern.severity !== severity || (pattern.isOwn && !isOwn)) continue;
    const inText = pattern.text.exec(text);
    if (inText === null) continue;
    const inDetail = detail == null ? null : (pattern.detail?.exec(detail) ?? null);
    // some majors have another detail for the same message
    if (found === null || inDetail !== null) {
      found = told(pattern.kind, message, { ...inDetail?.groups, ...inText.groups });
    }
  }
  return found;
}

function told(
  kind: ServerLogFactKind,
  message: string,
  values: Readonly<Record<string, string | undefined>> | undefined,
): ToldFact {
  const lsn = (text: string | undefined) => (text === undefined ? null : parseLsn(text));
  const number = (text: string | undefined) => (text === undefined ? null : Number(text));
  return {
    kind,
    lsn: lsn(values?.lsn),
    timeline: number(values?.timeline),
    target: number(values?.target),
    fork: lsn(values?.fork),
    message,
  };
}
