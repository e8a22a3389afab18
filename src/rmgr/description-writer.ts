import { TextWriter } from '../bytes/text-writer.js';
import { TimestampFormat } from '../time/timestamp-format.js';
import { FORK_NAMES } from './fork-names.js';

/**
 * Which files hold a relation: `RelFileLocator`, or `RelFileNode` up to 15
 * (`src/include/storage/relfilelocator.h`).
 *
 * @category Records as data
 */
export interface RelationFile {
  /** The tablespace's OID. */
  readonly tablespace: number;
  /** The database's OID; 0 for shared relations. */
  readonly database: number;
  /** The relation's file number. */
  readonly relation: number;
}

const DEFAULT_TABLESPACE = 1663;
const GLOBAL_TABLESPACE = 1664;

/** Writes what resource managers say: a {@link TextWriter} that also knows what such texts are made of. */
export class DescriptionWriter extends TextWriter {
  readonly #timestamps: TimestampFormat;

  /** @param timestamps - prints moments; in UTC by default */
  constructor(timestamps = new TimestampFormat()) {
    super();
    this.#timestamps = timestamps;
  }

  /** A moment in microseconds since 2000-01-01 UTC, as `timestamptz_to_str` of `pg_waldump` prints it. */
  timestamp(microseconds: bigint): this {
    this.#timestamps.write(this, microseconds);
    return this;
  }

  /** `1663/16384/2619` */
  relation({ tablespace, database, relation }: RelationFile): this {
    return this.uint(tablespace).code(0x2f).uint(database).code(0x2f).uint(relation);
  }

  /**
   * The path of a relation's file below the data directory, as `relpathperm` builds it.
   *
   * @param fork - 0 main, 1 free space map, 2 visibility map, 3 init
   * @param tablespaceVersionDirectory - such as `PG_15_202209061`
   */
  relationPath(file: RelationFile, fork: number, tablespaceVersionDirectory: string): this {
    const { tablespace, database, relation } = file;
    if (tablespace === GLOBAL_TABLESPACE) this.text('global/');
    else if (tablespace === DEFAULT_TABLESPACE) this.text('base/').uint(database).code(0x2f);
    else {
      this.text('pg_tblspc/').uint(tablespace).code(0x2f).text(tablespaceVersionDirectory).code(0x2f);
      this.uint(database).code(0x2f);
    }
    this.uint(relation);
    return fork === 0 ? this : this.code(0x5f).text(FORK_NAMES[fork] ?? `${fork}`);
  }
}
