import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PredictedMessage } from '../failback/predicted-log.js';

/** What a node logged when it was tried as a standby. */
export function startLogOf(path: string): string[] {
  return messagesOf(readFileSync(join(path, 'node-start.log'), 'utf8'));
}

/** The messages of a log, each once, with the detail that went with it. */
export function messagesOf(log: string): string[] {
  const messages: string[] = [];
  for (const line of log.split('\n')) {
    const start =
      /^(?:\S+ \S+ \S+ \[\d+\] )?(LOG|FATAL|ERROR|WARNING|PANIC|DETAIL|HINT|STATEMENT): {2}(.*)$/.exec(line);
    const last = messages.at(-1) ?? '';
    if (start === null) {
      if (line.trim() !== '') messages[messages.length - 1] = `${last}\n${line.trim()}`;
    } else if (start[1] === 'DETAIL') messages[messages.length - 1] = `${last}\nDETAIL: ${start[2]}`;
    else if (start[1] !== 'HINT') messages.push(`${start[1]}: ${start[2]}`);
  }
  return [...new Set(messages)];
}

/** Messages that say nothing of timelines, and those that hang on the time of day or on who stopped the server. */
const APART =
  /^\w+: (starting PostgreSQL|listening on|database system was (shut down|interrupted)|database system is ready|terminating walreceiver process|received .* shutdown|.*shutting down|database system is shut down|startup process \(PID|aborting startup)/;

/** Complaints about WAL. */
const COMPLAINT = /^LOG: (invalid |record with |unexpected |incorrect |there is no contrecord)/;

/** What the receiver logs: from there on, complaints are about WAL that the upstream has sent. */
const RECEIVER =
  /^\w+: (fetching timeline|started streaming|could not start|primary server contains|highest timeline|database system identifier)/;

/** The messages of a start log that can be known beforehand. */
export function knowable(logged: readonly string[], predicted: readonly PredictedMessage[]): string[] {
  const received = logged.findIndex((message) => RECEIVER.test(message));
  const isStuck = predicted.some(({ message }) => message.startsWith('waiting for WAL'));
  return logged.filter((message, index) => {
    if (APART.test(message)) return false;
    if (COMPLAINT.test(message)) return index < received;
    // a node that streams may wait for what comes next
    return isStuck || !message.includes('waiting for WAL');
  });
}

/** A predicted message in the same form. */
export function asLogged({ severity, message, detail }: PredictedMessage): string {
  return `${severity}: ${message}${detail === null ? '' : `\nDETAIL: ${detail}`}`;
}
