import { CommanderError } from 'commander';

/** The exit statuses of `pgwal`. A command returns one of them. */
export const Exit = {
  /** The command did what it was asked to do. */
  ok: 0,
  /** Something that had to be read is missing, unreadable or not what it should be. */
  unreadable: 1,
  /** The command line is wrong. */
  usage: 2,
  /** `pgwal verdict` says `discard-wal`. */
  discardWal: 3,
  /** `pgwal verdict` says `rewind`. */
  rewind: 4,
  /** `pgwal verdict` says `rebuild`. */
  rebuild: 5,
  /** `pgwal verdict` says `undetermined`. */
  undetermined: 6,
  /** `pgwal audit` found damage, or says that a backup cannot be recovered as asked. */
  broken: 7,
  /** The reader of our output went away: what a shell reports of a program that SIGPIPE ended. */
  brokenPipe: 141,
} as const;

export type ExitStatus = (typeof Exit)[keyof typeof Exit];

/** What is wrong with the command line, where only the command itself can tell. */
export class UsageError extends Error {}

/** Says in one line on standard error what went wrong, and returns the exit status that goes with it. */
export function reportFailure(error: unknown): ExitStatus {
  if (error instanceof CommanderError) {
    // Commander has already said what it had to say: help, the version, or what is wrong with the usage.
    return error.exitCode === 0 ? Exit.ok : Exit.usage;
  }
  if (isBrokenPipe(error)) return Exit.brokenPipe;
  process.stderr.write(failureLine(error instanceof Error ? error.message : String(error)));
  return error instanceof UsageError ? Exit.usage : Exit.unreadable;
}

/** `pgwal: what went wrong`, in one line whatever the message. */
export function failureLine(message: string): string {
  return `pgwal: ${message.trim().replace(/\s*[\r\n]+\s*/g, ' ')}\n`;
}

export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
