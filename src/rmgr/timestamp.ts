/** From 1970 to 2000, in seconds. */
const POSTGRES_EPOCH = 946_684_800n;
const MICROSECONDS = 1_000_000n;

/** Prints a moment, given in microseconds since 2000-01-01 UTC, as `2026-11-23 13:53:39.012345 UTC`. */
export function formatUtcTimestamp(microseconds: bigint): string {
  const seconds = Number(microseconds / MICROSECONDS + POSTGRES_EPOCH);
  const fraction = `${microseconds % MICROSECONDS}`.padStart(6, '0');
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${microseconds}`;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}.${fraction} UTC`;
}
