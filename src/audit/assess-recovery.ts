import { TimelineHistoryError } from '../errors.js';
import { formatLsn, type Lsn, segmentNumberOf } from '../lsn.js';
import type { Source } from '../source/source.js';
import { findForkPoint } from '../timeline/fork-point.js';
import { historyWithoutParents, type TimelineHistory } from '../timeline/history.js';
import { timelineAt } from '../timeline/lineage.js';
import { WalDirectory } from '../wal/wal-directory.js';
import type { WalEnd, WalEndCode } from '../wal/wal-end.js';
import { WalReader } from '../wal/wal-reader.js';
import { historyFileName, parseWalFileName, segmentNumberOfName } from '../wal-file-name.js';
import { type BackupStart, readBackupStart } from './backup-start.js';
import type { AssessRecoveryOptions, RecoveryAnswer, RecoveryCode } from './recovery-answer.js';
import { type RecoveryTarget, TargetWatch } from './recovery-target.js';
import { describeTarget, formatMoment } from './recovery-words.js';
import { type Replay, type ReplayStart, replay } from './replay.js';

/** How WAL ends that a server has not finished writing. */
const UNWRITTEN: ReadonlySet<WalEndCode> = new Set(['zeroed-tail', 'recycled-segment']);

/**
 * Answers whether a base backup can be recovered to a target with the WAL of an archive, and of the backup itself:
 * replays the WAL as a server would, from the backup's redo point over the place where it becomes consistent on to
 * the target, along the history of the timeline asked for. Nothing is written, and no data is looked at.
 *
 * @param backup - a data directory with `backup_label` or `pg_control`, or a lone backup history file
 * @param archive - where `restore_command` gets segments and history files from; or several such places
 * @throws SourceError `SOURCE_UNREADABLE` where something cannot be listed
 * @category Recovery
 */
export async function assessRecovery(
  backup: Source,
  archive: Source | readonly Source[],
  options: AssessRecoveryOptions = {},
): Promise<RecoveryAnswer> {
  const archives: readonly Source[] = 'open' in archive ? [archive] : archive;
  const start = await readBackupStart(backup, archives);
  const target = options.target ?? { kind: 'latest' };
  const systemIdentifier = start?.systemIdentifier ?? null;
  const directory = await WalDirectory.openOfCluster(systemIdentifier, ...archives, backup);
  const refusal = refusalOf(backup, start, directory);
  if (start === null || refusal !== null) {
    return { ...blank(target, start), ...(refusal ?? NO_BACKUP) };
  }
  return new Recovery(directory, await resolveRule(start, backup), target, options).assess();
}

type Part = Partial<RecoveryAnswer> & Pick<RecoveryAnswer, 'code' | 'message'>;

const NO_BACKUP: Part = { code: 'no-backup', message: 'found no backup' };

/** What speaks against recovery before any WAL is read. */
function refusalOf(backup: Source, start: BackupStart | null, directory: WalDirectory): Part | null {
  if (start === null) {
    const message = `${backup.name}: found no backup_label, pg_control or backup history file that says where it begins`;
    return { code: 'no-backup', message };
  }
  if (start.problem !== null) return { code: 'backup-refused', message: start.problem };
  if (directory.format !== null) return null;
  return { code: 'no-wal', message: directory.formatProblem ?? 'there are no WAL segments' };
}

/** An answer of which nothing is known but the question. */
function blank(target: RecoveryTarget, start: BackupStart | null): RecoveryAnswer {
  const rule = start?.rule ?? null;
  return {
    possible: false,
    code: 'no-backup',
    message: '',
    target,
    server: 'fails',
    timeline: null,
    redo: start?.redo ?? null,
    consistentFrom: rule?.kind === 'position' ? rule.lsn : rule?.kind === 'backup-end' ? rule.expected : null,
    consistentAt: null,
    stop: null,
    lastTransaction: null,
    end: null,
    otherTimelines: [],
    notes: start?.notes ?? [],
  };
}

/** A copy of a server that was not shut down is consistent where its own WAL ends. */
async function resolveRule(start: BackupStart, backup: Source): Promise<BackupStart> {
  if (start.rule.kind !== 'end-of-own-wal') return start;
  const own = await WalDirectory.openOfCluster(start.systemIdentifier, backup);
  if (own.format === null) return { ...start, rule: { kind: 'position', lsn: start.redo } };
  const history = (await own.readHistory(start.timeline)) ?? historyWithoutParents(start.timeline);
  const reader = await WalReader.open(own, { history, start: start.redo, exact: true });
  while (await reader.nextWindow()) while (reader.next());
  return { ...start, rule: { kind: 'position', lsn: reader.end?.lsn ?? start.redo } };
}

