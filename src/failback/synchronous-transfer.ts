/**
 * What replication settings promise of an old primary: a model of the server patch that added
 * `synchronous_transfer`, and of a stock server, which does what the patch calls `commit`.
 *
 * The rule that `data_flush` and `all` enforce: no data page, no control file and no commit log page goes to the
 * primary's disk before the standby has the WAL for it.
 */

/**
 * The values of `synchronous_transfer`. A stock server has no such setting and does as with `commit`.
 *
 * @category Failback
 */
export type SynchronousTransfer = 'commit' | 'data_flush' | 'all';

/**
 * The values of `synchronous_commit`; `remote_apply` is there from 9.6.
 *
 * @category Failback
 */
export type SynchronousCommit = 'off' | 'local' | 'remote_write' | 'on' | 'remote_apply';

/**
 * What decides what the primary waits for.
 *
 * @category Failback
 */
export interface SynchronousSettings {
  /** `synchronous_transfer`. */
  readonly transfer: SynchronousTransfer;
  /** `synchronous_commit`. */
  readonly commit: SynchronousCommit;
  /** `synchronous_standby_names`; empty where no standby is waited for. */
  readonly standbyNames: string;
}

/**
 * The four ways to set replication up.
 *
 * @category Failback
 */
export type ReplicationSetUp =
  | 'synchronous-failback-safe'
  | 'asynchronous-failback-safe'
  | 'default-synchronous'
  | 'default-asynchronous';

/**
 * What on the primary comes to a halt while no standby takes its WAL. `page-writes` are those of data pages,
 * wherever one has to make room.
 *
 * @category Failback
 */
export type Waiting = 'commits' | 'page-writes' | 'checkpoints' | 'shutdown' | 'base-backups';

/**
 * What holds of an old primary by its settings.
 *
 * @category Failback
 */
export interface SynchronousGuarantee {
  /** Which of the four ways this is. */
  readonly setUp: ReplicationSetUp;
  /** One sentence on what holds. */
  readonly promise: string;
  /** Whose transactions WAL that the standby never had can hold. */
  readonly surplusWal: 'never-acknowledged' | 'any';
  /** Whether data pages can hold changes of which the standby never had the WAL. */
  readonly surplusPages: 'none' | 'possible';
  /**
   * What brings an old primary back whose WAL goes past the fork point. Never `follow`, under any settings: it
   * replays its surplus WAL when it is started, and is past the fork point then.
   */
  readonly remedy: 'discard-wal' | 'rewind';
  /** What waits while the standby is gone. */
  readonly waitsWithoutStandby: readonly Waiting[];
}

const PROMISES: Readonly<Record<ReplicationSetUp, string>> = {
  'synchronous-failback-safe':
    'neither commits nor data pages get ahead of the standby: past the fork point there is only WAL, of transactions that no client was told had committed',
  'asynchronous-failback-safe':
    'commits may get ahead of the standby, data pages do not: past the fork point there is only WAL, which may hold acknowledged transactions',
  'default-synchronous':
    'commits wait for the standby, data pages do not: what lies past the fork point is of transactions that no client was told had committed, and may be in the data files',
  'default-asynchronous':
    'nothing waits for the standby: what lies past the fork point may hold acknowledged transactions, and may be in the data files',
};

/** The values with which a commit waits for a standby. */
const WAITING_COMMITS: ReadonlySet<SynchronousCommit> = new Set(['remote_write', 'on', 'remote_apply']);

/**
 * Tells what settings promise of an old primary. Whether commits wait is up to `synchronous_commit` and
 * `synchronous_standby_names`, whether data pages do to `synchronous_transfer`, which asks neither of them.
 *
 * @category Failback
 */
export function synchronousGuarantee(settings: SynchronousSettings): SynchronousGuarantee {
  const { transfer, commit, standbyNames } = settings;
  // by the patch, data_flush turns waiting commits off
  const commitsWait = transfer !== 'data_flush' && WAITING_COMMITS.has(commit) && standbyNames.trim() !== '';
  const pagesWait = transfer !== 'commit';
  const waits: Waiting[] = commitsWait ? ['commits'] : [];
  if (pagesWait) waits.push('page-writes', 'checkpoints', 'shutdown', 'base-backups');
  const setUp = setUpOf(commitsWait, pagesWait);
  return {
    setUp,
    promise: PROMISES[setUp],
    surplusWal: commitsWait ? 'never-acknowledged' : 'any',
    surplusPages: pagesWait ? 'none' : 'possible',
    remedy: pagesWait ? 'discard-wal' : 'rewind',
    waitsWithoutStandby: waits,
  };
}

function setUpOf(commitsWait: boolean, pagesWait: boolean): ReplicationSetUp {
  if (pagesWait) return commitsWait ? 'synchronous-failback-safe' : 'asynchronous-failback-safe';
  return commitsWait ? 'default-synchronous' : 'default-asynchronous';
}

/**
 * Reads a value of `synchronous_transfer`.
 *
 * @returns null where it is none
 * @category Failback
 */
export function parseSynchronousTransfer(text: string): SynchronousTransfer | null {
  const value = text.toLowerCase();
  return value === 'commit' || value === 'data_flush' || value === 'all' ? value : null;
}

/**
 * Reads a value of `synchronous_commit` in any way that the server takes it (`synchronous_commit_options` in
 * `src/backend/utils/misc/guc.c`).
 *
 * @returns null where it is none
 * @category Failback
 */
export function parseSynchronousCommit(text: string): SynchronousCommit | null {
  const value = text.toLowerCase();
  switch (value) {
    case 'local':
    case 'remote_write':
    case 'remote_apply':
      return value;
    case 'on':
    case 'true':
    case 'yes':
    case '1':
      return 'on';
    case 'off':
    case 'false':
    case 'no':
    case '0':
      return 'off';
    default:
      return null;
  }
}
