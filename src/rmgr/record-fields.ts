/**
 * What every record as data has.
 *
 * @category Records as data
 */
export interface RecordFields<ResourceManagerName extends string, TypeName extends string> {
  /** The resource manager, as `pg_waldump` names it. */
  readonly resourceManager: ResourceManagerName;
  /** The kind of record, as `pg_waldump` names it from 9.5 on. */
  readonly type: TypeName;
  /** Set where the record's contents cannot be right: why. */
  malformed?: string;
}