/** Recovery from one backup with some WAL. */
class Recovery {
  readonly #directory: WalDirectory;
  readonly #start: BackupStart;
  readonly #target: RecoveryTarget;
  readonly #options: AssessRecoveryOptions;

  constructor(
    directory: WalDirectory,
    start: BackupStart,
    target: RecoveryTarget,
    options: AssessRecoveryOptions,
  ) {
    this.#directory = directory;
    this.#start = start;
    this.#target = target;
    this.#options = options;
  }

  async assess(): Promise<RecoveryAnswer> {
    const timeline = this.#targetTimeline();
    const known = { ...blank(this.#target, this.#start), timeline };
    const history = await this.#readHistory(timeline);
    if ('code' in history) return { ...known, ...history };
    const refusal = this.#refusalOf(history);
    if (refusal !== null) return { ...known, code: 'timeline-not-a-child', message: refusal };
    const watch = this.#newWatch();
    const replayed = await this.#replay(history, watch, { at: this.#start.redo, consistentAt: null });
    const { stop, consistentAt, end } = replayed;
    const found = {
      ...known,
      consistentAt,
      stop: stop && {
        lsn: stop.lsn,
        side: stop.isBefore ? ('before' as const) : ('after' as const),
        time: stop.time,
        timeline: stop.timeline,
      },
      lastTransaction: watch.lastTime,
      end,
    };
    const verdict = this.#judge(replayed, history, watch.lastTime);
    const others = this.#mayBeElsewhere(verdict.code) ? await this.#searchElsewhere(history, replayed) : [];
    if (others.length === 0) return { ...found, ...verdict };
    const where = others.length === 1 ? `timeline ${others[0]}` : `timelines ${others.join(' and ')}`;
    return {
      ...found,
      ...verdict,
      code: verdict.code === 'target-not-found' ? 'target-on-other-timeline' : verdict.code,
      message: `${verdict.message}. It is on ${where}`,
      otherTimelines: others,
    };
  }

  /** The timeline that a server would recover along: of the newest, history files are tried upwards without a gap. */
  #targetTimeline(): number {
    const asked = this.#options.timeline ?? this.#directory.format?.version.defaultTargetTimeline ?? 'latest';
    if (typeof asked === 'number') return asked;
    let timeline = this.#start.newestTimeline;
    if (asked === 'latest') while (this.#directory.histories.has(timeline + 1)) timeline++;
    return timeline;
  }

  async #readHistory(timeline: number): Promise<TimelineHistory | Part> {
    try {
      const history = timeline === 1 ? null : await this.#directory.readHistory(timeline);
      if (history !== null) return history;
    } catch (error) {
      if (!(error instanceof TimelineHistoryError)) throw error;
      return { code: 'history-invalid', message: error.message };
    }
    if (timeline === 1 || timeline === this.#start.newestTimeline) return historyWithoutParents(timeline);
    const message = `recovery target timeline ${timeline} does not exist: ${historyFileName(timeline)} is missing`;
    return { code: 'history-missing', message };
  }

  /** Why a backup is no part of a history; null where it is. */
  #refusalOf(history: TimelineHistory): string | null {
    const { checkpoint, timeline, minRecoveryPoint } = this.#start;
    const requested = `requested timeline ${history.timeline}`;
    if (timelineAt(history, checkpoint).timeline !== timeline) {
      return `${requested} is not a child of the backup's history: its checkpoint is at ${formatLsn(checkpoint)} on timeline ${timeline}`;
    }
    if (minRecoveryPoint === null) return null;
    const { lsn, timeline: owner } = minRecoveryPoint;
    if (timelineAt(history, lsn - 1n).timeline === owner) return null;
    return `${requested} does not contain minimum recovery point ${formatLsn(lsn)} on timeline ${owner}`;
  }

  #newWatch(): TargetWatch {
    return new TargetWatch(this.#target, this.#options.inclusive ?? true);
  }

  #replay(history: TimelineHistory, watch: TargetWatch, from: ReplayStart): Promise<Replay> {
    return replay(this.#directory, history, this.#start, watch, from);
  }

  #judge(found: Replay, history: TimelineHistory, lastTime: bigint | null): Part {
    const { stop, consistentAt, hasCheckpoint, end } = found;
    if (hasCheckpoint === false) {
      const message = `there is no checkpoint record at ${formatLsn(this.#start.checkpoint)}, where the backup says that it is`;
      return { code: 'checkpoint-missing', message };
    }
    if (stop !== null && consistentAt === null) {
      const message = `${this.#named()} is before the backup is consistent${this.#consistentFrom()}`;
      return { code: 'target-before-consistency', message };
    }
    if (stop !== null) {
      const side = stop.isBefore ? 'before' : 'after';
      const time = stop.time === null ? '' : `, of ${formatMoment(stop.time)}`;
      const message = `recovery stops ${side} the record at ${formatLsn(stop.lsn)} on timeline ${stop.timeline}${time}`;
      return { possible: true, code: 'target-reached', server: 'stops-at-target', message };
    }
    if (end === null) return NO_BACKUP;
    if (hasCheckpoint === null) {
      const code = end.code === 'missing-segment' ? 'segment-missing' : 'wal-broken';
      return { code, message: `the checkpoint that the backup began with is not reached. ${endWords(end)}` };
    }
    return this.#judgeEnd(found, end, history, lastTime);
  }

