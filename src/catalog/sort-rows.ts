import { isBefore } from './commit-log.js';
import type { TupleHeader } from './heap-tuple.js';
import type { Visibility } from './visibility.js';

/** A row version that names something by OID: a schema, a database, a tablespace. */
export interface NameRow {
  readonly header: TupleHeader;
  readonly oid: number;
  readonly name: string;
}

/** The rows that are there for good, the newest version of each; then those that were. */
export interface SortedRows<Row> {
  /** By OID. */
  readonly current: ReadonlyMap<number, Row>;
  /** From the newest to the oldest. */
  readonly former: readonly Row[];
}

/** Tells rows that are from rows that were. */
export function sortRows<Row extends NameRow>(rows: readonly Row[], visibility: Visibility): SortedRows<Row> {
  const current = new Map<number, Row>();
  const dead: Row[] = [];
  const uncommitted: Row[] = [];
  for (const row of rows) {
    const state = visibility.stateOf(row.header);
    if (state === 'dead') dead.push(row);
    else if (state === 'uncommitted') uncommitted.push(row);
    else {
      // there are two only where an old page lies beside a new one
      const other = current.get(row.oid);
      const isOlder = other !== undefined && isBefore(row.header.xmin, other.header.xmin);
      if (other !== undefined) dead.push(isOlder ? row : other);
      if (!isOlder) current.set(row.oid, row);
    }
  }
  const byAge = (a: Row, b: Row) =>
    a.header.xmin === b.header.xmin ? 0 : isBefore(a.header.xmin, b.header.xmin) ? 1 : -1;
  // of one transaction, the last row written comes last on the page
  return { current, former: [...dead.reverse().sort(byAge), ...uncommitted.reverse().sort(byAge)] };
}

/** All names by OID, also those that are no more where nothing else has the OID. */
export function namesByOid(rows: SortedRows<NameRow>): Map<number, string> {
  const names = new Map<number, string>();
  for (const { oid, name } of rows.current.values()) names.set(oid, name);
  for (const { oid, name } of rows.former) if (!names.has(oid)) names.set(oid, name);
  return names;
}
