import type { Lsn } from '../lsn.js';
import type { SourceFindingCode } from '../source/source.js';

/**
 * Codes of what an audit can find. A closed list, see the guide to the audit.
 *
 * @category Audit
 */
export type AuditFindingCode =
  | 'missing-segments'
  | 'truncated-segment'
  | 'oversized-segment'
  | 'zeroed-segment'
  | 'recycled-segment'
  | 'broken-record'
  | 'broken-page'
  | 'broken-header'
  | 'other-timeline'
  | 'foreign-segment'
  | 'other-format-segment'
  | 'wal-behind-end'
  | 'unreadable'
  | 'duplicate-segment'
  | 'history-missing'
  | 'history-invalid'
  | 'history-contradiction'
  | 'ready-but-missing'
  | 'control-file'
  | 'strange-file-name'
  | SourceFindingCode;

/**
 * Something that an audit has found.
 *
 * @category Audit
 */
export interface AuditFinding {
  /** Stable. */
  readonly code: AuditFindingCode;
  /** `damage` is what recovery would stumble over; a `note` is only good to know. */
  readonly severity: 'damage' | 'note';
  /** The timeline in the file's name; null where it is not about one. */
  readonly timeline: number | null;
  /** Where in WAL; null where it is not about a position. */
  readonly lsn: Lsn | null;
  /** The file's name; for a gap, that of the first segment missing. Null where it is not about one. */
  readonly file: string | null;
  /** How many segments it is about: more than 1 for a gap. */
  readonly segments: number;
  /** One sentence. */
  readonly message: string;
}

/** Gathers findings: all of them count, the first of them are kept. */
export class AuditFindings {
  readonly #limit: number;
  readonly #kept: AuditFinding[] = [];
  count = 0;
  damages = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Those that are kept, in the order in which they were found. */
  get kept(): readonly AuditFinding[] {
    return this.#kept;
  }

  damage(code: AuditFindingCode, message: string, about: Partial<AuditFinding> = {}): void {
    this.damages++;
    this.#add({ ...NOTHING, ...about, code, severity: 'damage', message });
  }

  note(code: AuditFindingCode, message: string, about: Partial<AuditFinding> = {}): void {
    this.#add({ ...NOTHING, ...about, code, severity: 'note', message });
  }

  #add(finding: AuditFinding): void {
    this.count++;
    if (this.#kept.length < this.#limit) this.#kept.push(finding);
  }
}

const NOTHING = { timeline: null, lsn: null, file: null, segments: 1 };
