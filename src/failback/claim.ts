import type { Claim } from './pair.js';
import type { Reason, ReasonCode } from './verdict.js';

/** What is left to do where nothing else helps. */
export const FRESH_BACKUP = 'take a fresh base backup of the upstream: pg_basebackup';

/** A reason in one line. */
export function reason(code: ReasonCode, message: string): Reason {
  return { code, message };
}

/** Nothing will do but a fresh base backup. */
export function rebuild(code: ReasonCode, message: string): Claim {
  return { verdict: 'rebuild', reasons: [reason(code, message)], steps: [FRESH_BACKUP] };
}

/** The evidence does not settle it. */
export function undetermined(
  code: ReasonCode,
  message: string,
  missing: readonly string[] = [],
  steps: readonly string[] = [],
): Claim {
  return { verdict: 'undetermined', reasons: [reason(code, message)], missing, steps };
}
