import type { MajorVersion, PostgresVersion } from '../version.js';
import type { DecodedRecord } from './decoded-record.js';
import type { DescriptionWriter } from './description-writer.js';
import type { RecordBody } from './record-data.js';

/** A kind of record in some versions: its name, how it is decoded, and what is printed of it. */
export interface RecordType {
  /** As `pg_waldump` prints it from 9.5 on (`rm_identify`). */
  readonly name: string;
  /** The record as data. */
  readonly decode: (body: RecordBody) => DecodedRecord;
  /** Writes what `rm_desc` does; up to 9.4, which have no `rm_identify`, that has the name in it. */
  readonly describe: (body: RecordBody, out: DescriptionWriter) => void;
}

/** A version's kinds of records, by the upper four bits of `xl_info`. */
export type RecordTypes = Readonly<Record<number, RecordType>>;

/** A built-in resource manager: one entry for each major that changed what it writes or how that is told. */
export interface ResourceManager {
  /** As in `PostgresVersion.resourceManagers` of every version that has it. */
  readonly name: string;
  /** Ascending; each entry holds until the next. The first is the first version that had it. */
  readonly versions: readonly { readonly since: MajorVersion; readonly types: RecordTypes }[];
  /** What versions up to 9.4 print of a kind that they do not know; `UNKNOWN` if not given. */
  readonly unknownText?: (info: number) => string;
}

/**
 * Puts a kind of record together. What is decoded is printed: the text knows nothing that the data does not.
 *
 * @param name - the literal that tells this kind apart; `decode` gets it to hand on
 * @param write - gets the version for what has its name in it: paths in tablespaces
 */
export function recordType<Name extends string, Fields extends DecodedRecord & { readonly type: Name }>(
  name: Name,
  decode: (body: RecordBody, name: Name) => Fields,
  write: (out: DescriptionWriter, fields: Fields, version: PostgresVersion) => void,
): RecordType {
  return {
    name,
    decode: (body) => decode(body, name),
    describe: (body, out) => write(out, decode(body, name), body.record.format.version),
  };
}
