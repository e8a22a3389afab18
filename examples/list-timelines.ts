// Lists timelines, and where each parts from the first: npx tsx examples/list-timelines.ts HISTORY_FILE…
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { findForkPoint, formatLsn, parseTimelineHistory } from 'pg-wal';

const histories = process.argv.slice(2).map((path) => {
  const timeline = Number.parseInt(basename(path, '.history'), 16);
  return parseTimelineHistory(timeline, readFileSync(path));
});

for (const history of histories) {
  const lineage = history.entries.map(({ timeline, end }) =>
    end === null ? `${timeline}` : `${timeline} until ${formatLsn(end)}`,
  );
  console.log(`timeline ${history.timeline}: ${lineage.join(', ')}`);
  const fork = findForkPoint(histories[0], history);
  if (fork === null) console.log('  has nothing in common with the first');
  else if (fork.lsn !== null) console.log(`  parts on timeline ${fork.timeline} at ${formatLsn(fork.lsn)}`);
}
