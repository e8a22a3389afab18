import pc from 'picocolors';
import type { AuditFinding } from '../audit/audit-finding.js';
import type { RecoveryAnswer } from '../audit/recovery-answer.js';
import type { TimelineAudit, WalAudit } from '../audit/wal-audit.js';
import { formatLsn } from '../lsn.js';

/** An audit in words. */
export function auditText(audit: WalAudit): string {
  const { damageCount, findingCount, findings } = audit;
  const damages = findings.filter(({ severity }) => severity === 'damage');
  const notes = findings.filter(({ severity }) => severity === 'note');
  const lines = [headline(audit), ''];
  for (const timeline of audit.timelines) lines.push(...timelineLines(timeline));
  if (audit.archiveStatus !== null) {
    const { ready, firstReady, done } = audit.archiveStatus;
    const waiting = firstReady === null ? '' : `, from ${firstReady} on`;
    lines.push('', `Archiver: ${ready} to be archived${waiting}; ${done} archived`);
  }
  if (damages.length > 0) lines.push('', pc.bold('Damage'), ...damages.map(findingLine));
  if (notes.length > 0) lines.push('', pc.bold('Notes'), ...notes.map(findingLine));
  const left = findingCount - findings.length;
  if (left > 0) lines.push(`  and ${left} more`);
  lines.push(
    '',
    damageCount === 0 ? pc.green('No damage found.') : pc.red(`Damaged: ${count(damageCount, 'finding')}.`),
  );
  return `${lines.join('\n')}\n`;
}

/** An answer in words. */
export function recoveryText(answer: RecoveryAnswer): string {
  const { possible, code, message, redo, consistentAt, consistentFrom, timeline, server, notes } = answer;
  const lines = [`${possible ? pc.green('yes') : pc.red('no')}: ${message} ${pc.dim(`(${code})`)}`];
  if (redo !== null) lines.push(`  replay begins at     ${formatLsn(redo)}`);
  const from =
    consistentFrom === null ? '' : `, by the backup's own files from ${formatLsn(consistentFrom)} on`;
  if (consistentAt !== null) lines.push(`  consistent at        ${formatLsn(consistentAt)}${from}`);
  if (timeline !== null) lines.push(`  along timeline       ${timeline}`);
  lines.push(`  a server             ${SERVER[server]}`);
  lines.push(...notes.map((note) => `  note: ${note}`));
  return `${lines.join('\n')}\n`;
}

const SERVER: Readonly<Record<RecoveryAnswer['server'], string>> = {
  'stops-at-target': 'starts there',
  'starts-short-of-it': 'would start all the same, where WAL ends',
  fails: 'would not start',
};

function headline({ places, version, systemIdentifier, segmentSize, segments }: WalAudit): string {
  const parts = [
    ...(version === null ? [] : [`PostgreSQL ${version.major}`]),
    ...(systemIdentifier === null ? [] : [`system ${systemIdentifier}`]),
    segmentSize === null
      ? count(segments, 'segment')
      : `${count(segments, 'segment')} of ${size(segmentSize)}`,
  ];
  return `${pc.bold(places.join(' and '))}: ${parts.join(', ')}`;
}

function timelineLines(audit: TimelineAudit): string[] {
  const { timeline, forkPoint, history, segments, spare, first, last, records, end, partial, children } =
    audit;
  const from = forkPoint === null ? '' : `, left ${forkPoint.timeline} at ${formatLsn(forkPoint.lsn)}`;
  const lack = history === 'missing' || history === 'invalid' ? pc.yellow(`, history file ${history}`) : '';
  const lines = [`${pc.bold(`timeline ${timeline}`)}${from}${lack}`];
  if (first === null || last === null) return [...lines, pc.dim('  no segments')];
  const held = count(segments - spare, 'segment');
  const read = records === null ? '' : `, ${count(records, 'record')}`;
  const waiting = spare === 0 ? '' : `, and ${spare} for later use`;
  lines.push(`  ${first === last ? first : `${first}..${last}`}  ${held}${read}${waiting}`);
  if (end !== null) {
    const next =
      children.length === 0 ? '' : `; ${children.map((child) => `timeline ${child}`).join(' and ')} left it`;
    lines.push(`  ends at ${formatLsn(end.lsn)}: ${end.message}${next}`);
  }
  if (partial !== null) {
    const upTo = partial.end === null ? '' : `, up to ${formatLsn(partial.end)}`;
    lines.push(`  ${partial.file} holds more of it${upTo}`);
  }
  return lines;
}

function findingLine({ code, message }: AuditFinding): string {
  return `  - ${message} ${pc.dim(`(${code})`)}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function size(bytes: number): string {
  return `${bytes / (1024 * 1024)} MB`;
}
