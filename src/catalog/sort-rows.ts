import { isBefore } from './commit-log.js';
import type { TupleHeader } from './heap-tuple.js';
import type { Visibility } from './visibility.js';

/** A row version that names something by OID: a schema, a database, a tablespace. */
export interface NameRow {
  readonly header: TupleHeader;
  readonly oid: number;
  readonly name: string;
}

/** Rows by what became of them. */
export interface SortedRows<Row> {
  /** Those that are there for good, by OID. */
  readonly current: ReadonlyMap<number, Row>;
  /** Those that were, from the newest to the oldest. */
  readonly former: readonly Row[];
  /** Those of transactions that were not committed, from the newest to the oldest. */
  readonly uncommitted: readonly Row[];
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
  return { current, former: dead.reverse().sort(byAge), uncommitted: uncommitted.reverse().sort(byAge) };
}

/** All rows, those that count most first. */
export function allRows<Row>({ current, former, uncommitted }: SortedRows<Row>): Row[] {
  return [...current.values(), ...former, ...uncommitted];
}

/** All names by OID, also those that are no more where nothing else has the OID. */
export function namesByOid(rows: SortedRows<NameRow>): Map<number, string> {
  const names = new Map<number, string>();
  for (const { oid, name } of allRows(rows)) if (!names.has(oid)) names.set(oid, name);
  return names;
}
