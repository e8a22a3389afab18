/** How clocks are set, and for how long at least they are set so. */
export interface ClockPeriod {
  /** The first second of it, counted from 1970. */
  readonly from: number;
  /** The first second after it. */
  readonly until: number;
  /** How many seconds clocks are ahead of UTC. */
  readonly offset: number;
  /** What people call it: `CET`, `CEST`, `+03`; empty where it has no name. */
  readonly abbreviation: string;
}

/**
 * How clocks are set at a moment.
 *
 * @param seconds - since 1970, any safe integer
 */
export type TimeZone = (seconds: number) => ClockPeriod;

/** A time zone in which clocks never change. */
export function fixedTimeZone(offset: number, abbreviation: string): TimeZone {
  const period = { from: -Infinity, until: Infinity, offset, abbreviation };
  return () => period;
}

export const utc = fixedTimeZone(0, 'UTC');
