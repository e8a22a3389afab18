import type { RecoveryAnswer } from '../audit/recovery-answer.js';
import type { WalAudit } from '../audit/wal-audit.js';
import { formatLsn, type Lsn } from '../lsn.js';
import type { WalEnd } from '../wal/wal-end.js';

/** Keys are fixed, LSNs are text as pg_controldata prints them, numbers of 64 bits are decimal text. */
export function auditJson(audit: WalAudit): string {
  return text({
    ...audit,
    systemIdentifier: audit.systemIdentifier?.toString() ?? null,
    version: audit.version?.major ?? null,
    timelines: audit.timelines.map((timeline) => ({
      ...timeline,
      forkPoint: timeline.forkPoint && {
        timeline: timeline.forkPoint.timeline,
        lsn: formatLsn(timeline.forkPoint.lsn),
      },
      start: lsnText(timeline.start),
      end: endJson(timeline.end),
      partial: timeline.partial && { file: timeline.partial.file, end: lsnText(timeline.partial.end) },
    })),
    findings: audit.findings.map((finding) => ({ ...finding, lsn: lsnText(finding.lsn) })),
  });
}

/** The same of an answer. Times are microseconds since 2000-01-01 UTC, as decimal text. */
export function recoveryJson(answer: RecoveryAnswer): string {
  const { target, stop } = answer;
  return text({
    ...answer,
    target: {
      ...target,
      ...('lsn' in target && { lsn: formatLsn(target.lsn) }),
      ...('time' in target && { time: `${target.time}` }),
    },
    redo: lsnText(answer.redo),
    consistentFrom: lsnText(answer.consistentFrom),
    consistentAt: lsnText(answer.consistentAt),
    stop: stop && { ...stop, lsn: formatLsn(stop.lsn), time: stop.time?.toString() ?? null },
    lastTransaction: answer.lastTransaction?.toString() ?? null,
    end: endJson(answer.end),
  });
}

function endJson(end: WalEnd | null): unknown {
  return end && { ...end, lsn: formatLsn(end.lsn), lastRecord: lsnText(end.lastRecord) };
}

function lsnText(lsn: Lsn | null): string | null {
  return lsn === null ? null : formatLsn(lsn);
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
