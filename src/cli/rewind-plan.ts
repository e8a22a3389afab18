import pc from 'picocolors';
import type { CatalogNames } from '../catalog/catalog-names.js';
import { relationFileText } from '../catalog/name-text.js';
import { planRewind, type RewindPlan } from '../evidence/plan-rewind.js';
import { formatLsn } from '../lsn.js';
import { Exit, type ExitStatus, reportFailure } from './exit.js';
import { jsonText } from './json-text.js';
import { type NamesOptions, readNamesOfNode } from './names-option.js';
import { type PairOptions, withPair } from './pair-of-nodes.js';

/** Says what `pg_rewind` would copy to bring the node back behind the fork point. */
export async function rewindPlan(
  options: PairOptions & NamesOptions & { readonly json?: boolean },
): Promise<ExitStatus> {
  const { plan, names } = await withPair(options, async (pair) => {
    const { node, nodeSource, upstream, upstreamSource, comparison, archives } = pair;
    return {
      plan: await planRewind(node, nodeSource, upstream, upstreamSource, comparison, archives),
      names: await readNamesOfNode(options, pair),
    };
  });
  if (plan === null) {
    return reportFailure(
      new Error(
        `nothing to plan: ${options.node} and ${options.upstream} have no fork point, or no checkpoint before it that both have; "pgwal verdict" says more`,
      ),
    );
  }
  process.stdout.write(options.json ? jsonText(plan, names) : asText(plan, names));
  return Exit.ok;
}

function asText(plan: RewindPlan, names: CatalogNames | null): string {
  const { forkPoint, lastCommonCheckpoint: checkpoint, files } = plan;
  const lines = [
    `${pc.bold(`rewind from the last common checkpoint ${formatLsn(checkpoint.lsn)}`)} on timeline ${checkpoint.timeline}`,
    `The two parted at ${formatLsn(forkPoint.lsn)} on timeline ${forkPoint.timeline}; the node's WAL ends at ${formatLsn(plan.walEnd)}.`,
    '',
    pc.bold(`Changed blocks: ${plan.blockCount}, ${plan.blockBytes} bytes`),
    ...plan.relations.map(
      ({ locator, blocks }) => `  ${relationFileText(locator, names)}  ${ranges(blocks)}`,
    ),
  ];
  if (!plan.isComplete) {
    lines.push(pc.yellow('  These may not be all: the WAL does not name every block, or breaks off.'));
  }
  if (plan.unrecognized.length > 0) {
    const places = plan.unrecognized.map(formatLsn).join(', ');
    lines.push(pc.yellow(`  pg_rewind would refuse: it does not know the records at ${places}.`));
  }
  lines.push('', pc.bold('WAL needed'), `  of the node      ${segmentsText(plan.nodeSegments)}`);
  lines.push(`  of the upstream  ${segmentsText(plan.upstreamSegments)}`, '', pc.bold('Files'));
  if (files === null) {
    lines.push(
      '  All files that hold no main fork of a relation are copied as a whole, too; which, and how many bytes,',
      '  needs both data directories.',
    );
  } else {
    const total = (list: readonly { bytes: number }[]) => list.reduce((sum, { bytes }) => sum + bytes, 0);
    lines.push(
      `  copied whole     ${files.copied.length}, ${total(files.copied)} bytes`,
      `  tails copied     ${files.tails.length}, ${total(files.tails)} bytes`,
      `  cut              ${files.truncated.length}`,
      `  removed          ${files.removed.length}`,
      `  bytes to move    ${files.bytes}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** `0-9 11-13 22` */
function ranges(blocks: readonly number[]): string {
  const parts: string[] = [];
  for (let index = 0; index < blocks.length; ) {
    let end = index;
    while (blocks[end + 1] === blocks[end] + 1) end++;
    parts.push(end === index ? `${blocks[index]}` : `${blocks[index]}-${blocks[end]}`);
    index = end + 1;
  }
  return parts.join(' ');
}

function segmentsText(segments: readonly string[]): string {
  const [first] = segments;
  const last = segments[segments.length - 1];
  return segments.length === 1 ? first : `${first}..${last} (${segments.length})`;
}
