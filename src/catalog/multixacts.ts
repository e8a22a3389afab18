import type { SlruPages } from './slru.js';

/** `MultiXactStatusNoKeyUpdate` (`src/include/access/multixact.h`): those from here on change the row. */
const FIRST_UPDATING_STATUS = 4;

const OFFSET_BYTES = 4;
const MEMBERS_PER_GROUP = 4;
/** A byte of flags for each of four members, then the members. */
const GROUP_BYTES = MEMBERS_PER_GROUP * 5;
/** More members than a row ever has lockers: what says to have more is damaged. */
const MOST_MEMBERS = 4096;

/** A member of a group of transactions that hold a row together. */
export interface MultiXactMemberStatus {
  /** The transaction. */
  readonly xid: number;
  /** `MultiXactStatus`. */
  readonly status: number;
}

/** The one that updates or deletes the row, if any does; 0 where all only lock it. */
export function updaterOf(members: Iterable<MultiXactMemberStatus>): number {
  for (const { xid, status } of members) if (status >= FIRST_UPDATING_STATUS) return xid;
  return 0;
}

/**
 * Groups of transactions that hold a row together: `pg_multixact`
 * (`src/backend/access/transam/multixact.c`), and what WAL adds to it.
 */
export class MultiXacts {
  readonly #offsets: SlruPages;
  readonly #members: SlruPages;
  readonly #pageSize: number;
  readonly #nextOffset: number | null;
  readonly #updaters: Map<number, number | null>;

  /**
   * @param pageSize - `BLCKSZ`, in bytes
   * @param nextOffset - where the members of the last group end, as the control file says
   * @param made - updaters of groups that WAL tells of and the files do not have yet
   */
  constructor(
    offsets: SlruPages,
    members: SlruPages,
    pageSize: number,
    nextOffset: number | null,
    made: ReadonlyMap<number, number>,
  ) {
    this.#offsets = offsets;
    this.#members = members;
    this.#pageSize = pageSize;
    this.#nextOffset = nextOffset;
    this.#updaters = new Map(made);
  }

  /** Finds out about groups, so that {@link MultiXacts.updaterOf} can tell. */
  async load(multis: Iterable<number>): Promise<void> {
    for (const multi of new Set(multis)) {
      if (!this.#updaters.has(multi)) this.#updaters.set(multi, await this.#readUpdater(multi));
    }
  }

  /** The transaction of a loaded group that changes the row; 0 where none does, null where nothing tells. */
  updaterOf(multi: number): number | null {
    return this.#updaters.get(multi) ?? null;
  }

  async #readUpdater(multi: number): Promise<number | null> {
    const start = await this.#readOffset(multi);
    const next = (await this.#readOffset(multi + 1)) || this.#nextOffset;
    if (!start || next === null) return null;
    const count = (next - start) >>> 0;
    if (count > MOST_MEMBERS) return null;
    const members: MultiXactMemberStatus[] = [];
    for (let index = 0; index < count; index++) {
      const member = await this.#readMember((start + index) >>> 0);
      if (member === null) return null;
      members.push(member);
    }
    return updaterOf(members);
  }

  async #readOffset(multi: number): Promise<number | null> {
    const perPage = Math.floor(this.#pageSize / OFFSET_BYTES);
    const page = await this.#offsets.page(Math.floor(multi / perPage));
    return page === null ? null : page.getUint32((multi % perPage) * OFFSET_BYTES, true);
  }

  async #readMember(offset: number): Promise<MultiXactMemberStatus | null> {
    const groupsPerPage = Math.floor(this.#pageSize / GROUP_BYTES);
    const group = Math.floor(offset / MEMBERS_PER_GROUP);
    const page = await this.#members.page(Math.floor(group / groupsPerPage));
    if (page === null) return null;
    const at = (group % groupsPerPage) * GROUP_BYTES;
    const place = offset % MEMBERS_PER_GROUP;
    const xid = page.getUint32(at + MEMBERS_PER_GROUP + place * 4, true);
    return { xid, status: page.getUint8(at + place) };
  }
}
