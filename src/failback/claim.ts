import type { Claim } from './pair.js';
import type { Reason, ReasonCode, VerdictKind } from './verdict.js';

/** A reason in one line. */
export function reason(code: ReasonCode, message: string): Reason {
  return { code, message };
}

function claim(verdict: VerdictKind, code: ReasonCode, message: string): Claim {
  return { verdict, reasons: [reason(code, message)] };
}

/** Nothing will do but a fresh base backup. */
export function rebuild(code: ReasonCode, message: string): Claim {
  return {
    ...claim('rebuild', code, message),
    steps: ['take a fresh base backup of the upstream: pg_basebackup'],
  };
}

/** The evidence does not settle it. */
export function undetermined(code: ReasonCode, message: string, missing: readonly string[] = []): Claim {
  return { ...claim('undetermined', code, message), missing };
}
