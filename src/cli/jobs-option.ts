import { UsageError } from './exit.js';

/** How many threads `--jobs` asks for; null for as many as there are cores, where there is enough to do. */
export function jobsOf(typed: string | undefined): number | null {
  if (typed === undefined) return null;
  const jobs = Number(typed);
  if (Number.isInteger(jobs) && jobs > 0) return jobs;
  throw new UsageError(`invalid value "${typed}" for --jobs: expected a number from 1 on`);
}