  /** WAL ended before the target was reached. */
  #judgeEnd(found: Replay, end: WalEnd, history: TimelineHistory, lastTime: bigint | null): Part {
    const why = endWords(end);
    const isOrdinary =
      UNWRITTEN.has(end.code) || (end.code === 'missing-segment' && !this.#isGap(end, history));
    const broken: RecoveryCode = end.code === 'missing-segment' ? 'segment-missing' : 'wal-broken';
    if (found.consistentAt === null) {
      const code = isOrdinary && UNWRITTEN.has(end.code) ? 'wal-ends-before-consistency' : broken;
      return { code, message: `the backup does not become consistent${this.#consistentFrom()}. ${why}` };
    }
    if (this.#target.kind === 'latest') {
      if (!isOrdinary)
        return { code: broken, server: 'starts-short-of-it', message: `${why}, though there is more` };
      const time = lastTime === null ? '' : `; the last transaction ended at ${formatMoment(lastTime)}`;
      const message = `recovery goes on to ${formatLsn(end.lsn)}${time}`;
      return { possible: true, code: 'target-reached', server: 'stops-at-target', message };
    }
    const habit = this.#directory.format?.version.missesRecoveryTarget ?? 'fails';
    const server = habit === 'starts' ? 'starts-short-of-it' : 'fails';
    if (!isOrdinary) return { code: broken, server, message: `${this.#named()} is not reached. ${why}` };
    const time =
      lastTime === null ? 'no transaction ended' : `the last transaction ended at ${formatMoment(lastTime)}`;
    return { code: 'target-not-found', server, message: `${this.#named()} is not in WAL. ${why}; ${time}` };
  }

  /** Whether there are segments behind one that is missing. */
  #isGap({ file }: WalEnd, history: TimelineHistory): boolean {
    const size = this.#directory.format?.segmentSize ?? 0;
    const wal = parseWalFileName(file);
    const number = wal?.kind === 'segment' ? segmentNumberOfName(wal, size) : null;
    if (number === null) return false;
    return history.entries.some(({ timeline, begin }) =>
      this.#directory
        .segments(timeline)
        .some((segment) => segment.number > number && segment.number >= segmentNumberOf(begin, size)),
    );
  }

  /** The other timelines along which recovery would reach the target. */
  async #searchElsewhere(history: TimelineHistory, found: Replay): Promise<number[]> {
    const reached: number[] = [];
    const known = new Set([...this.#directory.timelines, ...this.#directory.histories]);
    for (const timeline of [...known].sort((a, b) => a - b)) {
      if (timeline === history.timeline) continue;
      const other = await this.#readHistory(timeline);
      if ('code' in other || this.#refusalOf(other) !== null) continue;
      const from = this.#resumeAt(findForkPoint(history, other)?.lsn ?? null, found);
      const { stop, consistentAt, hasCheckpoint } = await this.#replay(other, this.#newWatch(), from);
      if (stop !== null && consistentAt !== null && hasCheckpoint !== false) reached.push(timeline);
    }
    return reached;
  }

  /** What two timelines have in common need not be replayed again. */
  #resumeAt(fork: Lsn | null, { consistentAt, replayed }: Replay): ReplayStart {
    if (fork === null || consistentAt === null || consistentAt > fork || replayed < fork) {
      return { at: this.#start.redo, consistentAt: null };
    }
    return { at: fork, consistentAt };
  }

  #named(): string {
    return describeTarget(this.#target);
  }

  #consistentFrom(): string {
    const { consistentFrom } = blank(this.#target, this.#start);
    return consistentFrom === null ? '' : ` (at ${formatLsn(consistentFrom)})`;
  }

  #mayBeElsewhere(code: RecoveryCode): boolean {
    if (this.#target.kind === 'latest' || this.#target.kind === 'immediate') return false;
    return code === 'target-not-found' || code === 'segment-missing' || code === 'wal-broken';
  }
}

function endWords({ lsn, message }: WalEnd): string {
  return `WAL ends at ${formatLsn(lsn)}: ${message}`;
}
