/**
 * How clocks are set, and for how long at least they stay so.
 *
 * @category Control file
 */
export interface ClockPeriod {
  /** The first second of it, counted from 1970; `-Infinity` where it has no beginning. */
  readonly from: number;
  /** The first second after it; `Infinity` where it has no end. */
  readonly until: number;
  /** How many seconds clocks are ahead of UTC. */
  readonly offset: number;
  /** What people call it: `CET`, `CEST`, `+03`; empty where it has no name. */
  readonly abbreviation: string;
}

/**
 * How clocks are set at a moment, given in seconds since 1970 (any safe integer).
 *
 * @category Control file
 */
export type TimeZone = (seconds: number) => ClockPeriod;

/** A time zone in which clocks never change. */
export function fixedTimeZone(offset: number, abbreviation: string): TimeZone {
  const period = { from: -Infinity, until: Infinity, offset, abbreviation };
  return () => period;
}

export const utc = fixedTimeZone(0, 'UTC');
