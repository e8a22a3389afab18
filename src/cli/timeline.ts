import pc from 'picocolors';
import type { SegmentRun } from '../evidence/segment-runs.js';
import { readTimelinePlace, type TimelinePlace } from '../evidence/timeline-place.js';
import { type TimelineBranch, type TimelineTree, timelineTree } from '../evidence/timeline-tree.js';
import { formatLsn } from '../lsn.js';
import { directorySource } from '../source/directory.js';
import { Exit, type ExitStatus } from './exit.js';

/**
 * Prints the tree of the timelines found in some places, and the segments held of each.
 *
 * @param paths - data directories, WAL directories, archives or history files
 */
export async function timeline(
  paths: readonly string[],
  options: { readonly json?: boolean },
): Promise<ExitStatus> {
  const places: TimelinePlace[] = [];
  for (const path of new Set(paths)) places.push(await readTimelinePlace(await directorySource(path)));
  const tree = timelineTree(places);
  process.stdout.write(options.json ? asJson(tree) : asText(tree, places.length > 1));
  return Exit.ok;
}

/** Keys are fixed, LSNs are text as pg_controldata prints them. Twins of one ID are entries of their own. */
function asJson({ roots, problems }: TimelineTree): string {
  const timelines = roots
    .flatMap(flatten)
    .sort((a, b) => a.timeline - b.timeline)
    .map((branch) => ({
      timeline: branch.timeline,
      parent: branch.forkPoint?.timeline ?? null,
      forkPoint: branch.forkPoint && {
        timeline: branch.forkPoint.timeline,
        lsn: formatLsn(branch.forkPoint.lsn),
      },
      history: branch.history,
      segments: branch.segments,
      gaps: branch.gaps,
      duplicates: branch.duplicates,
      partial: branch.partial,
      bytes: branch.bytes,
      switch: branch.switch && {
        previous: branch.switch.previous,
        from: formatLsn(branch.switch.from),
        to: formatLsn(branch.switch.to),
      },
    }));
  return `${JSON.stringify({ timelines, problems }, null, 2)}\n`;
}

function flatten(branch: TimelineBranch): TimelineBranch[] {
  return [branch, ...branch.children.flatMap(flatten)];
}

function asText({ roots, problems }: TimelineTree, isWithPlaces: boolean): string {
  const lines = roots.flatMap((root) => branchLines(root, isWithPlaces));
  if (problems.length > 0) {
    lines.push('', pc.bold('Problems'), ...problems.map((problem) => `  - ${problem}`));
  }
  return `${lines.join('\n')}\n`;
}

function branchLines(branch: TimelineBranch, isWithPlaces: boolean): string[] {
  const { forkPoint, history, segments, gaps, duplicates, partial } = branch;
  const from = forkPoint === null ? '' : `, left ${forkPoint.timeline} at ${formatLsn(forkPoint.lsn)}`;
  const lack = history === 'missing' || history === 'invalid' ? pc.yellow(`, history file ${history}`) : '';
  const held = segments.map(
    ({ place, ...run }) => `  ${runText(run)}${isWithPlaces ? pc.dim(` in ${place}`) : ''}`,
  );
  for (const gap of gaps) held.push(pc.yellow(`  ${runText(gap)} missing`));
  for (const { places, ...run } of duplicates)
    held.push(pc.dim(`  ${runText(run)} in ${places.join(' and ')}`));
  for (const { place, name } of partial) held.push(`  ${name}${isWithPlaces ? pc.dim(` in ${place}`) : ''}`);
  const below = branch.children.flatMap((child) => branchLines(child, isWithPlaces));
  return [
    `${pc.bold(`timeline ${branch.timeline}`)}${from}${lack}`,
    ...(held.length > 0 ? held : [pc.dim('  no segments')]),
    ...below.map((line) => `    ${line}`),
  ];
}

function runText({ first, last, count }: SegmentRun): string {
  return `${count === 1 ? first : `${first}..${last}`}  ${count} segment${count === 1 ? '' : 's'}`;
}
