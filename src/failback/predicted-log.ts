import {
  fillMessage,
  type MessageSeverity,
  type MessageValues,
  SERVER_MESSAGES,
  type ServerMessage,
  type ServerMessageKey,
} from '../server-messages.js';
import type { MajorVersion } from '../version.js';

/**
 * A message that a server is going to log.
 *
 * @category Failback
 */
export interface PredictedMessage {
  /** Whose log it is in. */
  readonly server: 'node' | 'upstream';
  /** How the server marks it. */
  readonly severity: MessageSeverity;
  /** In the server's words; what it hands on from the other server is in it, line breaks included. */
  readonly message: string;
  /** The line marked `DETAIL` that goes with it. */
  readonly detail: string | null;
  /** Whether this wording was found in a log of that version, or read in its source alone. */
  readonly verified: 'log' | 'source';
}

/** A log as it fills up. */
export interface MessageLog {
  /** Adds a message of the table. */
  readonly say: (server: PredictedMessage['server'], key: ServerMessageKey, values?: MessageValues) => void;
  /** Adds one that quotes another. */
  readonly add: (message: PredictedMessage) => void;
  /** How a wording of the table is known for this version. */
  readonly verifiedBy: (key: ServerMessageKey) => PredictedMessage['verified'];
}

/** A log that says everything once. */
export function messageLog(messages: PredictedMessage[], major: MajorVersion): MessageLog {
  const verifiedBy = (key: ServerMessageKey) => {
    const { seenIn }: ServerMessage = SERVER_MESSAGES[key];
    return seenIn.includes(major) ? 'log' : 'source';
  };
  const add = (message: PredictedMessage) => {
    const isSaid = messages.some(
      (other) =>
        other.server === message.server &&
        other.message === message.message &&
        other.detail === message.detail,
    );
    if (!isSaid) messages.push(message);
  };
  return {
    add,
    verifiedBy,
    say(server, key, values = {}) {
      const { severity, text, detail }: ServerMessage = SERVER_MESSAGES[key];
      add({
        server,
        severity,
        message: fillMessage(text, values),
        detail: detail === undefined ? null : fillMessage(detail, values),
        verified: verifiedBy(key),
      });
    },
  };
}
