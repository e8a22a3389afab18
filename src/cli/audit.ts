import { assessRecovery } from '../audit/assess-recovery.js';
import { auditWith } from '../audit/audit-wal.js';
import { directorySource } from '../source/directory.js';
import type { Source } from '../source/source.js';
import { AuditThreads } from './audit-jobs.js';
import { auditJson, recoveryJson } from './audit-json.js';
import { type AuditArguments, auditOptions, recoveryOptions } from './audit-options.js';
import { auditText, recoveryText } from './audit-text.js';
import { Exit, type ExitStatus, UsageError } from './exit.js';
import { jobsOf } from './jobs-option.js';
import { Progress, watched } from './progress.js';
import { environmentTimeZone } from './zone-file.js';

/**
 * Audits WAL, or with `--backup` answers whether that can be recovered with it.
 *
 * @param paths - archives, data directories or WAL directories; where a segment is in several, the first counts
 */
export async function audit(paths: readonly string[], typed: AuditArguments): Promise<ExitStatus> {
  const options = auditOptions(typed);
  const jobs = jobsOf(typed.jobs);
  const recovery = recoveryOptions(typed, environmentTimeZone());
  if (typed.backup === undefined && Object.keys(recovery).length > 0) {
    throw new UsageError('the options about a target need --backup');
  }
  if (typed.backup !== undefined && (jobs !== null || Object.keys(options).length > 0)) {
    throw new UsageError('--from, --to, --timeline, --fast and --jobs do not go with --backup');
  }
  const progress = new Progress();
  const open = async (path: string): Promise<Source> => watched(await directorySource(path), progress);
  try {
    const named = [...new Set(paths)];
    const sources = await Promise.all(named.map(open));
    if (typed.backup === undefined) {
      const threads = new AuditThreads(
        new Map(sources.map((source, at) => [source, named[at]])),
        jobs,
        progress,
      );
      const found = await auditWith(sources, options, threads.choose).finally(() => threads.end());
      progress.stop();
      process.stdout.write(typed.json ? auditJson(found) : auditText(found));
      return found.damageCount === 0 ? Exit.ok : Exit.broken;
    }
    const answer = await assessRecovery(await open(typed.backup), sources, recovery);
    progress.stop();
    process.stdout.write(typed.json ? recoveryJson(answer) : recoveryText(answer));
    return answer.possible ? Exit.ok : Exit.broken;
  } finally {
    progress.stop();
  }
}
